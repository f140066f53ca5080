//! The Close frame that we send: legal by construction.

use crate::closing::{CloseCode, CloseFrame, InvalidCloseCode, SendableCloseCode};

use super::{CloseError, CloseReason};

/// The code and the reason of a Close frame that a page may send.
///
/// ```
/// use graceful_websocket::{CloseCode, SendableCloseFrame};
///
/// let frame = SendableCloseFrame::new(CloseCode::NORMAL, "done")?;
/// assert_eq!((frame.code().get(), frame.reason().as_str()), (1000, "done"));
/// assert!(SendableCloseFrame::new(CloseCode::GOING_AWAY, "").is_err());
/// # Ok::<(), graceful_websocket::CloseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SendableCloseFrame {
    code: SendableCloseCode,
    reason: CloseReason,
}

impl SendableCloseFrame {
    /// The frame with this code and this reason.
    ///
    /// # Errors
    /// [`CloseError`], for a code other than 1000 and 3000 to 4999, or a reason of more than 123
    /// bytes. The code is looked at first.
    pub fn new(code: impl IntoCloseCode, reason: impl AsRef<str>) -> Result<Self, CloseError> {
        let code = code.into_close_code()?;
        let reason = CloseReason::new(reason.as_ref())?;
        Ok(Self { code, reason })
    }

    /// Code 1000, without a reason.
    pub(super) fn normal() -> Self {
        Self { code: SendableCloseCode::NORMAL, reason: CloseReason::default() }
    }

    /// The code.
    pub const fn code(&self) -> SendableCloseCode {
        self.code
    }

    pub(super) fn into_reason(self) -> String {
        self.reason.into()
    }

    /// The reason.
    pub const fn reason(&self) -> &CloseReason {
        &self.reason
    }
}

impl From<SendableCloseFrame> for CloseFrame {
    fn from(frame: SendableCloseFrame) -> Self {
        Self { code: frame.code.into(), reason: frame.reason.into() }
    }
}

/// What can be given as a code to [`WebSocket::close`](crate::WebSocket::close): a number, a
/// [`CloseCode`], or a [`SendableCloseCode`], which is known to be legal.
pub trait IntoCloseCode: sealed::Sealed {
    /// The code, if a page may send it.
    ///
    /// # Errors
    /// [`InvalidCloseCode`], if it may not.
    fn into_close_code(self) -> Result<SendableCloseCode, InvalidCloseCode>;
}

impl IntoCloseCode for u16 {
    fn into_close_code(self) -> Result<SendableCloseCode, InvalidCloseCode> {
        SendableCloseCode::new(self)
    }
}

impl IntoCloseCode for CloseCode {
    fn into_close_code(self) -> Result<SendableCloseCode, InvalidCloseCode> {
        self.try_into()
    }
}

impl IntoCloseCode for SendableCloseCode {
    fn into_close_code(self) -> Result<SendableCloseCode, InvalidCloseCode> {
        Ok(self)
    }
}

/// Only one integer type is a code, so that a bare literal is one.
mod sealed {
    pub trait Sealed {}
    impl Sealed for u16 {}
    impl Sealed for crate::closing::CloseCode {}
    impl Sealed for crate::closing::SendableCloseCode {}
}

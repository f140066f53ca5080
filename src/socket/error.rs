//! What can go wrong, and whose fault it is.

use core::fmt;

use crate::closing::{
    CloseCode, CloseReasonTooLong, CloseReport, InvalidCloseCode, SendableCloseCode,
};

/// Why a socket did not open.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError {
    /// The caller gave a URL that is none, whose scheme is not `ws`, `wss`, `http` or `https`, or
    /// that has a fragment (WHATWG WebSockets, constructor).
    InvalidUrl {
        /// The URL that was given.
        url: String,
    },
    /// The caller gave a subprotocol that is not a token, or gave it twice (RFC 6455, section 4.1).
    InvalidProtocol {
        /// The subprotocol.
        protocol: String,
    },
    /// The browser refused to connect at all (to a forbidden port, or by a policy of the page).
    Blocked {
        /// What the browser said.
        message: String,
    },
    /// The open timeout ran out.
    TimedOut(CloseReport),
    /// The connection could not be established. The browser does not tell why (WHATWG WebSockets,
    /// "feedback from the protocol").
    Failed(CloseReport),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidUrl { url } => {
                let allowed = "ws, wss, http or https, without a fragment";
                write!(f, "the URL must be {allowed}, and is {url:?}")
            }
            Self::InvalidProtocol { protocol } => {
                write!(f, "a subprotocol must be a token, given once, and one is {protocol:?}")
            }
            Self::Blocked { message } => write!(f, "the browser refused to connect: {message}"),
            Self::TimedOut(report) => {
                write!(f, "the socket did not open in {:?}", report.elapsed)
            }
            Self::Failed(_) => f.write_str("the connection could not be established"),
        }
    }
}

impl core::error::Error for OpenError {}

/// Why a message was not sent. The message is not lost silently: it was never queued.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendError {
    /// The socket is not open yet.
    Connecting,
    /// The socket is closing: nothing can follow the Close frame (RFC 6455, section 5.5.1).
    Closing,
    /// The connection has ended.
    Closed,
    /// The browser threw.
    Rejected {
        /// What it said.
        message: String,
    },
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connecting => f.write_str("the socket is not open yet"),
            Self::Closing => f.write_str("the socket is closing"),
            Self::Closed => f.write_str("the connection has ended"),
            Self::Rejected { message } => write!(f, "the browser rejected the message: {message}"),
        }
    }
}

impl core::error::Error for SendError {}

/// The caller gave what a Close frame of a page cannot carry. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseError {
    /// The code; it is looked at first.
    Code(InvalidCloseCode),
    /// The reason.
    Reason(CloseReasonTooLong),
}

impl fmt::Display for CloseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(error) => error.fmt(f),
            Self::Reason(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for CloseError {}

impl From<InvalidCloseCode> for CloseError {
    fn from(error: InvalidCloseCode) -> Self {
        Self::Code(error)
    }
}

impl From<CloseReasonTooLong> for CloseError {
    fn from(error: CloseReasonTooLong) -> Self {
        Self::Reason(error)
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

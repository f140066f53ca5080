//! The close reason: text that fits into a Close frame.

use core::fmt;
use core::ops::Deref;

/// The reason of a close that we send: at most [`CloseReason::MAX_BYTES`] bytes of UTF-8, by construction.
///
/// A Close frame is a control frame, whose payload is at most 125 bytes; two of them are the code
/// (RFC 6455, sections 5.5 and 5.5.1).
///
/// ```
/// use graceful_websocket::CloseReason;
///
/// assert_eq!(CloseReason::new("done")?.as_str(), "done");
/// assert_eq!(CloseReason::new("é".repeat(62)).unwrap_err().bytes, 124);
/// assert_eq!(CloseReason::truncated(&"é".repeat(62)).len(), 122); // never half a character
/// # Ok::<(), graceful_websocket::CloseReasonTooLong>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CloseReason(String);

impl CloseReason {
    /// The longest reason, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 123;

    /// The reason with this text.
    ///
    /// # Errors
    /// [`CloseReasonTooLong`], if the text has more than [`Self::MAX_BYTES`] bytes.
    pub fn new(text: impl Into<String>) -> Result<Self, CloseReasonTooLong> {
        let text = text.into();
        match text.len() {
            0..=Self::MAX_BYTES => Ok(Self(text)),
            bytes => Err(CloseReasonTooLong { bytes }),
        }
    }

    /// The reason with as much of this text as fits, cut between two characters.
    pub fn truncated(text: &str) -> Self {
        let mut end = text.len().min(Self::MAX_BYTES);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        Self(text[..end].to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for CloseReason {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for CloseReason {
    type Error = CloseReasonTooLong;

    fn try_from(text: &str) -> Result<Self, CloseReasonTooLong> {
        Self::new(text)
    }
}

impl TryFrom<String> for CloseReason {
    type Error = CloseReasonTooLong;

    fn try_from(text: String) -> Result<Self, CloseReasonTooLong> {
        Self::new(text)
    }
}

impl From<CloseReason> for String {
    fn from(reason: CloseReason) -> Self {
        reason.0
    }
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The caller gave a close reason that does not fit into a Close frame.
///
/// The browser's own name for it is `SyntaxError` (WHATWG WebSockets, `close()`, step 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CloseReasonTooLong {
    /// How many bytes of UTF-8 were given.
    pub bytes: usize,
}

impl fmt::Display for CloseReasonTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the close reason must have at most {} bytes of UTF-8, and has {}",
            CloseReason::MAX_BYTES,
            self.bytes
        )
    }
}

impl core::error::Error for CloseReasonTooLong {}

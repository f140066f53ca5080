//! The close report: all that is known of how a connection ended.

use core::fmt;
use core::time::Duration;

use super::CloseCode;

/// How a connection ended: the same for everyone who waits for it, and never invented.
///
/// `R` is the text of a reason. It is `String` everywhere but at the JavaScript boundary: there the
/// texts stay on the JavaScript side, and it is `()`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CloseReport<R = String> {
    /// The code that was *received*, as in the `close` event: 1005 if the peer's Close frame had
    /// none, 1006 if no Close frame came (RFC 6455, section 7.1.5).
    pub code: CloseCode,
    /// The reason that was *received*; empty if none (RFC 6455, section 7.1.6).
    pub reason: R,
    /// Whether the closing handshake was completed, as in the `close` event.
    pub was_clean: bool,
    /// What came of it, in one word.
    pub outcome: Outcome,
    /// Who began.
    pub initiator: Initiator,
    /// The Close frame that we sent, with code 1005 if it had no body; `None` if none left: never
    /// asked for, not connected yet, or still queued behind unsent data.
    ///
    /// A browser that answers the peer's Close frame does so by itself; that is not counted here.
    pub sent: Option<CloseFrame<R>>,
    /// Where it ended.
    pub phase: Phase,
    /// From the local close to the end; zero if there was no local close.
    pub elapsed: Duration,
    /// `bufferedAmount` at the end, in bytes: what was given to `send` and did not leave.
    pub unsent_bytes: u64,
}

/// What a Close frame carries.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CloseFrame<R = String> {
    /// The code; 1005 stands for a frame without a body.
    pub code: CloseCode,
    /// The reason; empty if none.
    pub reason: R,
}

impl CloseFrame {
    /// The frame of a connection that has fulfilled its purpose: code 1000, no reason.
    pub(crate) const fn normal() -> Self {
        Self { code: CloseCode::NORMAL, reason: String::new() }
    }
}

/// What came of a connection, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The closing handshake was completed.
    Clean,
    /// The connection was open, and ended without a completed closing handshake.
    Unclean,
    /// The open timeout or the close timeout ran out.
    TimedOut,
    /// `terminate()` ended it.
    Terminated,
    /// It was never open.
    NeverOpened,
}

/// Who began the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Initiator {
    /// This side: `close()`, `terminate()`, an abort, or the open timeout.
    Local,
    /// The peer, with a Close frame.
    Remote,
    /// Nobody: the connection just ended, or never came about.
    Transport,
}

/// Where a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Before it was open.
    Connecting,
    /// While it was open, before any Close frame.
    Open,
    /// After the local close, with data still queued before the Close frame.
    Flushing,
    /// In the closing handshake.
    Handshake,
}

impl Outcome {
    /// The word for it, as JavaScript sees it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Unclean => "unclean",
            Self::TimedOut => "timed-out",
            Self::Terminated => "terminated",
            Self::NeverOpened => "never-opened",
        }
    }
}

impl Initiator {
    /// The word for it, as JavaScript sees it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Remote => "remote",
            Self::Transport => "transport",
        }
    }
}

impl Phase {
    /// The word for it, as JavaScript sees it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Open => "open",
            Self::Flushing => "flushing",
            Self::Handshake => "handshake",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Initiator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

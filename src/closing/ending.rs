//! How a connection ended, in numbers and words.

use core::fmt;

use super::CloseCode;
use crate::time::Millis;

/// How a connection ended. The shells make their report of it.
///
/// `R` is the text of a reason. The machine does not read it; the shells have the texts at hand, and
/// there it is `()`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ending<R = String> {
    /// What was *received*, as in the `close` event: code 1005 if the peer's Close frame had none, 1006
    /// if no Close frame came (RFC 6455, sections 7.1.5 and 7.1.6).
    pub received: CloseFrame<R>,
    /// Whether the closing handshake was completed. Never with code 1006, whatever the event says.
    pub was_clean: bool,
    /// What came of it, in one word.
    pub outcome: Outcome,
    /// Who began.
    pub initiator: Initiator,
    /// Where it ended.
    pub phase: Phase,
    /// The Close frame that we sent, with code 1005 if it had no body; `None` if none left.
    pub sent: Option<CloseFrame<R>>,
    /// How long the connection was being established.
    pub time_connecting: Millis,
    /// How long it was open, until the end began.
    pub time_open: Millis,
    /// From the beginning of the end, as far as it could be seen, to the end.
    pub elapsed: Millis,
    /// `bufferedAmount` at the end, in bytes.
    pub unsent_bytes: u32,
}

/// What a Close frame carries.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CloseFrame<R = String> {
    /// The code; 1005 stands for a frame without a body.
    pub code: CloseCode,
    /// The reason; empty if none.
    pub reason: R,
}

/// Words for what there is one of, in the order of their numbers.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// All of them. A number of JavaScript's core is an index into this.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it, as JavaScript sees it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// What came of a connection, in one word.
    Outcome {
        /// The closing handshake was completed.
        Clean = "clean",
        /// The connection was open, and ended without a completed closing handshake.
        Unclean = "unclean",
        /// The open timeout or the close timeout ran out.
        TimedOut = "timed-out",
        /// `terminate()` ended it.
        Terminated = "terminated",
        /// It was never open.
        NeverOpened = "never-opened",
    }
}

words! {
    /// Who began the end.
    Initiator {
        /// This side: `close()`, `terminate()`, an abort, or the open timeout.
        Local = "local",
        /// The peer, with a Close frame.
        Remote = "remote",
        /// The browser, of its own accord: Firefox closes every open socket of a page when a navigation
        /// begins, also one that comes to nothing, such as a link that turns out to be a download.
        Browser = "browser",
        /// Nobody: the connection just ended, or never came about.
        Transport = "transport",
    }
}

words! {
    /// Where a connection ended.
    Phase {
        /// Before it was open.
        Connecting = "connecting",
        /// While it was open, before any Close frame.
        Open = "open",
        /// After the local close, with data still queued before the Close frame.
        Flushing = "flushing",
        /// In the closing handshake.
        Handshake = "handshake",
    }
}

//! What a shell hands in: what happened, and what it sees at that moment.

use core::fmt;

use super::{CloseCode, CloseFrame};
use crate::time::{Instant, Millis};

/// What happens to a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input<R = String> {
    /// Give up connecting after this long from now; endless: never. Without effect once connected.
    OpenTimeout(Millis),
    /// Settle this long after the end began, which may be in the past; endless: whenever the browser
    /// does.
    CloseTimeout(Millis),
    /// An `open` event. Believed if the browser's socket is OPEN; a page can dispatch one at any time.
    Opened,
    /// The page closes, with what the Close frame carries; `None`: it has no body. The first time begins
    /// the end, every further one joins it.
    ///
    /// If the browser's socket is CLOSING already, the peer's Close frame has come; if it is CLOSED, the
    /// connection has ended and the event is on its way. Then ours is not sent (WHATWG WebSockets,
    /// `close()`, first case of step 3).
    Close(Option<CloseFrame<R>>),
    /// The page gives up: settle in the next task, whatever the close timeout is.
    Terminate,
    /// So many bytes were given to `send` after the end had begun.
    LateSend(u32),
    /// The browser's `error` event. It says nothing, and a `close` event follows it.
    NativeError,
    /// The browser's `close` event.
    NativeClose {
        /// The event's `code`.
        code: CloseCode,
        /// The event's `reason`.
        reason: R,
        /// The event's `wasClean`.
        was_clean: bool,
    },
    /// The timer of [`ArmDeadline`](crate::time::SetWakeUp::ArmDeadline) fired. Too early, too late or for nothing is fine.
    TimerFired,
    /// Somebody looks: the page is back, and timers may have stood still; or its ready state is read.
    /// For nothing is fine.
    Looked,
    /// The page has begun to go somewhere else, and Gecko closes its sockets by then, though the page may
    /// stay. For nothing is fine.
    Navigated,
    /// The task asked for by [`YieldTask`](crate::time::SetWakeUp::YieldTask) runs.
    TaskYielded,
}

/// What the shell sees when it hands in an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// The time.
    pub now: Instant,
    /// The browser's own ready state.
    pub native: ReadyState,
    /// The socket's `bufferedAmount`, in bytes; the most that fits, if it is more.
    pub buffered_amount: u32,
}

/// The four ready states (WHATWG WebSockets, `readyState`), with their numbers and in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReadyState {
    /// 0: the connection has not yet been established.
    Connecting,
    /// 1: the connection is established, and communication is possible.
    Open,
    /// 2: the connection is going through the closing handshake, or `close()` was called.
    Closing,
    /// 3: the connection has been closed or could not be opened, or the close timeout ran out.
    Closed,
}

impl ReadyState {
    /// The state with this number; CLOSED, if there is none.
    pub const fn from_number(number: u16) -> Self {
        match number {
            0 => Self::Connecting,
            1 => Self::Open,
            2 => Self::Closing,
            _ => Self::Closed,
        }
    }

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Open => "open",
            Self::Closing => "closing",
            Self::Closed => "closed",
        }
    }
}

impl fmt::Display for ReadyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

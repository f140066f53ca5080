//! What a shell is told to do.

use super::{CloseFrame, Ending};
use crate::time::SetWakeUp;

/// What the shell is to do: first the one, then the other.
#[must_use = "what is not done is a socket that does not finish closing"]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actions<R = String> {
    /// What happens to the one wake-up; `None`: it stays as it is.
    pub wake_up: Option<SetWakeUp>,
    /// What else is to be done, after that.
    pub then: Option<Action<R>>,
}

/// What else the shell is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action<R = String> {
    /// Call the browser's `close()`; without arguments if there is no frame. A further time, with the
    /// same, if the browser's socket shows that the first call came to nothing.
    SendClose(Option<CloseFrame<R>>),
    /// It is over. Happens once.
    Settle {
        /// How the connection ended.
        ending: Ending<R>,
        /// The browser has not fired its `close` event: the shell has to tell in its place.
        synthetic: bool,
    },
    /// Keep the event that was handed in from everyone else: the socket has settled before it.
    AbsorbEvent,
}

impl<R> Actions<R> {
    pub(super) const fn none() -> Self {
        Self::wake_up(None)
    }

    pub(super) const fn wake_up(wake_up: Option<SetWakeUp>) -> Self {
        Self { wake_up, then: None }
    }

    pub(super) const fn absorb_event() -> Self {
        Self { wake_up: None, then: Some(Action::AbsorbEvent) }
    }
}

//! What a shell is told to do.

use super::{CloseFrame, CloseReport, Instant};

/// What the shell is to do: first the one, then the other.
#[must_use = "what is not done is a socket that does not finish closing"]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actions<R = String> {
    /// What happens to the one wake-up; `None`: it stays as it is.
    pub wake_up: Option<SetWakeUp>,
    /// What else is to be done, after that.
    pub then: Option<Action<R>>,
}

/// What happens to the one wake-up that a shell has pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetWakeUp {
    /// Replace the pending wake-up by a timer: hand in [`TimerFired`](super::Input::TimerFired) at
    /// that time, and [`PageResumed`](super::Input::PageResumed) whenever the page comes back before.
    ArmDeadline(Instant),
    /// Replace the pending wake-up by one task: hand in
    /// [`TaskYielded`](super::Input::TaskYielded) when the tasks that are queued by now have run.
    YieldTask,
    /// Drop the pending wake-up.
    DisarmDeadline,
}

/// What else the shell is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action<R = String> {
    /// Call the browser's `close()`; without arguments if there is no frame.
    SendClose(Option<CloseFrame<R>>),
    /// It is over, and this is the report. Happens once.
    Settle {
        /// How the connection ended.
        report: CloseReport<R>,
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

//! What a shell is told to do.

use super::{CloseFrame, CloseReport, Instant};

/// What the shell is to do, in the order given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action<R = String> {
    /// Replace the pending wake-up by a timer: hand in [`TimerFired`](super::Input::TimerFired) at
    /// that time, and [`PageResumed`](super::Input::PageResumed) whenever the page comes back before.
    ArmDeadline(Instant),
    /// Replace the pending wake-up by one task: hand in
    /// [`TaskYielded`](super::Input::TaskYielded) when the tasks that are queued by now have run.
    YieldTask,
    /// Drop the pending wake-up.
    DisarmDeadline,
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

/// At most two actions, in the order in which they are to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actions<R = String>(pub(super) [Option<Action<R>>; 2]);

impl<R> Actions<R> {
    pub(super) const fn none() -> Self {
        Self([None, None])
    }

    pub(super) const fn one(action: Action<R>) -> Self {
        Self([Some(action), None])
    }

    pub(super) const fn two(first: Action<R>, second: Action<R>) -> Self {
        Self([Some(first), Some(second)])
    }

    /// The first of these, then another.
    pub(super) fn then(self, last: Action<R>) -> Self {
        let [first, _] = self.0;
        Self([first, Some(last)])
    }

    /// The second of these, if there is one.
    pub(super) fn last(self) -> Option<Action<R>> {
        let [_, last] = self.0;
        last
    }
}

impl<R> IntoIterator for Actions<R> {
    type Item = Action<R>;
    type IntoIter = core::iter::Flatten<core::array::IntoIter<Option<Action<R>>, 2>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().flatten()
    }
}

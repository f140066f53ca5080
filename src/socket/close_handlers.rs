//! The close handlers of one socket.

use core::cell::Cell;
use std::rc::Rc;

use super::CloseReport;
use super::audience::End;
use super::lifecycle::Lifecycle;
use crate::brief::Brief;

pub(super) type CloseCallback = Box<dyn FnOnce(&CloseReport)>;

/// All that is done with close handlers, for a program that has any: another is not larger for them.
///
/// Those that were there at the end run then, one after the other, before anybody resumes who awaits the
/// report. One that panics takes nobody with it: the others run in the next task. Those that come after
/// the end run in a task of their own, when everyone has resumed.
pub(super) trait CloseHandlers {
    /// Adds one, and gives the name under which it is [removed](Self::remove).
    fn add(&self, callback: CloseCallback) -> u64;

    fn remove(&self, id: u64);

    /// Runs those whose time it is, one by one. A callback may remove those after it; what it adds is run
    /// later.
    fn run(&self, lifecycle: &Rc<Lifecycle>);

    /// Has the lifecycle woken in a task, if there is one whose time it is. Whether there is.
    fn recall(&self, lifecycle: &Rc<Lifecycle>) -> bool;
}

/// In the order in which they were added.
pub(super) struct HandlerList {
    callbacks: Brief<Vec<(u64, CloseCallback)>>,
    next_id: Cell<u64>,
    /// The first that was not there at the end.
    first_late: Cell<Option<u64>>,
}

impl HandlerList {
    pub(super) const fn new() -> Self {
        Self {
            callbacks: Brief::new(Vec::new()),
            next_id: Cell::new(0),
            first_late: Cell::new(None),
        }
    }

    /// The first whose time it is not yet.
    fn bound(&self, lifecycle: &Lifecycle) -> u64 {
        let next_id = self.next_id.get();
        let first_late = self.first_late.get().unwrap_or(next_id);
        self.first_late.set(Some(first_late));
        if lifecycle.audience().is_over() { next_id } else { first_late }
    }

    /// The first of those with such an id.
    fn take(&self, is_taken: impl Fn(u64) -> bool) -> Option<CloseCallback> {
        self.callbacks.take_first(|(id, _)| is_taken(*id)).map(|(_, callback)| callback)
    }
}

impl CloseHandlers for HandlerList {
    fn add(&self, callback: CloseCallback) -> u64 {
        let id = self.next_id.get();
        self.next_id.set(id + 1);
        self.callbacks.with(|callbacks| callbacks.push((id, callback)));
        id
    }

    fn remove(&self, id: u64) {
        // What the callback owns may own a listener of the same socket.
        drop(self.take(|known| known == id));
    }

    fn run(&self, lifecycle: &Rc<Lifecycle>) {
        let Some(report) = lifecycle.audience().end().map(End::report) else { return };
        let bound = self.bound(lifecycle);
        while let Some(callback) = self.take(|id| id < bound) {
            callback(&report);
        }
    }

    fn recall(&self, lifecycle: &Rc<Lifecycle>) -> bool {
        let bound = self.bound(lifecycle);
        let is_due = self.callbacks.with(|callbacks| callbacks.iter().any(|(id, _)| *id < bound));
        if is_due {
            lifecycle.wake_in_task();
        }
        is_due
    }
}

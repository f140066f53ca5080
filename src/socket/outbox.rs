//! What was sent and has not left yet: who waits for it, and when to look again.

use core::cell::Cell;
use core::task::{Context, Poll};

use gloo_timers::callback::Timeout;

use super::waiters::{Until, Waiters, Who};
use crate::browser::Task;

/// Those who wait until `bufferedAmount` has fallen.
///
/// The platform has no event for that, so somebody has to look. There is one look at a time for all
/// who wait, and none if nobody does: first in the next tasks, since a short message is gone by then,
/// then after 1, 2, 4 … 64 ms; after any progress, after 1 ms again.
pub(super) struct Outbox {
    /// Above so many bytes of `bufferedAmount` a `Sink` is not ready.
    pub(super) high_water_mark: Cell<u64>,
    /// Each with the `bufferedAmount` that it waits for.
    waiters: Waiters,
    next_look: Cell<Option<Look>>,
    /// How many looks there were since somebody began to wait, or since the last progress.
    looks: Cell<u32>,
    last_seen: Cell<u64>,
}

/// It takes place at some time; dropping it cancels it.
enum Look {
    InNextTask { _task: Task },
    Later { _timer: Timeout },
}

/// So many looks are in the next task each, before timers are used.
const LOOKS_IN_NEXT_TASK: u32 = 4;
/// The longest time between two looks is 2 to the power of this, in milliseconds.
const LONGEST_PAUSE_LOG2: u32 = 6;
/// After so many looks, which is about a second, those who wait are asked whether they still do, by
/// being woken: of a `Sink`, nobody tells when the one who polled it was dropped.
const LOOKS_BEFORE_ASKING: u32 = 24;

impl Outbox {
    /// A `Sink` is ready up to this, unless somebody says otherwise.
    pub(super) const DEFAULT_HIGH_WATER_MARK: u64 = 1 << 20;

    pub(super) const fn new() -> Self {
        Self {
            high_water_mark: Cell::new(Self::DEFAULT_HIGH_WATER_MARK),
            waiters: Waiters::new(),
            next_look: Cell::new(None),
            looks: Cell::new(0),
            last_seen: Cell::new(0),
        }
    }

    /// Ready when no more than this is buffered. Until then, `look` is to call [`Self::look`] whenever
    /// it is called.
    pub(super) fn poll_at_most(
        &self,
        at_most: u64,
        buffered_amount: u64,
        who: Who,
        context: &mut Context<'_>,
        look: impl FnOnce() + 'static,
    ) -> Poll<()> {
        if buffered_amount <= at_most {
            self.last_seen.set(buffered_amount);
            self.forget(who);
            return Poll::Ready(());
        }
        self.waiters.wait(who, Until::AtMost(at_most), context.waker());
        let next_look = self.next_look.take();
        if next_look.is_some() {
            self.next_look.set(next_look);
        } else {
            // One that was asked again goes on as before.
            if buffered_amount != self.last_seen.replace(buffered_amount) {
                self.looks.set(0);
            }
            self.look_later(look);
        }
        Poll::Pending
    }

    /// Wakes those whose time has come, and looks again later if others wait.
    pub(super) fn look(&self, buffered_amount: u64, look: impl FnOnce() + 'static) {
        let is_progress = buffered_amount < self.last_seen.replace(buffered_amount);
        let looks = self.looks.get() + 1;
        self.looks.set(if is_progress { looks.min(LOOKS_IN_NEXT_TASK) } else { looks });
        let is_asking = self.looks.get().is_multiple_of(LOOKS_BEFORE_ASKING);
        let woken = self.waiters.take_if(&|_, until| {
            is_asking || matches!(until, Until::AtMost(at_most) if buffered_amount <= at_most)
        });
        if self.waiters.is_empty() {
            self.next_look.set(None);
        } else {
            self.look_later(look);
        }
        for waker in woken {
            waker.wake();
        }
    }

    /// Wakes everyone: there is nothing to wait for any more.
    pub(super) fn wake_all(&self) {
        self.next_look.set(None);
        self.waiters.wake_all();
    }

    /// One does not wait any more.
    pub(super) fn forget(&self, who: Who) {
        self.waiters.forget(who);
        if self.waiters.is_empty() {
            self.next_look.set(None);
        }
    }

    fn look_later(&self, look: impl FnOnce() + 'static) {
        let next_look = match self.looks.get().checked_sub(LOOKS_IN_NEXT_TASK) {
            None => Look::InNextTask { _task: Task::new(look) },
            Some(pauses) => {
                let pause_millis = 1 << pauses.min(LONGEST_PAUSE_LOG2);
                Look::Later { _timer: Timeout::new(pause_millis, look) }
            }
        };
        self.next_look.set(Some(next_look));
    }
}

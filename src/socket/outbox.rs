//! What was sent and has not left yet: who waits for it, and when to look again.

use core::cell::Cell;
use core::mem;
use core::task::{Context, Poll};
use std::rc::{Rc, Weak};

use super::audience::Audience;
use super::lifecycle::Lifecycle;
use super::waiters::{Until, Waiters, Who};
use crate::brief::Brief;
use crate::browser::{Alarm, Call, NEVER, Sleeper, now, wake_ups};
use crate::time::Millis;

/// When to look at `bufferedAmount` for those who wait until it has fallen.
///
/// The platform has no event for that, so somebody has to look. There is one look at a time for all
/// who wait, and none if nobody does: first in the next tasks, since a short message is gone by then,
/// then after 1, 2, 4 … 64 ms; after any progress, after 1 ms again.
pub(super) struct Outbox {
    /// Above so many bytes of `bufferedAmount` a `Sink` is not ready.
    pub(super) high_water_mark: Cell<u64>,
    /// What looks next.
    next_look: Brief<Option<Rc<Look>>>,
    /// How many looks there were since somebody began to wait, or since the last progress.
    looks: Cell<u32>,
    last_seen: Cell<u64>,
}

/// A look at how much is buffered. It does not keep a socket alive that nobody owns any more.
struct Look {
    lifecycle: Weak<Lifecycle>,
    alarm: Alarm,
}

impl Sleeper for Look {
    fn alarm(&self) -> &Alarm {
        &self.alarm
    }

    fn wake(self: Rc<Self>, _: Call) {
        if let Some(lifecycle) = self.lifecycle.upgrade() {
            let Audience { outbox, waiters, .. } = lifecycle.audience();
            outbox.look(lifecycle.buffered_amount(), waiters);
        }
    }
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
            next_look: Brief::new(None),
            looks: Cell::new(0),
            last_seen: Cell::new(0),
        }
    }

    /// Ready when no more than this is buffered.
    pub(super) fn poll_at_most(
        &self,
        at_most: u64,
        lifecycle: &Rc<Lifecycle>,
        who: Who,
        context: &mut Context<'_>,
    ) -> Poll<()> {
        let buffered_amount = lifecycle.buffered_amount();
        if buffered_amount <= at_most {
            self.last_seen.set(buffered_amount);
            lifecycle.audience().forget(who);
            return Poll::Ready(());
        }
        lifecycle.audience().waiters.wait(who, Until::AtMost(at_most), context.waker());
        if self.next_look().is_none() {
            // One that was asked again goes on as before.
            if buffered_amount != self.last_seen.replace(buffered_amount) {
                self.looks.set(0);
            }
            let lifecycle = Rc::downgrade(lifecycle);
            let look = Rc::new(Look { lifecycle, alarm: Alarm::new() });
            self.next_look.with(|next_look| *next_look = Some(Rc::clone(&look)));
            wake_ups::add(look);
            self.look_later();
        }
        Poll::Pending
    }

    /// Wakes those whose time has come, and looks again later if others wait.
    fn look(&self, buffered_amount: u64, waiters: &Waiters) {
        let is_progress = buffered_amount < self.last_seen.replace(buffered_amount);
        let looks = self.looks.get() + 1;
        self.looks.set(if is_progress { looks.min(LOOKS_IN_NEXT_TASK) } else { looks });
        let is_asking = self.looks.get().is_multiple_of(LOOKS_BEFORE_ASKING);
        self.look_later();
        waiters.wake_if(&|until| {
            is_asking || matches!(until, Until::AtMost(at_most) if buffered_amount <= at_most)
        });
        self.stop_unless_awaited(waiters);
    }

    fn look_later(&self) {
        let Some(look) = self.next_look() else { return };
        match self.looks.get().checked_sub(LOOKS_IN_NEXT_TASK) {
            None => look.alarm.set(NEVER, 1),
            Some(pauses) => {
                let pause = Millis::new(f64::from(1 << pauses.min(LONGEST_PAUSE_LOG2)));
                look.alarm.set(now().after(pause), 0);
            }
        }
    }

    /// There are no looks if nobody waits.
    pub(super) fn stop_unless_awaited(&self, waiters: &Waiters) {
        if !waiters.await_queue() {
            self.stop();
        }
    }

    pub(super) fn stop(&self) {
        if let Some(look) = self.next_look.with(mem::take) {
            wake_ups::remove(&look.alarm);
        }
    }

    fn next_look(&self) -> Option<Rc<Look>> {
        self.next_look.with(|next_look| next_look.clone())
    }
}

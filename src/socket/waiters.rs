//! Those who wait for something.

use core::sync::atomic::{AtomicU64, Ordering};
use core::task::Waker;

use crate::brief::Brief;

/// Those who wait, each once, in the order in which they began to.
///
/// Each has a name, so that whoever stops waiting can be forgotten: a waker alone does not tell if
/// anybody still waits. Nothing is borrowed while one is cloned, woken or dropped.
pub(super) struct Waiters {
    waiting: Brief<Vec<Waiting>>,
}

struct Waiting {
    who: Who,
    until: Until,
    waker: Waker,
}

/// What is waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// A message, or that there are no more.
    Message,
    /// The opening, or that the end has begun.
    Change,
    /// No more than so many bytes of `bufferedAmount`.
    AtMost(u64),
    /// The end.
    End,
}

/// The name of one who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Who(u64);

impl Who {
    /// Whoever polls a socket as a `Sink`: there is one at a time, as that takes a `&mut`.
    pub(super) const SINK: Self = Self(0);

    /// Whoever polls a socket as a `Stream`, likewise.
    pub(super) const READER: Self = Self(1);

    /// A new one.
    pub(super) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(2);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl Waiters {
    pub(super) const fn new() -> Self {
        Self { waiting: Brief::new(Vec::new()) }
    }

    /// One waits from now on, or for something else than before.
    pub(super) fn wait(&self, who: Who, until: Until, waker: &Waker) {
        let new = Waiting { who, until, waker: waker.clone() };
        drop(self.take(&|known, _| known == who));
        self.waiting.with(|waiting| waiting.push(new));
    }

    /// One does not wait any more.
    pub(super) fn forget(&self, who: Who) {
        drop(self.take(&|known, _| known == who));
    }

    /// Wakes those who wait for this. Who waits again while being woken is woken the next time, or, to
    /// no avail, this time already.
    pub(super) fn wake_if(&self, is_woken: &dyn Fn(Until) -> bool) {
        let count = self.waiting.with(|waiting| waiting.len());
        for _ in 0..count {
            let Some(waker) = self.take(&|_, until| is_woken(until)) else { break };
            waker.wake();
        }
    }

    /// Whether anybody waits for the browser's queue.
    pub(super) fn await_queue(&self) -> bool {
        self.waiting.with(|waiting| waiting.iter().any(|one| matches!(one.until, Until::AtMost(_))))
    }

    /// The first of those who are like this.
    fn take(&self, is_taken: &dyn Fn(Who, Until) -> bool) -> Option<Waker> {
        let taken = self.waiting.take_first(|one| is_taken(one.who, one.until));
        taken.map(|one| one.waker)
    }
}

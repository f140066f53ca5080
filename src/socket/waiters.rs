//! Those who wait for something.

use core::cell::RefCell;
use core::sync::atomic::{AtomicU64, Ordering};
use core::task::Waker;

/// Those who wait, each once, in the order in which they began to.
///
/// Each has a name, so that whoever stops waiting can be forgotten: a waker alone does not tell if
/// anybody still waits. Nothing is borrowed while one is cloned, woken or dropped.
pub(super) struct Waiters {
    waiting: RefCell<Vec<Waiting>>,
}

struct Waiting {
    who: Who,
    until: Until,
    waker: Waker,
}

/// What is waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
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

    /// A new one.
    pub(super) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl Waiters {
    pub(super) const fn new() -> Self {
        Self { waiting: RefCell::new(Vec::new()) }
    }

    /// One waits from now on, or for something else than before.
    pub(super) fn wait(&self, who: Who, until: Until, waker: &Waker) {
        let new = Waiting { who, until, waker: waker.clone() };
        let mut waiting = self.waiting.borrow_mut();
        let old = match waiting.iter_mut().find(|known| known.who == who) {
            Some(known) => Some(core::mem::replace(known, new)),
            None => {
                waiting.push(new);
                None
            }
        };
        drop(waiting);
        drop(old);
    }

    /// One does not wait any more.
    pub(super) fn forget(&self, who: Who) {
        drop(self.take_if(&|known, _| known == who));
    }

    /// Takes out those to be woken.
    pub(super) fn take_if(&self, is_taken: &dyn Fn(Who, Until) -> bool) -> Vec<Waker> {
        let mut waiting = self.waiting.borrow_mut();
        let taken = waiting.extract_if(.., |one| is_taken(one.who, one.until));
        taken.map(|one| one.waker).collect()
    }

    pub(super) fn wake_if(&self, is_woken: &dyn Fn(Who, Until) -> bool) {
        for waker in self.take_if(is_woken) {
            waker.wake();
        }
    }

    pub(super) fn wake_all(&self) {
        self.wake_if(&|_, _| true);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.borrow().is_empty()
    }
}

//! A waker made by hand, that does whatever a test wants.

use core::cell::RefCell;
use core::task::{Context, Waker};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Wake;

/// A waker that runs a callback inside `wake`, as long as this lives.
pub struct Alarm {
    number: u64,
    waker: Waker,
}

/// A waker can be sent to other threads, and a callback that holds a socket not: so they are here.
type Callbacks = BTreeMap<u64, Rc<dyn Fn()>>;

thread_local! {
    static CALLBACKS: RefCell<(u64, Callbacks)> = RefCell::default();
}

impl Alarm {
    /// A waker that runs this callback.
    pub fn new(callback: impl Fn() + 'static) -> Self {
        let number = CALLBACKS.with_borrow_mut(|(last, callbacks)| {
            *last += 1;
            callbacks.insert(*last, Rc::new(callback));
            *last
        });
        Self { number, waker: Arc::new(Bell { number }).into() }
    }

    /// Polls something for this waker.
    pub fn poll<T>(&self, poll: impl FnOnce(&mut Context<'_>) -> T) -> T {
        poll(&mut Context::from_waker(&self.waker))
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        let callback = CALLBACKS.with_borrow_mut(|(_, callbacks)| callbacks.remove(&self.number));
        drop(callback);
    }
}

struct Bell {
    number: u64,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        let callback = CALLBACKS.with_borrow(|(_, callbacks)| callbacks.get(&self.number).cloned());
        if let Some(callback) = callback {
            callback();
        }
    }
}

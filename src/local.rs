//! A value that belongs to one thread: the browser's objects, and who waits for them, do.

use core::ops::Deref;
use core::panic::{RefUnwindSafe, UnwindSafe};

/// It cannot be carried to another thread. With the feature `send` it can, and only that: whoever touches it
/// there, or drops it, panics.
#[derive(Clone)]
pub(crate) struct Local<T>(Inner<T>);

#[cfg(feature = "send")]
type Inner<T> = send_wrapper::SendWrapper<T>;

#[cfg(not(feature = "send"))]
type Inner<T> = T;

impl<T> Local<T> {
    #[cfg(feature = "send")]
    pub(crate) fn new(value: T) -> Self {
        Self(Inner::new(value))
    }

    #[cfg(not(feature = "send"))]
    pub(crate) const fn new(value: T) -> Self {
        Self(value)
    }
}

impl<T> Deref for Local<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// A panic that is caught has left nothing half done: nothing is borrowed while foreign code runs.
impl<T> UnwindSafe for Local<T> {}

/// Likewise.
impl<T> RefUnwindSafe for Local<T> {}

#[cfg(all(test, feature = "send", not(target_arch = "wasm32")))]
mod tests {
    use std::rc::Rc;
    use std::thread;

    use super::*;

    #[test]
    fn it_may_be_carried_to_another_thread_and_comes_back_as_it_was() {
        let local = Local::new(Rc::new(7));
        let carried = thread::spawn(move || local).join().unwrap();
        assert_eq!(**carried, 7);
    }

    #[test]
    fn whoever_touches_it_in_another_thread_panics_with_a_text_that_says_so() {
        let local = Local::new(Rc::new(7));
        let panic = thread::scope(|scope| scope.spawn(|| **local).join()).unwrap_err();
        let text = panic.downcast_ref::<String>().unwrap();
        assert!(text.contains("thread different to the one"));
    }
}

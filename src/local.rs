//! A value that belongs to one thread: the browser's objects, and who waits for them, do.

/// With the feature `send` the value may be carried to another thread, and only that: whoever touches it
/// there, or drops it, panics.
#[cfg(feature = "send")]
pub(crate) use send_wrapper::SendWrapper as Local;

/// Without the feature `send` it is just the value, and cannot be carried to another thread.
#[cfg(not(feature = "send"))]
#[derive(Clone)]
pub(crate) struct Local<T>(T);

#[cfg(not(feature = "send"))]
impl<T> Local<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(value)
    }
}

#[cfg(not(feature = "send"))]
impl<T> core::ops::Deref for Local<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

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

//! A value that is borrowed for moments only.

use core::cell::RefCell;
use core::mem;

/// What is never borrowed while foreign code runs, so that nobody ever finds it borrowed. Somebody who did
/// would get nothing: there is no panic here, and a program is smaller for it.
pub(crate) struct Brief<T>(RefCell<T>);

impl<T> Brief<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(RefCell::new(value))
    }

    /// Does something with the value that calls nobody.
    pub(crate) fn with<R: Default>(&self, action: impl FnOnce(&mut T) -> R) -> R {
        self.0.try_borrow_mut().map(|mut value| action(&mut value)).unwrap_or_default()
    }
}

impl<T> Brief<Vec<T>> {
    /// Takes the first that is like this. The others stay in order.
    pub(crate) fn take_first(&self, is_taken: impl Fn(&T) -> bool) -> Option<T> {
        self.with(|values| {
            // Changes places with each that follows. (`Vec::remove` checks what cannot be, and has a text
            // for it.)
            let mut taken: Option<&mut T> = None;
            for value in values.iter_mut() {
                if let Some(taken) = taken {
                    mem::swap(taken, value);
                } else if !is_taken(value) {
                    continue;
                }
                taken = Some(value);
            }
            taken?;
            values.pop()
        })
    }
}

//! What the browser calls back: an event listener that removes itself.

use js_sys::Function;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Event, EventTarget};

/// A function of JavaScript's that calls back, as long as this lives. (What is no event listener is given
/// no event, and must not look at it.)
pub(super) struct Callback(Closure<dyn Fn(Event)>);

impl Callback {
    pub(super) fn new(callback: Box<dyn Fn(Event)>) -> Self {
        Self(wrap(callback))
    }

    pub(super) fn function(&self) -> &Function {
        self.0.as_ref().unchecked_ref()
    }
}

/// A panic that is caught leaves nothing half done: nothing is borrowed while foreign code runs.
#[cfg(all(target_family = "wasm", panic = "unwind"))]
fn wrap(callback: Box<dyn Fn(Event)>) -> Closure<dyn Fn(Event)> {
    Closure::wrap_assert_unwind_safe(callback)
}

#[cfg(not(all(target_family = "wasm", panic = "unwind")))]
fn wrap(callback: Box<dyn Fn(Event)>) -> Closure<dyn Fn(Event)> {
    Closure::wrap(callback)
}

/// A listener that is attached as long as this lives.
#[must_use = "dropping a listener removes it"]
pub(crate) struct Listener {
    target: EventTarget,
    kind: &'static str,
    callback: Callback,
}

/// Before those that do not capture; and a window hears what is dispatched on its document, also if it
/// does not bubble.
const CAPTURE: bool = true;

impl Listener {
    /// Listens for events of this kind on the target. Where none can be listened for, none come.
    pub(crate) fn new(
        target: EventTarget,
        kind: &'static str,
        callback: Box<dyn Fn(Event)>,
    ) -> Self {
        let callback = Callback::new(callback);
        let function = callback.function();
        let _ = target.add_event_listener_with_callback_and_bool(kind, function, CAPTURE);
        Self { target, kind, callback }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let Self { target, kind, callback } = self;
        let function = callback.function();
        let _ = target.remove_event_listener_with_callback_and_bool(kind, function, CAPTURE);
    }
}

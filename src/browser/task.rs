//! One task: run something when the tasks that are queued by now have run.

use gloo_timers::callback::Timeout;
use js_sys::Function;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageChannel, MessagePort};

/// A callback that runs in a task of its own; dropping this cancels it.
///
/// It goes through a message channel: a hidden page holds timers back for up to a second, messages
/// not (HTML, "message ports"). Where there is no such thing, a timer of 0 ms serves.
#[must_use = "dropping a task cancels it"]
pub(crate) enum Task {
    Message { port: MessagePort, _callback: Closure<dyn FnMut()> },
    Timer { _timeout: Timeout },
}

impl Task {
    pub(crate) fn new(callback: impl FnOnce() + 'static) -> Self {
        Self::boxed(Box::new(callback))
    }

    /// Once in a program, whatever the callbacks are.
    fn boxed(callback: Box<dyn FnOnce()>) -> Self {
        let Ok(channel) = MessageChannel::new() else {
            return Self::Timer { _timeout: Timeout::new(0, callback) };
        };
        let callback = Closure::once(callback);
        let port = channel.port1();
        port.set_onmessage(Some(AsRef::<JsValue>::as_ref(&callback).unchecked_ref::<Function>()));
        // Only values that cannot be cloned are refused, and null can be.
        let _ = channel.port2().post_message(&JsValue::NULL);
        Self::Message { port, _callback: callback }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if let Self::Message { port, .. } = self {
            port.set_onmessage(None);
            port.close();
        }
    }
}

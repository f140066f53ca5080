//! `setTimeout` where panics unwind, for which gloo-timers (0.4.0) does not compile: its closures have to
//! be said to be unwind safe.

use js_sys::Function;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout, catch)]
    fn set_timeout(handler: &Function, milliseconds: f64) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(handle: &JsValue);
}

/// A timer that is cleared when this is dropped.
pub(super) struct Timeout {
    handle: JsValue,
    _callback: Closure<dyn FnMut()>,
}

impl Timeout {
    pub(super) fn new(milliseconds: u32, callback: fn()) -> Self {
        let callback = Closure::once_assert_unwind_safe(callback);
        let handle = set_timeout(callback.as_ref().unchecked_ref(), f64::from(milliseconds));
        // A page that has none has the events alone.
        Self { handle: handle.unwrap_or_default(), _callback: callback }
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        clear_timeout(&self.handle);
    }
}

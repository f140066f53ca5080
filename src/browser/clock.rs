//! The clock: the browser's monotonic one.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::time::Instant;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds since the time origin (High Resolution Time, `performance.now()`).
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// The current time. The clock never goes back; on most systems it stands still in sleep.
pub(crate) fn now() -> Instant {
    Instant::from_millis(performance_now())
}

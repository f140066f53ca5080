//! The clock: the browser's monotonic one.

#[cfg(feature = "npm")]
use core::time::Duration;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::closing::Instant;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds since the time origin (High Resolution Time, `performance.now()`).
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

const MICROS_PER_MILLI: f64 = 1_000.0;

/// The current time. The clock never goes back; on most systems it stands still in sleep.
pub(crate) fn now() -> Instant {
    Instant::from_micros((performance_now() * MICROS_PER_MILLI) as u64)
}

/// The duration of so many milliseconds, to the microsecond; `None` for infinity and for what is
/// so long that it never ends (over half a million years). A negative one, or NaN, is zero.
#[cfg(feature = "npm")]
pub(crate) fn duration_from_millis(millis: f64) -> Option<Duration> {
    match (millis * MICROS_PER_MILLI) as u64 {
        u64::MAX => None,
        micros => Some(Duration::from_micros(micros)),
    }
}

/// The milliseconds of a duration, to the microsecond.
#[cfg(feature = "npm")]
pub(crate) fn millis_from_duration(duration: Duration) -> f64 {
    // One that the clock has measured fits in 64 bits.
    duration.as_micros() as u64 as f64 / MICROS_PER_MILLI
}

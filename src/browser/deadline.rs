//! The one deadline of a socket: a timer, and a look at the clock whenever the page comes back.

use core::time::Duration;

use gloo_timers::callback::Timeout;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::EventTarget;

use super::listener::Listener;

/// A timer that is armed as long as this lives.
///
/// A timer alone is not enough: it stands still while the page is frozen or in the back-forward
/// cache, and is held back while the page is hidden. So the events that tell of the end of that are
/// listened for as well; all three bubble to the window. A worker has none of them.
#[must_use = "dropping a deadline disarms it"]
pub(crate) struct Deadline {
    _timer: Timeout,
    _page: Option<Listener>,
}

/// HTML, "visibilitychange" and "pageshow"; Page Lifecycle, "resume".
const PAGE_COMES_BACK: &[&str] = &["visibilitychange", "pageshow", "resume"];

/// The longest delay that a browser's timer knows (HTML, "timer initialization steps": a `long`).
/// A deadline further away is armed again when this has passed.
const MAX_TIMER_MILLIS: u64 = i32::MAX as u64;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = window)]
    static WINDOW: Option<EventTarget>;
}

impl Deadline {
    /// Calls `timer_fired` after the delay (or, if that is very long, before), and `page_resumed`
    /// whenever the page comes back until then.
    pub(crate) fn new(
        delay: Duration,
        timer_fired: impl FnOnce() + 'static,
        page_resumed: impl Fn() + 'static,
    ) -> Self {
        Self {
            _timer: Timeout::new(timer_millis(delay), timer_fired),
            _page: WINDOW
                .with(Option::clone)
                .map(|window| Listener::new(window, PAGE_COMES_BACK, move |_| page_resumed())),
        }
    }
}

/// Rounded up, so that the timer does not fire before the deadline.
fn timer_millis(delay: Duration) -> u32 {
    const MILLIS_PER_SECOND: u64 = 1_000;
    const MICROS_PER_MILLI: u32 = 1_000;
    let millis = u64::from(delay.subsec_micros().div_ceil(MICROS_PER_MILLI));
    let millis = delay.as_secs().saturating_mul(MILLIS_PER_SECOND).saturating_add(millis);
    millis.min(MAX_TIMER_MILLIS) as u32
}

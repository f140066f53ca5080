//! The one deadline of a socket: a timer, and a look at the clock whenever the page comes back.

use core::time::Duration;

use gloo_timers::callback::Timeout;
use js_sys::{Function, JsString};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue, wasm_bindgen};

/// A timer that is armed as long as this lives.
///
/// A timer alone is not enough: it stands still while the page is frozen or in the back-forward
/// cache, and is held back while the page is hidden. So the events that tell of the end of that are
/// listened for as well.
#[must_use = "dropping a deadline disarms it"]
pub(crate) struct Deadline {
    _timer: Timeout,
    _page: PageListener,
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
            // Boxed, so that one kind of timer serves all.
            _timer: Timeout::new(timer_millis(delay), Box::new(timer_fired) as Box<dyn FnOnce()>),
            _page: PageListener::new(page_resumed),
        }
    }
}

// Strings of JavaScript, so that no text has to be decoded. (rustfmt would take their values away.)
#[rustfmt::skip]
#[wasm_bindgen]
extern "C" {
    // HTML, "page visibility".
    #[wasm_bindgen(thread_local_v2, static_string)]
    static VISIBILITYCHANGE: JsString = "visibilitychange";

    // HTML, "reactivate a document".
    #[wasm_bindgen(thread_local_v2, static_string)]
    static PAGESHOW: JsString = "pageshow";

    // Page Lifecycle.
    #[wasm_bindgen(thread_local_v2, static_string)]
    static RESUME: JsString = "resume";
}

/// What tells that the page comes back. All bubble to the window.
fn for_each_kind(action: &dyn Fn(&JsString)) {
    for kind in [&VISIBILITYCHANGE, &PAGESHOW, &RESUME] {
        kind.with(action);
    }
}

/// A listener for the page's return, attached as long as this lives.
struct PageListener {
    callback: Closure<dyn FnMut()>,
}

#[wasm_bindgen]
extern "C" {
    // The global object's own: the window's or, where these events never come, the worker's. They
    // throw where there are none, as on a server.
    #[wasm_bindgen(js_name = addEventListener, catch)]
    fn add_event_listener(kind: &JsString, listener: &Function) -> Result<(), JsValue>;

    #[wasm_bindgen(js_name = removeEventListener, catch)]
    fn remove_event_listener(kind: &JsString, listener: &Function) -> Result<(), JsValue>;
}

impl PageListener {
    fn new(page_resumed: impl FnMut() + 'static) -> Self {
        let callback = Closure::new(page_resumed);
        for_each_kind(&|kind| {
            let _ = add_event_listener(kind, callback.as_ref().unchecked_ref());
        });
        Self { callback }
    }
}

impl Drop for PageListener {
    fn drop(&mut self) {
        for_each_kind(&|kind| {
            let _ = remove_event_listener(kind, self.callback.as_ref().unchecked_ref());
        });
    }
}

/// The longest delay that a browser's timer knows (HTML, "timer initialization steps": a `long`).
/// A deadline further away is armed again when this has passed.
const MAX_TIMER_MILLIS: u64 = i32::MAX as u64;

/// Rounded up, so that the timer does not fire before the deadline.
fn timer_millis(delay: Duration) -> u32 {
    const MICROS_PER_MILLI: u64 = 1_000;
    // A delay between two points in time fits in 64 bits.
    (delay.as_micros() as u64).div_ceil(MICROS_PER_MILLI).min(MAX_TIMER_MILLIS) as u32
}

//! The realm's one timer.

use core::cell::Cell;

use js_sys::Function;
use wasm_bindgen::prelude::wasm_bindgen;

use super::clock;
use super::listener::Callback;
use crate::time::{Instant, Millis};

#[wasm_bindgen]
extern "C" {
    // As a number a timer has a name everywhere.
    #[wasm_bindgen(js_name = setTimeout)]
    pub(super) fn set_timeout(callback: &Function, millis: f64) -> f64;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(name: f64);
}

/// A timer that is armed for one point in time, or not.
pub(super) struct Timer {
    on_fire: Callback,
    name: Cell<f64>,
    /// When it fires; never, if it is not armed.
    fires_at: Cell<Instant>,
}

/// The longest delay that a browser's timer knows (HTML, "timer initialization steps": a `long`). One
/// that is armed for later fires too early.
const LONGEST: f64 = i32::MAX as f64;

/// A point in time that does not come.
pub(crate) const NEVER: Instant = Instant::from_millis(Millis::ENDLESS.get());

impl Timer {
    /// One that calls back when it fires.
    pub(super) fn new(on_fire: fn()) -> Self {
        let on_fire = Callback::new(Box::new(move |_| on_fire()));
        Self { on_fire, name: Cell::new(0.0), fires_at: Cell::new(NEVER) }
    }

    /// Whether it fires by then.
    pub(super) fn is_armed_by(&self, time: Instant) -> bool {
        self.fires_at.get() <= time
    }

    /// Makes it fire at this time (or, if that is very far, before), and not at the one before.
    pub(super) fn arm(&self, time: Instant) {
        self.disarm();
        // Rounded up, so that it does not fire before.
        let delay = time.since(clock::now()).get().ceil().min(LONGEST);
        self.name.set(set_timeout(self.on_fire.function(), delay));
        self.fires_at.set(time);
    }

    /// It does not fire any more, or has fired.
    pub(super) fn disarm(&self) {
        if self.fires_at.replace(NEVER) != NEVER {
            clear_timeout(self.name.get());
        }
    }
}

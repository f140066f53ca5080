//! A timer for one point in time, again and again.

use core::cell::Cell;

#[cfg(not(all(target_family = "wasm", panic = "unwind")))]
use gloo_timers::callback::Timeout;

use super::clock;
#[cfg(all(target_family = "wasm", panic = "unwind"))]
use super::timeout::Timeout;
use crate::time::{Instant, Millis};

/// A timer that is armed for one point in time, or not.
pub(super) struct Timer {
    on_fire: fn(),
    armed: Cell<Option<Timeout>>,
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
        Self { on_fire, armed: Cell::new(None), fires_at: Cell::new(NEVER) }
    }

    /// Whether it fires by then.
    pub(super) fn is_armed_by(&self, time: Instant) -> bool {
        self.fires_at.get() <= time
    }

    /// Makes it fire at this time (or, if that is very far, before), and not at the one before.
    pub(super) fn arm(&self, time: Instant) {
        // Rounded up, so that it does not fire before.
        let delay = time.since(clock::now()).get().ceil().min(LONGEST);
        self.set(time, Some(Timeout::new(delay as u32, self.on_fire)));
    }

    /// It does not fire any more, or has fired.
    pub(super) fn disarm(&self) {
        self.set(NEVER, None);
    }

    fn set(&self, fires_at: Instant, armed: Option<Timeout>) {
        self.fires_at.set(fires_at);
        self.armed.set(armed);
    }
}

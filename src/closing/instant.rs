//! A point in time, as the shells of the state machine hand it in.

use core::time::Duration;

const MICROS_PER_SEC: u64 = 1_000_000;
/// The most whole seconds that there are in 64 bits of microseconds.
const MAX_SECS: u64 = u64::MAX / MICROS_PER_SEC;

/// A point in time on a clock that never goes back, in microseconds from that clock's own origin.
///
/// The browser's is `performance.now()`; a test's is whatever the test says. (`std::time::Instant`
/// panics on `wasm32-unknown-unknown`, and cannot be made up for a test.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(u64);

impl Instant {
    /// The point so many microseconds after the clock's origin.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// How long after `earlier` this is; zero if it is not after it.
    pub const fn since(self, earlier: Instant) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }

    /// The point `duration` later, or the last one that there is.
    #[must_use]
    pub const fn after(self, duration: Duration) -> Self {
        if duration.as_secs() > MAX_SECS {
            return Self(u64::MAX);
        }
        let micros = duration.as_secs() * MICROS_PER_SEC;
        Self(self.0.saturating_add(micros).saturating_add(duration.subsec_micros() as u64))
    }
}

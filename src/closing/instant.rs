//! A point in time, as the shells of the state machine hand it in.

use core::time::Duration;

/// A point in time on a clock that never goes back, counted from that clock's own origin.
///
/// The browser's is `performance.now()`; a test's is whatever the test says. (`std::time::Instant`
/// panics on `wasm32-unknown-unknown`, and cannot be made up for a test.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Duration);

impl Instant {
    /// The point `since_origin` after the clock's origin.
    pub const fn new(since_origin: Duration) -> Self {
        Self(since_origin)
    }

    /// How long after `earlier` this is; zero if it is not after it.
    pub const fn since(self, earlier: Instant) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// The point `duration` later.
    #[must_use]
    pub const fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }
}

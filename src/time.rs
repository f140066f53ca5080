//! Time as plain numbers, milliseconds on a clock that is always somebody else's; and what a state machine
//! asks of whoever has the clock.
//!
//! `std::time` is for the public API alone: its `Instant` panics on `wasm32-unknown-unknown` and cannot be
//! made up for a test, and its `Duration` is a third of the state machine's size.

use core::cmp::Ordering;
use core::hash::{Hash, Hasher};
use core::time::Duration;

/// A length of time in milliseconds: never negative, perhaps fractional, perhaps endless.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Millis(f64);

impl Millis {
    /// No time.
    pub const ZERO: Self = Self(0.0);
    /// For ever.
    pub const ENDLESS: Self = Self(f64::INFINITY);

    /// So many milliseconds; none, if that is negative or not a number.
    pub const fn new(millis: f64) -> Self {
        // Not `max`, which in wasm gives NaN for NaN.
        Self(if millis > 0.0 { millis } else { 0.0 })
    }

    /// How many milliseconds.
    pub const fn get(self) -> f64 {
        self.0
    }
}

// Neither NaN nor -0 is a `Millis`, so that the order is total, and what is equal has the same bits.
impl Eq for Millis {}

impl Ord for Millis {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

#[allow(clippy::non_canonical_partial_ord_impl, reason = "one instruction, where `cmp` is a dozen")]
impl PartialOrd for Millis {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.0.partial_cmp(&other.0)
    }
}

impl Hash for Millis {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

impl From<Duration> for Millis {
    fn from(duration: Duration) -> Self {
        const MILLIS_PER_SEC: f64 = 1e3;
        const NANOS_PER_MILLI: f64 = 1e6;
        // Whole milliseconds stay exact.
        let whole = duration.as_secs() as f64 * MILLIS_PER_SEC;
        Self(whole + f64::from(duration.subsec_nanos()) / NANOS_PER_MILLI)
    }
}

/// `None` is [`Millis::ENDLESS`].
impl From<Option<Duration>> for Millis {
    #[inline(never)]
    fn from(duration: Option<Duration>) -> Self {
        duration.map_or(Self::ENDLESS, Self::from)
    }
}

/// To the microsecond; endless is the longest that fits.
impl From<Millis> for Duration {
    // Once in a program: it is several divisions.
    #[inline(never)]
    fn from(millis: Millis) -> Self {
        const MICROS_PER_MILLI: f64 = 1e3;
        Self::from_micros((millis.0 * MICROS_PER_MILLI + 0.5) as u64)
    }
}

/// A point in time on a clock that never goes back, in milliseconds from that clock's own origin.
///
/// The browser's is `performance.now()`; a test's is whatever the test says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Millis);

impl Instant {
    /// The point so many milliseconds after the clock's origin.
    pub const fn from_millis(millis: f64) -> Self {
        Self(Millis::new(millis))
    }

    /// The milliseconds since the clock's origin.
    pub const fn as_millis(self) -> f64 {
        self.0.get()
    }

    /// How long after `earlier` this is; zero if it is not after it.
    pub const fn since(self, earlier: Self) -> Millis {
        Millis::new(self.0.0 - earlier.0.0)
    }

    /// The point so much later; there is one that never comes.
    #[must_use]
    pub const fn after(self, millis: Millis) -> Self {
        Self(Millis(self.0.0 + millis.0))
    }
}

/// What happens to the one wake-up that a shell has pending for a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetWakeUp {
    /// Replace the pending wake-up by a timer: hand in `TimerFired` at that time, and `Looked` whenever the
    /// page comes back before.
    ArmDeadline(Instant),
    /// Replace the pending wake-up by one task: hand in `TaskYielded` when the tasks that are queued by now
    /// have run.
    YieldTask,
    /// Drop the pending wake-up.
    DisarmDeadline,
}

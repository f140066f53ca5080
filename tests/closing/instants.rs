//! Points in time:
//!
//! - later and earlier by a duration, in microseconds
//! - never before the earlier one, and never past the last one

use core::time::Duration;

use graceful_websocket::closing::Instant;

const ORIGIN: Instant = Instant::from_micros(0);
const LAST: Instant = Instant::from_micros(u64::MAX);
const SECOND: Duration = Duration::from_secs(1);
const MICROSECOND: Duration = Duration::from_micros(1);
const NANOSECOND: Duration = Duration::from_nanos(1);

#[test]
fn what_is_after_a_duration_is_that_duration_later() {
    for duration in [Duration::ZERO, MICROSECOND, SECOND - MICROSECOND, SECOND + MICROSECOND] {
        let start = ORIGIN.after(SECOND);
        assert_eq!(start.after(duration).since(start), duration);
    }
}

#[test]
fn what_is_not_later_is_later_by_nothing() {
    assert_eq!(ORIGIN.since(ORIGIN.after(SECOND)), Duration::ZERO);
    assert_eq!(LAST.since(LAST), Duration::ZERO);
}

#[test]
fn nothing_comes_after_the_last_point() {
    assert_eq!(LAST.after(MICROSECOND), LAST);
    assert_eq!(LAST.after(SECOND), LAST);
    assert_eq!(ORIGIN.after(Duration::MAX), LAST);
    assert_eq!(ORIGIN.after(Duration::from_secs(u64::MAX / 2)), LAST);
}

#[test]
fn less_than_a_microsecond_does_not_count() {
    assert_eq!(ORIGIN.after(MICROSECOND - NANOSECOND), ORIGIN);
    assert_eq!(ORIGIN.after(MICROSECOND + NANOSECOND), ORIGIN.after(MICROSECOND));
}

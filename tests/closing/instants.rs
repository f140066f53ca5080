//! Milliseconds, and points in time that are so many of them apart:
//!
//! - what is negative or not a number is no time; what is endless is longer than anything
//! - a `Duration` is so many milliseconds, to the microsecond, and none at all is endless
//! - a point is later and earlier by a time, is never before the earlier one, and may never come
//! - both are in order, whichever way they are compared

use core::cmp::Ordering;
use core::time::Duration;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use graceful_websocket::time::{Instant, Millis};

const ORIGIN: Instant = Instant::from_millis(0.0);
const NEVER: Instant = Instant::from_millis(f64::INFINITY);
const SECOND: Millis = Millis::new(1_000.0);
const MILLISECOND: Millis = Millis::new(1.0);
/// Exact in binary.
const EIGHTH: Millis = Millis::new(0.125);

/// Each longer than the one before.
const IN_ORDER: [Millis; 6] =
    [Millis::ZERO, EIGHTH, MILLISECOND, SECOND, Millis::new(f64::MAX), Millis::ENDLESS];

#[test]
fn milliseconds_are_the_number_that_they_were_made_of() {
    for millis in [0.0, 0.125, 1.0, 1_000.0, f64::MAX, f64::INFINITY] {
        assert_eq!(Millis::new(millis).get(), millis);
        assert_eq!(Instant::from_millis(millis).as_millis(), millis);
    }
    assert_eq!(Millis::ZERO.get(), 0.0);
    assert_eq!(Millis::ENDLESS.get(), f64::INFINITY);
}

#[test]
fn what_is_negative_or_not_a_number_is_no_time() {
    for millis in [-0.0, -1.0, f64::MIN, f64::NEG_INFINITY, f64::NAN, -f64::NAN] {
        assert_eq!(Millis::new(millis).get().to_bits(), 0, "{millis}");
        assert_eq!(Instant::from_millis(millis), ORIGIN, "{millis}");
    }
}

#[test]
fn times_and_points_are_in_order_whichever_way_they_are_compared() {
    for (i, &left) in IN_ORDER.iter().enumerate() {
        for (j, &right) in IN_ORDER.iter().enumerate() {
            assert_ordered(i.cmp(&j), left, right);
            assert_ordered(i.cmp(&j), ORIGIN.after(left), ORIGIN.after(right));
        }
    }
}

#[test]
fn times_that_are_equal_are_one_in_a_set() {
    assert_eq!(HashSet::from(IN_ORDER).len(), IN_ORDER.len());
    let hasher = RandomState::new();
    let hashes: HashSet<u64> = IN_ORDER.iter().map(|millis| hasher.hash_one(millis)).collect();
    assert_eq!(hashes.len(), IN_ORDER.len());
    assert_eq!(hasher.hash_one(Millis::new(-0.0)), hasher.hash_one(Millis::ZERO));
}

#[test]
fn a_duration_is_so_many_milliseconds() {
    assert_eq!(Millis::from(Duration::ZERO), Millis::ZERO);
    assert_eq!(Millis::from(Duration::from_micros(125)), EIGHTH);
    assert_eq!(Millis::from(Duration::new(7, 1_500_000)), Millis::new(7_001.5));
    assert_eq!(Millis::from(Some(Duration::from_secs(1))), SECOND);
    assert_eq!(Millis::from(None), Millis::ENDLESS);
    assert!(Millis::from(Duration::MAX) < Millis::ENDLESS);
}

#[test]
fn milliseconds_are_a_duration_to_the_microsecond() {
    let rounded = [
        (0.0, 0),
        (0.0004, 0),
        (0.0006, 1),
        (0.125, 125),
        (80.0, 80_000),
        (9_999.999_000_000_069, 9_999_999),
    ];
    for (millis, micros) in rounded {
        assert_eq!(Duration::from(Millis::new(millis)), Duration::from_micros(micros), "{millis}");
    }
    let longest = Duration::from_micros(u64::MAX);
    assert_eq!(Duration::from(Millis::ENDLESS), longest);
    assert_eq!(Duration::from(Millis::new(f64::MAX)), longest);
}

#[test]
fn what_is_after_a_time_is_that_time_later() {
    for millis in [Millis::ZERO, EIGHTH, MILLISECOND, SECOND] {
        let start = ORIGIN.after(SECOND);
        assert_eq!(start.after(millis).since(start), millis);
    }
}

#[test]
fn what_is_not_later_is_later_by_nothing() {
    assert_eq!(ORIGIN.since(ORIGIN.after(SECOND)), Millis::ZERO);
    assert_eq!(ORIGIN.since(NEVER), Millis::ZERO);
    assert_eq!(NEVER.since(NEVER), Millis::ZERO);
}

#[test]
fn nothing_comes_after_the_point_that_never_comes() {
    assert_eq!(ORIGIN.after(Millis::ENDLESS), NEVER);
    assert_eq!(NEVER.after(SECOND), NEVER);
    assert_eq!(NEVER.since(ORIGIN), Millis::ENDLESS);
    assert!(ORIGIN.after(Millis::new(f64::MAX)) < NEVER);
}

/// Asserts that every comparison agrees with this one.
#[track_caller]
fn assert_ordered<T: Copy + core::fmt::Debug + Ord>(order: Ordering, left: T, right: T) {
    assert_eq!(left.cmp(&right), order, "{left:?} {right:?}");
    assert_eq!(left.partial_cmp(&right), Some(order), "{left:?} {right:?}");
    assert_eq!(left == right, order.is_eq(), "{left:?} == {right:?}");
    assert_eq!(left < right, order.is_lt(), "{left:?} < {right:?}");
    assert_eq!(left <= right, order.is_le(), "{left:?} <= {right:?}");
    assert_eq!(left > right, order.is_gt(), "{left:?} > {right:?}");
    assert_eq!(left >= right, order.is_ge(), "{left:?} >= {right:?}");
    assert_eq!(left.max(right), if order.is_lt() { right } else { left });
    assert_eq!(left.min(right), if order.is_gt() { right } else { left });
}

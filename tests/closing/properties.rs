//! What holds for random sequences and texts:
//!
//! - any sequence of steps, at any times, keeps the closing contract
//! - a close with a timeout settles in time, whatever came before it, if the shell runs
//! - a truncated reason is the longest beginning of the text that fits

use core::time::Duration;

use graceful_websocket::closing::{CloseCode, CloseFrame, CloseReason, Input, ReadyState};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::timeline::{Step, Timeline};

/// How many steps a sequence has at most.
const STEPS: usize = 40;
/// Timeouts are drawn up to this long, and steps of time as well: each outlasts the other at times.
const LONGEST_MS: u64 = 20_000;
/// Messages are drawn up to this long.
const LONGEST_BYTES: u64 = 1_000;
/// Texts are drawn up to this many characters: some that fit into a Close frame, and some that do not.
const LONGEST_TEXT: usize = 200;

fn duration() -> impl Strategy<Value = Duration> {
    prop_oneof![Just(0), 0..=LONGEST_MS].prop_map(Duration::from_millis)
}

fn timeout() -> impl Strategy<Value = Option<Duration>> {
    option::weighted(0.9, prop_oneof![9 => duration().boxed(), 1 => Just(Duration::MAX).boxed()])
}

fn ready_state() -> impl Strategy<Value = ReadyState> {
    prop_oneof![
        Just(ReadyState::Connecting),
        Just(ReadyState::Open),
        Just(ReadyState::Closing),
        Just(ReadyState::Closed)
    ]
}

fn code() -> impl Strategy<Value = CloseCode> {
    prop_oneof![Just(CloseCode::ABNORMAL), any::<u16>().prop_map(CloseCode::new)]
}

fn frame() -> impl Strategy<Value = Option<CloseFrame>> {
    option::of((code(), any::<String>()).prop_map(|(code, reason)| CloseFrame { code, reason }))
}

/// Every input but the browser's `close` event, which would make most sequences short.
fn input() -> impl Strategy<Value = Input> {
    prop_oneof![
        timeout().prop_map(Input::OpenTimeout),
        timeout().prop_map(Input::CloseTimeout),
        Just(Input::Opened),
        (frame(), ready_state()).prop_map(|(frame, native)| Input::Close { frame, native }),
        ready_state().prop_map(|native| Input::Terminate { native }),
        (0..=LONGEST_BYTES).prop_map(Input::LateSend),
        Just(Input::NativeError),
        Just(Input::TimerFired),
        Just(Input::PageResumed),
        Just(Input::TaskYielded),
    ]
}

fn native_close() -> impl Strategy<Value = Input> {
    (code(), any::<String>(), any::<bool>())
        .prop_map(|(code, reason, was_clean)| Input::NativeClose { code, reason, was_clean })
}

fn step() -> impl Strategy<Value = Step<String>> {
    prop_oneof![
        10 => input().prop_map(Step::HandIn),
        1 => native_close().prop_map(Step::HandIn),
        2 => (0..=LONGEST_BYTES).prop_map(Step::Send),
        1 => Just(Step::Drain),
        4 => duration().prop_map(Step::Pass),
        2 => Just(Step::FireTimer),
    ]
}

/// Takes a step, which keeps the contract, and says whether it settled.
fn take(timeline: &mut Timeline<String>, step: Step<String>) -> Result<bool, TestCaseError> {
    timeline.step(step).map(|settlement| settlement.is_some()).map_err(TestCaseError::fail)
}

proptest! {
    #[test]
    fn any_sequence_keeps_the_contract(
        state in ready_state(),
        queued_bytes in 0..=LONGEST_BYTES,
        steps in vec(step(), 0..=STEPS),
    ) {
        let mut timeline = Timeline::new(state, queued_bytes);
        for step in steps {
            take(&mut timeline, step)?;
        }
    }

    #[test]
    fn a_close_with_a_timeout_settles_once_in_time_whatever_came_before(
        state in ready_state(),
        queued_bytes in 0..=LONGEST_BYTES,
        steps in vec(step(), 0..=STEPS),
        timeout in duration(),
        frame in frame(),
    ) {
        let mut timeline = Timeline::new(state, queued_bytes);
        let mut settled = false;
        let end = [
            Step::HandIn(Input::CloseTimeout(Some(timeout))),
            Step::HandIn(Input::Close { frame, native: ReadyState::Open }),
            Step::Pass(timeout),
            Step::FireTimer,
            Step::HandIn(Input::TaskYielded),
        ];
        for step in steps.into_iter().chain(end) {
            let settles = take(&mut timeline, step)?;
            prop_assert!(!(settled && settles), "settled twice");
            settled |= settles;
        }
        prop_assert!(settled, "not settled in time");
    }

    #[test]
    fn a_truncated_reason_is_the_longest_beginning_that_fits(
        characters in vec(any::<char>(), 0..=LONGEST_TEXT)
    ) {
        let text = String::from_iter(characters);
        let reason = CloseReason::truncated(&text);
        prop_assert!(reason.len() <= CloseReason::MAX_BYTES);
        let rest = text.strip_prefix(reason.as_str());
        prop_assert!(rest.is_some(), "not a beginning: {reason:?}");
        if let Some(next) = rest.and_then(|rest| rest.chars().next()) {
            prop_assert!(reason.len() + next.len_utf8() > CloseReason::MAX_BYTES, "{next:?} fits");
        }
    }

    #[test]
    fn a_reason_is_taken_exactly_if_it_need_not_be_truncated(
        characters in vec(any::<char>(), 0..=LONGEST_TEXT)
    ) {
        let text = String::from_iter(characters);
        let fits = CloseReason::truncated(&text).as_str() == text;
        prop_assert_eq!(CloseReason::new(text).is_ok(), fits);
    }
}

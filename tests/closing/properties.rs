//! What holds for random sequences and texts:
//!
//! - any sequence of steps, at any times, keeps the closing contract
//! - a close with a timeout settles in time, whatever came before it, if the shell runs
//! - a truncated reason is the longest beginning of the text that fits

use graceful_websocket::CloseReason;
use graceful_websocket::closing::{CloseCode, CloseFrame, Input, ReadyState};
use graceful_websocket::time::Millis;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::timeline::{Browser, Step, Timeline};

/// How many steps a sequence has at most.
const STEPS: usize = 40;
/// Timeouts are drawn up to this long, and steps of time as well: each outlasts the other at times.
const LONGEST_MS: u32 = 20_000;
/// Messages are drawn up to this long.
const LONGEST_BYTES: u32 = 1_000;
/// A timeout that no clock reaches, and that is not endless.
const LONGEST: Millis = Millis::new(f64::MAX);
/// Texts are drawn up to this many characters: some that fit into a Close frame, and some that do not.
const LONGEST_TEXT: usize = 200;

/// Whole milliseconds, so that the times of a sequence add up exactly.
fn time() -> impl Strategy<Value = Millis> {
    prop_oneof![Just(0), 0..=LONGEST_MS].prop_map(|millis| Millis::new(millis.into()))
}

fn timeout() -> impl Strategy<Value = Millis> {
    prop_oneof![8 => time(), 1 => Just(LONGEST), 1 => Just(Millis::ENDLESS)]
}

fn ready_state() -> impl Strategy<Value = ReadyState> {
    prop_oneof![
        Just(ReadyState::Connecting),
        Just(ReadyState::Open),
        Just(ReadyState::Closing),
        Just(ReadyState::Closed)
    ]
}

fn browser() -> impl Strategy<Value = Browser> {
    (ready_state(), 0..=LONGEST_BYTES, 0..=2u8, any::<bool>()).prop_map(
        |(native, buffered_amount, deaf_to, is_gecko)| Browser {
            native,
            buffered_amount,
            deaf_to,
            is_gecko,
        },
    )
}

fn code() -> impl Strategy<Value = CloseCode> {
    prop_oneof![
        Just(CloseCode::ABNORMAL),
        Just(CloseCode::new(0)),
        any::<u16>().prop_map(CloseCode::new)
    ]
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
        frame().prop_map(Input::Close),
        Just(Input::Terminate),
        (0..=LONGEST_BYTES).prop_map(Input::LateSend),
        Just(Input::NativeError),
        Just(Input::TimerFired),
        Just(Input::Looked),
        Just(Input::Navigated),
        Just(Input::TaskYielded),
    ]
}

fn native_close() -> impl Strategy<Value = Input> {
    (code(), any::<String>(), any::<bool>())
        .prop_map(|(code, reason, was_clean)| Input::NativeClose { code, reason, was_clean })
}

fn step() -> impl Strategy<Value = Step<String>> {
    prop_oneof![
        8 => input().prop_map(Step::HandIn),
        2 => (ready_state(), input()).prop_map(|(native, input)| Step::Show(native, input)),
        1 => native_close().prop_map(Step::HandIn),
        2 => (0..=LONGEST_BYTES).prop_map(Step::Send),
        1 => Just(Step::Drain),
        4 => time().prop_map(Step::Pass),
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
        browser in browser(),
        steps in vec(step(), 0..=STEPS),
    ) {
        let mut timeline = Timeline::new(browser);
        for step in steps {
            take(&mut timeline, step)?;
        }
    }

    #[test]
    fn a_close_with_a_timeout_settles_once_in_time_whatever_came_before(
        browser in browser(),
        steps in vec(step(), 0..=STEPS),
        timeout in time(),
        frame in frame(),
    ) {
        let mut timeline = Timeline::new(browser);
        let mut settled = false;
        let end = [
            Step::HandIn(Input::CloseTimeout(timeout)),
            Step::HandIn(Input::Close(frame)),
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

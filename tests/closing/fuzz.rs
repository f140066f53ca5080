//! What holds for long sequences of anything, as no shell would hand it in: times that stand still, go back, or are the
//! last that there is; amounts as large as they get; events that no browser fires in that order:
//!
//! - nothing panics or overflows
//! - it settles once at the most, calls the browser's `close()` once at the most, and is CLOSED and silent from then on
//! - the ready state never goes back
//! - what was received is the event's own, or 1006, "" and not clean
//! - no wake-up is later than the close timeout wants it, and whoever honours them settles

use core::time::Duration;

use graceful_websocket::closing::{
    Action, At, CloseCode, CloseFrame, CloseReport, Input, Instant, Machine, ReadyState, SetWakeUp,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

const CASES: u32 = 1_000;
const STEPS: usize = 100;
/// Honoured in a row, so many wake-ups are enough: a timer, a task, and the open timeout's before.
const WAKE_UPS: usize = 4;

/// Reasons are told apart by a number; the machine does not read them.
type Reason = u8;

fn amount() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), Just(1), 0..=20_000_000u64, any::<u64>(), Just(u64::MAX)]
}

fn at() -> impl Strategy<Value = At> {
    (amount(), amount())
        .prop_map(|(now, buffered_amount)| At { now: Instant::from_micros(now), buffered_amount })
}

fn duration() -> impl Strategy<Value = Duration> {
    prop_oneof![
        4 => amount().prop_map(Duration::from_micros),
        1 => Just(Duration::MAX),
        1 => (any::<u64>(), 0..1_000_000_000u32).prop_map(|(secs, nanos)| Duration::new(secs, nanos)),
    ]
}

fn ready_state() -> impl Strategy<Value = ReadyState> {
    (0..=4u16).prop_map(ReadyState::from_number)
}

fn frame() -> impl Strategy<Value = CloseFrame<Reason>> {
    (any::<u16>(), any::<Reason>())
        .prop_map(|(code, reason)| CloseFrame { code: CloseCode::new(code), reason })
}

/// A `close` event of the browser's ends most of what can happen, so it is rare.
fn input() -> impl Strategy<Value = Input<Reason>> {
    prop_oneof![
        5 => option::of(duration()).prop_map(Input::OpenTimeout),
        5 => option::of(duration()).prop_map(Input::CloseTimeout),
        5 => Just(Input::Opened),
        5 => (option::of(frame()), ready_state())
            .prop_map(|(frame, native)| Input::Close { frame, native }),
        5 => ready_state().prop_map(|native| Input::Terminate { native }),
        5 => amount().prop_map(Input::LateSend),
        5 => Just(Input::NativeError),
        10 => Just(Input::TimerFired),
        5 => Just(Input::PageResumed),
        2 => Just(Input::TaskYielded),
        1 => (frame(), any::<bool>()).prop_map(|(CloseFrame { code, reason }, was_clean)| {
            Input::NativeClose { code, reason, was_clean }
        }),
    ]
}

/// A machine, and what has come of it.
struct Fuzzed {
    machine: Machine<Reason>,
    wake_up: Option<SetWakeUp>,
    close_calls: usize,
    report: Option<CloseReport<Reason>>,
}

impl Fuzzed {
    fn new(state: ReadyState) -> Self {
        Self { machine: Machine::new(state), wake_up: None, close_calls: 0, report: None }
    }

    /// Hands in an input, obeys, and checks what holds always.
    fn hand_in(&mut self, input: Input<Reason>, at: At) -> Result<(), TestCaseError> {
        let before = self.machine.ready_state();
        let was_settled = self.report.is_some();
        let actions = self.machine.handle(input.clone(), at);
        let after = self.machine.ready_state();
        prop_assert!(after >= before, "{before:?} → {after:?}");
        if let Some(wake_up) = actions.wake_up {
            prop_assert!(!was_settled, "a wake-up after settling: {wake_up:?}");
            self.wake_up = Some(wake_up).filter(|wake_up| *wake_up != SetWakeUp::DisarmDeadline);
        }
        match actions.then {
            Some(Action::SendClose(_)) => self.close_calls += 1,
            Some(Action::Settle { report, synthetic }) => {
                prop_assert!(!was_settled, "settled twice");
                check_received(&report, synthetic, &input)?;
                prop_assert_eq!(after, ReadyState::Closed);
                prop_assert_eq!(report.unsent_bytes, at.buffered_amount);
                self.report = Some(report);
                // A task that was yielded is used up by settling, or disarmed.
                self.wake_up = None;
            }
            Some(Action::AbsorbEvent) => prop_assert!(was_settled, "absorbed before the end"),
            None => {}
        }
        prop_assert!(self.close_calls <= 1, "the browser's close() is called twice");
        Ok(())
    }
}

/// Nothing is invented.
fn check_received(
    report: &CloseReport<Reason>,
    synthetic: bool,
    input: &Input<Reason>,
) -> Result<(), TestCaseError> {
    let expected = match input {
        Input::NativeClose { code, reason, was_clean } => (*code, *reason, *was_clean, false),
        _ => (CloseCode::ABNORMAL, Reason::default(), false, true),
    };
    prop_assert_eq!((report.code, report.reason, report.was_clean, synthetic), expected);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn any_inputs_at_any_times_break_nothing(
        state in ready_state(),
        steps in vec((input(), at()), 0..=STEPS),
    ) {
        let mut fuzzed = Fuzzed::new(state);
        for (input, at) in steps {
            fuzzed.hand_in(input, at)?;
        }
    }

    #[test]
    fn whoever_honours_the_wake_ups_settles_by_the_deadline(
        state in ready_state(),
        steps in vec((input(), at()), 0..=STEPS),
        timeout in duration(),
        end in at(),
    ) {
        let mut fuzzed = Fuzzed::new(state);
        let close = Input::Close { frame: None, native: ReadyState::Open };
        let mut began = None;
        let last = [(Input::CloseTimeout(Some(timeout)), end), (close, end)];
        for (input, at) in steps.into_iter().chain(last) {
            // The deadline counts from the first local close, and the open timeout's is one.
            let calls = fuzzed.close_calls;
            let is_close = matches!(input, Input::Close { .. } | Input::Terminate { .. });
            fuzzed.hand_in(input, at)?;
            if is_close || fuzzed.close_calls > calls {
                began.get_or_insert(at.now);
            }
        }
        let deadline = began.unwrap_or(end.now).after(timeout);
        let mut at = end;
        for _ in 0..WAKE_UPS {
            match fuzzed.wake_up {
                Some(SetWakeUp::ArmDeadline(due)) => {
                    prop_assert!(due <= deadline, "due {due:?}, and the deadline is {deadline:?}");
                    at.now = at.now.max(due);
                    fuzzed.wake_up = None;
                    fuzzed.hand_in(Input::TimerFired, at)?;
                }
                Some(SetWakeUp::YieldTask) => fuzzed.hand_in(Input::TaskYielded, at)?,
                _ => break,
            }
        }
        prop_assert!(fuzzed.report.is_some(), "not settled, though every wake-up was honoured");
        prop_assert!(at.now <= deadline.max(end.now), "settled after the deadline");
    }
}

//! What holds for long sequences of anything, as no shell would hand it in: times that stand still, go back, or are the
//! last that there is; amounts as large as they get; events that no browser fires in that order:
//!
//! - nothing panics or overflows
//! - it settles once at the most, and is CLOSED and silent from then on
//! - it calls the browser's `close()` only if that is not CLOSING yet, and always with the same frame
//! - the ready state never goes back
//! - what was received is the event's own, or 1006, "" and not clean; 1006 is never clean
//! - no time of the ending is longer than the clock has gone
//! - no wake-up is later than the close timeout wants it, and whoever honours them settles

use graceful_websocket::closing::{
    Action, At, CloseCode, CloseFrame, Ending, Input, Machine, Phase, ReadyState,
};
use graceful_websocket::time::{Instant, Millis, SetWakeUp};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

const CASES: u32 = 1_000;
const STEPS: usize = 100;
/// Honoured in a row, so many wake-ups are enough: a timer, a task, and the open timeout's before.
const WAKE_UPS: usize = 4;

/// Reasons are told apart by a number; the machine does not read them.
type Reason = u8;

fn bytes() -> impl Strategy<Value = u32> {
    prop_oneof![Just(0), Just(1), 0..=20_000_000u32, any::<u32>(), Just(u32::MAX)]
}

/// Milliseconds as a clock or a page may have them, be they numbers or not.
fn millis() -> impl Strategy<Value = f64> {
    prop_oneof![
        2 => Just(0.0),
        4 => (0..=20_000u32).prop_map(f64::from),
        4 => 0.0..20_000.0,
        1 => any::<f64>(),
        1 => Just(f64::MAX),
        1 => Just(f64::INFINITY),
    ]
}

fn at() -> impl Strategy<Value = At> {
    (millis(), ready_state(), bytes()).prop_map(|(now, native, buffered_amount)| At {
        now: Instant::from_millis(now),
        native,
        buffered_amount,
    })
}

fn time() -> impl Strategy<Value = Millis> {
    millis().prop_map(Millis::new)
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
        5 => time().prop_map(Input::OpenTimeout),
        5 => time().prop_map(Input::CloseTimeout),
        5 => Just(Input::Opened),
        5 => option::of(frame()).prop_map(Input::Close),
        5 => Just(Input::Terminate),
        5 => bytes().prop_map(Input::LateSend),
        5 => Just(Input::NativeError),
        10 => Just(Input::TimerFired),
        5 => Just(Input::Looked),
        5 => Just(Input::Navigated),
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
    /// The earliest and the latest that the clock has shown.
    clock: (Instant, Instant),
    /// What the browser's `close()` was called with first.
    close_call: Option<Option<CloseFrame<Reason>>>,
    ending: Option<Ending<Reason>>,
}

impl Fuzzed {
    fn new(at: At, in_gecko: bool) -> Self {
        let machine = Machine::new(at.native, at.now).in_gecko(in_gecko);
        let clock = (at.now, at.now);
        Self { machine, wake_up: None, clock, close_call: None, ending: None }
    }

    /// Hands in an input, obeys, and checks what holds always.
    fn hand_in(&mut self, input: Input<Reason>, at: At) -> Result<(), TestCaseError> {
        let before = self.machine.ready_state();
        let was_settled = self.ending.is_some();
        self.clock = (self.clock.0.min(at.now), self.clock.1.max(at.now));
        let actions = self.machine.handle(input.clone(), at);
        let after = self.machine.ready_state();
        prop_assert!(after >= before, "{before:?} → {after:?}");
        if let Some(wake_up) = actions.wake_up {
            prop_assert!(!was_settled, "a wake-up after settling: {wake_up:?}");
            self.wake_up = Some(wake_up).filter(|wake_up| *wake_up != SetWakeUp::DisarmDeadline);
        }
        match actions.then {
            Some(Action::SendClose(frame)) => {
                prop_assert!(!was_settled, "the browser's close() is called after settling");
                prop_assert!(at.native < ReadyState::Closing, "the browser is closing already");
                let first = self.close_call.get_or_insert_with(|| frame.clone());
                prop_assert_eq!(&*first, &frame);
            }
            Some(Action::Settle { ending, synthetic }) => {
                prop_assert!(!was_settled, "settled twice");
                // Of a connection that there never was, nothing can have come.
                let is_none = before == ReadyState::Connecting && ending.phase == Phase::Connecting;
                check_received(&ending, synthetic, &input, is_none)?;
                prop_assert_eq!(after, ReadyState::Closed);
                prop_assert_eq!(ending.unsent_bytes, at.buffered_amount);
                let longest = self.clock.1.since(self.clock.0);
                for time in [ending.time_connecting, ending.time_open, ending.elapsed] {
                    prop_assert!(time <= longest, "longer than {longest:?}: {ending:?}");
                }
                self.ending = Some(ending);
                // A task that was yielded is used up by settling, or disarmed.
                self.wake_up = None;
            }
            Some(Action::AbsorbEvent) => prop_assert!(was_settled, "absorbed before the end"),
            None => {}
        }
        Ok(())
    }
}

/// Nothing is invented.
fn check_received(
    ending: &Ending<Reason>,
    synthetic: bool,
    input: &Input<Reason>,
    is_none: bool,
) -> Result<(), TestCaseError> {
    let expected = match input {
        Input::NativeClose { .. } if is_none => (1006, Reason::default(), false, false),
        Input::NativeClose { code, reason, was_clean } => match code.get() {
            0 if *was_clean => (1005, *reason, true, false),
            0 | 1006 => (1006, *reason, false, false),
            code => (code, *reason, *was_clean, false),
        },
        _ => (1006, Reason::default(), false, true),
    };
    let CloseFrame { code, reason } = &ending.received;
    prop_assert_eq!((code.get(), *reason, ending.was_clean, synthetic), expected);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn any_inputs_at_any_times_break_nothing(
        beginning in at(),
        in_gecko in any::<bool>(),
        steps in vec((input(), at()), 0..=STEPS),
    ) {
        let mut fuzzed = Fuzzed::new(beginning, in_gecko);
        for (input, at) in steps {
            fuzzed.hand_in(input, at)?;
        }
    }

    #[test]
    fn whoever_honours_the_wake_ups_settles_by_the_deadline(
        beginning in at(),
        in_gecko in any::<bool>(),
        steps in vec((input(), at()), 0..=STEPS),
        timeout in time().prop_filter("it ends", |timeout| *timeout < Millis::ENDLESS),
        end in at(),
    ) {
        let mut fuzzed = Fuzzed::new(beginning, in_gecko);
        let mut began = None;
        let last = [(Input::CloseTimeout(timeout), end), (Input::Close(None), end)];
        for (input, at) in steps.into_iter().chain(last) {
            // The deadline counts from where the end can be seen to have begun. An adopted socket that is
            // CLOSING has one from the first close.
            let was_closing = fuzzed.machine.ready_state() >= ReadyState::Closing;
            let is_close = matches!(input, Input::Close(_) | Input::Terminate);
            fuzzed.hand_in(input, at)?;
            let is_closing = fuzzed.machine.ready_state() >= ReadyState::Closing;
            if is_close || is_closing && !was_closing {
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
        prop_assert!(fuzzed.ending.is_some(), "not settled, though every wake-up was honoured");
        prop_assert!(at.now <= deadline.max(end.now), "settled after the deadline");
    }
}

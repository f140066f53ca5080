//! What holds for the machine as numbers, of which there is one set for all tests:
//!
//! - a step takes the machine where [`Machine::handle`] takes it, and says the same
//! - nothing panics, whatever the arguments are

use std::ops::Range;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, MutexGuard, PoisonError};

use proptest::collection::vec;
use proptest::prelude::*;

use crate::closing::{
    Action, Actions, At, CloseCode, CloseFrame, Ending, Initiator, Input, Machine, Outcome, Phase,
    ReadyState,
};
use crate::time::{Instant, Millis, SetWakeUp};
use crate::{MACHINE, NUMBERS, numbers, state, state_size, step};

const STEPS: usize = 40;
/// The input that makes a machine.
const NEW: u32 = 0;
/// The inputs, and a number that is none; they count as the last.
const INPUTS: Range<u32> = 1..14;

/// The arguments of a step.
#[derive(Clone, Copy, Debug)]
struct Step {
    input: u32,
    now: f64,
    native: u16,
    buffered_amount: u32,
    amount: f64,
    flag: bool,
}

/// What a step says, read back: about the wake-up and the rest, as the number has it.
#[derive(Debug, PartialEq)]
struct Said {
    wake_up: Option<SetWakeUp>,
    rest: Rest,
}

#[derive(Debug, PartialEq)]
enum Rest {
    Nothing,
    SendClose { has_code: bool },
    Settle { numbers: Numbers, synthetic: bool },
    AbsorbEvent,
}

/// An ending as numbers: code, outcome, initiator, phase, code sent, and the three times.
type Numbers = [f64; 8];

/// The state and the numbers belong to one test at a time.
fn core() -> MutexGuard<'static, ()> {
    static CORE: Mutex<()> = Mutex::new(());
    CORE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The machine that the next step is taken of.
fn kept() -> Machine<()> {
    MACHINE.lock().clone()
}

/// What the last step said.
fn said(index: usize) -> f64 {
    f64::from_bits(NUMBERS[index].load(Relaxed))
}

/// Numbers as a page may have them.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => (0..=20_000u32).prop_map(f64::from),
        2 => 0.0..20_000.0,
        2 => any::<u64>().prop_map(f64::from_bits),
        1 => prop::sample::select(vec![
            0.0, -0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN_POSITIVE,
        ]),
    ]
}

/// A code is the amount more often than chance has it.
fn amount() -> impl Strategy<Value = f64> {
    let code = prop::sample::select(vec![0.0, 1000.0, 1005.0, 1006.0, 4000.0, 65_535.0]);
    prop_oneof![number(), code]
}

fn any_step(input: Range<u32>) -> impl Strategy<Value = Step> {
    (input, number(), 0..5u16, any::<u32>(), amount(), any::<bool>()).prop_map(
        |(input, now, native, buffered_amount, amount, flag)| Step {
            input,
            now,
            native,
            buffered_amount,
            amount,
            flag,
        },
    )
}

impl Step {
    fn at(self) -> At {
        At {
            now: Instant::from_millis(self.now),
            native: ReadyState::from_number(self.native),
            buffered_amount: self.buffered_amount,
        }
    }

    /// The machine that this makes, if it is the first step.
    fn machine(self) -> Machine<()> {
        let At { now, native, .. } = self.at();
        Machine::new(native, now).in_gecko(self.flag)
    }

    /// The input with this number, in words of this test's own.
    fn input(self) -> Input<()> {
        let code = CloseCode::new(self.amount as u16);
        match self.input {
            1 => Input::OpenTimeout(Millis::new(self.amount)),
            2 => Input::CloseTimeout(Millis::new(self.amount)),
            3 => Input::Opened,
            4 if self.flag => Input::Close(Some(CloseFrame { code, reason: () })),
            4 => Input::Close(None),
            5 => Input::Terminate,
            6 => Input::LateSend(self.amount as u32),
            7 => Input::NativeError,
            8 => Input::NativeClose { code, reason: (), was_clean: self.flag },
            9 => Input::TimerFired,
            10 => Input::Navigated,
            11 => Input::TaskYielded,
            _ => Input::Looked,
        }
    }

    /// Takes it of the one machine.
    fn take(self) -> Said {
        let Self { input, now, native, buffered_amount, amount, flag } = self;
        Said::read(step(input, now, native, buffered_amount, amount, flag))
    }
}

impl Said {
    /// Reads what a step says, from its result and the numbers.
    fn read(bits: u32) -> Self {
        let fifth = bits & 1 << 4 != 0;
        assert_eq!(bits >> 5, 0, "there are five bits: {bits:b}");
        let wake_up = match bits & 0b11 {
            0 => None,
            1 => Some(SetWakeUp::ArmDeadline(Instant::from_millis(said(0)))),
            2 => Some(SetWakeUp::YieldTask),
            _ => Some(SetWakeUp::DisarmDeadline),
        };
        let rest = match bits >> 2 & 0b11 {
            0 => Rest::Nothing,
            1 => Rest::SendClose { has_code: fifth },
            2 => Rest::Settle {
                numbers: std::array::from_fn(|index| said(index + 1)),
                synthetic: fifth,
            },
            _ => Rest::AbsorbEvent,
        };
        Self { wake_up, rest }
    }

    /// What a step has to say if the machine says this.
    fn of(actions: Actions<()>) -> Self {
        let rest = match actions.then {
            None => Rest::Nothing,
            Some(Action::SendClose(frame)) => Rest::SendClose { has_code: frame.is_some() },
            Some(Action::Settle { ending, synthetic }) => {
                Rest::Settle { numbers: numbers_of(&ending), synthetic }
            }
            Some(Action::AbsorbEvent) => Rest::AbsorbEvent,
        };
        Self { wake_up: actions.wake_up, rest }
    }
}

fn numbers_of(ending: &Ending<()>) -> Numbers {
    fn index<T: PartialEq>(all: &[T], word: T) -> f64 {
        all.iter().position(|it| *it == word).expect("a word that there is") as f64
    }
    [
        f64::from(ending.received.code.get()),
        index(Outcome::ALL, ending.outcome),
        index(Initiator::ALL, ending.initiator),
        index(Phase::ALL, ending.phase),
        ending.sent.as_ref().map_or(0.0, |sent| f64::from(sent.code.get())),
        ending.time_connecting.get(),
        ending.time_open.get(),
        ending.elapsed.get(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_step_is_that_of_the_machine(
        first in any_step(NEW..NEW + 1),
        steps in vec(any_step(INPUTS), 0..=STEPS),
    ) {
        let _core = core();
        let mut machine = first.machine();
        let nothing = Said { wake_up: None, rest: Rest::Nothing };
        prop_assert_eq!(first.take(), nothing);
        for step in steps {
            prop_assert_eq!(&kept(), &machine);
            let actions = machine.handle(step.input(), step.at());
            prop_assert_eq!(step.take(), Said::of(actions));
        }
        prop_assert_eq!(kept(), machine);
    }
}

#[test]
fn the_state_and_the_numbers_are_where_they_are_said_to_be() {
    let _core = core();
    let lies_in = |address: usize| (state()..state() + state_size()).contains(&address);
    assert_eq!(numbers() % align_of::<f64>(), 0);
    assert!(!lies_in(numbers()));
    let mut machine = MACHINE.lock();
    assert!(lies_in(&raw mut *machine as usize));
}

#[test]
fn the_last_input_is_that_of_every_number_that_is_left() {
    let _core = core();
    for input in [12, 13, 14, 256, u32::MAX] {
        let mut machine = Machine::new(ReadyState::Open, Instant::from_millis(1.0));
        *MACHINE.lock() = machine.clone();
        // The browser is CLOSING, which is noticed: with Navigated it would be the browser's doing.
        let look =
            Step { input, now: 2.0, native: 2, buffered_amount: 0, amount: 0.0, flag: false };
        let actions = machine.handle(Input::Looked, look.at());
        assert_eq!(look.take(), Said::of(actions));
        assert_eq!(kept(), machine);
    }
}

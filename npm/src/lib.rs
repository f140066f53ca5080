//! The core of the npm package: the closing machine of the crate as a function of numbers.
//!
//! It keeps nothing from one call to the next. A socket's state is a few bytes that JavaScript has: it puts
//! them where [`state`] says, takes one [`step`], and takes them back. So there is nothing to free, no input
//! can find the core in the middle of another, and a call that the engine cuts short, its stack exhausted, has
//! not happened. The other side is `js/closing/core.ts`.

// The crate's own sources rather than the crate, which would bring the bindings to a browser along.
#[path = "../../src/closing/mod.rs"]
pub mod closing;
#[path = "../../src/time.rs"]
pub mod time;

#[cfg(test)]
mod tests;

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

use closing::{Action, At, CloseCode, CloseFrame, Ending, Input, Machine, ReadyState};
use spin::mutex::SpinMutex;
use time::{Instant, Millis, SetWakeUp};
use wasm_bindgen::prelude::wasm_bindgen;

/// How many numbers a step says beside its result.
const SAID: usize = 9;

// One thread has them; a lock and atomics only because a `static` needs such, as long as there is no `unsafe`.

/// The state of the socket that a step is taken of. The lock is part of it: with the bytes that JavaScript puts here
/// before a step it is open again, also if the engine has cut the step before short (its stack was exhausted).
static MACHINE: SpinMutex<Machine<()>> =
    SpinMutex::new(Machine::new(ReadyState::Connecting, Instant::from_millis(0.0)));

/// When to fire the timer, and then how the connection ended.
static NUMBERS: [AtomicU64; SAID] = [const { AtomicU64::new(0) }; SAID];

/// Where the state lies in the memory.
#[wasm_bindgen]
pub fn state() -> usize {
    &raw const MACHINE as usize
}

/// How many bytes the state has.
#[wasm_bindgen(js_name = stateSize)]
pub fn state_size() -> usize {
    size_of_val(&MACHINE)
}

/// Where what a step says lies in the memory, as numbers of 64 bits.
#[wasm_bindgen]
pub fn numbers() -> usize {
    NUMBERS.as_ptr() as usize
}

/// Takes one step.
///
/// - `input`: what happened, as `js/closing/core.ts` numbers it.
/// - `now`, `native`, `buffered_amount`: what is seen meanwhile ([`At`]).
/// - `amount`: milliseconds, bytes or a close code, by the input.
/// - `flag`: whether there is a Close frame, the end was clean, or the browser is Gecko.
///
/// What comes back says what is to be done. The lowest two bits are about the wake-up (0: leave it, 1: a timer,
/// 2: a task, 3: none), the next two about the rest (0: nothing, 1: close, 2: settle, 3: absorb the event), and
/// the fifth says that the close has a code, or that the settling is synthetic.
#[wasm_bindgen]
pub fn step(
    input: u32,
    now: f64,
    native: u16,
    buffered_amount: u32,
    amount: f64,
    flag: bool,
) -> u32 {
    let now = Instant::from_millis(now);
    let at = At { now, native: ReadyState::from_number(native), buffered_amount };
    let code = CloseCode::new(amount as u16);
    let input = match input {
        0 => {
            *MACHINE.lock() = Machine::new(at.native, now).in_gecko(flag);
            return 0;
        }
        1 => Input::OpenTimeout(Millis::new(amount)),
        2 => Input::CloseTimeout(Millis::new(amount)),
        3 => Input::Opened,
        4 => Input::Close(flag.then_some(CloseFrame { code, reason: () })),
        5 => Input::Terminate,
        6 => Input::LateSend(amount as u32),
        7 => Input::NativeError,
        8 => Input::NativeClose { code, reason: (), was_clean: flag },
        9 => Input::TimerFired,
        10 => Input::Navigated,
        11 => Input::TaskYielded,
        _ => Input::Looked,
    };
    let actions = MACHINE.lock().handle(input, at);
    let wake_up = match actions.wake_up {
        None => 0,
        Some(SetWakeUp::ArmDeadline(deadline)) => {
            NUMBERS[0].store(deadline.as_millis().to_bits(), Relaxed);
            1
        }
        Some(SetWakeUp::YieldTask) => 2,
        Some(SetWakeUp::DisarmDeadline) => 3,
    };
    let (then, flag) = match actions.then {
        None => (0, false),
        Some(Action::SendClose(frame)) => (1, frame.is_some()),
        Some(Action::Settle { ending, synthetic }) => {
            say(&ending);
            (2, synthetic)
        }
        Some(Action::AbsorbEvent) => (3, false),
    };
    wake_up | then << 2 | u32::from(flag) << 4
}

/// Says how the connection ended, after the number of the deadline.
fn say(ending: &Ending<()>) {
    let said = [
        f64::from(ending.received.code.get()),
        f64::from(ending.outcome as u8),
        f64::from(ending.initiator as u8),
        f64::from(ending.phase as u8),
        // 0 is no code that this side sends.
        ending.sent.as_ref().map_or(0.0, |sent| f64::from(sent.code.get())),
        ending.time_connecting.get(),
        ending.time_open.get(),
        ending.elapsed.get(),
    ];
    for (number, said) in NUMBERS.iter().skip(1).zip(said) {
        number.store(said.to_bits(), Relaxed);
    }
}

//! The core of the npm package: the closing machine of the crate as a function of numbers.
//!
//! It keeps nothing. A socket's state is seven numbers that JavaScript has; they are put into the
//! [registers](registers), one [`step`] is taken, and there they are as they are then, with what is to be
//! done behind them. So there is nothing to free, no input that could find the core in the middle of another,
//! and what is cut short has not happened. The other side is `js/closing/core.ts`.

// The crate's own sources rather than the crate: that would bring the bindings to a browser along.
#[path = "../../src/closing/mod.rs"]
pub mod closing;
#[path = "../../src/time.rs"]
pub mod time;

mod registers;
mod state;

use closing::{Action, At, CloseCode, CloseFrame, Input, Machine, ReadyState};
use registers::{Actions, Register};
use time::{Instant, Millis};
use wasm_bindgen::prelude::wasm_bindgen;

/// Where the registers begin in the memory: numbers of 64 bits, in the order of [`Register`].
#[wasm_bindgen]
pub fn registers() -> usize {
    registers::address()
}

/// Takes one step from the state in the registers.
///
/// - `input`: what happened, as `js/closing/core.ts` numbers it.
/// - `now`, `native`, `buffered_amount`: what is seen meanwhile ([`At`]).
/// - `amount`: milliseconds, bytes or a close code, by the input.
/// - `flag`: whether there is a Close frame, the end was clean, or the browser is Gecko.
///
/// What comes back says what is to be done, as [`Actions`] has it.
#[wasm_bindgen]
pub fn step(
    input: u32,
    now: f64,
    native: u16,
    buffered_amount: u32,
    amount: f64,
    flag: bool,
) -> u32 {
    let at =
        At { now: Instant::from_millis(now), native: ReadyState::from_number(native), buffered_amount };
    let code = CloseCode::new(amount as u16);
    let input = match input {
        0 => {
            state::keep(&Machine::new(at.native, at.now).in_gecko(flag));
            return Actions::NONE;
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
    let mut machine = state::kept();
    let actions = machine.handle(input, at);
    state::keep(&machine);
    let mut said = Actions::of(actions.wake_up);
    match actions.then {
        None => {}
        Some(Action::SendClose(frame)) => said.send_close(frame.is_some()),
        Some(Action::AbsorbEvent) => said.absorb_event(),
        Some(Action::Settle { ending, synthetic }) => {
            said.settle(synthetic);
            Register::Code.set(f64::from(ending.received.code.get()));
            Register::Outcome.set(f64::from(ending.outcome as u8));
            Register::Initiator.set(f64::from(ending.initiator as u8));
            Register::Phase.set(f64::from(ending.phase as u8));
            // 0 is no code that this side sends.
            Register::SentCode.set(ending.sent.map_or(0.0, |sent| f64::from(sent.code.get())));
            Register::TimeConnecting.set(ending.time_connecting.get());
            Register::TimeOpen.set(ending.time_open.get());
            Register::Elapsed.set(ending.elapsed.get());
        }
    }
    said.bits()
}

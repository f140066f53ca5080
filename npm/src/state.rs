//! A socket's state as numbers. What is no state is read as some state: nothing here can fail.

use crate::closing::{CloseCode, CloseFrame, Closing, Initiator, Machine, Patience, State};
use crate::registers::Register;
use crate::time::{Instant, Millis};

// Register::Bits, from the lowest bit: the state (2), patience (2), who began (2), six flags, and the code of the
// Close frame (16).
const PATIENCE: u32 = 2;
const INITIATOR: u32 = 4;
const IN_GECKO: u32 = 1 << 6;
const CONNECTED: u32 = 1 << 7;
const OPEN_TIMED_OUT: u32 = 1 << 8;
const TERMINATED: u32 = 1 << 9;
const HAS_BEGUN: u32 = 1 << 10;
const HAS_FRAME: u32 = 1 << 11;
const CODE: u32 = 12;

const fn flag(holds: bool, bit: u32) -> u32 {
    if holds { bit } else { 0 }
}

/// Writes the machine's state into the registers.
pub fn keep(machine: &Machine<()>) {
    let state = match &machine.state {
        State::Connecting { since, patience } => {
            Register::Since.set(since.as_millis());
            keep_patience(*patience)
        }
        State::Open { since, time_connecting } => {
            Register::Since.set(since.as_millis());
            Register::StateTimeConnecting.set(time_connecting.get());
            1
        }
        State::Closing(closing) => {
            Register::Since.set(closing.began.map_or(0.0, Instant::as_millis));
            Register::StateTimeConnecting.set(closing.time_connecting.get());
            Register::StateTimeOpen.set(closing.time_open.get());
            Register::LateBytes.set(f64::from(closing.late_bytes));
            let frame = closing.frame.as_ref().map_or(0, |frame| {
                HAS_FRAME | u32::from(frame.code.get()) << CODE
            });
            2 | keep_patience(closing.patience)
                | (closing.initiator as u32) << INITIATOR
                | flag(closing.connected, CONNECTED)
                | flag(closing.open_timed_out, OPEN_TIMED_OUT)
                | flag(closing.terminated, TERMINATED)
                | flag(closing.began.is_some(), HAS_BEGUN)
                | frame
        }
        State::Closed => 3,
    };
    Register::Bits.set(f64::from(state | flag(machine.in_gecko, IN_GECKO)));
    Register::CloseTimeout.set(machine.close_timeout.get());
}

fn keep_patience(patience: Patience) -> u32 {
    match patience {
        Patience::Unbounded => 0,
        Patience::Until(deadline) => {
            Register::Until.set(deadline.as_millis());
            1 << PATIENCE
        }
        Patience::Yielding => 2 << PATIENCE,
    }
}

/// The machine whose state is in the registers.
pub fn kept() -> Machine<()> {
    let bits = Register::Bits.get() as u32;
    let since = Instant::from_millis(Register::Since.get());
    let time_connecting = Millis::new(Register::StateTimeConnecting.get());
    let patience = match (bits >> PATIENCE) % 4 {
        0 => Patience::Unbounded,
        1 => Patience::Until(Instant::from_millis(Register::Until.get())),
        _ => Patience::Yielding,
    };
    let state = match bits % 4 {
        0 => State::Connecting { since, patience },
        1 => State::Open { since, time_connecting },
        2 => State::Closing(Closing {
            began: (bits & HAS_BEGUN != 0).then_some(since),
            patience,
            initiator: match (bits >> INITIATOR) % 4 {
                0 => Initiator::Local,
                1 => Initiator::Remote,
                2 => Initiator::Browser,
                _ => Initiator::Transport,
            },
            frame: (bits & HAS_FRAME != 0)
                .then_some(CloseFrame { code: CloseCode::new((bits >> CODE) as u16), reason: () }),
            connected: bits & CONNECTED != 0,
            time_connecting,
            time_open: Millis::new(Register::StateTimeOpen.get()),
            open_timed_out: bits & OPEN_TIMED_OUT != 0,
            terminated: bits & TERMINATED != 0,
            late_bytes: Register::LateBytes.get() as u32,
        }),
        _ => State::Closed,
    };
    Machine {
        state,
        close_timeout: Millis::new(Register::CloseTimeout.get()),
        in_gecko: bits & IN_GECKO != 0,
    }
}

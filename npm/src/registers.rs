//! The numbers that both sides read and write, and what is to be done as the bits of one number.

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::time::SetWakeUp;

/// What each register holds: first a socket's state, then what a step says beside its result.
#[derive(Clone, Copy)]
pub enum Register {
    /// The words and the flags of the state, as the bits of one number.
    Bits,
    CloseTimeout,
    /// Connecting or open: since when. Closing: when that began.
    Since,
    /// When patience ends.
    Until,
    StateTimeConnecting,
    StateTimeOpen,
    LateBytes,
    /// When the timer is to fire.
    Deadline,
    /// From here on: how the connection ended.
    Code,
    Outcome,
    Initiator,
    Phase,
    SentCode,
    TimeConnecting,
    TimeOpen,
    Elapsed,
}

const COUNT: usize = Register::Elapsed as usize + 1;

/// Atomic only because a `static` has to be, as long as there is no `unsafe`: it is one thread's.
static REGISTERS: [AtomicU64; COUNT] = [const { AtomicU64::new(0) }; COUNT];

pub fn address() -> usize {
    REGISTERS.as_ptr() as usize
}

impl Register {
    pub fn get(self) -> f64 {
        f64::from_bits(REGISTERS[self as usize].load(Relaxed))
    }

    pub fn set(self, value: f64) {
        REGISTERS[self as usize].store(value.to_bits(), Relaxed);
    }
}

/// What a step says is to be done. The lowest two bits are about the wake-up (0: leave it, 1: a timer, 2: a
/// task, 3: none), the next two about the rest (0: nothing, 1: close, 2: settle, 3: absorb the event), and the
/// fifth says that the close has a code, or that the settling is synthetic.
pub struct Actions(u32);

impl Actions {
    pub const NONE: u32 = 0;

    pub fn of(wake_up: Option<SetWakeUp>) -> Self {
        Self(match wake_up {
            None => 0,
            Some(SetWakeUp::ArmDeadline(deadline)) => {
                Register::Deadline.set(deadline.as_millis());
                1
            }
            Some(SetWakeUp::YieldTask) => 2,
            Some(SetWakeUp::DisarmDeadline) => 3,
        })
    }

    pub fn send_close(&mut self, has_code: bool) {
        self.0 |= 1 << 2 | u32::from(has_code) << 4;
    }

    pub fn settle(&mut self, synthetic: bool) {
        self.0 |= 2 << 2 | u32::from(synthetic) << 4;
    }

    pub fn absorb_event(&mut self) {
        self.0 |= 3 << 2;
    }

    pub const fn bits(self) -> u32 {
        self.0
    }
}

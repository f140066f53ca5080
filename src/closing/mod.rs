//! The closing handshake as a pure state machine: `(state, input, now) → actions`.
//!
//! Nothing here knows of a browser, a clock or a timer: time is always an argument, and what is to
//! be done is returned as [`Action`]s. So it runs, and is tested, on any target.
//!
//! The vocabulary is that of [RFC 6455, section 7](https://www.rfc-editor.org/rfc/rfc6455#section-7)
//! and of the [WHATWG WebSockets standard](https://websockets.spec.whatwg.org/).

mod action;
mod code;
mod input;
mod instant;
mod machine;
mod reason;
mod report;

pub use action::{Action, Actions, SetWakeUp};
pub use code::{CloseCode, InvalidCloseCode, SendableCloseCode};
pub use input::{At, Input, ReadyState};
pub use instant::Instant;
pub use machine::{DEFAULT_CLOSE_TIMEOUT, Machine};
pub use reason::{CloseReason, CloseReasonTooLong};
pub use report::{CloseFrame, CloseReport, Initiator, Outcome, Phase};

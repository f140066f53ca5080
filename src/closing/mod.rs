//! The closing handshake as a pure state machine: `(state, input, now) → actions`.
//!
//! Nothing here knows of a browser, a clock or a timer: time is always an argument, and what is to
//! be done is returned as [`Action`]s. So it runs, and is tested, on any target.
//!
//! The vocabulary is that of [RFC 6455, section 7](https://www.rfc-editor.org/rfc/rfc6455#section-7)
//! and of the [WHATWG WebSockets standard](https://websockets.spec.whatwg.org/).

mod action;
mod code;
mod ending;
mod input;
mod machine;

pub use action::{Action, Actions};
pub use code::{CloseCode, InvalidCloseCode, SendableCloseCode};
pub use ending::{CloseFrame, Ending, Initiator, Outcome, Phase};
pub use input::{At, Input, ReadyState};
pub use machine::{DEFAULT_CLOSE_TIMEOUT, Machine};

//! The closing handshake in short stories, each held against the contract at every step:
//!
//! - `beginnings`: who began, as far as the browser's own state shows it
//! - `endings`: every outcome, phase and initiator; what each field of the report says
//! - `deadlines`: close timeout and open timeout, moved, late, early, far away, in the past
//! - `races`: the real event first, late events, joining, a browser that fires inside `close()`
//! - `adopting`: sockets that are found in a ready state
//! - `doubles`: browsers and events that are not as the standard has them

mod adopting;
mod beginnings;
mod deadlines;
mod doubles;
mod endings;
mod races;

use core::time::Duration;

/// The close timeout of a socket that was given none.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(10);
/// An open timeout, and a part of it.
const OPEN_TIMEOUT: Duration = Duration::from_secs(5);
/// The round trip of a peer that answers.
const ROUND_TRIP: Duration = Duration::from_millis(80);
/// A time that makes a difference: an eighth of a millisecond, which is exact in binary.
const INSTANT: Duration = Duration::from_micros(125);
/// Longer than any timeout of these stories.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An application's code and reason.
const BYE: (u16, &str) = (4000, "bye");
/// What the report says was received when nothing was.
const NOTHING: (u16, &str, bool) = (1006, "", false);
/// The number of a frame without a code.
const NO_CODE: u16 = 1005;

/// The bytes of a message that waits in the queue, and of one that is sent too late.
const QUEUED_BYTES: u32 = 70_000;
const LATE_BYTES: u32 = 500;

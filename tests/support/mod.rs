//! What the Rust tests in the browser share.

pub mod alarm;
pub mod engine;
pub mod facts;
pub mod page;
pub mod peer;
pub mod watched;

use core::time::Duration;

pub use self::alarm::Alarm;
pub use self::engine::Engine;
pub use self::facts::Facts;
pub use self::page::{
    Stopwatch, Timers, UncaughtErrors, event, in_time, next_task, poll_once, spawn,
};
pub use self::peer::Peer;
pub use self::watched::Watched;

/// The close timeout of most tests that let one pass.
pub const TIMEOUT: Duration = Duration::from_millis(300);

/// How late a busy machine may be. Nothing may ever be early.
pub const ROOM: Duration = Duration::from_secs(2);

/// Checks that something took as long as its deadline, and not much longer.
#[track_caller]
pub fn assert_on_time(elapsed: Duration, deadline: Duration) {
    assert!(elapsed >= deadline, "early: {elapsed:?}, the deadline was {deadline:?}");
    assert!(elapsed < deadline + ROOM, "late: {elapsed:?}, the deadline was {deadline:?}");
}

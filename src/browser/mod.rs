//! What of the browser closing needs: a clock, the realm's wake-ups, listeners, a disposable realm.
//!
//! Everything here works in windows and in workers. What is the realm's own (a timer, a message port,
//! the page's listeners) is made once, when the first socket needs it; the rest undoes itself when
//! dropped.

mod clock;
mod engine;
mod listener;
mod page;
mod port;
mod realm;
pub(crate) mod reflect;
#[cfg(all(target_family = "wasm", panic = "unwind"))]
mod timeout;
mod timer;
pub(crate) mod wake_ups;

pub(crate) use clock::now;
pub(crate) use engine::{HAS_JAVASCRIPT, has_web_socket, is_gecko};
pub(crate) use listener::Listener;
pub(crate) use page::global;
pub(crate) use realm::{NoDocument, Realm};
pub(crate) use timer::NEVER;
pub(crate) use wake_ups::{Alarm, Call, Sleeper};

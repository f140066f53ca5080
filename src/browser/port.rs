//! The realm's one message port: what brings a task.

use core::cell::Cell;

use wasm_bindgen::JsValue;
use web_sys::{MessageChannel, MessagePort};

use super::listener::Callback;
use super::timer::set_timeout;

/// Brings tasks, each behind those that are queued when it is asked for.
///
/// A hidden page holds timers back for up to a minute, messages not (HTML, "message ports"). Where there
/// is no such thing, a timer of 0 ms serves.
pub(super) struct Port {
    on_message: Callback,
    /// Where messages are posted to, and where they arrive.
    ends: Option<(MessagePort, MessagePort)>,
    posted: Cell<u32>,
    arrived: Cell<u32>,
}

impl Port {
    /// Calls back in a task for each message, which has to be [taken](Self::take) then.
    pub(super) fn open(on_message: fn()) -> Self {
        let on_message = Callback::new(Box::new(move |_| on_message()));
        let ends = MessageChannel::new().ok().map(|channel| {
            let end = channel.port1();
            end.set_onmessage(Some(on_message.function()));
            (channel.port2(), end)
        });
        Self { on_message, ends, posted: Cell::new(0), arrived: Cell::new(0) }
    }

    /// Posts a message, and gives its number, which is not 0.
    pub(super) fn post(&self) -> u32 {
        match &self.ends {
            // Only values that cannot be cloned are refused, and null can be.
            Some((end, _)) => _ = end.post_message(&JsValue::NULL),
            None => _ = set_timeout(self.on_message.function(), 0.0),
        }
        next(&self.posted)
    }

    /// Takes the message that has arrived, and gives its number.
    pub(super) fn take(&self) -> u32 {
        next(&self.arrived)
    }
}

/// Counts on.
fn next(count: &Cell<u32>) -> u32 {
    let next = count.get().checked_add(1).unwrap_or(1);
    count.set(next);
    next
}

//! The realm's one message port: what brings a task.

use core::cell::Cell;

use wasm_bindgen::JsValue;
use web_sys::{MessageChannel, MessagePort};

use super::clock;
use super::listener::Callback;
use super::timer::Timer;

/// Brings tasks, each behind those that are queued when it is asked for.
///
/// A hidden page holds timers back for up to a minute, messages not (HTML, "message ports"). Where there
/// is no such thing, a timer of 0 ms serves.
pub(super) struct Port {
    /// Where messages are posted to, where they arrive, and what is called then.
    ends: Option<(MessagePort, MessagePort, Callback)>,
    /// In place of them.
    timer: Timer,
    posted: Cell<u32>,
    arrived: Cell<u32>,
}

impl Port {
    /// Calls back in a task for each message, which has to be [taken](Self::take) then.
    pub(super) fn open(on_message: fn()) -> Self {
        let ends = MessageChannel::new().ok().map(|channel| {
            let callback = Callback::new(Box::new(move |_| on_message()));
            let end = channel.port1();
            end.set_onmessage(Some(callback.function()));
            (channel.port2(), end, callback)
        });
        let timer = Timer::new(on_message);
        Self { ends, timer, posted: Cell::new(0), arrived: Cell::new(0) }
    }

    /// Posts a message, and gives its number, which is not 0.
    pub(super) fn post(&self) -> u32 {
        match &self.ends {
            // Only values that cannot be cloned are refused, and null can be.
            Some((end, ..)) => _ = end.post_message(&JsValue::NULL),
            None => self.timer.arm(clock::now()),
        }
        next(&self.posted)
    }

    /// Takes the message that has arrived, and gives its number.
    pub(super) fn take(&self) -> u32 {
        let arrived = next(&self.arrived);
        if self.ends.is_none() && arrived != self.posted.get() {
            self.timer.arm(clock::now());
        }
        arrived
    }
}

/// Counts on.
fn next(count: &Cell<u32>) -> u32 {
    let next = count.get().checked_add(1).unwrap_or(1);
    count.set(next);
    next
}

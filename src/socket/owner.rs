//! The socket itself, which its `WebSocket` or the two halves of that own together: sending and
//! receiving. When the last of them is dropped, it closes.

use core::cell::Cell;
use core::fmt;
use core::future::poll_fn;
use core::task::{Context, Poll, ready};
use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue};

use super::audience::Audience;
use super::error::Thrown;
use super::lifecycle::Lifecycle;
use super::waiters::Who;
use super::{Closer, Outgoing, SendError, SendableCloseFrame};
use crate::closing::ReadyState;
use crate::local::Local;

pub(super) struct Owner {
    pub(super) closer: Closer,
    /// What is sent if the socket is still open when it is dropped.
    pub(super) close_on_drop: Local<Cell<Option<SendableCloseFrame>>>,
}

impl Owner {
    pub(super) fn new(lifecycle: Rc<Lifecycle>) -> Self {
        Self { closer: Closer::new(lifecycle), close_on_drop: Local::new(Cell::new(None)) }
    }

    pub(super) fn lifecycle(&self) -> &Rc<Lifecycle> {
        self.closer.lifecycle()
    }

    pub(super) fn audience(&self) -> &Audience {
        self.lifecycle().audience()
    }

    pub(super) fn send(&self, message: Outgoing<'_>) -> Result<(), SendError> {
        match message {
            Outgoing::Text(text) => self.queue(|native| native.send_with_str(text)),
            Outgoing::Binary(bytes) => self.queue(|native| send_bytes(native, bytes)),
            Outgoing::Array(array) => self.queue(|native| native.send_with_js_u8_array(array)),
            Outgoing::Close(frame) => {
                self.lifecycle().close(frame.cloned());
                Ok(())
            }
        }
    }

    fn queue(
        &self,
        send: impl FnOnce(&web_sys::WebSocket) -> Result<(), JsValue>,
    ) -> Result<(), SendError> {
        match self.lifecycle().ready_state() {
            ReadyState::Open => send(self.lifecycle().native()).map_err(|thrown| {
                SendError::Rejected { message: thrown.unchecked_into::<Thrown>().message() }
            }),
            ReadyState::Connecting => Err(SendError::Connecting),
            ReadyState::Closing => Err(SendError::Closing),
            ReadyState::Closed => Err(SendError::Closed),
        }
    }

    /// Ready when the socket is open, and no more than the high-water mark is buffered.
    pub(super) fn poll_ready(
        &self,
        who: Who,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), SendError>> {
        match self.lifecycle().ready_state() {
            ReadyState::Open => {
                let at_most = self.audience().outbox.high_water_mark.get();
                self.poll_buffered(at_most, who, context).map(Ok)
            }
            ReadyState::Connecting => {
                self.lifecycle().poll_open(who, context).map_err(|_| SendError::Closed)
            }
            ReadyState::Closing => Poll::Ready(Err(SendError::Closing)),
            ReadyState::Closed => Poll::Ready(Err(SendError::Closed)),
        }
    }

    /// Waits for [`Self::poll_flush`], as one of any number who do.
    pub(super) async fn flush(&self) -> Result<(), SendError> {
        let flushing = Flushing { owner: self, who: Who::new() };
        poll_fn(|context| self.poll_flush(flushing.who, context)).await
    }

    /// Ready when everything has left the browser's queue, or never will.
    pub(super) fn poll_flush(
        &self,
        who: Who,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), SendError>> {
        match self.audience().end().map(|end| u64::from(end.ending.unsent_bytes)) {
            Some(0) => Poll::Ready(Ok(())),
            Some(bytes) => Poll::Ready(Err(SendError::Unsent { bytes })),
            None => self.poll_buffered(0, who, context).map(Ok),
        }
    }

    /// Closes, and is ready when that is done.
    pub(super) fn poll_close(
        &self,
        who: Who,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), SendError>> {
        self.lifecycle().close(Some(SendableCloseFrame::normal()));
        ready!(self.audience().poll_closed(who, context));
        self.poll_flush(who, context)
    }

    fn poll_buffered(&self, at_most: u64, who: Who, context: &mut Context<'_>) -> Poll<()> {
        self.audience().outbox.poll_at_most(at_most, self.lifecycle(), who, context)
    }

    pub(super) fn lost_messages(&self) -> u64 {
        self.audience().inbox.lost()
    }

    pub(super) fn buffered_amount(&self) -> u64 {
        self.lifecycle().buffered_amount()
    }
}

/// One who waits for the browser's queue in a future, and is forgotten with it.
struct Flushing<'a> {
    owner: &'a Owner,
    who: Who,
}

impl Drop for Flushing<'_> {
    fn drop(&mut self) {
        self.owner.audience().forget(self.who);
    }
}

/// Sends bytes, as a view of this program's memory: the browser takes a copy.
#[cfg(not(target_feature = "atomics"))]
fn send_bytes(native: &web_sys::WebSocket, bytes: &[u8]) -> Result<(), JsValue> {
    native.send_with_u8_array(bytes)
}

/// Sends a copy of bytes: the browser takes nothing that lies in shared memory.
/// (WHATWG WebSockets, `send()`: its argument is not `[AllowShared]`.)
#[cfg(target_feature = "atomics")]
fn send_bytes(native: &web_sys::WebSocket, bytes: &[u8]) -> Result<(), JsValue> {
    native.send_with_js_u8_array(&js_sys::Uint8Array::from(bytes))
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.audience().discard();
        self.lifecycle().close(self.close_on_drop.replace(None));
    }
}

impl fmt::Debug for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSocket")
            .field("url", &self.lifecycle().native().url())
            .field("ready_state", &self.lifecycle().ready_state())
            .finish_non_exhaustive()
    }
}

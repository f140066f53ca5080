//! The socket itself, which its `WebSocket` or the two halves of that own together: sending and
//! receiving. When the last of them is dropped, it closes.

use core::cell::Cell;
use core::fmt;
use core::future::poll_fn;
use core::task::{Context, Poll, ready};
use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue};

use super::error::Thrown;
use super::shell::{SocketShell, Waiting};
use super::waiters::Who;
use super::{Closer, Message, Outgoing, SendError, SendableCloseFrame};
use crate::browser::{Handshake, Shell};
use crate::closing::{CloseFrame, ReadyState};

pub(super) struct Owner {
    pub(super) closer: Closer,
    /// What is sent if the socket is still open when it is dropped.
    pub(super) close_on_drop: Cell<Option<SendableCloseFrame>>,
}

impl Owner {
    pub(super) fn new(handshake: Rc<Handshake<SocketShell>>) -> Rc<Self> {
        Rc::new(Self { closer: Closer::new(handshake), close_on_drop: Cell::new(None) })
    }

    pub(super) fn shell(&self) -> &SocketShell {
        self.closer.handshake().shell()
    }

    pub(super) fn send(&self, message: Outgoing<'_>) -> Result<(), SendError> {
        match message {
            Outgoing::Text(text) => self.queue(|native| native.send_with_str(text)),
            Outgoing::Binary(bytes) => self.queue(|native| send_bytes(native, bytes)),
            Outgoing::Close(frame) => {
                self.closer.begin_close(frame.cloned().map(CloseFrame::from));
                Ok(())
            }
        }
    }

    fn queue(
        &self,
        send: impl FnOnce(&web_sys::WebSocket) -> Result<(), JsValue>,
    ) -> Result<(), SendError> {
        match self.closer.ready_state() {
            ReadyState::Open => send(self.shell().native()).map_err(|thrown| SendError::Rejected {
                message: thrown.unchecked_into::<Thrown>().message(),
            }),
            ReadyState::Connecting => Err(SendError::Connecting),
            ReadyState::Closing => Err(SendError::Closing),
            ReadyState::Closed => Err(SendError::Closed),
        }
    }

    /// Ready when the socket is open, and no more than the high-water mark is buffered.
    pub(super) fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        match self.closer.ready_state() {
            ReadyState::Open => {
                let at_most = self.shell().outbox().high_water_mark.get();
                self.poll_buffered(at_most, Who::SINK, context).map(Ok)
            }
            ReadyState::Connecting => {
                self.shell().poll_open(Who::SINK, context).map_err(|_| SendError::Closed)
            }
            ReadyState::Closing => Poll::Ready(Err(SendError::Closing)),
            ReadyState::Closed => Poll::Ready(Err(SendError::Closed)),
        }
    }

    /// Waits for [`Self::poll_flush`], as one of any number who do.
    pub(super) async fn flush(&self) -> Result<(), SendError> {
        let waiting = Waiting::new(self.shell());
        poll_fn(|context| self.poll_flush(waiting.who, context)).await
    }

    /// Ready when everything has left the browser's queue, or never will.
    pub(super) fn poll_flush(
        &self,
        who: Who,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), SendError>> {
        match self.shell().report() {
            Some(report) if report.unsent_bytes == 0 => Poll::Ready(Ok(())),
            Some(report) => Poll::Ready(Err(SendError::Unsent { bytes: report.unsent_bytes })),
            None => self.poll_buffered(0, who, context).map(Ok),
        }
    }

    /// Closes, and is ready when that is done.
    pub(super) fn poll_close(&self, context: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        self.closer.begin_close(Some(CloseFrame::normal()));
        ready!(self.shell().poll_closed(Who::SINK, context));
        self.poll_flush(Who::SINK, context)
    }

    fn poll_buffered(&self, at_most: u64, who: Who, context: &mut Context<'_>) -> Poll<()> {
        let handshake = self.closer.handshake();
        let buffered_amount = self.buffered_amount();
        let outbox = self.shell().outbox();
        outbox.poll_at_most(at_most, buffered_amount, who, context, look(handshake))
    }

    pub(super) fn poll_next(&self, context: &mut Context<'_>) -> Poll<Option<Message>> {
        self.shell().poll_next(context)
    }

    pub(super) fn lost_messages(&self) -> u64 {
        self.shell().inbox().lost()
    }

    pub(super) fn buffered_amount(&self) -> u64 {
        self.shell().buffered_amount()
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

/// A look at how much is buffered now. It does not keep a socket alive that nobody owns any more.
fn look(handshake: &Rc<Handshake<SocketShell>>) -> impl FnOnce() + use<> {
    let handshake = Rc::downgrade(handshake);
    move || {
        if let Some(handshake) = handshake.upgrade() {
            let shell = handshake.shell();
            shell.outbox().look(shell.buffered_amount(), look(&handshake));
        }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.shell().discard();
        self.closer.begin_close(self.close_on_drop.take().map(CloseFrame::from));
    }
}

impl fmt::Debug for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSocket")
            .field("url", &self.shell().native().url())
            .field("ready_state", &self.closer.ready_state())
            .finish_non_exhaustive()
    }
}

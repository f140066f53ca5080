//! The WebSocket for Rust.

mod builder;
mod closed;
mod error;
mod message;
mod shell;

use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::rc::Rc;

use futures_core::Stream;
use web_sys::BinaryType;

pub use self::builder::Builder;
pub use self::closed::{CloseListener, Closed, Closing};
pub use self::error::{CloseError, IntoCloseCode, OpenError, SendError};
pub use self::message::{Message, Outgoing};
use self::shell::SocketShell;
use crate::browser::Handshake;
use crate::closing::{
    CloseCode, CloseFrame, CloseReason, CloseReport, Input, ReadyState, SendableCloseCode,
};

/// A WebSocket that always finishes closing.
///
/// Receiving is a [`Stream`] of messages, which ends with the connection, after every message that
/// came before. (What arrives after a local [`close`](Self::close) the browser drops, as the standard
/// says.) Dropping the socket closes it, without a code.
///
/// A `web_sys::WebSocket` in any state can be adopted with [`From`] (and so with [`TryFrom`]): its
/// messages are received from then on, with `binaryType` set to `"arraybuffer"`. Of one that is
/// CLOSED the end is not known any more; the report then says 1006, as of one that was lost.
pub struct WebSocket {
    handshake: Rc<Handshake<SocketShell>>,
}

impl WebSocket {
    /// Begins to describe a socket; [`Builder::open`] opens it.
    ///
    /// The URL's scheme is `ws`, `wss`, `http` or `https`; it may be relative to the page.
    pub fn builder(url: impl Into<String>) -> Builder {
        Builder::new(url.into())
    }

    /// Sends a text or binary message, or queues it; [`Self::buffered_amount`] tells.
    ///
    /// # Errors
    /// [`SendError`], if the socket is not open, so that no message is lost silently.
    /// (WHATWG WebSockets, `send()`, would drop it.)
    pub fn send<'a>(&self, message: impl Into<Outgoing<'a>>) -> Result<(), SendError> {
        match self.ready_state() {
            ReadyState::Open => self.shell().send(message.into()),
            ReadyState::Connecting => Err(SendError::Connecting),
            ReadyState::Closing => Err(SendError::Closing),
            ReadyState::Closed => Err(SendError::Closed),
        }
    }

    /// The next message; `None` once the connection has ended and every message was taken.
    ///
    /// Dropping the future loses no message.
    pub async fn next(&mut self) -> Option<Message> {
        core::future::poll_fn(|context| self.shell().poll_next(context)).await
    }

    /// Closes the connection with a code and a reason.
    ///
    /// The effect happens in the call: the Close frame goes out behind what is queued, and after the
    /// close timeout the socket settles whatever the peer does. Awaiting the result is optional, and
    /// gives the report. A further call joins the first.
    /// (WHATWG WebSockets, `close()`; RFC 6455, section 7.1.2.)
    ///
    /// ```no_run
    /// # async fn close(socket: graceful_websocket::WebSocket) -> Result<(), graceful_websocket::CloseError> {
    /// # use graceful_websocket::CloseCode;
    /// let report = socket.close(CloseCode::NORMAL, "done")?.await;
    /// socket.close(4001, "logged out")?; // joins; the first code and reason count
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`CloseError`], for a code other than 1000 and 3000 to 4999, or a reason of more than 123
    /// bytes, in every state and before anything changes.
    pub fn close(
        &self,
        code: impl IntoCloseCode,
        reason: impl AsRef<str>,
    ) -> Result<Closing, CloseError> {
        let code: SendableCloseCode = code.into_close_code()?;
        let reason = CloseReason::new(reason.as_ref())?;
        let frame = CloseFrame { code: code.into(), reason: reason.into() };
        self.begin_close(Some(frame));
        Ok(Closing::new(self.closed()))
    }

    /// Gives up: the socket settles in the next task, as [`Outcome::Terminated`] unless the browser's
    /// own event is there by then. The browser goes on to end the connection by its own rules, as
    /// the platform has no abort.
    ///
    /// [`Outcome::Terminated`]: crate::Outcome::Terminated
    pub fn terminate(&self) -> Closing {
        let native = self.shell().native_state();
        self.handshake.input(Input::Terminate { native });
        Closing::new(self.closed())
    }

    /// The report, as a future: it resolves when the connection has ended and every close handler
    /// has run, however that came about. It does not keep the socket open.
    pub fn closed(&self) -> Closed {
        Closed::new(Rc::clone(&self.handshake))
    }

    /// The report, once the connection has ended. It is there already when close handlers run.
    pub fn close_report(&self) -> Option<CloseReport> {
        self.shell().report()
    }

    /// Runs the callback once, when the connection has ended, as long as the listener lives. If it
    /// has ended already, it never runs; see [`Self::close_report`].
    pub fn on_close(&self, callback: impl FnOnce(&CloseReport) + 'static) -> CloseListener {
        CloseListener::new(self.shell().listeners(), Box::new(callback))
    }

    /// How long after `close` the socket settles at the latest; `None` leaves it to the browser.
    /// Default: 10 seconds.
    ///
    /// While closing this moves the deadline, which counts from the call and may have passed. Zero
    /// settles in the next task. In a hidden page timers may be late by about a second, and none
    /// runs while the page is frozen; the socket then settles as soon as the page runs again.
    pub fn set_close_timeout(&self, timeout: impl Into<Option<Duration>>) {
        self.handshake.input(Input::CloseTimeout(timeout.into()));
    }

    /// The ready state: the browser's own, and CLOSED once the socket has settled.
    /// (WHATWG WebSockets, `readyState`.)
    pub fn ready_state(&self) -> ReadyState {
        match self.handshake.ready_state() {
            ReadyState::Closed => ReadyState::Closed,
            _ => self.shell().native_state(),
        }
    }

    /// How many bytes were given to `send` and have not left yet.
    /// (WHATWG WebSockets, `bufferedAmount`.)
    pub fn buffered_amount(&self) -> u64 {
        u64::from(self.shell().native().buffered_amount())
    }

    /// The subprotocol that the server chose; empty if none, or not open yet.
    /// (WHATWG WebSockets, `protocol`.)
    pub fn protocol(&self) -> String {
        self.shell().native().protocol()
    }

    /// The URL, as the browser understood it. (WHATWG WebSockets, `url`.)
    pub fn url(&self) -> String {
        self.shell().native().url()
    }

    fn begin_close(&self, frame: Option<CloseFrame>) {
        let native = self.shell().native_state();
        self.handshake.input(Input::Close { frame, native });
    }

    fn shell(&self) -> &SocketShell {
        self.handshake.shell()
    }
}

impl From<web_sys::WebSocket> for WebSocket {
    fn from(native: web_sys::WebSocket) -> Self {
        native.set_binary_type(BinaryType::Arraybuffer);
        let state = shell::state_of(&native);
        let handshake = Handshake::new(SocketShell::new(native), state);
        SocketShell::listen(&handshake);
        if state == ReadyState::Closed {
            let (code, reason) = (CloseCode::ABNORMAL, String::new());
            handshake.input(Input::NativeClose { code, reason, was_clean: false });
        }
        Self { handshake }
    }
}

impl Stream for WebSocket {
    type Item = Message;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Message>> {
        self.shell().poll_next(context)
    }
}

impl Drop for WebSocket {
    fn drop(&mut self) {
        self.begin_close(None);
    }
}

impl core::fmt::Debug for WebSocket {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("WebSocket")
            .field("url", &self.url())
            .field("ready_state", &self.ready_state())
            .finish_non_exhaustive()
    }
}

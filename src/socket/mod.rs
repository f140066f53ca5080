//! The WebSocket for Rust.

mod audience;
mod builder;
#[cfg(feature = "futures-io")]
mod byte_stream;
mod close_handlers;
mod closed;
mod closer;
mod error;
mod frame;
mod futures;
mod halves;
mod inbox;
mod lifecycle;
mod message;
mod outbox;
mod owner;
mod reason;
mod report;
mod results;
mod waiters;

use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::rc::Rc;

use futures_core::Stream;
use futures_core::stream::FusedStream;
use futures_sink::Sink;
use js_sys::Symbol;
use wasm_bindgen::{JsCast, JsValue};

pub use self::builder::Builder;
#[cfg(feature = "futures-io")]
pub use self::byte_stream::ByteStream;
pub use self::closed::{CloseListener, Closed};
pub use self::closer::{Closer, DEFAULT_CLOSE_TIMEOUT};
pub use self::error::{CloseError, ConnectionError, NotAWebSocket, OpenError, SendError};
pub use self::frame::{IntoCloseCode, SendableCloseFrame};
pub use self::futures::{Next, Opened};
pub use self::halves::{Receiver, ReuniteError, Sender};
pub use self::inbox::Overflow;
use self::lifecycle::Lifecycle;
pub use self::message::{Message, Outgoing, Sendable};
use self::owner::Owner;
pub use self::reason::{CloseReason, CloseReasonTooLong};
pub use self::report::CloseReport;
pub use self::results::Results;
use self::waiters::Who;
use crate::browser::reflect;
use crate::closing::ReadyState;

/// A WebSocket that always finishes closing.
///
/// **Receiving** is a [`Stream`] of messages, which ends with the connection, after every message that
/// came before. (What arrives after a local [`close`](Self::close) the browser drops, as the standard
/// says.) What nobody has taken yet is kept, up to [`Builder::receive_limit`]; see [`Overflow`].
///
/// **Sending** is [`send`](Self::send), which queues at once, or a [`Sink`], which waits while more than
/// [`Builder::high_water_mark`] is queued.
///
/// **Dropping** the socket closes it, with the Close frame of [`Builder::close_on_drop`]. It never
/// panics, and calls close listeners only when the connection has really ended or been given up.
///
/// **Adopting** a `web_sys::WebSocket` in any state is [`From`] (and so [`TryFrom`]): its messages are
/// received from then on, with `binaryType` set to `"arraybuffer"`. What a builder sets for others, the
/// setters do for it. Of one that is CLOSED the end is
/// not known any more; the report then says 1006, as of one that was lost. A socket of another realm
/// (an iframe's) is not an `instanceof` this one's class, so `dyn_into` refuses it; [`TryFrom`] of a
/// `JsValue` does not.
pub struct WebSocket {
    owner: Owner,
}

impl WebSocket {
    /// Begins to describe a socket; [`Builder::open`] opens it.
    ///
    /// The URL's scheme is `ws`, `wss`, `http` or `https`; it may be relative to the page.
    pub fn builder(url: impl Into<String>) -> Builder {
        Builder::new(url.into())
    }

    /// Opens a socket with what is the default for everything: see [`Builder::open`].
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(url: impl Into<String>) -> impl Future<Output = Result<Self, OpenError>> {
        Self::builder(url).open()
    }

    /// One that was made just now.
    fn new(native: web_sys::WebSocket) -> Self {
        Self { owner: Owner::new(Lifecycle::of(native)) }
    }

    /// Waits until the socket is open: see [`Closer::opened`].
    pub fn opened(&self) -> Opened {
        self.owner.closer.opened()
    }

    /// Sends a text or binary message, or queues it; [`Self::buffered_amount`] tells.
    ///
    /// # Errors
    /// [`SendError`], if the socket is not open, so that no message is lost silently.
    /// (WHATWG WebSockets, `send()`, would drop it.)
    pub fn send(&self, message: impl Sendable) -> Result<(), SendError> {
        self.owner.send(message.as_outgoing())
    }

    /// The next message; `None` once the connection has ended and every message was taken.
    ///
    /// Dropping the future loses no message.
    #[allow(clippy::should_implement_trait, reason = "it is the stream's")]
    pub fn next(&mut self) -> Next<'_> {
        Next::new(&self.owner)
    }

    /// The next message, if there is one already. None may mean that there are no more; then there is a
    /// [`close_report`](Self::close_report).
    ///
    /// For a loop of a program's own, such as a game's, that looks once a frame.
    pub fn try_next(&mut self) -> Option<Message> {
        self.owner.audience().inbox.pop()
    }

    /// Waits until all that was sent has left the browser's queue: `bufferedAmount` is 0.
    ///
    /// The platform has no event for that, so the socket looks: first in the next tasks, then after 1,
    /// 2, 4 … 64 ms, and only while somebody waits.
    ///
    /// # Errors
    /// [`SendError::Unsent`], if the connection ended before.
    pub async fn flush(&self) -> Result<(), SendError> {
        self.owner.flush().await
    }

    /// Closes the connection: see [`Closer::close`].
    ///
    /// # Errors
    /// [`CloseError`], for a code other than 1000 and 3000 to 4999, or a reason of more than 123
    /// bytes, in every state and before anything changes.
    pub fn close(
        &self,
        code: impl IntoCloseCode,
        reason: impl AsRef<str>,
    ) -> Result<Closed, CloseError> {
        self.owner.closer.close(code, reason)
    }

    /// Closes the connection: see [`Closer::close_with`].
    pub fn close_with(&self, frame: impl Into<Option<SendableCloseFrame>>) -> Closed {
        self.owner.closer.close_with(frame)
    }

    /// Gives up: see [`Closer::terminate`].
    pub fn terminate(&self) -> Closed {
        self.owner.closer.terminate()
    }

    /// The report, as a future: see [`Closer::closed`].
    pub fn closed(&self) -> Closed {
        self.owner.closer.closed()
    }

    /// Waits until the browser has let go of the connection: see [`Closer::released`].
    pub async fn released(&self) {
        self.owner.closer.released().await;
    }

    /// The report, once the connection has ended. It is there already when close handlers run.
    pub fn close_report(&self) -> Option<CloseReport> {
        self.owner.closer.close_report()
    }

    /// Runs the callback once, when the connection has ended: see [`Closer::on_close`].
    pub fn on_close(&self, callback: impl FnOnce(&CloseReport) + 'static) -> CloseListener {
        self.owner.closer.on_close(callback)
    }

    /// How long after `close` the socket settles at the latest: see [`Closer::set_close_timeout`].
    pub fn set_close_timeout(&self, timeout: impl Into<Option<Duration>>) {
        self.owner.closer.set_close_timeout(timeout);
    }

    /// What is sent if the socket is still open when it is dropped, or both of its halves are.
    /// Default, and `None`: a Close frame without a code.
    pub fn set_close_on_drop(&self, frame: impl Into<Option<SendableCloseFrame>>) {
        self.owner.close_on_drop.replace(frame.into());
    }

    /// How many bytes may wait to be taken: see [`Builder::receive_limit`]. What is waiting stays.
    pub fn set_receive_limit(&self, bytes: usize, overflow: Overflow) {
        let inbox = &self.owner.audience().inbox;
        inbox.limit_bytes.set(bytes);
        inbox.overflow.set(overflow);
    }

    /// What the socket closes with when it has to because of a lost message: see
    /// [`Builder::close_on_overflow`].
    pub fn set_close_on_overflow(&self, frame: impl Into<Option<SendableCloseFrame>>) {
        self.owner.audience().inbox.close_frame.set(frame.into());
    }

    /// Above so many bytes of `bufferedAmount` the socket, as a `Sink`, is not ready: see
    /// [`Builder::high_water_mark`].
    pub fn set_high_water_mark(&self, bytes: u64) {
        self.owner.audience().outbox.high_water_mark.set(bytes);
    }

    /// Closes the socket with this frame when the page goes away, from now on: see
    /// [`Builder::close_on_page_hide`]. Of several, the first counts.
    pub fn close_on_page_hide(&self, frame: impl Into<Option<SendableCloseFrame>>) {
        builder::close_when_hidden(self, frame.into());
    }

    /// The ready state: the browser's own, and CLOSED once the socket has settled.
    /// (WHATWG WebSockets, `readyState`.)
    pub fn ready_state(&self) -> ReadyState {
        self.owner.closer.ready_state()
    }

    /// A handle that closes the socket and tells of its end, for another part of the program.
    pub fn closer(&self) -> Closer {
        self.owner.closer.clone()
    }

    /// Two halves, which may go to two parts of the program. Both can close, read the report, and be
    /// dropped in any order; the socket closes with the last. [`Sender::reunite`] puts them together.
    pub fn split(self) -> (Sender, Receiver) {
        halves::split(Rc::new(self.owner))
    }

    /// The browser's own socket.
    ///
    /// Reading it, and listening to it, is fine. What is done to it behind this one's back is seen
    /// only by what comes of it: a close on it has no deadline.
    pub fn as_raw(&self) -> &web_sys::WebSocket {
        self.owner.lifecycle().native()
    }

    /// How many messages were received and lost, because nobody took them in time: see [`Overflow`].
    pub fn lost_messages(&self) -> u64 {
        self.owner.lost_messages()
    }

    /// How many bytes were given to `send` and have not left yet.
    /// (WHATWG WebSockets, `bufferedAmount`.)
    pub fn buffered_amount(&self) -> u64 {
        self.owner.buffered_amount()
    }

    /// The subprotocol that the server chose; empty if none, or not open yet.
    /// (WHATWG WebSockets, `protocol`.)
    pub fn protocol(&self) -> String {
        self.as_raw().protocol()
    }

    /// The extensions that are in use, as the server chose them; empty if none, or not open yet.
    /// (WHATWG WebSockets, `extensions`.)
    pub fn extensions(&self) -> String {
        self.as_raw().extensions()
    }

    /// The URL, as the browser understood it. (WHATWG WebSockets, `url`.)
    pub fn url(&self) -> String {
        self.as_raw().url()
    }
}

impl From<web_sys::WebSocket> for WebSocket {
    fn from(native: web_sys::WebSocket) -> Self {
        let lifecycle = Lifecycle::of(native);
        if lifecycle.native_state() == ReadyState::Closed {
            lifecycle.is_gone();
        }
        Self { owner: Owner::new(lifecycle) }
    }
}

/// Adopts a socket of any realm.
impl TryFrom<JsValue> for WebSocket {
    type Error = NotAWebSocket;

    fn try_from(value: JsValue) -> Result<Self, NotAWebSocket> {
        // Web IDL, "class string": every realm's has the same.
        let tag = reflect::get(&value, &Symbol::to_string_tag());
        if tag.is_ok_and(|tag| tag == "WebSocket") {
            Ok(value.unchecked_into::<web_sys::WebSocket>().into())
        } else {
            Err(NotAWebSocket { value })
        }
    }
}

impl Stream for WebSocket {
    type Item = Message;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Message>> {
        self.owner.audience().poll_next(context)
    }
}

impl FusedStream for WebSocket {
    fn is_terminated(&self) -> bool {
        self.owner.audience().is_exhausted()
    }
}

/// With backpressure: not ready while more than [`Builder::high_water_mark`] is buffered. `poll_flush`
/// is [`WebSocket::flush`]. `poll_close` is a close with code 1000, and ready when it is done.
impl Sink<Message> for WebSocket {
    type Error = SendError;

    fn poll_ready(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        self.owner.poll_ready(Who::SINK, context)
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), SendError> {
        self.owner.send(message.as_outgoing())
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        self.owner.poll_flush(Who::SINK, context)
    }

    fn poll_close(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        self.owner.poll_close(Who::SINK, context)
    }
}

impl core::fmt::Debug for WebSocket {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.owner.fmt(f)
    }
}

//! The two halves of a socket: one sends, one receives, and both can close.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::rc::Rc;

use futures_core::Stream;
use futures_core::stream::FusedStream;
use futures_sink::Sink;

use super::owner::Owner;
use super::waiters::Who;
use super::{
    CloseError, CloseReport, Closed, Closer, IntoCloseCode, Message, Next, Opened, SendError,
    Sendable, WebSocket,
};
use crate::local::Local;

/// The half of a socket that sends. [`WebSocket::split`] makes it, and it can be cloned.
///
/// The halves may be dropped in any order; the socket closes with the last.
pub struct Sender {
    owner: Local<Rc<Owner>>,
    /// As a `Sink`, each waits by itself.
    who: Who,
}

/// The half of a socket that receives. [`WebSocket::split`] makes it.
///
/// The halves may be dropped in any order; the socket closes with the last. When this half is
/// dropped, what was received and not taken is gone, and so is what comes later.
pub struct Receiver {
    owner: Local<Rc<Owner>>,
    is_reunited: bool,
}

pub(super) fn split(owner: Rc<Owner>) -> (Sender, Receiver) {
    (Sender::of(&owner), Receiver { owner: Local::new(owner), is_reunited: false })
}

impl Sender {
    fn of(owner: &Rc<Owner>) -> Self {
        Self { owner: Local::new(Rc::clone(owner)), who: Who::new() }
    }

    /// See [`WebSocket::opened`].
    pub fn opened(&self) -> Opened {
        self.owner.closer.opened()
    }

    /// See [`WebSocket::send`].
    ///
    /// # Errors
    /// [`SendError`], as there.
    pub fn send(&self, message: impl Sendable) -> Result<(), SendError> {
        self.owner.send(message.as_outgoing())
    }

    /// See [`WebSocket::flush`].
    ///
    /// # Errors
    /// [`SendError`], as there.
    pub async fn flush(&self) -> Result<(), SendError> {
        self.owner.flush().await
    }

    /// See [`WebSocket::buffered_amount`].
    pub fn buffered_amount(&self) -> u64 {
        self.owner.buffered_amount()
    }

    /// See [`WebSocket::close`].
    ///
    /// # Errors
    /// [`CloseError`], as there.
    pub fn close(
        &self,
        code: impl IntoCloseCode,
        reason: impl AsRef<str>,
    ) -> Result<Closed, CloseError> {
        self.owner.closer.close(code, reason)
    }

    /// See [`WebSocket::closed`].
    pub fn closed(&self) -> Closed {
        self.owner.closer.closed()
    }

    /// See [`WebSocket::close_report`].
    pub fn close_report(&self) -> Option<CloseReport> {
        self.owner.closer.close_report()
    }

    /// See [`WebSocket::closer`].
    pub fn closer(&self) -> Closer {
        self.owner.closer.clone()
    }

    /// The whole socket again, if these are the two halves of it.
    ///
    /// # Errors
    /// [`ReuniteError`] with both halves, if they are not of the same socket, or not all of it: there is
    /// another sender.
    pub fn reunite(self, mut receiver: Receiver) -> Result<WebSocket, ReuniteError> {
        const HALVES: usize = 2;

        let owner = Rc::clone(&self.owner);
        if Rc::ptr_eq(&owner, &receiver.owner) && Rc::strong_count(&owner) == HALVES + 1 {
            receiver.is_reunited = true;
            drop((self, receiver));
            Ok(WebSocket { owner: Rc::into_inner(owner).expect("both halves are gone") })
        } else {
            Err(ReuniteError { sender: self, receiver })
        }
    }
}

impl Receiver {
    /// See [`WebSocket::next`].
    #[allow(clippy::should_implement_trait, reason = "it is the stream's")]
    pub fn next(&mut self) -> Next<'_> {
        Next::new(&self.owner)
    }

    /// See [`WebSocket::try_next`].
    pub fn try_next(&mut self) -> Option<Message> {
        self.owner.audience().inbox.pop()
    }

    /// See [`WebSocket::opened`].
    pub fn opened(&self) -> Opened {
        self.owner.closer.opened()
    }

    /// See [`WebSocket::lost_messages`].
    pub fn lost_messages(&self) -> u64 {
        self.owner.lost_messages()
    }

    /// See [`WebSocket::close`].
    ///
    /// # Errors
    /// [`CloseError`], as there.
    pub fn close(
        &self,
        code: impl IntoCloseCode,
        reason: impl AsRef<str>,
    ) -> Result<Closed, CloseError> {
        self.owner.closer.close(code, reason)
    }

    /// See [`WebSocket::closed`].
    pub fn closed(&self) -> Closed {
        self.owner.closer.closed()
    }

    /// See [`WebSocket::close_report`].
    pub fn close_report(&self) -> Option<CloseReport> {
        self.owner.closer.close_report()
    }

    /// See [`WebSocket::closer`].
    pub fn closer(&self) -> Closer {
        self.owner.closer.clone()
    }

    /// See [`Sender::reunite`].
    ///
    /// # Errors
    /// [`ReuniteError`], as there.
    pub fn reunite(self, sender: Sender) -> Result<WebSocket, ReuniteError> {
        sender.reunite(self)
    }
}

impl Clone for Sender {
    fn clone(&self) -> Self {
        Self::of(&self.owner)
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.owner.audience().forget(self.who);
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        if !self.is_reunited {
            self.owner.audience().discard();
        }
    }
}

/// The halves belong to two sockets, or there is another sender. Both are in here, untouched.
#[derive(Debug)]
pub struct ReuniteError {
    /// The half that sends.
    pub sender: Sender,
    /// The half that receives.
    pub receiver: Receiver,
}

impl fmt::Display for ReuniteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if Rc::ptr_eq(&self.sender.owner, &self.receiver.owner) {
            "there is another sender of the same socket"
        } else {
            "the halves are not of the same socket"
        })
    }
}

impl core::error::Error for ReuniteError {}

impl Sink<Message> for Sender {
    type Error = SendError;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        self.owner.poll_ready(self.who, cx)
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), SendError> {
        self.owner.send(message.as_outgoing())
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        self.owner.poll_flush(self.who, cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        self.owner.poll_close(self.who, cx)
    }
}

impl Stream for Receiver {
    type Item = Message;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Message>> {
        self.owner.audience().poll_next(context)
    }
}

impl FusedStream for Receiver {
    fn is_terminated(&self) -> bool {
        self.owner.audience().is_exhausted()
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("socket", &*self.owner).finish()
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("socket", &*self.owner).finish()
    }
}

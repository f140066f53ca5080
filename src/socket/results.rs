//! The socket as generic clients take it: a stream of results and a sink, with one error for both.

use core::pin::Pin;
use core::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_core::stream::FusedStream;
use futures_sink::Sink;

use super::{ConnectionError, Message, WebSocket};
use crate::closing::Outcome;

/// A socket whose end is an error unless it was clean. [`WebSocket::into_results`] makes it.
///
/// For clients of a protocol that take a `Stream` of results and a `Sink` of messages with the same error:
/// to them the end of a stream is a regular one, so a connection that was lost must not look like that.
/// The last item is an error with the report, if the closing handshake was not completed, or if a message
/// that was received is lost (see [`Overflow`](crate::Overflow)).
#[derive(Debug)]
pub struct Results {
    socket: WebSocket,
    has_ended: bool,
}

impl WebSocket {
    /// The socket as a stream of results, whose last item is an error unless the end was clean.
    pub fn into_results(self) -> Results {
        Results { socket: self, has_ended: false }
    }
}

impl Results {
    /// The socket.
    pub const fn socket(&self) -> &WebSocket {
        &self.socket
    }

    /// The socket again.
    pub fn into_inner(self) -> WebSocket {
        self.socket
    }

    /// What is wrong with the end, if there is something.
    fn error(&self) -> Option<ConnectionError> {
        let report = self.socket.close_report()?;
        let is_whole = report.outcome == Outcome::Clean && report.lost_messages == 0;
        (!is_whole).then_some(ConnectionError::Ended(report))
    }
}

impl Stream for Results {
    type Item = Result<Message, ConnectionError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.has_ended {
            return Poll::Ready(None);
        }
        let message = ready!(Pin::new(&mut self.socket).poll_next(context));
        if message.is_none() {
            self.has_ended = true;
            return Poll::Ready(self.error().map(Err));
        }
        Poll::Ready(message.map(Ok))
    }
}

impl FusedStream for Results {
    fn is_terminated(&self) -> bool {
        self.has_ended
    }
}

/// That of the [`WebSocket`], with the other error.
impl Sink<Message> for Results {
    type Error = ConnectionError;

    fn poll_ready(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        Pin::new(&mut self.socket).poll_ready(context).map_err(Into::into)
    }

    fn start_send(mut self: Pin<&mut Self>, message: Message) -> Result<(), ConnectionError> {
        Pin::new(&mut self.socket).start_send(message).map_err(Into::into)
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        Pin::new(&mut self.socket).poll_flush(context).map_err(Into::into)
    }

    fn poll_close(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        Pin::new(&mut self.socket).poll_close(context).map_err(Into::into)
    }
}

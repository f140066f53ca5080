//! The socket as a stream of bytes: `AsyncRead` and `AsyncWrite` over binary messages.

use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::io;

use futures_io::{AsyncBufRead, AsyncRead, AsyncWrite};

use super::waiters::Who;
use super::{Message, Overflow, SendError, WebSocket};
use crate::closing::{Initiator, Outcome};

/// A socket whose binary messages are one stream of bytes, for protocols that know of no messages.
/// [`WebSocket::into_byte_stream`] makes it.
///
/// **Reading** joins the binary messages. It ends, with 0 bytes, when the peer has closed the connection
/// cleanly; any other end is an error, so that what is cut off never looks complete: `TimedOut`,
/// `ConnectionReset`, or `ConnectionAborted` if it ended on this side, be it by a close or by
/// [`WebSocket::terminate`]. (A WebSocket has no half-close: after a close on this side the browser drops
/// what the peer still sends.) A text message is an error
/// of the kind `InvalidData`, and so is the end of a stream of which something was lost (see
/// [`Builder::receive_limit`](crate::Builder::receive_limit)).
///
/// **Writing** sends one binary message a call, of at most 64 KiB, with the backpressure of the socket
/// as a `Sink`. Flushing waits until everything has left; closing is a close with code 1000, and waits
/// for it.
#[derive(Debug)]
pub struct ByteStream {
    socket: WebSocket,
    /// The message that is being read.
    message: Vec<u8>,
    /// How much of it was read already.
    consumed: usize,
}

/// The longest message that a write makes.
const MAX_MESSAGE_BYTES: usize = 64 << 10;

impl WebSocket {
    /// The socket as a stream of bytes. As each byte counts, a full
    /// [buffer](crate::Builder::receive_limit) closes it from now on.
    pub fn into_byte_stream(self) -> ByteStream {
        self.owner.audience().inbox.overflow.set(Overflow::Close);
        ByteStream { socket: self, message: Vec::new(), consumed: 0 }
    }
}

impl ByteStream {
    /// The socket.
    pub const fn socket(&self) -> &WebSocket {
        &self.socket
    }

    /// The socket again. What was received of the message that is being read, and not read yet, is gone.
    pub fn into_inner(self) -> WebSocket {
        self.socket
    }

    /// Why there is nothing to read any more: because all was read, or what went wrong.
    fn end(&self) -> io::Result<()> {
        if self.socket.lost_messages() > 0 {
            let error = "more was received than could be kept, and the rest is lost";
            return Err(io::Error::new(io::ErrorKind::InvalidData, error));
        }
        let unfinished = "the connection ended without a closing handshake";
        let Some(report) = self.socket.close_report() else { return Ok(()) };
        let (kind, error) = match (report.outcome, report.initiator) {
            (Outcome::Clean, Initiator::Remote) => return Ok(()),
            (Outcome::Clean, _) => {
                let error = "the connection was closed on this side, and what came then is lost";
                (io::ErrorKind::ConnectionAborted, error)
            }
            (Outcome::TimedOut, _) => (io::ErrorKind::TimedOut, unfinished),
            (Outcome::Terminated, _) => (io::ErrorKind::ConnectionAborted, unfinished),
            (Outcome::Unclean | Outcome::NeverOpened, _) => {
                (io::ErrorKind::ConnectionReset, unfinished)
            }
        };
        Err(io::Error::new(kind, error))
    }
}

impl AsyncBufRead for ByteStream {
    fn poll_fill_buf(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        while this.consumed == this.message.len() {
            match ready!(this.socket.owner.audience().poll_next(context)) {
                Some(Message::Binary(bytes)) => {
                    this.message = bytes;
                    this.consumed = 0;
                }
                Some(_) => {
                    let error = "a text message in a stream of bytes";
                    return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, error)));
                }
                None => return Poll::Ready(this.end().map(|()| &[][..])),
            }
        }
        Poll::Ready(Ok(&this.message[this.consumed..]))
    }

    fn consume(mut self: Pin<&mut Self>, bytes: usize) {
        self.consumed = self.message.len().min(self.consumed.saturating_add(bytes));
    }
}

impl AsyncRead for ByteStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let unread = ready!(self.as_mut().poll_fill_buf(context))?;
        let read = unread.len().min(buffer.len());
        buffer[..read].copy_from_slice(&unread[..read]);
        self.consume(read);
        Poll::Ready(Ok(read))
    }
}

impl AsyncWrite for ByteStream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.socket.owner.poll_ready(Who::SINK, context))?;
        let written = bytes.len().min(MAX_MESSAGE_BYTES);
        if written > 0 {
            self.socket.send(&bytes[..written])?;
        }
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.owner.poll_flush(Who::SINK, context).map_err(Into::into)
    }

    fn poll_close(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.owner.poll_close(Who::SINK, context).map_err(Into::into)
    }
}

impl From<SendError> for io::Error {
    fn from(error: SendError) -> Self {
        let kind = match error {
            SendError::Connecting => io::ErrorKind::NotConnected,
            SendError::Closing | SendError::Closed => io::ErrorKind::BrokenPipe,
            SendError::Unsent { .. } => io::ErrorKind::ConnectionAborted,
            SendError::Rejected { .. } => io::ErrorKind::Other,
        };
        Self::new(kind, error)
    }
}

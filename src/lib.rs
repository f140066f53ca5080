//! A WebSocket for the browser that always finishes closing, on time, and tells the truth about it.
//!
//! ```no_run
//! # async fn live() -> Result<(), Box<dyn std::error::Error>> {
//! use graceful_websocket::{CloseCode, WebSocket};
//! use std::time::Duration;
//!
//! let mut socket = WebSocket::builder("wss://example.org/live")
//!     .protocol("chat")
//!     .open_timeout(Duration::from_secs(5))
//!     .close_timeout(Duration::from_secs(10))
//!     .open()
//!     .await?;
//! socket.send("hello")?;
//! while let Some(message) = socket.next().await {
//!     println!("{message:?}");
//!     break;
//! }
//! let report = socket.close(CloseCode::NORMAL, "done")?.await; // at most 10 seconds
//! println!("{} by {}, {} bytes not sent", report.outcome, report.initiator, report.unsent_bytes);
//! # Ok(())
//! # }
//! ```
//!
//! # Closing
//!
//! A browser waits for the peer: 60 seconds in Chromium, 20 in Firefox, for ever if the peer does
//! not read and data is still queued. This crate puts one deadline on it ([`WebSocket::close`]) and
//! tells what came of it in one [`CloseReport`], the same for everyone who asks:
//!
//! - **Bounded.** After `close` the socket settles no later than the close timeout.
//! - **Once.** Every [close handler](WebSocket::on_close) runs once, before anyone who awaits the
//!   report resumes.
//! - **Truthful.** A timeout is [`Outcome::TimedOut`] with code 1006; no code, reason or clean end is
//!   ever made up.
//! - **Eager.** The effect of `close` is in the call, awaiting is optional, and a second call joins
//!   the first.
//! - **Nothing is lost silently.** [`WebSocket::send`] is an error once closing; the report counts the
//!   bytes that did not leave.
//! - **Checked.** An illegal code or reason is a typed error before anything changes, or does not
//!   compile ([`SendableCloseCode::of`]).
//!
//! # Sharing
//!
//! [`WebSocket::split`] makes two halves, and [`WebSocket::closer`] a handle without ownership; each of
//! them closes the socket and reads the report. Dropping the socket closes it. The socket is a `Stream`
//! and a `Sink` of [`Message`]s, with backpressure ([`Builder::high_water_mark`]) and a bounded buffer of
//! what was received ([`Builder::receive_limit`]).
//!
//! # Features
//!
//! - `bytes`: a `bytes::Bytes` can be sent.
//! - `futures-io`: `WebSocket::into_byte_stream`, with `AsyncRead` and `AsyncWrite` over binary messages.
//! - `serde`: a [`CloseReport`] can be serialized, for a log: as that of the npm package is as JSON.
//! - `send`: everything is `Send` and `Sync`, for the one thread that made it. In a program of one thread
//!   nothing else is different; in one of several, whoever touches a socket in another thread panics.
//!
//! # Layers
//!
//! [`closing`] is the closing handshake as a pure state machine, told of [`time`] as plain numbers;
//! [`WebSocket`] joins it to the browser. The npm package of the same name does the same in JavaScript.

// On docs.rs, which builds with nightly: what needs a feature says so.
#![cfg_attr(docsrs, feature(doc_cfg))]

/// The examples of the guide are tested.
#[cfg(doctest)]
#[doc = include_str!("../docs/rust.md")]
struct RustGuide;

mod brief;
mod browser;
pub mod closing;
mod local;
mod socket;
pub mod time;

pub use closing::{
    CloseCode, CloseFrame, Initiator, InvalidCloseCode, Outcome, Phase, ReadyState,
    SendableCloseCode,
};
#[cfg(feature = "futures-io")]
pub use socket::ByteStream;
pub use socket::{
    Builder, CloseError, CloseListener, CloseReason, CloseReasonTooLong, CloseReport, Closed,
    Closer, ConnectionError, DEFAULT_CLOSE_TIMEOUT, IntoCloseCode, Message, Next, NotAWebSocket,
    OpenError, Opened, Outgoing, Overflow, Receiver, Results, ReuniteError, SendError, Sendable,
    SendableCloseFrame, Sender, WebSocket,
};

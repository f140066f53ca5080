//! What can go wrong, and whose fault it is.

use core::fmt;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::audience::End;
use super::{CloseReasonTooLong, CloseReport};
use crate::closing::{InvalidCloseCode, Outcome};

/// Why a socket did not open.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError {
    /// The caller gave a URL that is none, whose scheme is not `ws`, `wss`, `http` or `https`, or
    /// that has a fragment (WHATWG WebSockets, constructor).
    InvalidUrl {
        /// The URL that was given.
        url: String,
    },
    /// The caller gave a subprotocol that is not a token, or gave it twice (RFC 6455, section 4.1).
    InvalidProtocol {
        /// The subprotocol.
        protocol: String,
    },
    /// The browser refused to connect at all (to a forbidden port, or by a policy of the page).
    Blocked {
        /// What the browser said.
        message: String,
    },
    /// There is no WebSocket here: the program does not run in a browser or in a runtime that has one. (It
    /// compiles for every target, so that a workspace can share it with a server.)
    NoWebSocket,
    /// The caller asked for a [disposable](crate::Builder::disposable) socket where there is no
    /// document, as in a worker.
    NotDisposable,
    /// The open timeout ran out.
    TimedOut(CloseReport),
    /// The connection could not be established. The browser does not tell why (WHATWG WebSockets,
    /// "feedback from the protocol").
    Failed(CloseReport),
}

impl OpenError {
    /// The socket has ended without ever being open.
    pub(super) fn ended(end: &End) -> Self {
        let report = end.report();
        match report.outcome {
            Outcome::TimedOut => Self::TimedOut(report),
            _ => Self::Failed(report),
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidUrl { url } => {
                let allowed = "ws, wss, http or https, without a fragment";
                write!(f, "the URL must be {allowed}, and is {url:?}")
            }
            Self::InvalidProtocol { protocol } => {
                write!(f, "a subprotocol must be a token, given once, and one is {protocol:?}")
            }
            Self::Blocked { message } => write!(f, "the browser refused to connect: {message}"),
            Self::NoWebSocket => f.write_str(
                "there is no WebSocket here: this needs a browser, or a runtime that has one",
            ),
            Self::NotDisposable => {
                f.write_str("a disposable socket needs a document, and a worker has none")
            }
            Self::TimedOut(report) => {
                write!(f, "the socket did not open in {:?}", report.elapsed)
            }
            Self::Failed(_) => f.write_str("the connection could not be established"),
        }
    }
}

impl core::error::Error for OpenError {}

/// Why a message was not sent, or what was sent before did not all leave. Nothing is lost silently.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendError {
    /// The socket is not open yet.
    Connecting,
    /// The socket is closing: nothing can follow the Close frame (RFC 6455, section 5.5.1).
    Closing,
    /// The connection has ended.
    Closed,
    /// The connection ended before everything that was queued had left.
    Unsent {
        /// How many bytes did not leave: `bufferedAmount` at the end.
        bytes: u64,
    },
    /// The browser threw.
    Rejected {
        /// What it said.
        message: String,
    },
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connecting => f.write_str("the socket is not open yet"),
            Self::Closing => f.write_str("the socket is closing"),
            Self::Closed => f.write_str("the connection has ended"),
            Self::Unsent { bytes } => {
                write!(f, "the connection has ended with {bytes} bytes that did not leave")
            }
            Self::Rejected { message } => write!(f, "the browser rejected the message: {message}"),
        }
    }
}

impl core::error::Error for SendError {}

/// What goes wrong with a socket as a stream of [`Results`](crate::Results), either way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectionError {
    /// The connection has ended, and not cleanly, or something that was received is lost.
    Ended(CloseReport),
    /// A message was not sent, or not all has left.
    Send(SendError),
}

impl fmt::Display for ConnectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended(report) => write!(f, "the connection has ended: {report}"),
            Self::Send(_) => f.write_str("the message cannot be sent"),
        }
    }
}

impl core::error::Error for ConnectionError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Ended(_) => None,
            Self::Send(error) => Some(error),
        }
    }
}

impl From<SendError> for ConnectionError {
    fn from(error: SendError) -> Self {
        Self::Send(error)
    }
}

/// The caller gave what a Close frame of a page cannot carry. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseError {
    /// The code; it is looked at first.
    Code(InvalidCloseCode),
    /// The reason.
    Reason(CloseReasonTooLong),
}

impl fmt::Display for CloseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(error) => error.fmt(f),
            Self::Reason(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for CloseError {}

impl From<InvalidCloseCode> for CloseError {
    fn from(error: InvalidCloseCode) -> Self {
        Self::Code(error)
    }
}

impl From<CloseReasonTooLong> for CloseError {
    fn from(error: CloseReasonTooLong) -> Self {
        Self::Reason(error)
    }
}

#[wasm_bindgen]
extern "C" {
    /// What the browser throws: a `DOMException`, or an error of JavaScript.
    pub(super) type Thrown;

    /// A number for some names of a `DOMException` (Web IDL); 0 for all others, and none of another error.
    #[wasm_bindgen(method, getter)]
    pub(super) fn code(this: &Thrown) -> Option<u16>;

    #[wasm_bindgen(method, getter)]
    pub(super) fn message(this: &Thrown) -> String;
}

/// The caller gave something to adopt that is not a WebSocket of the browser.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NotAWebSocket {
    /// What was given.
    pub value: JsValue,
}

impl fmt::Display for NotAWebSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the value must be a WebSocket, and is {:?}", self.value)
    }
}

impl core::error::Error for NotAWebSocket {}

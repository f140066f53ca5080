//! The server's part of the opening handshake (RFC 6455, section 4.2).

use hyper::header::{
    CONNECTION, HeaderMap, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use hyper::{Method, Request, StatusCode};
use tungstenite::handshake::derive_accept_key;

use crate::answer::{self, Answer};

/// What the server accepts of a client's handshake.
#[derive(Debug)]
pub struct Handshake {
    accept: String,
    /// The first subprotocol that the client offers.
    pub protocol: Option<String>,
}

/// What a request lacks to be a client's handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotWebSocket {
    /// It asks for no upgrade to WebSocket.
    NoUpgrade,
    /// It asks for another version than RFC 6455's.
    OtherVersion,
    /// It has no `Sec-WebSocket-Key`.
    NoKey,
}

impl Handshake {
    /// Reads the client's part, or says what it lacks.
    pub fn read<B>(request: &Request<B>) -> Result<Self, NotWebSocket> {
        let headers = request.headers();
        let upgrades = header(headers, UPGRADE.as_str())
            .is_some_and(|value| value.eq_ignore_ascii_case("websocket"));
        if request.method() != Method::GET || !upgrades {
            return Err(NotWebSocket::NoUpgrade);
        }
        if header(headers, SEC_WEBSOCKET_VERSION.as_str()) != Some("13") {
            return Err(NotWebSocket::OtherVersion);
        }
        let key = headers.get(SEC_WEBSOCKET_KEY).ok_or(NotWebSocket::NoKey)?;
        let offered = header(headers, SEC_WEBSOCKET_PROTOCOL.as_str());
        let first = offered.and_then(|list| list.split(',').next());
        Ok(Self {
            accept: derive_accept_key(key.as_bytes()),
            protocol: first.map(|protocol| protocol.trim().to_owned()),
        })
    }

    /// The server's part.
    pub fn answer(&self) -> Answer {
        let mut answer = answer::empty(StatusCode::SWITCHING_PROTOCOLS);
        let headers = answer.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(SEC_WEBSOCKET_ACCEPT, value(&self.accept));
        if let Some(protocol) = &self.protocol {
            headers.insert(SEC_WEBSOCKET_PROTOCOL, value(protocol));
        }
        answer
    }
}

impl NotWebSocket {
    /// Says what is missing.
    pub fn answer(&self) -> Answer {
        let (status, text) = match self {
            Self::NoUpgrade => (
                StatusCode::UPGRADE_REQUIRED,
                "this path speaks WebSocket only: send a GET with Upgrade: websocket",
            ),
            Self::OtherVersion => {
                (StatusCode::UPGRADE_REQUIRED, "Sec-WebSocket-Version must be 13")
            }
            Self::NoKey => (StatusCode::BAD_REQUEST, "Sec-WebSocket-Key is missing"),
        };
        let mut answer = answer::text(status, text);
        let headers = answer.headers_mut();
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        answer
    }
}

fn header<'headers>(headers: &'headers HeaderMap, name: &str) -> Option<&'headers str> {
    headers.get(name)?.to_str().ok()
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("a part of a header is a header")
}

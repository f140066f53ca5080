//! Messages: what is received, and what is given to be sent.

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MessageEvent;

use super::SendableCloseFrame;

/// A message: received from a socket, or given to it as a `Sink`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Message {
    /// A text message.
    Text(String),
    /// A binary message.
    Binary(Vec<u8>),
    /// A Close frame: sending it is [`WebSocket::close`](crate::WebSocket::close), without a code if
    /// there is none.
    ///
    /// None is ever received as a message: the peer's ends the stream, and stands in the
    /// [`CloseReport`](crate::CloseReport).
    Close(Option<SendableCloseFrame>),
}

#[wasm_bindgen]
extern "C" {
    /// js-sys has it as well. But what it calls `to_vec` checks a length that cannot differ, and its
    /// panic brings the formatting of numbers into every program.
    type Uint8Array;

    #[wasm_bindgen(constructor)]
    fn new(buffer: &JsValue) -> Uint8Array;

    /// A copy, as it is returned by value; in JavaScript it is the array itself.
    #[wasm_bindgen(method, js_name = valueOf)]
    fn value_of(this: &Uint8Array) -> Vec<u8>;

    /// What a binary message is, in whatever realm.
    type ArrayBuffer;

    #[wasm_bindgen(method, getter, js_name = byteLength)]
    fn byte_length(this: &ArrayBuffer) -> Option<f64>;
}

impl Message {
    /// The message of a `message` event. None, if it cannot be read: a `Blob` is there only later.
    pub(super) fn from_event(event: &MessageEvent) -> Option<Self> {
        let data: JsValue = event.data();
        if let Some(text) = data.as_string() {
            return Some(Self::Text(text));
        }
        data.unchecked_ref::<ArrayBuffer>().byte_length()?;
        Some(Self::Binary(Uint8Array::new(&data).value_of()))
    }

    /// The text, if it is a text message.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Binary(_) | Self::Close(_) => None,
        }
    }

    /// The bytes of a text or binary message; none of a Close frame.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
            Self::Close(_) => &[],
        }
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Vec<u8>> for Message {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Binary(bytes)
    }
}

impl From<SendableCloseFrame> for Message {
    fn from(frame: SendableCloseFrame) -> Self {
        Self::Close(Some(frame))
    }
}

/// A message to be sent, borrowed: made from `&str`, `&[u8]` or `&Message`, or from what holds one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outgoing<'a> {
    /// A text message.
    Text(&'a str),
    /// A binary message.
    Binary(&'a [u8]),
    /// A Close frame, which closes the socket.
    Close(Option<&'a SendableCloseFrame>),
}

impl<'a> From<&'a str> for Outgoing<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Outgoing<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Outgoing<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Binary(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Outgoing<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::Binary(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Outgoing<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Binary(bytes)
    }
}

impl<'a> From<&'a SendableCloseFrame> for Outgoing<'a> {
    fn from(frame: &'a SendableCloseFrame) -> Self {
        Self::Close(Some(frame))
    }
}

impl<'a> From<&'a Message> for Outgoing<'a> {
    fn from(message: &'a Message) -> Self {
        match message {
            Message::Text(text) => Self::Text(text),
            Message::Binary(bytes) => Self::Binary(bytes),
            Message::Close(frame) => Self::Close(frame.as_ref()),
        }
    }
}

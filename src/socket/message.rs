//! Messages: what is received, and what is given to be sent.

use std::borrow::Cow;
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

    /// Whether it is a text message.
    pub const fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    /// Whether it is a binary message.
    pub const fn is_binary(&self) -> bool {
        matches!(self, Self::Binary(_))
    }

    /// Whether it is a Close frame.
    pub const fn is_close(&self) -> bool {
        matches!(self, Self::Close(_))
    }

    /// The text, if it is a text message.
    pub fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Binary(_) | Self::Close(_) => None,
        }
    }

    /// The bytes of a text or binary message; none of a Close frame.
    pub fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.into_bytes(),
            Self::Binary(bytes) => bytes,
            Self::Close(_) => Vec::new(),
        }
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

impl From<&[u8]> for Message {
    fn from(bytes: &[u8]) -> Self {
        Self::Binary(bytes.to_owned())
    }
}

impl<const N: usize> From<&[u8; N]> for Message {
    fn from(bytes: &[u8; N]) -> Self {
        Self::Binary(bytes.to_vec())
    }
}

impl<const N: usize> From<[u8; N]> for Message {
    fn from(bytes: [u8; N]) -> Self {
        Self::Binary(bytes.to_vec())
    }
}

impl From<SendableCloseFrame> for Message {
    fn from(frame: SendableCloseFrame) -> Self {
        Self::Close(Some(frame))
    }
}

/// A message to be sent, borrowed: what is [`Sendable`] gives one.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Outgoing<'a> {
    /// A text message.
    Text(&'a str),
    /// A binary message.
    Binary(&'a [u8]),
    /// A binary message that is in JavaScript's memory.
    Array(&'a js_sys::Uint8Array),
    /// A Close frame, which closes the socket.
    Close(Option<&'a SendableCloseFrame>),
}

/// What can be given to [`WebSocket::send`](crate::WebSocket::send), owned or borrowed: text, bytes, a
/// `Uint8Array` of JavaScript's, a [`Message`], a Close frame, and whatever else says how.
///
/// ```
/// use graceful_websocket::{Outgoing, Sendable};
///
/// struct Chat { text: String }
///
/// impl Sendable for Chat {
///     fn as_outgoing(&self) -> Outgoing<'_> {
///         Outgoing::Text(&self.text)
///     }
/// }
/// ```
pub trait Sendable {
    /// The message.
    fn as_outgoing(&self) -> Outgoing<'_>;
}

impl<T: Sendable + ?Sized> Sendable for &T {
    fn as_outgoing(&self) -> Outgoing<'_> {
        T::as_outgoing(self)
    }
}

impl Sendable for Outgoing<'_> {
    fn as_outgoing(&self) -> Outgoing<'_> {
        *self
    }
}

impl Sendable for str {
    fn as_outgoing(&self) -> Outgoing<'_> {
        Outgoing::Text(self)
    }
}

impl Sendable for String {
    fn as_outgoing(&self) -> Outgoing<'_> {
        Outgoing::Text(self)
    }
}

impl Sendable for [u8] {
    fn as_outgoing(&self) -> Outgoing<'_> {
        Outgoing::Binary(self)
    }
}

impl<const N: usize> Sendable for [u8; N] {
    fn as_outgoing(&self) -> Outgoing<'_> {
        Outgoing::Binary(self)
    }
}

impl Sendable for Vec<u8> {
    fn as_outgoing(&self) -> Outgoing<'_> {
        Outgoing::Binary(self)
    }
}

impl<T: Sendable + ToOwned + ?Sized> Sendable for Cow<'_, T> {
    fn as_outgoing(&self) -> Outgoing<'_> {
        T::as_outgoing(self)
    }
}

impl Sendable for js_sys::Uint8Array {
    fn as_outgoing(&self) -> Outgoing<'_> {
        Outgoing::Array(self)
    }
}

impl Sendable for SendableCloseFrame {
    fn as_outgoing(&self) -> Outgoing<'_> {
        Outgoing::Close(Some(self))
    }
}

impl Sendable for Message {
    fn as_outgoing(&self) -> Outgoing<'_> {
        match self {
            Self::Text(text) => Outgoing::Text(text),
            Self::Binary(bytes) => Outgoing::Binary(bytes),
            Self::Close(frame) => Outgoing::Close(frame.as_ref()),
        }
    }
}

#[cfg(feature = "bytes")]
impl Sendable for bytes::Bytes {
    fn as_outgoing(&self) -> Outgoing<'_> {
        Outgoing::Binary(self)
    }
}

#[cfg(feature = "bytes")]
impl From<bytes::Bytes> for Message {
    fn from(bytes: bytes::Bytes) -> Self {
        Self::Binary(bytes.into())
    }
}

#[cfg(all(test, feature = "bytes", not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn shared_bytes_are_a_binary_message() {
        let bytes = bytes::Bytes::from_static(b"shared");
        assert!(matches!(bytes.as_outgoing(), Outgoing::Binary(b"shared")));
        assert_eq!(Message::from(bytes), Message::from(b"shared"));
    }
}

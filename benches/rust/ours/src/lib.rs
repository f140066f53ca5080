//! graceful-websocket, as its guide has it.

use graceful_websocket::{CloseCode, Message, WebSocket};
use measure::{END, Payload, Received, now};
use wasm_bindgen::prelude::*;

/// Receives so many messages: milliseconds from the first to the last.
#[wasm_bindgen]
pub async fn receive(url: String, count: u32) -> Result<f64, JsError> {
    let mut socket = WebSocket::builder(url).open().await?;
    let mut received = Received::new(count);
    while let Some(message) = socket.next().await {
        if received.add(message.as_bytes().len()) {
            break;
        }
    }
    drop(socket.close(CloseCode::NORMAL, "")?);
    Ok(received.millis())
}

/// Sends so many messages and then "end": milliseconds until that has come back.
#[wasm_bindgen]
pub async fn send(url: String, kind: String, bytes: u32, count: u32) -> Result<f64, JsError> {
    let mut socket = WebSocket::builder(url).open().await?;
    let payload = Payload::new(&kind, bytes);
    let began_at = now();
    for _ in 0..count {
        match &payload {
            Payload::Text(text) => socket.send(text)?,
            Payload::Binary(bytes) => socket.send(bytes)?,
        }
    }
    socket.send(END)?;
    while let Some(message) = socket.next().await {
        if matches!(message, Message::Text(text) if text == END) {
            break;
        }
    }
    let millis = now() - began_at;
    drop(socket.close(CloseCode::NORMAL, "")?);
    Ok(millis)
}

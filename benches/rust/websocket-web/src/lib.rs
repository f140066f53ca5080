//! websocket-web, as its documentation has it. Where the browser has `WebSocketStream`, the crate uses that.

use std::io;

use futures_util::future::try_join;
use futures_util::{SinkExt, StreamExt};
use measure::{END, Payload, Received, now};
use wasm_bindgen::prelude::*;
use websocket_web::{Msg, WebSocket};

/// Receives so many messages: milliseconds from the first to the last.
#[wasm_bindgen]
pub async fn receive(url: String, count: u32) -> Result<f64, JsError> {
    let mut socket = WebSocket::connect(url).await?;
    let mut received = Received::new(count);
    while let Some(message) = socket.next().await {
        if received.add(message?.len()) {
            break;
        }
    }
    socket.close();
    Ok(received.millis())
}

/// Sends so many messages and then "end": milliseconds until that has come back.
#[wasm_bindgen]
pub async fn send(url: String, kind: String, bytes: u32, count: u32) -> Result<f64, JsError> {
    let (mut sender, mut receiver) = WebSocket::connect(url).await?.into_split();
    let payload = Payload::new(&kind, bytes);
    let began_at = now();
    let sending = async {
        for _ in 0..count {
            match &payload {
                Payload::Text(text) => sender.send(text.as_str()).await?,
                Payload::Binary(bytes) => sender.send(bytes.as_slice()).await?,
            }
        }
        sender.send(END).await
    };
    let receiving = async {
        while let Some(message) = receiver.next().await {
            if matches!(message?, Msg::Text(text) if text == END) {
                break;
            }
        }
        Ok::<(), io::Error>(())
    };
    try_join(sending, receiving).await?;
    let millis = now() - began_at;
    sender.close();
    Ok(millis)
}

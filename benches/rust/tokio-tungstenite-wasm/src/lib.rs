//! tokio-tungstenite-wasm, as its example has it.

use futures_util::future::try_join;
use futures_util::{SinkExt, StreamExt};
use measure::{END, Payload, Received, now};
use tokio_tungstenite_wasm::{Bytes, Error, Message, Utf8Bytes};
use wasm_bindgen::prelude::*;

/// Receives so many messages: milliseconds from the first to the last.
#[wasm_bindgen]
pub async fn receive(url: String, count: u32) -> Result<f64, JsError> {
    let mut stream = tokio_tungstenite_wasm::connect(url).await?;
    let mut received = Received::new(count);
    while let Some(message) = stream.next().await {
        if received.add(message?.len()) {
            break;
        }
    }
    stream.close().await?;
    Ok(received.millis())
}

/// Sends so many messages and then "end": milliseconds until that has come back.
#[wasm_bindgen]
pub async fn send(url: String, kind: String, bytes: u32, count: u32) -> Result<f64, JsError> {
    let (mut sender, mut receiver) = tokio_tungstenite_wasm::connect(url).await?.split();
    // Cloning one is cheap.
    let message = match Payload::new(&kind, bytes) {
        Payload::Text(text) => Message::Text(Utf8Bytes::from(text)),
        Payload::Binary(bytes) => Message::Binary(Bytes::from(bytes)),
    };
    let began_at = now();
    let sending = async {
        for _ in 0..count {
            sender.send(message.clone()).await?;
        }
        sender.send(Message::text(END)).await
    };
    let receiving = async {
        while let Some(message) = receiver.next().await {
            if matches!(message?, Message::Text(text) if *text == *END) {
                break;
            }
        }
        Ok::<(), Error>(())
    };
    try_join(sending, receiving).await?;
    let millis = now() - began_at;
    sender.close().await?;
    Ok(millis)
}

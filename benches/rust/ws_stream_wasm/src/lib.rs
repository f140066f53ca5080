//! ws_stream_wasm, as its documentation has it: a stream of messages, which is a sink as well.

use futures_util::future::try_join;
use futures_util::{SinkExt, StreamExt};
use measure::{END, Payload, Received, now};
use wasm_bindgen::prelude::*;
use ws_stream_wasm::{WsErr, WsMessage, WsMeta};

/// Receives so many messages: milliseconds from the first to the last.
#[wasm_bindgen]
pub async fn receive(url: String, count: u32) -> Result<f64, JsError> {
    let (_meta, mut stream) = WsMeta::connect(url, None).await?;
    let mut received = Received::new(count);
    while let Some(message) = stream.next().await {
        let length = match message {
            WsMessage::Text(text) => text.len(),
            WsMessage::Binary(bytes) => bytes.len(),
        };
        if received.add(length) {
            break;
        }
    }
    // Dropping the stream closes.
    Ok(received.millis())
}

/// Sends so many messages and then "end": milliseconds until that has come back.
#[wasm_bindgen]
pub async fn send(url: String, kind: String, bytes: u32, count: u32) -> Result<f64, JsError> {
    let (_meta, stream) = WsMeta::connect(url, None).await?;
    let (mut sender, mut receiver) = stream.split();
    let payload = Payload::new(&kind, bytes);
    let began_at = now();
    let sending = async {
        for _ in 0..count {
            let message = match &payload {
                Payload::Text(text) => WsMessage::Text(text.clone()),
                Payload::Binary(bytes) => WsMessage::Binary(bytes.clone()),
            };
            sender.send(message).await?;
        }
        sender.send(WsMessage::Text(END.to_owned())).await
    };
    let receiving = async {
        while let Some(message) = receiver.next().await {
            if matches!(message, WsMessage::Text(text) if text == END) {
                break;
            }
        }
        Ok::<(), WsErr>(())
    };
    try_join(sending, receiving).await?;
    Ok(now() - began_at)
}

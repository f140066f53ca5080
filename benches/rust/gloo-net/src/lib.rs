//! gloo-net, as its documentation has it: split, and sending while receiving.

use core::future::poll_fn;

use futures_util::future::try_join;
use futures_util::{SinkExt, StreamExt};
use gloo_net::websocket::Message;
use gloo_net::websocket::futures::WebSocket;
use measure::{END, Payload, Received, now};
use wasm_bindgen::prelude::*;

/// Receives so many messages: milliseconds from the first to the last.
#[wasm_bindgen]
pub async fn receive(url: String, count: u32) -> Result<f64, JsError> {
    let mut socket = WebSocket::open(&url).map_err(JsError::from)?;
    let mut received = Received::new(count);
    while let Some(message) = socket.next().await {
        let length = match message? {
            Message::Text(text) => text.len(),
            Message::Bytes(bytes) => bytes.len(),
        };
        if received.add(length) {
            break;
        }
    }
    socket.close(None, None).map_err(JsError::from)?;
    Ok(received.millis())
}

/// Sends so many messages and then "end": milliseconds until that has come back.
#[wasm_bindgen]
pub async fn send(url: String, kind: String, bytes: u32, count: u32) -> Result<f64, JsError> {
    let (mut sender, mut receiver) = WebSocket::open(&url).map_err(JsError::from)?.split();
    let payload = Payload::new(&kind, bytes);
    // The sink is ready when the socket is open.
    poll_fn(|context| sender.poll_ready_unpin(context)).await?;
    let began_at = now();
    let sending = async {
        for _ in 0..count {
            let message = match &payload {
                Payload::Text(text) => Message::Text(text.clone()),
                Payload::Binary(bytes) => Message::Bytes(bytes.clone()),
            };
            sender.send(message).await?;
        }
        sender.send(Message::Text(END.to_owned())).await
    };
    let receiving = async {
        while let Some(message) = receiver.next().await {
            if matches!(message?, Message::Text(text) if text == END) {
                break;
            }
        }
        Ok(())
    };
    try_join(sending, receiving).await?;
    // Dropping the halves closes.
    Ok(now() - began_at)
}

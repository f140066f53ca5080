//! Opens a socket, sends a message, receives one, and closes: with gloo-net, which tells nothing of the end to whoever
//! closes.

use futures_util::{SinkExt, StreamExt};
use gloo_net::websocket::Message;
use gloo_net::websocket::futures::WebSocket;
use wasm_bindgen::prelude::*;
use web_sys::console;

/// Runs it all against the server at this URL.
#[wasm_bindgen]
pub fn run(url: String) {
    wasm_bindgen_futures::spawn_local(async move {
        let Ok(mut socket) = WebSocket::open(&url) else { return };
        let _ = socket.send(Message::Text("hello".to_owned())).await;
        if let Some(Ok(Message::Text(text))) = socket.next().await {
            console::log_1(&text.into());
        }
        let _ = socket.close(Some(1000), Some("done"));
    });
}

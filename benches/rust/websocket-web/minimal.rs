//! Opens a socket, sends a message, receives one, closes, and tells of the end: with websocket-web. The close has no
//! deadline.

use futures_util::{SinkExt, StreamExt};
use wasm_bindgen::prelude::*;
use web_sys::console;
use websocket_web::{CloseCode, Msg, WebSocket};

/// Runs it all against the server at this URL.
#[wasm_bindgen]
pub fn run(url: String) {
    wasm_bindgen_futures::spawn_local(async move {
        let Ok(mut socket) = WebSocket::connect(url).await else { return };
        let _ = socket.send("hello").await;
        if let Some(Ok(Msg::Text(text))) = socket.next().await {
            console::log_1(&text.into());
        }
        let closed = socket.closed();
        socket.close_with_reason(CloseCode::NormalClosure, "done");
        let end = closed.await;
        console::log_3(&u16::from(end.code).into(), &end.reason.into(), &end.was_clean.into());
    });
}

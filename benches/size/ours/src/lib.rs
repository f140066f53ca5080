//! Opens a socket, sends a message, receives one, closes, and tells of the end: with
//! graceful-websocket. The close takes ten seconds at most.

use core::time::Duration;

use graceful_websocket::{CloseCode, Message, WebSocket};
use wasm_bindgen::prelude::*;
use web_sys::console;

const CLOSE_TIMEOUT: Duration = Duration::from_secs(10);

/// Runs it all against the server at this URL.
#[wasm_bindgen]
pub fn run(url: String) {
    wasm_bindgen_futures::spawn_local(async move {
        let opening = WebSocket::builder(url).close_timeout(CLOSE_TIMEOUT).open();
        let Ok(mut socket) = opening.await else { return };
        let _ = socket.send("hello");
        if let Some(Message::Text(text)) = socket.next().await {
            console::log_1(&text.into());
        }
        let Ok(closing) = socket.close(CloseCode::NORMAL, "done") else { return };
        let report = closing.await;
        console::log_3(&report.code.get().into(), &report.reason.into(), &report.was_clean.into());
    });
}

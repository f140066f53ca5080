//! Opens a socket, sends a message, receives one, closes, and tells of the end: with ws_stream_wasm. The close has no
//! deadline.

use futures_util::{SinkExt, StreamExt};
use wasm_bindgen::prelude::*;
use web_sys::console;
use ws_stream_wasm::{WsMessage, WsMeta};

/// Runs it all against the server at this URL.
#[wasm_bindgen]
pub fn run(url: String) {
    wasm_bindgen_futures::spawn_local(async move {
        let Ok((meta, mut stream)) = WsMeta::connect(url, None).await else { return };
        let _ = stream.send(WsMessage::Text("hello".to_owned())).await;
        if let Some(WsMessage::Text(text)) = stream.next().await {
            console::log_1(&text.into());
        }
        let Ok(event) = meta.close_reason(1000, "done").await else { return };
        console::log_3(&event.code.into(), &event.reason.into(), &event.was_clean.into());
    });
}

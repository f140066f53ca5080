//! Opens a socket, sends a message, receives one, closes, and tells of the end: with tokio-tungstenite-wasm. The close
//! has no deadline, and after it the stream gives nothing at first, so that the end is not told.

use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite_wasm::{CloseCode, CloseFrame, Message};
use wasm_bindgen::prelude::*;
use web_sys::console;

/// Runs it all against the server at this URL.
#[wasm_bindgen]
pub fn run(url: String) {
    wasm_bindgen_futures::spawn_local(async move {
        let Ok(mut stream) = tokio_tungstenite_wasm::connect(url).await else { return };
        let _ = stream.send(Message::text("hello")).await;
        if let Some(Ok(Message::Text(text))) = stream.next().await {
            console::log_1(&text.as_str().into());
        }
        let frame = CloseFrame { code: CloseCode::Normal, reason: "done".into() };
        let _ = stream.send(Message::Close(Some(frame))).await;
        if let Some(Ok(Message::Close(Some(frame)))) = stream.next().await {
            console::log_2(&u16::from(frame.code).into(), &frame.reason.as_str().into());
        }
    });
}

//! The Rust API in a dedicated worker of a real browser:
//!
//! ✔ a peer that never answers is left at the deadline: the timer works where there is no window
#![cfg(target_arch = "wasm32")]

#[allow(dead_code, reason = "each test binary uses its part")]
#[path = "../support/mod.rs"]
mod support;

use core::time::Duration;

use graceful_websocket::{Outcome, Phase, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use support::Peer;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

const TIMEOUT: Duration = Duration::from_millis(300);

#[wasm_bindgen_test]
async fn a_peer_that_never_answers_is_left_at_the_deadline() {
    let peer = Peer::at("/silent");
    let socket = WebSocket::builder(peer.url()).close_timeout(TIMEOUT).open().await.unwrap();
    let report = socket.close(4000, "bye").unwrap().await;
    assert_eq!((report.outcome, report.phase), (Outcome::TimedOut, Phase::Handshake));
}

//! What a close does, path by path of the server:
//!
//! ✔ a peer that answers: clean, with what was received

use core::time::Duration;

use graceful_websocket::{CloseCode, Outcome, Phase, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Peer, Stopwatch};

const TIMEOUT: Duration = Duration::from_millis(300);
const ROOM: Duration = Duration::from_secs(2);

#[wasm_bindgen_test]
async fn a_peer_that_answers_ends_it_cleanly() {
    let peer = Peer::at("/echo");
    let socket = WebSocket::builder(peer.url()).open().await.unwrap();
    let report = socket.close(4000, "bye").unwrap().await;
    assert_eq!(report.outcome, Outcome::Clean);
    assert_eq!((report.code, report.reason.as_str()), (CloseCode::new(4000), "bye"));
    assert_eq!(peer.close_frames().await, [(Some(4000), "bye".to_owned())]);
}

#[wasm_bindgen_test]
async fn a_peer_that_never_answers_is_left_at_the_deadline() {
    let peer = Peer::at("/silent");
    let socket = WebSocket::builder(peer.url()).close_timeout(TIMEOUT).open().await.unwrap();
    let stopwatch = Stopwatch::start();
    let report = socket.close(4000, "bye").unwrap().await;
    assert!(stopwatch.elapsed() >= TIMEOUT && stopwatch.elapsed() < TIMEOUT + ROOM);
    assert_eq!((report.outcome, report.phase), (Outcome::TimedOut, Phase::Handshake));
    assert_eq!(peer.first_close_frame().await, [(Some(4000), "bye".to_owned())]);
}

//! The Rust API in a worker of a real browser, where there is no window. Each kind of worker runs these:
//!
//! ✔ the worker is of the kind that it is said to be
//! ✔ a peer that answers: clean, with what was received
//! ✔ a peer that never answers is left at the deadline: the timer works
//! ✔ a close timeout of zero settles in the next task: so does the message channel
//! ✔ the open timeout ends a handshake that hangs
//! ✔ a disposable socket is refused, before anything is opened

#[allow(dead_code, unused_imports, reason = "each test binary uses its part")]
#[path = "../support/mod.rs"]
mod support;

use core::time::Duration;

use graceful_websocket::Outcome::TimedOut;
use graceful_websocket::{Initiator, Message, OpenError, ReadyState, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use support::peer::close_frame;
use support::{Facts, Peer, ROOM, Stopwatch, TIMEOUT, Watched, assert_on_time};

#[wasm_bindgen_test]
fn the_worker_is_of_its_kind() {
    assert_eq!(js_sys::global().constructor().name(), super::GLOBAL_SCOPE);
}

#[wasm_bindgen_test]
async fn a_peer_that_answers_ends_it_cleanly() {
    let peer = Peer::at("/echo");
    let mut socket = WebSocket::builder(peer.url()).open().await.unwrap();
    socket.send("hello").unwrap();
    assert_eq!(socket.next().await, Some(Message::Text("hello".to_owned())));
    let report = socket.close(4000, "bye").unwrap().await;
    assert_eq!(Facts::of(&report), Facts::echoed(4000, "bye"));
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "bye")]);
}

#[wasm_bindgen_test]
async fn a_peer_that_never_answers_is_left_at_the_deadline() {
    let peer = Peer::at("/silent");
    let socket = Watched::open(&peer, TIMEOUT).await;
    let stopwatch = Stopwatch::start();
    socket.close_with_bye();
    let report = socket.end().await;
    assert_on_time(stopwatch.elapsed(), TIMEOUT);
    assert_eq!(Facts::of(&report), Facts::unanswered(4000, "bye", TimedOut));
    assert_eq!(peer.closing().await.close_frames(), [close_frame(4000, "bye")]);
}

#[wasm_bindgen_test]
async fn a_close_timeout_of_zero_settles_in_the_next_task() {
    let peer = Peer::at("/silent");
    let socket = Watched::open(&peer, Duration::ZERO).await;
    socket.close_with_bye();
    assert_eq!((socket.close_report(), socket.ready_state()), (None, ReadyState::Closing));
    let report = socket.end().await;
    assert!(report.elapsed < ROOM, "{report:?}");
    assert_eq!(Facts::of(&report), Facts::unanswered(4000, "bye", TimedOut));
}

#[wasm_bindgen_test]
async fn the_open_timeout_ends_a_handshake_that_hangs() {
    let peer = Peer::at("/hang");
    let stopwatch = Stopwatch::start();
    let opened = WebSocket::builder(peer.url()).open_timeout(TIMEOUT).open().await;
    assert_on_time(stopwatch.elapsed(), TIMEOUT);
    let Err(OpenError::TimedOut(report)) = opened else { panic!("not timed out: {opened:?}") };
    let never_opened = Facts::never_opened(Initiator::Local);
    assert_eq!(Facts::of(&report), Facts { outcome: TimedOut, ..never_opened });
    peer.given_up().await;
}

#[wasm_bindgen_test]
fn a_disposable_socket_is_refused_where_there_is_no_document() {
    let opened = WebSocket::builder("ws://127.0.0.1").disposable(true).connect();
    assert_eq!(opened.unwrap_err(), OpenError::NotDisposable);
}

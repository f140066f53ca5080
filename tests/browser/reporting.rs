//! What the report tells besides the words:
//!
//! ✔ how long it was connecting, was open, and took to end
//! ✔ a socket that was never open was connecting only
//! ✔ what was sent past the crate does not make a clean close one whose Close frame never left
//! ✔ a close whose first attempt came to nothing is tried again, with the first code and reason
//! ✔ an end that the peer has begun has its time from when it is seen

use core::time::Duration;

use graceful_websocket::{Initiator, Outcome, ReadyState, WebSocket};
use js_sys::{Function, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::peer::close_frame;
use crate::support::{
    Engine, Facts, Peer, ROOM, Stopwatch, TIMEOUT, Watched, assert_on_time, event, watched,
};

#[wasm_bindgen_test]
async fn how_long_it_was_connecting_was_open_and_took_to_end() {
    const OPEN: Duration = Duration::from_millis(100);

    let peer = Peer::at("/late?ms=200");
    let stopwatch = Stopwatch::start();
    let socket = Watched::open(&peer, ROOM).await;
    let connecting = stopwatch.elapsed();
    stopwatch.block_until(connecting + OPEN);
    socket.close_with_bye();
    let report = socket.end().await;
    let total = stopwatch.elapsed();
    assert_eq!(Facts::of(&report), Facts::echoed(4000, "bye"));
    assert!(!report.time_connecting.is_zero() && report.time_connecting <= connecting);
    assert!(report.time_open >= OPEN && report.time_open <= total - report.time_connecting);
    assert!(report.time_connecting + report.time_open + report.elapsed <= total, "{report:?}");
}

#[wasm_bindgen_test]
async fn a_socket_that_was_never_open_was_connecting_only() {
    let peer = Peer::at("/hang");
    let builder = WebSocket::builder(peer.url()).open_timeout(TIMEOUT);
    let socket = Watched::new(builder.connect().unwrap());
    let report = socket.end().await;
    assert_eq!(report.outcome, Outcome::TimedOut);
    assert_on_time(report.time_connecting, TIMEOUT);
    assert_eq!(report.time_open, Duration::ZERO);
    peer.given_up().await;
}

#[wasm_bindgen_test]
async fn what_was_sent_past_the_crate_does_not_undo_the_close_frame() {
    let peer = Peer::at("/late?ms=100");
    let socket = Watched::open(&peer, ROOM).await;
    socket.close_with_bye();
    // The browser drops it, and counts it for ever.
    socket.as_raw().send_with_str("past the crate").unwrap();
    let report = socket.end().await;
    let expected = Facts { unsent_bytes: report.unsent_bytes, ..Facts::echoed(4000, "bye") };
    assert_eq!(Facts::of(&report), expected);
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "bye")]);
}

#[wasm_bindgen_test]
async fn a_close_that_came_to_nothing_is_tried_again_with_the_first_code_and_reason() {
    let peer = Peer::at("/echo");
    let socket = Watched::open(&peer, ROOM).await;
    let throwing = Function::new_no_args("throw new Error('not now')");
    Reflect::set(socket.as_raw(), &"close".into(), &throwing).unwrap();
    socket.close_with_bye();
    assert_eq!(socket.as_raw().ready_state(), web_sys::WebSocket::OPEN);
    Reflect::delete_property(socket.as_raw(), &"close".into()).unwrap();
    socket.close(4001, "again").unwrap();
    let report = socket.end().await;
    assert_eq!(Facts::of(&report), Facts::echoed(4000, "bye"));
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "bye")]);
}

#[wasm_bindgen_test]
async fn a_socket_that_could_not_be_closed_is_when_it_settles() {
    let peer = Peer::at("/echo");
    let socket = Watched::open(&peer, TIMEOUT).await;
    let native = socket.as_raw().clone();
    let closed = event(&native, "close");
    let throwing = Function::new_no_args("delete this.close; throw new Error('only this once')");
    Reflect::set(&native, &JsValue::from("close"), &throwing).unwrap();
    socket.close_with_bye();
    let report = socket.end().await;
    assert_eq!((report.outcome, report.sent.as_ref()), (Outcome::TimedOut, None));
    closed.await.unwrap();
    peer.ended().await;
}

#[wasm_bindgen_test]
async fn an_end_that_the_peer_has_begun_has_its_time_from_when_it_is_seen() {
    if !Engine::this().shows_peer_closing() {
        return;
    }
    let (_peer, socket) = watched::closing_by_peer().await;
    socket.set_close_timeout(Duration::ZERO);
    assert_eq!(socket.ready_state(), ReadyState::Closing);
    let report = socket.end().await;
    assert!(matches!(report.outcome, Outcome::TimedOut | Outcome::Clean), "{report:?}");
    assert!(matches!(report.initiator, Initiator::Remote | Initiator::Browser), "{report:?}");
}

//! Sockets with a realm of their own, and what is told when the browser has let go:
//!
//! ✔ a socket that times out, or is terminated, is cut in every state, and its frame goes
//! ✔ one whose peer behaves is like any other
//! ✔ one that cannot be opened leaves no frame
//! ✔ a socket without a realm is released when the browser's own event comes
//! ✔ the page goes: the socket is closed with the frame that was chosen, once

use graceful_websocket::Outcome::{NeverOpened, Terminated, TimedOut};
use graceful_websocket::{CloseCode, Message, OpenError, SendableCloseFrame, WebSocket};
use js_sys::{Reflect, global};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, EventTarget};

use crate::support::peer::{WITHOUT_BODY, close_frame};
use crate::support::{Facts, Peer, ROOM, Stopwatch, TIMEOUT, assert_on_time, in_time};

const STALLED_BYTES: usize = 32 * 1024 * 1024;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = document, js_name = querySelectorAll)]
    fn query_selector_all(selectors: &str) -> JsValue;
}

fn frames() -> f64 {
    Reflect::get(&query_selector_all("iframe"), &"length".into()).unwrap().as_f64().unwrap()
}

/// Firefox has no way to cut a connection, so that there is no frame either.
fn cuts() -> bool {
    !Reflect::has(&global(), &"mozInnerScreenX".into()).unwrap()
}

async fn disposable(peer: &Peer) -> WebSocket {
    let socket = WebSocket::builder(peer.url()).disposable(true).close_timeout(TIMEOUT);
    let before = frames();
    let socket = socket.open().await.unwrap();
    assert_eq!(frames() - before, f64::from(u8::from(cuts())));
    socket
}

/// The connection ends soon, where it can be cut; and no frame is left.
async fn assert_cut(socket: WebSocket, peer: &Peer) {
    assert_eq!(frames(), 0.0);
    if cuts() {
        let stopwatch = Stopwatch::start();
        in_time(async move { socket.released().await }).await;
        assert!(peer.ended().await.ended_by().starts_with("client"));
        assert!(stopwatch.elapsed() < ROOM);
    } else {
        assert!(!peer.so_far().await.has_ended());
    }
}

#[wasm_bindgen_test]
async fn a_socket_that_times_out_is_cut() {
    for path in ["/silent", "/flood"] {
        let peer = Peer::at(path);
        let socket = disposable(&peer).await;
        let report = socket.close(4000, "bye").unwrap().await;
        assert_eq!(Facts::of(&report), Facts::unanswered(4000, "bye", TimedOut));
        assert_on_time(report.elapsed, TIMEOUT);
        assert_eq!(peer.closing().await.close_frames(), [close_frame(4000, "bye")]);
        assert_cut(socket, &peer).await;
    }
}

#[wasm_bindgen_test]
async fn a_socket_that_is_terminated_is_cut() {
    let peer = Peer::at("/silent");
    let socket = disposable(&peer).await;
    let report = socket.terminate().await;
    assert_eq!(report.outcome, Terminated);
    assert_eq!(peer.closing().await.close_frames(), [WITHOUT_BODY]);
    assert_cut(socket, &peer).await;
}

#[wasm_bindgen_test]
async fn a_socket_that_is_stalled_is_cut() {
    let peer = Peer::at("/stall");
    let socket = disposable(&peer).await;
    socket.send(vec![0; STALLED_BYTES].as_slice()).unwrap();
    let report = socket.close(4000, "bye").unwrap().await;
    assert_eq!(report.outcome, TimedOut);
    assert_cut(socket, &peer).await;
}

#[wasm_bindgen_test]
async fn a_socket_that_is_connecting_is_cut() {
    let peer = Peer::at("/hang");
    let socket = WebSocket::builder(peer.url()).disposable(true).connect().unwrap();
    peer.requested().await;
    let report = socket.terminate().await;
    assert!(matches!(report.outcome, Terminated | NeverOpened), "{report:?}");
    assert_cut(socket, &peer).await;
}

#[wasm_bindgen_test]
async fn one_whose_peer_behaves_is_like_any_other() {
    let peer = Peer::at("/echo");
    let mut socket = disposable(&peer).await;
    socket.send("text").unwrap();
    assert_eq!(socket.next().await, Some(Message::Text("text".to_owned())));
    socket.send([1, 2].as_slice()).unwrap();
    assert_eq!(socket.next().await, Some(Message::Binary(vec![1, 2])));
    let report = socket.close(4000, "bye").unwrap().await;
    assert_eq!(Facts::of(&report), Facts::echoed(4000, "bye"));
    socket.released().await;
    assert_eq!(frames(), 0.0);
}

#[wasm_bindgen_test]
fn one_that_cannot_be_opened_leaves_no_frame() {
    let opened = WebSocket::builder("ftp://127.0.0.1").disposable(true).connect();
    assert!(matches!(opened, Err(OpenError::InvalidUrl { .. })), "{opened:?}");
    assert_eq!(frames(), 0.0);
}

#[wasm_bindgen_test]
async fn a_socket_without_a_realm_is_released_by_the_browser() {
    let peer = Peer::at("/late?ms=800");
    let socket = WebSocket::builder(peer.url()).close_timeout(TIMEOUT).open().await.unwrap();
    let closer = socket.closer();
    let report = socket.close(4000, "bye").unwrap().await;
    assert_eq!(report.outcome, TimedOut);
    assert!(!peer.so_far().await.has_ended());
    in_time(async move { closer.released().await }).await;
    assert_eq!(socket.as_raw().ready_state(), web_sys::WebSocket::CLOSED);
    assert_eq!(peer.ended().await.ended_by(), "server");
}

#[wasm_bindgen_test]
async fn the_page_goes_and_the_socket_is_closed() {
    let peer = Peer::at("/echo");
    let frame = SendableCloseFrame::new(CloseCode::new(4001), "away").unwrap();
    let socket = WebSocket::builder(peer.url()).close_on_page_hide(frame).open().await.unwrap();
    let page: EventTarget = global().unchecked_into();
    page.dispatch_event(&Event::new("pagehide").unwrap()).unwrap();
    let report = socket.closed().await;
    assert_eq!(Facts::of(&report), Facts::echoed(4001, "away"));
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4001, "away")]);
}

//! What calling does, besides what the peer makes of it:
//!
//! ✔ a second close joins the first: one Close frame, the first one's
//! ✔ a close that is not awaited closes, and so does one whose socket is dropped at once
//! ✔ a close after the peer's own joins it: the peer began, and our frame is not sent
//! ✔ a message that cannot be sent is an error that says why, and is not sent
//! ✔ a message before the close is on the wire before it
//! ✔ a close listener that was dropped is not called; those that live are, in order, and one that comes
//!   after the end in a task of its own
//! ✔ the report is there for the asking, once it has ended and not before

use core::cell::RefCell;
use std::rc::Rc;

use graceful_websocket::Outcome::Clean;
use graceful_websocket::{CloseCode, ReadyState, SendError, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::peer::close_frame;
use crate::support::{
    Engine, Facts, Peer, ROOM, TIMEOUT, Watched, event, in_time, next_task, watched,
};

#[wasm_bindgen_test]
async fn a_second_close_joins_the_first() {
    let peer = Peer::at("/late?ms=100");
    let socket = Watched::open(&peer, ROOM).await;
    let first = socket.close(4000, "first").unwrap();
    let second = socket.close(4001, "second").unwrap();
    socket.close(CloseCode::NORMAL, "").unwrap();
    let report = socket.end().await;
    assert_eq!(Facts::of(&report), Facts::echoed(4000, "first"));
    assert_eq!((first.await, second.await), (report.clone(), report.clone()));
    assert_eq!(socket.close(4002, "after").unwrap().await, report);
    socket.assert_told_once(&report);
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "first")]);
}

#[wasm_bindgen_test]
async fn a_close_that_nobody_awaits_closes() {
    let peer = Peer::at("/echo");
    let socket = WebSocket::builder(peer.url()).open().await.unwrap();
    socket.close(4000, "bye").unwrap();
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "bye")]);
}

#[wasm_bindgen_test]
async fn dropping_a_socket_that_is_closing_adds_nothing() {
    let peer = Peer::at("/late?ms=100");
    let socket = WebSocket::builder(peer.url()).open().await.unwrap();
    let closing = socket.close(4000, "bye").unwrap();
    drop(socket);
    assert_eq!(Facts::of(&closing.await), Facts::echoed(4000, "bye"));
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "bye")]);
}

#[wasm_bindgen_test]
async fn a_dropped_socket_is_still_left_at_the_deadline() {
    let peer = Peer::at("/silent");
    let builder = WebSocket::builder(peer.url()).close_timeout(TIMEOUT);
    let closed = builder.open().await.unwrap().closed();
    let report = in_time(closed).await;
    assert_eq!(report.sent.map(|frame| frame.code), Some(CloseCode::NO_STATUS_RECEIVED));
    assert!(report.elapsed >= TIMEOUT && report.elapsed < TIMEOUT + ROOM);
}

#[wasm_bindgen_test]
async fn a_close_after_the_peers_own_joins_it() {
    let (peer, socket) = watched::closing_by_peer().await;
    let shows = Engine::this().shows_peer_closing();
    assert_eq!(
        socket.send("more"),
        Err(if shows { SendError::Closing } else { SendError::Closed })
    );
    socket.close_with_bye();
    let report = socket.end().await;
    assert_eq!(Facts::of(&report), Facts::begun_by_peer(4002, "over"));
    let seen = peer.ended().await;
    assert_eq!(seen.close_frames().len(), 1, "the browser's answer: {seen:?}");
    assert_eq!(seen.close_frames()[0].0, Some(4002));
}

#[wasm_bindgen_test]
async fn a_message_that_cannot_be_sent_is_an_error_that_says_why() {
    let peer = Peer::at("/late?ms=100");
    let native = peer.native();
    let socket = Watched::new(WebSocket::from(native.clone()));
    assert_eq!(socket.ready_state(), ReadyState::Connecting);
    assert_eq!(socket.send("too early"), Err(SendError::Connecting));
    event(&native, "open").await.unwrap();
    assert_eq!(socket.ready_state(), ReadyState::Open);
    assert_eq!(socket.send("in time"), Ok(()));
    socket.close_with_bye();
    assert_eq!(socket.send("too late"), Err(SendError::Closing));
    assert_eq!(socket.send(b"too late"), Err(SendError::Closing));
    let report = socket.end().await;
    assert_eq!(socket.send("far too late"), Err(SendError::Closed));
    assert_eq!(Facts::of(&report), Facts::echoed(4000, "bye"));
    assert_eq!(peer.ended().await.data_frames(), 1);
}

#[wasm_bindgen_test]
async fn what_was_sent_before_the_close_arrives_before_it() {
    const MESSAGES: u32 = 1_000;

    let peer = Peer::at("/echo");
    let socket = Watched::open(&peer, ROOM).await;
    for number in 0..MESSAGES {
        socket.send(number.to_string()).unwrap();
    }
    socket.close_with_bye();
    assert_eq!(Facts::of(&socket.end().await), Facts::echoed(4000, "bye"));
    let seen = peer.ended().await;
    assert_eq!(seen.data_frames(), MESSAGES);
    assert_eq!(seen.close_frames(), [close_frame(4000, "bye")]);
}

#[wasm_bindgen_test]
async fn listeners_that_live_are_called_in_order_and_one_that_was_dropped_is_not() {
    let peer = Peer::at("/echo");
    let socket = WebSocket::builder(peer.url()).open().await.unwrap();
    let called = Rc::new(RefCell::new(Vec::new()));
    let listener = |number: u32| {
        let called = Rc::clone(&called);
        socket.on_close(move |_| called.borrow_mut().push(number))
    };
    let listeners = [0, 1, 2, 3].map(listener);
    let [_first, second, _third, _fourth] = listeners;
    drop(second);
    socket.close(4000, "bye").unwrap().await;
    assert_eq!(*called.borrow(), [0, 2, 3]);
    assert_eq!(socket.closed().await.outcome, Clean);
    let [_late, dropped] = [4, 5].map(listener);
    drop(dropped);
    assert_eq!(*called.borrow(), [0, 2, 3], "in the call");
    while called.borrow().len() < 4 {
        next_task().await;
    }
    next_task().await;
    assert_eq!(*called.borrow(), [0, 2, 3, 4]);
}

#[wasm_bindgen_test]
async fn a_listener_outlives_its_socket() {
    let peer = Peer::at("/echo");
    let socket = WebSocket::builder(peer.url()).open().await.unwrap();
    let told = Rc::new(RefCell::new(Vec::new()));
    let _listener = {
        let told = Rc::clone(&told);
        socket.on_close(move |report| told.borrow_mut().push(report.clone()))
    };
    let closed = socket.closed();
    drop(socket);
    let report = in_time(closed).await;
    assert_eq!(*told.borrow(), [report]);
}

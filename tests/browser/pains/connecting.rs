//! Pains 7 to 10:
//!
//! ✔ 7: a message sent after the end is lost, and nobody is told
//! ✔ 8: it is not known whether it is connected
//! ✔ 9: a connection that fails hangs, or panics
//! ✔ 10: an `error` event, of which nothing can be known, is taken for more than it is

use core::cell::RefCell;
use std::rc::Rc;

use futures_util::SinkExt;
use graceful_websocket::{Initiator, OpenError, Outcome, ReadyState, SendError, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Event;

use crate::support::peer::close_frame;
use crate::support::{
    Facts, Peer, Stopwatch, TIMEOUT, UncaughtErrors, assert_on_time, event, in_time,
};

#[wasm_bindgen_test]
async fn pain_07_a_message_that_cannot_arrive_is_an_error() {
    // The peer closes.
    let peer = Peer::at("/close?after=50");
    let mut socket = WebSocket::builder(peer.url()).open().await.unwrap();
    socket.send("in time").unwrap();
    socket.closed().await;
    assert_eq!(socket.send("late"), Err(SendError::Closed));
    assert_eq!(SinkExt::send(&mut socket, "late".into()).await, Err(SendError::Closed));

    // The network ends it.
    let peer = Peer::at("/reset?after=50");
    let mut socket = WebSocket::builder(peer.url()).open().await.unwrap();
    socket.closed().await;
    assert_eq!(SinkExt::send(&mut socket, "late".into()).await, Err(SendError::Closed));

    // We close.
    let peer = Peer::at("/late?ms=100");
    let mut socket = WebSocket::builder(peer.url()).open().await.unwrap();
    let closing = socket.close(4000, "bye").unwrap();
    assert_eq!(SinkExt::send(&mut socket, "late".into()).await, Err(SendError::Closing));
    closing.await;
    assert_eq!(peer.ended().await.data_frames(), 0);
}

#[wasm_bindgen_test]
async fn pain_08_whether_it_is_connected_is_known_at_any_time() {
    let peer = Peer::at("/late?ms=50");
    let native = peer.native();
    let socket = WebSocket::from(native.clone());
    let states = Rc::new(RefCell::new(vec![socket.ready_state()]));
    let _listener = {
        let (states, closer) = (Rc::clone(&states), socket.closer());
        socket.on_close(move |_| states.borrow_mut().push(closer.ready_state()))
    };
    event(&native, "open").await.unwrap();
    states.borrow_mut().push(socket.ready_state());
    let closing = socket.close(4000, "bye").unwrap();
    states.borrow_mut().push(socket.ready_state());
    closing.await;
    let all = [ReadyState::Connecting, ReadyState::Open, ReadyState::Closing, ReadyState::Closed];
    assert_eq!(*states.borrow(), all);
    // `open` is done when it is connected, and `closed` when it is not any more.
    let socket = WebSocket::builder(Peer::at("/drop?after=50").url()).open().await.unwrap();
    assert_eq!(socket.ready_state(), ReadyState::Open);
    assert_eq!(socket.closed().await.outcome, Outcome::Unclean);
    assert_eq!(socket.ready_state(), ReadyState::Closed);
}

#[wasm_bindgen_test]
async fn pain_09_a_connection_that_fails_is_an_error_and_one_that_hangs_too() {
    let errors = UncaughtErrors::watch();
    let nobody_listens = "ws://127.0.0.1:2/".to_owned();
    for url in [Peer::at("/reject?status=500").url(), nobody_listens] {
        let opened = in_time(WebSocket::builder(url).open()).await;
        let Err(OpenError::Failed(report)) = opened else { panic!("{opened:?}") };
        assert_eq!(Facts::of(&report), Facts::never_opened(Initiator::Transport));
    }
    let peer = Peer::at("/hang");
    let stopwatch = Stopwatch::start();
    let opened = WebSocket::builder(peer.url()).open_timeout(TIMEOUT).open().await;
    assert!(matches!(opened, Err(OpenError::TimedOut(_))), "{opened:?}");
    assert_on_time(stopwatch.elapsed(), TIMEOUT);
    peer.given_up().await;
    // And one who waits to send to a socket that never opens is told.
    let mut socket = WebSocket::from(Peer::at("/reject").native());
    assert_eq!(SinkExt::send(&mut socket, "x".into()).await, Err(SendError::Closed));
    assert_eq!(errors.count(), 0);
}

#[wasm_bindgen_test]
async fn pain_10_an_error_event_with_nothing_in_it_does_no_harm() {
    let errors = UncaughtErrors::watch();
    let peer = Peer::at("/echo");
    let mut socket = WebSocket::builder(peer.url()).open().await.unwrap();
    socket.as_raw().dispatch_event(&Event::new("error").unwrap()).unwrap();
    // It says nothing about the connection, which is what it was.
    assert_eq!(socket.ready_state(), ReadyState::Open);
    socket.send("hello").unwrap();
    assert_eq!(socket.next().await, Some("hello".into()));
    let report = socket.close(4000, "bye").unwrap().await;
    assert_eq!(Facts::of(&report), Facts::echoed(4000, "bye"));
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "bye")]);
    // The browser's own, of a connection that fails.
    let native = Peer::at("/reject").native();
    let failed = event(&native, "error");
    let socket = WebSocket::from(native);
    failed.await.unwrap();
    assert_eq!(socket.closed().await.outcome, Outcome::NeverOpened);
    assert_eq!(errors.count(), 0);
}

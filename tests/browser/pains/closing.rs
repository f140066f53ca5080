//! Pains 1 to 6:
//!
//! ✔ 1: after a split, or in another part of the program, there is no way to close
//! ✔ 2: "closure invoked recursively or after being dropped"
//! ✔ 3: a socket that was dropped stays open
//! ✔ 4: a close takes a minute
//! ✔ 5: an illegal close code throws, or leaves nobody knows what
//! ✔ 6: the peer's code and reason are nowhere

use futures_util::{SinkExt, StreamExt};
use graceful_websocket::{
    CloseCode, CloseError, Initiator, InvalidCloseCode, Message, Outcome, ReadyState,
    SendableCloseFrame, WebSocket,
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::peer::{WITHOUT_BODY, close_frame};
use crate::support::{
    Facts, Peer, Stopwatch, TIMEOUT, UncaughtErrors, assert_on_time, event, in_time, next_task,
    poll_once, spawn,
};

/// Opens a socket.
async fn open(peer: &Peer) -> WebSocket {
    WebSocket::builder(peer.url()).open().await.unwrap()
}

#[wasm_bindgen_test]
async fn pain_01_a_split_socket_is_closed_by_either_half() {
    let peer = Peer::at("/echo");
    let (sender, mut receiver) = open(&peer).await.split();
    let reading = spawn(async move {
        while receiver.next().await.is_some() {}
        assert_eq!(receiver.close_report().unwrap().reason, "by the sender");
    });
    assert!(sender.close(4000, "by the sender").unwrap().await.was_clean);
    reading.await.unwrap();
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "by the sender")]);

    let peer = Peer::at("/echo");
    let (_sender, receiver) = open(&peer).await.split();
    assert!(receiver.close(4000, "by the receiver").unwrap().await.was_clean);
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "by the receiver")]);
}

#[wasm_bindgen_test]
async fn pain_01_a_socket_split_by_futures_is_closed_by_its_sink_and_by_a_handle() {
    let peer = Peer::at("/echo");
    let (mut sink, mut stream) = StreamExt::split(open(&peer).await);
    sink.send("hello".into()).await.unwrap();
    assert_eq!(stream.next().await, Some("hello".into()));
    sink.close().await.unwrap();
    assert_eq!(stream.next().await, None);
    assert_eq!(peer.ended().await.close_frames(), [close_frame(1000, "")]);

    let peer = Peer::at("/echo");
    let socket = open(&peer).await;
    let closer = socket.closer();
    let (_sink, mut stream) = StreamExt::split(socket);
    closer.close(4000, "by a handle").unwrap();
    assert_eq!(stream.next().await, None);
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "by a handle")]);
}

#[wasm_bindgen_test]
async fn pain_02_no_closure_is_called_that_is_not_there_any_more() {
    let errors = UncaughtErrors::watch();
    // With the handshake, messages, an answer, or the end of TCP still under way.
    for path in ["/echo", "/flood?every=1&bytes=10", "/late?ms=400", "/drop?after=50", "/reject"] {
        let peer = Peer::at(path);
        let mut opening = Box::pin(WebSocket::builder(peer.url()).open());
        assert!(poll_once(&mut opening).is_pending());
        drop(opening);
        if path != "/reject" {
            let socket = open(&peer).await;
            let late = event(socket.as_raw(), "close");
            let closed = socket.closed();
            socket.set_close_timeout(TIMEOUT);
            drop(socket);
            in_time(closed).await;
            if !path.starts_with("/flood") {
                late.await.unwrap();
            }
        }
        next_task().await;
        assert_eq!(errors.count(), 0, "{path}");
    }
}

#[wasm_bindgen_test]
async fn pain_03_a_socket_that_is_dropped_is_closed() {
    let peer = Peer::at("/echo");
    drop(open(&peer).await);
    assert_eq!(peer.ended().await.close_frames(), [WITHOUT_BODY]);

    let peer = Peer::at("/echo");
    let frame = SendableCloseFrame::new(4001, "unmounted").unwrap();
    drop(WebSocket::builder(peer.url()).close_on_drop(frame).open().await.unwrap());
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4001, "unmounted")]);

    let peer = Peer::at("/hang");
    let connecting = WebSocket::from(peer.native());
    peer.requested().await;
    drop(connecting);
    peer.given_up().await;
}

#[wasm_bindgen_test]
async fn pain_04_a_close_takes_as_long_as_it_may_and_not_a_minute() {
    for path in ["/silent", "/flood?every=5&bytes=10"] {
        let peer = Peer::at(path);
        let socket = open(&peer).await;
        socket.set_close_timeout(TIMEOUT);
        let stopwatch = Stopwatch::start();
        let report = socket.close(4000, "bye").unwrap().await;
        assert_on_time(stopwatch.elapsed(), TIMEOUT);
        // What the browser forgets in this case: what was sent, and that it was a timeout.
        assert_eq!(Facts::of(&report), Facts::unanswered(4000, "bye", Outcome::TimedOut));
        assert_eq!(socket.ready_state(), ReadyState::Closed);
    }
}

#[wasm_bindgen_test]
async fn pain_05_an_illegal_close_code_is_an_error_that_says_so_and_the_socket_lives_on() {
    let errors = UncaughtErrors::watch();
    let peer = Peer::at("/echo");
    let mut socket = open(&peer).await;
    let refused = socket.close(CloseCode::GOING_AWAY, "leaving").unwrap_err();
    let CloseError::Code(InvalidCloseCode { .. }) = &refused else { panic!("{refused:?}") };
    let text = refused.to_string();
    assert!(text.contains("1001") && text.contains("1000") && text.contains("3000"), "{text}");
    assert!(matches!(socket.close(4000, "x".repeat(124)), Err(CloseError::Reason(_))));
    assert_eq!(socket.ready_state(), ReadyState::Open);
    socket.send("still here").unwrap();
    assert_eq!(socket.next().await, Some(Message::from("still here")));
    assert!(socket.close(CloseCode::NORMAL, "leaving").unwrap().await.was_clean);
    assert_eq!(peer.ended().await.close_frames(), [close_frame(1000, "leaving")]);
    assert_eq!(errors.count(), 0);
}

#[wasm_bindgen_test]
async fn pain_06_the_peers_code_and_reason_are_in_the_report_for_everyone() {
    let peer = Peer::at("/close?code=4001&reason=nope&after=50");
    let (sender, mut receiver) = open(&peer).await.split();
    let closer = sender.closer();
    assert_eq!(receiver.next().await, None);
    let report = receiver.close_report().unwrap();
    assert_eq!((report.code.get(), report.reason.as_str()), (4001, "nope"));
    assert_eq!((report.was_clean, report.initiator), (true, Initiator::Remote));
    assert_eq!(sender.close_report().as_ref(), Some(&report));
    drop((sender, receiver));
    assert_eq!(closer.closed().await, report);
}

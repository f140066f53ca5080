//! The halves of a socket, and its close handle:
//!
//! ✔ either half closes, and both have the report
//! ✔ they are dropped in any order: the socket closes with the last, and sends the drop frame then
//! ✔ without the half that receives, messages are neither kept nor too many
//! ✔ together again they are the socket, with the messages that were waiting
//! ✔ halves of two sockets do not go together, and are left as they were
//! ✔ a close handle closes from elsewhere, keeps nothing open, outlives the socket, and can be cloned
//! ✔ what nobody can receive any more is not kept by it
//! ✔ it tells when the end begins, whoever begins it; two of the same socket are equal

use futures_util::{SinkExt, StreamExt};
use graceful_websocket::{
    CloseError, Closed, Message, Overflow, ReadyState, Receiver, SendError, SendableCloseFrame,
    Sender, WebSocket,
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::peer::{WITHOUT_BODY, close_frame};
use crate::support::{Facts, Peer, TIMEOUT, in_time, next_task, poll_once, spawn};

async fn split(peer: &Peer) -> (Sender, Receiver) {
    WebSocket::builder(peer.url()).open().await.unwrap().split()
}

#[wasm_bindgen_test]
async fn either_half_closes_and_both_have_the_report() {
    type Close = fn(&Sender, &Receiver) -> Result<Closed, CloseError>;

    let closes: [Close; 4] = [
        |sender, _| sender.close(4000, "bye"),
        |_, receiver| receiver.close(4000, "bye"),
        |sender, _| sender.closer().close(4000, "bye"),
        |_, receiver| receiver.closer().close(4000, "bye"),
    ];
    for close in closes {
        let peer = Peer::at("/late?ms=50");
        let (sender, mut receiver) = split(&peer).await;
        sender.send("hello").unwrap();
        assert_eq!(receiver.next().await, Some("hello".into()));
        let report = close(&sender, &receiver).unwrap().await;
        assert_eq!(Facts::of(&report), Facts::echoed(4000, "bye"));
        assert_eq!(sender.close_report().as_ref(), Some(&report));
        assert_eq!(receiver.close_report().as_ref(), Some(&report));
        assert_eq!((sender.closed().await, receiver.closed().await), (report.clone(), report));
        assert_eq!(sender.send("late"), Err(SendError::Closed));
        assert_eq!(receiver.next().await, None);
        assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "bye")]);
    }
}

#[wasm_bindgen_test]
async fn an_illegal_close_of_a_half_changes_nothing() {
    let (sender, mut receiver) = split(&Peer::at("/echo")).await;
    assert!(matches!(sender.close(1001, ""), Err(CloseError::Code(_))));
    assert!(matches!(receiver.close(1000, "x".repeat(124)), Err(CloseError::Reason(_))));
    sender.send("still open").unwrap();
    assert_eq!(receiver.next().await, Some("still open".into()));
}

#[wasm_bindgen_test]
async fn it_closes_with_the_last_half_and_sends_the_drop_frame_then() {
    for is_sender_first in [false, true] {
        let peer = Peer::at("/echo");
        let frame = SendableCloseFrame::new(4002, "dropped").unwrap();
        let builder = WebSocket::builder(peer.url()).close_on_drop(frame);
        let (sender, mut receiver) = builder.open().await.unwrap().split();
        let closed = sender.closed();
        if is_sender_first {
            sender.send("hello").unwrap();
            drop(sender);
            // It goes on to receive.
            assert_eq!(receiver.next().await, Some("hello".into()));
            assert_eq!(receiver.closer().ready_state(), ReadyState::Open);
            drop(receiver);
        } else {
            drop(receiver);
            // It goes on to send.
            sender.send("hello").unwrap();
            sender.flush().await.unwrap();
            assert_eq!(sender.closer().ready_state(), ReadyState::Open);
            drop(sender);
        }
        let report = in_time(closed).await;
        assert_eq!(Facts::of(&report), Facts::echoed(4002, "dropped"));
        let seen = peer.ended().await;
        assert_eq!(seen.close_frames(), [close_frame(4002, "dropped")]);
        assert_eq!(seen.data_frames(), 1);
    }
}

#[wasm_bindgen_test]
async fn without_the_half_that_receives_nothing_is_too_much() {
    const MESSAGES: u32 = 100;

    let peer = Peer::at(format!("/close?messages={MESSAGES}&after=100"));
    let builder = WebSocket::builder(peer.url()).receive_limit(0, Overflow::Close);
    let (sender, receiver) = builder.open().await.unwrap().split();
    drop(receiver);
    let report = sender.closed().await;
    assert_eq!(Facts::of(&report), Facts::begun_by_peer(1000, ""));
}

#[wasm_bindgen_test]
async fn together_again_they_are_the_socket() {
    let both: [fn(Sender, Receiver) -> WebSocket; 2] = [
        |sender, receiver| sender.reunite(receiver).unwrap(),
        |sender, receiver| receiver.reunite(sender).unwrap(),
    ];
    for reunite in both {
        let peer = Peer::at("/close?messages=3&after=50&code=4001&reason=over");
        let (sender, receiver) = split(&peer).await;
        let report = sender.closed().await;
        let mut socket = reunite(sender, receiver);
        let mut received = Vec::new();
        while let Some(message) = socket.next().await {
            received.push(message);
        }
        assert_eq!(received, ["1", "2", "3"].map(Message::from));
        assert_eq!(socket.close_report(), Some(report));
    }
}

#[wasm_bindgen_test]
async fn together_again_they_send_receive_and_close() {
    let peer = Peer::at("/echo");
    let (sender, receiver) = split(&peer).await;
    let mut socket = sender.reunite(receiver).unwrap();
    assert_eq!(socket.ready_state(), ReadyState::Open);
    socket.send("hello").unwrap();
    assert_eq!(socket.next().await, Some("hello".into()));
    drop(socket);
    assert_eq!(peer.ended().await.close_frames(), [WITHOUT_BODY]);
}

#[wasm_bindgen_test]
async fn halves_of_two_sockets_are_left_as_they_were() {
    let (peer, other_peer) = (Peer::at("/echo"), Peer::at("/echo"));
    let (sender, receiver) = split(&peer).await;
    let (other_sender, other_receiver) = split(&other_peer).await;
    sender.send("first").unwrap();
    other_sender.send("other").unwrap();
    let error = sender.reunite(other_receiver).unwrap_err();
    assert_eq!(error.to_string(), "the halves are not of the same socket");
    let (sender, mut other_receiver) = (error.sender, error.receiver);
    assert_eq!(other_receiver.next().await, Some("other".into()));
    let mut socket = receiver.reunite(sender).unwrap();
    assert_eq!(socket.next().await, Some("first".into()));
    let other = other_sender.reunite(other_receiver).unwrap();
    assert_eq!((socket.ready_state(), other.ready_state()), (ReadyState::Open, ReadyState::Open));
}

#[wasm_bindgen_test]
async fn there_may_be_any_number_of_senders_and_the_last_half_closes() {
    let peer = Peer::at("/echo");
    let (sender, mut receiver) = split(&peer).await;
    let mut other = sender.clone();
    sender.send("one").unwrap();
    SinkExt::send(&mut other, "other".into()).await.unwrap();
    assert_eq!(receiver.next().await, Some("one".into()));
    assert_eq!(receiver.next().await, Some("other".into()));
    let error = sender.reunite(receiver).unwrap_err();
    assert_eq!(error.to_string(), "there is another sender of the same socket");
    drop(error.sender);
    let mut socket = other.reunite(error.receiver).unwrap();
    socket.send("whole").unwrap();
    assert_eq!(socket.next().await, Some("whole".into()));
    let (sender, receiver) = socket.split();
    let last = sender.clone();
    drop((sender, receiver));
    assert_eq!(last.closer().ready_state(), ReadyState::Open);
    drop(last);
    assert_eq!(peer.ended().await.close_frames(), [WITHOUT_BODY]);
}

#[wasm_bindgen_test]
async fn halves_are_a_sink_and_a_stream() {
    let peer = Peer::at("/echo");
    let (mut sender, receiver) = split(&peer).await;
    for number in 0..5 {
        SinkExt::send(&mut sender, number.to_string().into()).await.unwrap();
    }
    let received: Vec<Message> = receiver.take(5).collect().await;
    assert_eq!(received, ["0", "1", "2", "3", "4"].map(Message::from));
    assert_eq!(SinkExt::close(&mut sender).await, Ok(()));
    assert!(sender.close_report().unwrap().was_clean);
    assert_eq!(peer.ended().await.close_frames(), [close_frame(1000, "")]);
}

#[wasm_bindgen_test]
async fn a_close_handle_closes_from_elsewhere() {
    let peer = Peer::at("/echo");
    let mut socket = WebSocket::builder(peer.url()).open().await.unwrap();
    let closer = socket.closer();
    let elsewhere = closer.clone();
    let reading = spawn(async move {
        assert_eq!(socket.next().await, None);
        assert_eq!(socket.close_report().unwrap().reason, "from elsewhere");
    });
    let report = elsewhere.close(4000, "from elsewhere").unwrap().await;
    reading.await.unwrap();
    assert_eq!(closer.close_report(), Some(report));
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "from elsewhere")]);
}

#[wasm_bindgen_test]
async fn a_close_handle_keeps_nothing_open_and_outlives_the_socket() {
    let peer = Peer::at("/echo");
    let socket = WebSocket::builder(peer.url()).open().await.unwrap();
    let closer = socket.closer();
    drop(socket);
    assert_eq!(closer.ready_state(), ReadyState::Closing);
    let report = closer.closed().await;
    assert_eq!(closer.ready_state(), ReadyState::Closed);
    assert_eq!((report.code.get(), report.was_clean), (1005, true));
    assert_eq!(closer.close(4000, "again").unwrap().await, report);
    assert_eq!(closer.terminate().await, report);
    assert_eq!(closer.clone().close_report(), Some(report));
    assert_eq!(peer.ended().await.close_frames(), [WITHOUT_BODY]);
}

#[wasm_bindgen_test]
async fn what_nobody_can_receive_is_not_kept_by_a_close_handle() {
    const MEGABYTES: usize = 64;

    let mut closers = Vec::new();
    let before = memory_bytes();
    for _ in 0..MEGABYTES {
        let peer = Peer::at("/echo");
        let socket = WebSocket::builder(peer.url()).open().await.unwrap();
        socket.send(vec![7; 1 << 20]).unwrap();
        let received = crate::support::event(socket.as_raw(), "message");
        received.await.unwrap();
        closers.push(socket.closer());
        drop(socket);
        peer.ended().await;
    }
    let grown = memory_bytes() - before;
    assert!(grown < MEGABYTES / 2 * (1 << 20), "{grown} bytes");
    assert!(closers.iter().all(|closer| closer.close_report().is_some()));
}

/// The size of the wasm's memory.
fn memory_bytes() -> usize {
    use wasm_bindgen::JsCast;

    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let buffer: js_sys::ArrayBuffer = memory.buffer().unchecked_into();
    buffer.byte_length() as usize
}

#[wasm_bindgen_test]
async fn a_close_handle_tells_when_the_end_begins() {
    type End = fn(&WebSocket);
    const ENDS: [End; 3] = [
        |socket| drop(socket.close(4000, "bye").unwrap()),
        |socket| drop(socket.terminate()),
        |socket| drop(socket.closer().close_with(None)),
    ];
    for end in ENDS {
        let peer = Peer::at("/silent");
        let builder = WebSocket::builder(peer.url()).close_timeout(TIMEOUT);
        let socket = builder.open().await.unwrap();
        let closer = socket.closer();
        let mut closing = Box::pin(closer.closing());
        assert!(poll_once(&mut closing).is_pending());
        end(&socket);
        in_time(async move { socket.closer().closing().await }).await;
        assert!(poll_once(&mut closing).is_ready());
        assert!(closer.ready_state() >= ReadyState::Closing);
        in_time(closer.closed()).await;
    }
}

#[wasm_bindgen_test]
async fn a_task_that_waits_for_the_end_to_begin_is_woken_before_the_end() {
    let peer = Peer::at("/silent");
    let socket = WebSocket::builder(peer.url()).open().await.unwrap();
    let closer = socket.closer();
    let task = spawn(async move {
        closer.closing().await;
        assert_eq!((closer.ready_state(), closer.close_report()), (ReadyState::Closing, None));
    });
    next_task().await;
    socket.close(4000, "bye").unwrap();
    task.await.unwrap();
    socket.terminate();
}

#[wasm_bindgen_test]
async fn a_connection_that_its_peer_ends_has_begun_to_end() {
    let peer = Peer::at("/close?code=4001");
    let socket = WebSocket::builder(peer.url()).open().await.unwrap();
    let closer = socket.closer();
    in_time(async move { closer.closing().await }).await;
    assert_eq!(socket.closed().await.code.get(), 4001);
}

#[wasm_bindgen_test]
async fn close_handles_are_equal_if_they_are_of_the_same_socket() {
    let (peer, other_peer) = (Peer::at("/echo"), Peer::at("/echo"));
    let socket = WebSocket::builder(peer.url()).open().await.unwrap();
    let other = WebSocket::builder(other_peer.url()).open().await.unwrap();
    assert_eq!(socket.closer(), socket.closer().clone());
    assert_ne!(socket.closer(), other.closer());
}

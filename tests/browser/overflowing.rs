//! More is received than is taken:
//!
//! ✔ the socket closes: our Close frame is on the wire, what was waiting is received, what was lost is
//!   counted, and the stream ends
//! ✔ or the oldest messages make room: the latest are received, and the others are counted
//! ✔ a message longer than the limit gets through to whoever keeps up; a limit of 0 keeps one message
//! ✔ the frame of the close may be chosen, and the report has the count
//! ✔ what cannot be read is lost, and counted
//! ✔ without a limit all is kept

use graceful_websocket::Overflow::{Close, DropOldest};
use graceful_websocket::{Initiator, Message, Overflow, SendableCloseFrame, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::BinaryType;

use crate::support::peer::{WITHOUT_BODY, close_frame};
use crate::support::{Peer, TIMEOUT, next_task};

/// Opens a socket with a receive limit.
async fn open(peer: &Peer, limit_bytes: usize, overflow: Overflow) -> WebSocket {
    let builder = WebSocket::builder(peer.url()).close_timeout(TIMEOUT);
    builder.receive_limit(limit_bytes, overflow).open().await.unwrap()
}

/// What there is to take, until the stream ends.
async fn take_all(socket: &mut WebSocket) -> Vec<String> {
    let mut texts = Vec::new();
    while let Some(message) = socket.next().await {
        texts.push(message.as_text().unwrap().to_owned());
    }
    texts
}

#[wasm_bindgen_test]
async fn what_is_too_much_closes_the_socket_and_what_was_waiting_is_received() {
    const MESSAGE_BYTES: usize = 1_000;
    /// Less than this many, as each counts with what keeping it costs.
    const LIMIT: usize = 10;

    let peer = Peer::at(format!("/flood?every=1&bytes={MESSAGE_BYTES}"));
    let mut socket = open(&peer, LIMIT * MESSAGE_BYTES, Close).await;
    let report = socket.closed().await;
    assert_eq!(report.initiator, Initiator::Local);
    assert_eq!(socket.lost_messages(), 1, "the browser drops what comes after the close");
    let texts = take_all(&mut socket).await;
    assert_eq!(texts, vec!["x".repeat(MESSAGE_BYTES); LIMIT]);
    assert_eq!(socket.next().await, None);
    assert_eq!(socket.lost_messages(), 1);
    assert_eq!(peer.closing().await.close_frames(), [WITHOUT_BODY]);
}

/// So many numbered messages come, directly before the peer's Close frame.
const MESSAGES: usize = 1_000;

/// The numbers of the latest messages.
fn latest(count: usize) -> Vec<String> {
    (MESSAGES - count + 1..=MESSAGES).map(|number| number.to_string()).collect()
}

#[wasm_bindgen_test]
async fn the_oldest_make_room_for_the_latest() {
    let peer = Peer::at(format!("/close?messages={MESSAGES}&after=50"));
    let mut socket = open(&peer, 1_000, DropOldest).await;
    let report = socket.closed().await;
    assert_eq!((report.initiator, report.was_clean), (Initiator::Remote, true));
    let lost = socket.lost_messages() as usize;
    let texts = take_all(&mut socket).await;
    assert!(!texts.is_empty() && texts.len() < MESSAGES / 2, "{}", texts.len());
    assert_eq!(texts, latest(texts.len()));
    assert_eq!(lost, MESSAGES - texts.len());
}

#[wasm_bindgen_test]
async fn a_limit_of_nothing_keeps_the_latest_message() {
    let peer = Peer::at(format!("/close?messages={MESSAGES}&after=50"));
    let mut socket = open(&peer, 0, DropOldest).await;
    socket.closed().await;
    assert_eq!(socket.lost_messages() as usize, MESSAGES - 1);
    assert_eq!(take_all(&mut socket).await, latest(1));
}

#[wasm_bindgen_test]
async fn the_socket_closes_with_the_frame_of_ones_choice_and_the_report_says_what_is_lost() {
    let peer = Peer::at("/flood?every=1&bytes=100");
    let frame = SendableCloseFrame::new(4008, "too much").unwrap();
    let builder = WebSocket::builder(peer.url()).close_timeout(TIMEOUT).close_on_overflow(frame);
    let socket = builder.receive_limit(1_000, Close).open().await.unwrap();
    let report = socket.closed().await;
    assert_eq!((report.initiator, report.lost_messages), (Initiator::Local, 1));
    assert_eq!(report.sent.map(|sent| sent.code.get()), Some(4008));
    assert_eq!(peer.closing().await.close_frames(), [close_frame(4008, "too much")]);
}

/// A `Blob` cannot be read when it comes. Nothing is made up for it.
#[wasm_bindgen_test]
async fn what_cannot_be_read_is_lost_and_counted() {
    for overflow in [Close, DropOldest] {
        let peer = Peer::at("/echo");
        let mut socket = open(&peer, 1_000, overflow).await;
        socket.send("before").unwrap();
        assert_eq!(socket.next().await, Some(Message::from("before")));
        socket.as_raw().set_binary_type(BinaryType::Blob);
        socket.send(b"bytes").unwrap();
        while socket.lost_messages() == 0 {
            next_task().await;
        }
        if overflow == DropOldest {
            socket.send("after").unwrap();
            assert_eq!(socket.next().await, Some(Message::from("after")));
            socket.close(1000, "").unwrap();
        }
        let report = socket.closed().await;
        assert_eq!(take_all(&mut socket).await, [""; 0]);
        assert_eq!((report.initiator, report.lost_messages), (Initiator::Local, 1), "{overflow:?}");
    }
}

#[wasm_bindgen_test]
async fn without_a_limit_all_is_kept() {
    let peer = Peer::at(format!("/close?messages={MESSAGES}&after=50"));
    let mut socket = open(&peer, usize::MAX, Close).await;
    assert!(socket.closed().await.was_clean);
    assert_eq!(take_all(&mut socket).await, latest(MESSAGES));
    assert_eq!(socket.lost_messages(), 0);
}

#[wasm_bindgen_test]
async fn whoever_keeps_up_receives_messages_longer_than_the_limit() {
    const ROUNDS: usize = 5;
    const MEGABYTE: usize = 1 << 20;

    for (limit_bytes, overflow) in [(0, Close), (1_000, Close), (0, DropOldest)] {
        let peer = Peer::at("/echo");
        let mut socket = open(&peer, limit_bytes, overflow).await;
        let long = Message::Binary(vec![7; MEGABYTE]);
        for _ in 0..ROUNDS {
            socket.send(&long).unwrap();
            assert_eq!(socket.next().await.as_ref(), Some(&long));
        }
        assert_eq!(socket.lost_messages(), 0);
    }
}

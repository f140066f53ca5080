//! Receiving, and sending what is received:
//!
//! ✔ text and binary, both ways: empty, with all of Unicode, with every byte, a megabyte
//! ✔ whatever holds text or bytes can be sent, and a message is what it was made of
//! ✔ in order
//! ✔ looking without waiting
//! ✔ all that came before the end is received before the end, by `next` and as a `Stream`
//! ✔ dropping a `next` future loses nothing
//! ✔ a stream is terminated when it has given its end, and not before
//! ✔ what was received is readable when the report is there
//! ✔ what comes after the close is dropped by the browser (WHATWG WebSockets, "when a WebSocket
//!   message has been received", step 1)

use core::future::poll_fn;
use core::pin::Pin;
use std::borrow::Cow;
use std::pin::pin;

use futures_core::Stream;
use futures_util::stream::FusedStream;
use graceful_websocket::Outcome::Clean;
use graceful_websocket::{Message, SendError, Sendable, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Peer, next_task, poll_once, spawn};

const MEGABYTE: usize = 1 << 20;

/// Opens a socket to this path.
async fn open(path: &str) -> WebSocket {
    WebSocket::builder(Peer::at(path).url()).open().await.unwrap()
}

#[wasm_bindgen_test]
async fn texts_come_back_as_they_were() {
    let mut socket = open("/echo").await;
    for text in ["", "hello", "\0", "é漢🦀\u{10ffff}", &"x".repeat(MEGABYTE)] {
        socket.send(text).unwrap();
        let message = socket.next().await.unwrap();
        assert_eq!(message.as_text(), Some(text));
        assert_eq!(message.as_bytes(), text.as_bytes());
    }
}

#[wasm_bindgen_test]
async fn bytes_come_back_as_they_were() {
    let mut socket = open("/echo").await;
    let every_byte: Vec<u8> = (0..=u8::MAX).collect();
    let megabyte = every_byte.repeat(MEGABYTE / every_byte.len());
    for bytes in [&[], b"\0".as_slice(), &every_byte, &megabyte] {
        socket.send(bytes).unwrap();
        let message = socket.next().await.unwrap();
        assert_eq!(message.as_text(), None);
        assert_eq!(message, Message::Binary(bytes.to_vec()));
    }
}

#[wasm_bindgen_test]
async fn whatever_holds_text_or_bytes_can_be_sent_and_so_can_a_message() {
    type Send<'a> = &'a dyn Fn(&WebSocket) -> Result<(), SendError>;

    let mut socket = open("/echo").await;
    let (text, bytes) = (String::from("a"), vec![1, 2]);
    let received = [Message::from("a"), Message::from([1, 2])];
    let array = js_sys::Uint8Array::from(&[1, 2][..]);
    let send: [(Send<'_>, usize); 14] = [
        (&|socket| socket.send("a"), 0),
        (&|socket| socket.send(text.clone()), 0),
        (&|socket| socket.send(&text), 0),
        (&|socket| socket.send(Cow::Borrowed("a")), 0),
        (&|socket| socket.send(received[0].clone()), 0),
        (&|socket| socket.send(&received[0]), 0),
        (&|socket| socket.send(Message::from("a").as_outgoing()), 0),
        (&|socket| socket.send(b"\x01\x02"), 1),
        (&|socket| socket.send([1, 2]), 1),
        (&|socket| socket.send(&bytes), 1),
        (&|socket| socket.send(bytes.clone()), 1),
        (&|socket| socket.send(&bytes[..]), 1),
        (&|socket| socket.send(&array), 1),
        (&|socket| socket.send(received[1].clone()), 1),
    ];
    for (send, index) in send {
        send(&socket).unwrap();
        assert_eq!(socket.next().await.as_ref(), Some(&received[index]));
    }
}

#[wasm_bindgen_test]
fn a_message_is_what_it_was_made_of() {
    let text = Message::from("text");
    assert_eq!((text.is_text(), text.is_binary(), text.is_close()), (true, false, false));
    assert_eq!((text.as_text(), text.as_bytes()), (Some("text"), &b"text"[..]));
    assert_eq!(text.clone().into_bytes(), b"text");
    assert_eq!(text.into_text().as_deref(), Some("text"));
    for binary in
        [Message::from(vec![1, 2]), Message::from([1, 2]), (&[1, 2]).into(), (&[1, 2][..]).into()]
    {
        assert_eq!((binary.is_text(), binary.is_binary(), binary.is_close()), (false, true, false));
        assert_eq!((binary.as_text(), binary.as_bytes()), (None, &[1, 2][..]));
        assert_eq!(binary.clone().into_text(), None);
        assert_eq!(binary.into_bytes(), [1, 2]);
    }
    let close = Message::Close(None);
    assert_eq!((close.is_text(), close.is_binary(), close.is_close()), (false, false, true));
    assert_eq!((close.clone().into_bytes(), close.into_text()), (Vec::new(), None));
}

#[wasm_bindgen_test]
async fn whoever_looks_by_himself_finds_what_has_come_and_waits_for_nothing() {
    let mut socket = open("/close?messages=3&after=50&code=4001").await;
    assert_eq!(socket.try_next(), None);
    let (mut found, mut looks) = (Vec::new(), 0);
    while socket.close_report().is_none() {
        found.extend(socket.try_next());
        looks += 1;
        next_task().await;
    }
    while let Some(message) = socket.try_next() {
        found.push(message);
    }
    assert_eq!(found, ["1", "2", "3"].map(Message::from));
    assert!(looks > 0);
    let (_sender, mut receiver) = socket.split();
    assert_eq!((receiver.try_next(), receiver.next().await), (None, None));
}

#[wasm_bindgen_test]
async fn messages_come_in_order() {
    const MESSAGES: usize = 1_000;

    let mut socket = open("/echo").await;
    let all: Vec<Message> = (0..MESSAGES)
        .map(|number| match number % 2 {
            0 => Message::Text(number.to_string()),
            _ => Message::Binary(number.to_le_bytes().to_vec()),
        })
        .collect();
    for message in &all {
        socket.send(message).unwrap();
    }
    for message in all {
        assert_eq!(socket.next().await, Some(message));
    }
}

/// The messages that the server sends directly before its Close frame.
const BEFORE_CLOSE: usize = 1_000;

/// What the server sends then.
fn before_close() -> Vec<Message> {
    (1..=BEFORE_CLOSE).map(|number| Message::Text(number.to_string())).collect()
}

#[wasm_bindgen_test]
async fn all_that_came_before_the_end_is_received_before_the_end() {
    let mut socket = open(&format!("/close?messages={BEFORE_CLOSE}&after=50")).await;
    let mut received = Vec::new();
    while let Some(message) = socket.next().await {
        received.push(message);
    }
    assert_eq!(received, before_close());
    assert_eq!(socket.next().await, None);
    assert_eq!(socket.close_report().unwrap().outcome, Clean);
}

#[wasm_bindgen_test]
async fn all_that_came_before_the_end_is_in_the_stream() {
    let mut socket = open(&format!("/close?messages={BEFORE_CLOSE}")).await;
    let mut received = Vec::new();
    while let Some(message) = poll_fn(|context| Pin::new(&mut socket).poll_next(context)).await {
        received.push(message);
    }
    assert_eq!(received, before_close());
    assert_eq!(poll_fn(|context| Pin::new(&mut socket).poll_next(context)).await, None);
}

#[wasm_bindgen_test]
async fn messages_are_readable_when_the_report_is_there() {
    let mut socket = open(&format!("/close?messages={BEFORE_CLOSE}&after=50")).await;
    assert_eq!(socket.closed().await.outcome, Clean);
    for message in before_close() {
        assert_eq!(socket.next().await, Some(message));
    }
    assert_eq!(socket.next().await, None);
}

#[wasm_bindgen_test]
async fn a_message_that_comes_after_the_close_is_not_received() {
    let mut socket = open("/echo").await;
    socket.send("an echo that comes too late").unwrap();
    let report = socket.close(4000, "bye").unwrap().await;
    assert_eq!(report.outcome, Clean);
    assert_eq!(socket.next().await, None);
}

#[wasm_bindgen_test]
async fn dropping_the_future_of_a_message_loses_nothing() {
    const MESSAGES: u32 = 20;

    let mut socket = open("/echo").await;
    for number in 0..MESSAGES {
        assert!(poll_once(&mut pin!(socket.next())).is_pending());
        socket.send(number.to_string()).unwrap();
        assert!(poll_once(&mut pin!(socket.next())).is_pending());
        assert_eq!(socket.next().await, Some(Message::Text(number.to_string())));
    }
}

#[wasm_bindgen_test]
async fn a_stream_is_terminated_when_it_has_given_its_end_and_not_before() {
    let (sender, mut receiver) = open("/close?messages=1").await.split();
    assert!(!receiver.is_terminated());
    sender.closed().await;
    assert!(!receiver.is_terminated(), "there is a message");
    assert!(receiver.next().await.is_some());
    assert!(
        !receiver.is_terminated(),
        "whoever polls only what is not terminated has to see the end"
    );
    assert_eq!(receiver.next().await, None);
    assert!(receiver.is_terminated());
    assert!(sender.reunite(receiver).unwrap().is_terminated());
}

#[wasm_bindgen_test]
async fn a_task_that_waits_for_a_message_sees_the_end() {
    let mut socket = open("/echo").await;
    let closed = socket.closed();
    let waiting = spawn(async move {
        socket.send("hello").unwrap();
        while socket.next().await.is_some() {
            socket.close(4000, "bye").unwrap();
        }
        assert!(socket.close_report().is_some());
    });
    waiting.await.unwrap();
    assert_eq!(closed.await.reason, "bye");
}

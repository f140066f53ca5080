//! The Rust API in a program whose memory is shared, as one with threads has it:
//!
//! ✔ the memory is shared, and the browser sends nothing that lies in it
//! ✔ text comes back as it was sent: empty, and every kind of UTF-8 sequence
//! ✔ bytes come back as they were sent: none, one, and 1 MiB with every byte
//! ✔ a peer that answers: clean, with the reason that was given
//! ✔ a peer that never answers is left at the deadline
#![cfg(target_arch = "wasm32")]

#[allow(dead_code, unused_imports, reason = "each test binary uses its part")]
#[path = "../support/mod.rs"]
mod support;

use graceful_websocket::Outcome::TimedOut;
use graceful_websocket::{Message, WebSocket};
use js_sys::{Object, Reflect, TypeError};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use support::peer::close_frame;
use support::{Facts, Peer, Stopwatch, TIMEOUT, Watched, assert_on_time, in_time};

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// Longer than a frame of a browser, and than a page of memory.
const ONE_MIB: usize = 1 << 20;

#[wasm_bindgen_test]
async fn the_memory_is_shared_and_the_browser_sends_nothing_that_lies_in_it() {
    let buffer = Reflect::get(&wasm_bindgen::memory(), &"buffer".into()).unwrap();
    // By its name: WebKitGTK has the class only in pages that are isolated.
    let name = Object::from(buffer).to_string();
    assert_eq!(name, "[object SharedArrayBuffer]", "built without shared memory");
    let peer = Peer::at("/echo");
    let socket = open(&peer).await;
    let thrown = socket.as_raw().send_with_u8_array(b"a view of the memory").unwrap_err();
    assert!(thrown.is_instance_of::<TypeError>(), "{thrown:?}");
    assert_eq!(socket.send(b"a copy"), Ok(()));
}

#[wasm_bindgen_test]
async fn text_comes_back_as_it_was_sent() {
    let peer = Peer::at("/echo");
    let mut socket = open(&peer).await;
    for text in ["", "a", "häß → 🕸\0"] {
        socket.send(text).unwrap();
        assert_eq!(socket.next().await, Some(Message::from(text)));
    }
}

#[wasm_bindgen_test]
async fn bytes_come_back_as_they_were_sent() {
    let peer = Peer::at("/echo");
    let mut socket = open(&peer).await;
    let every_byte: Vec<u8> = (0..=u8::MAX).cycle().take(ONE_MIB).collect();
    for bytes in [Vec::new(), vec![0xff], every_byte] {
        socket.send(&bytes).unwrap();
        let received = socket.next().await;
        // Not `assert_eq`, which would print a mebibyte twice.
        assert!(received == Some(Message::from(bytes)), "other bytes came back");
    }
}

#[wasm_bindgen_test]
async fn a_peer_that_answers_ends_it_cleanly() {
    let peer = Peer::at("/echo");
    let socket = open(&peer).await;
    let report = in_time(socket.close(4000, "tschüß").unwrap().into_future()).await;
    assert_eq!(Facts::of(&report), Facts::echoed(4000, "tschüß"));
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "tschüß")]);
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

async fn open(peer: &Peer) -> WebSocket {
    WebSocket::builder(peer.url()).open().await.unwrap()
}

//! What a close does when the peer does not take part in it:
//!
//! ✔ a peer that never answers is left at the deadline
//! ✔ a peer that never answers and keeps sending is left at the deadline
//! ✔ a peer that does not read while data is queued: left at the deadline, still flushing; what was
//!   not sent is counted, and nothing is said to have been sent

use graceful_websocket::Outcome::TimedOut;
use graceful_websocket::{Phase, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::peer::close_frame;
use crate::support::{Engine, Facts, Peer, Stopwatch, TIMEOUT, Watched, assert_on_time, event};

#[wasm_bindgen_test]
async fn a_peer_that_never_answers_is_left_at_the_deadline() {
    let peer = Peer::at("/silent");
    let socket = Watched::open(&peer, TIMEOUT).await;
    let stopwatch = Stopwatch::start();
    socket.close_with_bye();
    let report = socket.end().await;
    assert_on_time(stopwatch.elapsed(), TIMEOUT);
    assert_on_time(report.elapsed, TIMEOUT);
    assert_eq!(Facts::of(&report), Facts::unanswered(4000, "bye", TimedOut));
    let seen = peer.closing().await;
    assert_eq!(seen.close_frames(), [close_frame(4000, "bye")]);
    assert!(!seen.has_ended(), "the browser has let go of it: {seen:?}");
}

#[wasm_bindgen_test]
async fn a_peer_that_keeps_sending_is_left_at_the_deadline() {
    let peer = Peer::at("/flood?every=1&bytes=10000");
    let mut socket = WebSocket::builder(peer.url()).close_timeout(TIMEOUT).open().await.unwrap();
    assert!(socket.next().await.is_some());
    let stopwatch = Stopwatch::start();
    let report = socket.close(4000, "bye").unwrap().await;
    assert_on_time(stopwatch.elapsed(), TIMEOUT);
    assert_eq!(Facts::of(&report), Facts::unanswered(4000, "bye", TimedOut));
    assert_eq!(peer.closing().await.close_frames(), [close_frame(4000, "bye")]);
    // What had come before stays readable, and then it ends.
    while socket.next().await.is_some() {}
    assert_eq!(socket.next().await, None);
}

#[wasm_bindgen_test]
async fn a_peer_that_does_not_read_is_left_at_the_deadline_with_data_still_queued() {
    const MEGABYTE: usize = 1 << 20;
    const QUEUED: usize = 32 * MEGABYTE;

    let peer = Peer::at("/stall");
    let native = peer.native();
    let socket = Watched::new(WebSocket::from(native.clone()));
    socket.set_close_timeout(TIMEOUT);
    event(&native, "open").await.unwrap();
    let message = vec![7; MEGABYTE];
    for _ in 0..QUEUED / MEGABYTE {
        socket.send(&message).unwrap();
    }
    let counts = Engine::this().counts_unread();
    assert!(socket.buffered_amount() == QUEUED as u64 || !counts);
    let stopwatch = Stopwatch::start();
    socket.close_with_bye();
    let report = socket.end().await;
    assert_on_time(stopwatch.elapsed(), TIMEOUT);
    // It is the amount at that moment: the browser still has it, and goes on sending.
    let unsent_bytes = report.unsent_bytes;
    assert!((unsent_bytes > 0) == counts && unsent_bytes <= QUEUED as u64, "{report:?}");
    // Where bufferedAmount does not count them, the Close frame has left as far as anyone can tell.
    let left = if counts {
        Facts { sent: None, phase: Phase::Flushing, ..Facts::unanswered(0, "", TimedOut) }
    } else {
        Facts::unanswered(4000, "bye", TimedOut)
    };
    assert_eq!(Facts::of(&report), Facts { unsent_bytes, ..left });
    assert_eq!(socket.buffered_amount() > 0, counts);
    assert_eq!(peer.so_far().await.close_frames(), []);
}

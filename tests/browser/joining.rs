//! A close is a future, and the futures of the crate take part in everything that takes futures:
//!
//! ✔ closes are joined, and everyone gets the report of their own
//! ✔ a close, a message or a timeout, whichever comes first
//! ✔ a close that is not awaited is a statement, and the compiler does not complain
//! ✔ a future of the report that has resolved says so to `select!`, and can be polled again

use core::pin::pin;

use futures_util::future::{Either, FusedFuture, join, join_all, select};
use graceful_websocket::{Message, Outcome, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::peer::close_frame;
use crate::support::{Facts, Peer, Stopwatch, TIMEOUT, assert_on_time, in_time, poll_once};

async fn open(peer: &Peer) -> WebSocket {
    WebSocket::builder(peer.url()).close_timeout(TIMEOUT).open().await.unwrap()
}

#[wasm_bindgen_test]
async fn closes_are_joined_and_everyone_gets_their_own_report() {
    let (echo, silent) = (Peer::at("/echo"), Peer::at("/silent"));
    let (answered, unanswered) = (open(&echo).await, open(&silent).await);
    let stopwatch = Stopwatch::start();
    let (clean, timed_out) =
        join(answered.close(4000, "one").unwrap(), unanswered.close(4001, "other").unwrap()).await;
    assert_on_time(stopwatch.elapsed(), TIMEOUT);
    assert_eq!(Facts::of(&clean), Facts::echoed(4000, "one"));
    assert_eq!(Facts::of(&timed_out), Facts::unanswered(4001, "other", Outcome::TimedOut));
    let all = join_all([answered.terminate(), unanswered.close_with(None)]).await;
    assert_eq!(all, [clean, timed_out]);
}

#[wasm_bindgen_test]
async fn a_close_or_something_else_whichever_comes_first() {
    let peer = Peer::at("/silent");
    let socket = open(&peer).await;
    let closer = socket.closer();
    let first = select(closer.close(4000, "bye").unwrap(), core::future::ready("at once")).await;
    let Either::Right(("at once", closing)) = first else { panic!("it did not wait") };
    // What was not waited for goes on.
    let next = pin!(async { core::future::pending::<()>().await });
    let Either::Left((report, _)) = select(closing, next).await else { panic!("it never ends") };
    assert_eq!(Facts::of(&report), Facts::unanswered(4000, "bye", Outcome::TimedOut));
}

#[wasm_bindgen_test]
#[deny(unused_must_use)]
async fn a_close_that_is_not_awaited_is_a_statement() {
    let peer = Peer::at("/echo");
    let socket = open(&peer).await;
    socket.close(4000, "bye").unwrap();
    socket.close_with(None);
    socket.terminate();
    assert_eq!(peer.closing().await.close_frames(), [close_frame(4000, "bye")]);
}

#[wasm_bindgen_test]
async fn a_future_that_has_resolved_says_so_and_can_be_polled_again() {
    let peer = Peer::at("/close?messages=1");
    let mut socket = open(&peer).await;
    let mut closed = socket.closed();
    assert!(poll_once(&mut closed).is_pending() && !closed.is_terminated());
    assert_eq!(socket.next().await, Some(Message::Text("1".to_owned())));
    let report = (&mut closed).await;
    assert!(closed.is_terminated());
    assert!(!closed.clone().is_terminated());
    assert_eq!(in_time(closed).await, report);
}

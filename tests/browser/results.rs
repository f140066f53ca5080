//! The socket as a stream of results, for generic clients:
//!
//! ✔ messages, and the end after a clean close, by either side
//! ✔ any other end is an error with the report, once; so is an end before which something was lost
//! ✔ a message that cannot be sent is the same error

use futures::{SinkExt, StreamExt, stream};
use futures_util::stream::FusedStream;
use graceful_websocket::{
    ConnectionError, Message, Outcome, Overflow, Results, SendError, WebSocket,
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Peer, TIMEOUT};

async fn open(path: &str) -> Results {
    let builder = WebSocket::builder(Peer::at(path).url()).close_timeout(TIMEOUT);
    builder.open().await.unwrap().into_results()
}

/// The message of a peer that says something before it goes.
fn first() -> Option<Result<Message, ConnectionError>> {
    Some(Ok("1".into()))
}

#[wasm_bindgen_test]
async fn a_clean_end_is_the_end() {
    let mut results = open("/close?messages=1&after=50").await;
    assert_eq!(results.next().await, first());
    assert!(!results.is_terminated());
    assert_eq!(results.next().await, None);
    assert!(results.is_terminated());
    let (mut sink, mut stream) = open("/echo").await.split();
    sink.send("1".into()).await.unwrap();
    assert_eq!(stream.next().await, first());
    sink.close().await.unwrap();
    assert_eq!((stream.next().await, stream.next().await), (None, None));
}

#[wasm_bindgen_test]
async fn any_other_end_is_an_error_with_the_report_and_then_the_end() {
    let silent = open("/silent").await;
    silent.socket().close(4000, "bye").unwrap();
    let ends = [(open("/drop?after=50").await, Outcome::Unclean), (silent, Outcome::TimedOut)];
    for (mut results, outcome) in ends {
        let Some(Err(ConnectionError::Ended(report))) = results.next().await else {
            panic!("{outcome} looks regular")
        };
        assert_eq!(report.outcome, outcome);
        assert_eq!((results.next().await, results.next().await), (None, None));
        assert_eq!(results.into_inner().closed().await, report);
    }
}

#[wasm_bindgen_test]
async fn an_end_before_which_something_was_lost_is_an_error() {
    let peer = Peer::at("/close?messages=3&after=50");
    let builder = WebSocket::builder(peer.url()).receive_limit(0, Overflow::DropOldest);
    let socket = builder.open().await.unwrap();
    socket.closed().await;
    let results: Vec<_> = socket.into_results().collect().await;
    let [Ok(last), Err(ConnectionError::Ended(report))] = &results[..] else {
        panic!("{results:?}");
    };
    assert_eq!((last, report.lost_messages), (&"3".into(), 2));
    assert_eq!(report.to_string().split(", ").last(), Some("2 messages lost"));
}

#[wasm_bindgen_test]
async fn a_message_that_cannot_be_sent_is_an_error_that_says_why() {
    let mut results = open("/echo").await;
    results.send_all(&mut stream::iter(["1"].map(|text| Ok(text.into())))).await.unwrap();
    results.socket().close(1000, "").unwrap();
    let error = results.send("late".into()).await.unwrap_err();
    assert_eq!(error, SendError::Closing.into());
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.downcast_ref(), Some(&SendError::Closing));
}

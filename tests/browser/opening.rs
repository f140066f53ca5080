//! Opening, and how it fails:
//!
//! ✔ the arguments: a URL that is none, a subprotocol that is not a token, or given twice
//! ✔ no WebSocket at all
//! ✔ the connection: refused by the server, by the system, by the browser
//! ✔ the subprotocol that the server chose
//! ✔ a future that is not polled does nothing
//! ✔ a future that is dropped closes, and the server sees the end: before TCP, while the handshake
//!   hangs, when the socket is open already
//! ✔ a socket that is connecting: waited for, closed by a handle, closed by its peer before anyone looks

use std::pin::pin;

use core::future::Future;
use core::task::{Context, Waker};

use futures_util::future::join;
use graceful_websocket::{Initiator, OpenError, ReadyState, SendError, WebSocket};
use js_sys::Reflect;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Engine, Facts, Peer, TIMEOUT, UncaughtErrors, spawn};

#[wasm_bindgen_test]
async fn a_url_that_is_none_is_an_error() {
    for url in
        ["ftp://example.org", "ws://", "ws://[", "wss://:", "ws://a/#fragment", "mailto:someone"]
    {
        match WebSocket::builder(url).open().await {
            Err(OpenError::InvalidUrl { url: given }) => assert_eq!(given, url),
            other => panic!("{url} is not refused: {other:?}"),
        }
    }
}

#[wasm_bindgen_test]
async fn a_subprotocol_that_is_not_a_token_or_given_twice_is_an_error() {
    let peer = Peer::at("/echo");
    let offers: [(&[&str], &str); 8] = [
        (&[""], ""),
        (&["two words"], "two words"),
        (&["a,b"], "a,b"),
        (&["chat", "a/b"], "a/b"),
        (&["tab\t"], "tab\t"),
        (&["é"], "é"),
        (&["chat", "chat"], "chat"),
        (&["a", "b", "c", "b"], "b"),
    ];
    for (offered, culprit) in offers {
        let opened = WebSocket::builder(peer.url()).protocols(offered.iter().copied()).open().await;
        match opened {
            Err(OpenError::InvalidProtocol { protocol }) => assert_eq!(protocol, culprit),
            other => panic!("{offered:?} is not refused: {other:?}"),
        }
    }
    assert_eq!(peer.connections().await, 0);
}

#[wasm_bindgen_test]
async fn a_server_that_refuses_is_a_failure() {
    let opened = WebSocket::builder(Peer::at("/reject?status=503").url()).open().await;
    assert_failed(opened);
}

#[wasm_bindgen_test]
async fn a_port_at_which_nobody_listens_is_a_failure() {
    /// Only the system's own could listen there, and nothing does.
    const NOBODY: &str = "ws://127.0.0.1:2/";

    assert_failed(WebSocket::builder(NOBODY).open().await);
}

/// Checks that it failed without ever being open.
#[track_caller]
fn assert_failed(opened: Result<WebSocket, OpenError>) {
    match opened {
        Err(OpenError::Failed(report)) => {
            assert_eq!(Facts::of(&report), Facts::never_opened(Initiator::Transport));
        }
        other => panic!("not failed: {other:?}"),
    }
}

#[wasm_bindgen_test]
async fn a_port_that_the_browser_forbids_is_blocked() {
    /// SMTP's, as Fetch's "bad port" has it.
    const FORBIDDEN: &str = "ws://127.0.0.1:25/";

    let opened = WebSocket::builder(FORBIDDEN).open_timeout(TIMEOUT).open().await;
    match (Engine::this(), opened) {
        // The standard would have it fail; this constructor may throw.
        (Engine::Chromium, Err(OpenError::Blocked { message })) => assert!(!message.is_empty()),
        (Engine::Chromium | Engine::Firefox, Err(OpenError::Failed(_))) => {}
        // It says nothing, ever.
        (Engine::WebKit, Err(OpenError::TimedOut(_))) => {}
        other => panic!("not blocked: {other:?}"),
    }
}

#[wasm_bindgen_test]
async fn the_server_chooses_the_subprotocol() {
    let peer = Peer::at("/echo");
    let builder = WebSocket::builder(peer.url()).protocol("chat").protocols(["other", "third"]);
    let socket = builder.open().await.unwrap();
    assert_eq!(socket.ready_state(), ReadyState::Open);
    assert_eq!(socket.protocol(), "chat");
    assert_eq!(socket.url(), peer.url());
}

#[wasm_bindgen_test]
async fn without_an_offer_there_is_no_subprotocol() {
    let peer = Peer::at("/echo");
    let socket = WebSocket::builder(peer.url()).open().await.unwrap();
    assert_eq!(socket.protocol(), "");
}

#[wasm_bindgen_test]
fn where_there_is_no_web_socket_the_error_says_so() {
    let (global, name) = (js_sys::global(), "WebSocket".into());
    let class = Reflect::get(&global, &name).unwrap();
    Reflect::delete_property(&global, &name).unwrap();
    let refused = WebSocket::builder("ws://127.0.0.1").connect().unwrap_err();
    Reflect::set(&global, &name, &class).unwrap();
    assert_eq!(refused, OpenError::NoWebSocket);
}

#[wasm_bindgen_test]
async fn a_future_that_is_not_polled_does_nothing() {
    let peer = Peer::at("/echo");
    drop(WebSocket::builder(peer.url()).open());
    assert_eq!(peer.connections().await, 0);
}

#[wasm_bindgen_test]
async fn dropping_the_future_at_once_leaves_nothing() {
    let errors = UncaughtErrors::watch();
    for path in ["/echo", "/hang"] {
        let peer = Peer::at(path);
        drop(begin_to_open(&peer));
        // Another connection to the same server takes longer than an end that is under way.
        drop(WebSocket::builder(Peer::at("/echo").url()).open().await.unwrap());
        if path == "/hang" {
            peer.given_up_if_requested().await;
        } else {
            peer.idle().await;
        }
    }
    assert_eq!(errors.count(), 0);
}

#[wasm_bindgen_test]
async fn dropping_the_future_while_the_handshake_hangs_ends_it() {
    let errors = UncaughtErrors::watch();
    let peer = Peer::at("/hang");
    let opening = begin_to_open(&peer);
    peer.requested().await;
    assert!(!peer.so_far().await.has_ended());
    drop(opening);
    peer.given_up().await;
    assert_eq!(errors.count(), 0);
}

#[wasm_bindgen_test]
async fn dropping_the_future_of_a_socket_that_is_open_already_closes_it() {
    let errors = UncaughtErrors::watch();
    let peer = Peer::at("/echo");
    let opening = begin_to_open(&peer);
    peer.opened().await;
    drop(opening);
    peer.ended().await;
    assert_eq!(errors.count(), 0);
}

#[wasm_bindgen_test]
async fn a_socket_that_is_connecting_is_waited_for_by_anyone_any_number_of_times() {
    let peer = Peer::at("/echo");
    let socket = WebSocket::builder(peer.url()).connect().unwrap();
    assert_eq!(socket.ready_state(), ReadyState::Connecting);
    assert_eq!(socket.send("early"), Err(SendError::Connecting));
    let (one, other) = (socket.opened(), socket.opened());
    assert_eq!(join(one, other).await, (Ok(()), Ok(())));
    assert_eq!(socket.opened().await, Ok(()));
    assert_eq!(socket.ready_state(), ReadyState::Open);
    assert_eq!(socket.send("in time"), Ok(()));
}

#[wasm_bindgen_test]
async fn a_socket_that_is_connecting_is_closed_by_a_handle_and_so_never_opened() {
    let peer = Peer::at("/hang");
    let socket = WebSocket::builder(peer.url()).connect().unwrap();
    let closer = socket.closer();
    let opening = spawn(async move {
        let Err(OpenError::Failed(report)) = socket.opened().await else { panic!("it opened") };
        assert_eq!(Facts::of(&report), Facts::never_opened(Initiator::Local));
    });
    peer.requested().await;
    closer.close(4000, "changed my mind").unwrap().await;
    opening.await.unwrap();
    peer.given_up().await;
}

#[wasm_bindgen_test]
async fn a_socket_that_was_open_counts_as_opened_even_if_it_has_ended_by_then() {
    let peer = Peer::at("/close?code=4001&reason=full&messages=2");
    let mut socket = WebSocket::builder(peer.url()).connect().unwrap();
    let report = socket.closed().await;
    assert_eq!(Facts::of(&report), Facts::begun_by_peer(4001, "full"));
    assert_eq!(socket.opened().await, Ok(()));
    assert!(socket.next().await.is_some());
    assert!(socket.next().await.is_some());
    assert_eq!(socket.next().await, None);
}

/// The future of a socket, polled once.
fn begin_to_open(peer: &Peer) -> impl Future + use<> {
    let mut opening = Box::pin(WebSocket::builder(peer.url()).open());
    let first = pin!(&mut opening).poll(&mut Context::from_waker(Waker::noop()));
    assert!(first.is_pending());
    opening
}

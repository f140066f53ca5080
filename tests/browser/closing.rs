//! What a close does when the peer answers, sooner or later:
//!
//! ✔ a peer that answers: clean, with what was received, once for everyone
//! ✔ a close without code or reason, by dropping the socket
//! ✔ everyone who waits is told, each time they ask
//! ✔ a peer that answers with another code, or with none
//! ✔ a peer that closes first: at once, later, without a code; nothing was sent, no time passed
//! ✔ no timeout is running before the close
//! ✔ a peer that answers late: within the close timeout, and after it
//! ✔ the browser's own event after the close timeout changes nothing, and calls nobody
//! ✔ a peer that answers and keeps TCP: clean, by the browser's patience or not at all

use core::time::Duration;

use graceful_websocket::Outcome::{Clean, TimedOut};
use graceful_websocket::{ReadyState, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::peer::{WITHOUT_BODY, close_frame};
use crate::support::{
    Engine, Facts, Peer, ROOM, Stopwatch, TIMEOUT, UncaughtErrors, Watched, assert_on_time, event,
    in_time,
};

#[wasm_bindgen_test]
async fn a_peer_that_answers_ends_it_cleanly() {
    let peer = Peer::at("/echo");
    let socket = Watched::open(&peer, ROOM).await;
    let closing = socket.close_with_bye();
    assert_eq!(socket.ready_state(), ReadyState::Closing);
    assert_eq!(socket.close_report(), None);
    let report = socket.end().await;
    assert_eq!(Facts::of(&report), Facts::echoed(4000, "bye"));
    assert!(report.elapsed < ROOM, "{report:?}");
    assert_eq!(closing.await, report);
    let seen = peer.ended().await;
    assert_eq!(seen.close_frames(), [close_frame(4000, "bye")]);
    assert_eq!(seen.ended_by(), "server");
}

#[wasm_bindgen_test]
async fn dropping_the_socket_closes_it_without_a_code() {
    let peer = Peer::at("/echo");
    let socket = WebSocket::builder(peer.url()).open().await.unwrap();
    let closed = socket.closed();
    drop(socket);
    let report = in_time(closed).await;
    assert_eq!(Facts::of(&report), Facts::echoed(1005, ""));
    assert_eq!(peer.ended().await.close_frames(), [WITHOUT_BODY]);
}

#[wasm_bindgen_test]
async fn the_report_has_what_the_peer_answered_and_what_was_sent() {
    let peer = Peer::at("/other?code=4999&reason=no");
    let socket = Watched::open(&peer, ROOM).await;
    socket.close_with_bye();
    let report = socket.end().await;
    let expected = Facts { code: 4999, reason: "no", ..Facts::echoed(4000, "bye") };
    assert_eq!(Facts::of(&report), expected);
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "bye")]);
}

#[wasm_bindgen_test]
async fn an_answer_without_a_code_is_1005() {
    let peer = Peer::at("/other?code=none&reason=");
    let socket = Watched::open(&peer, ROOM).await;
    socket.close_with_bye();
    let report = socket.end().await;
    let expected = Facts { code: 1005, reason: "", ..Facts::echoed(4000, "bye") };
    assert_eq!(Facts::of(&report), expected);
}

#[wasm_bindgen_test]
async fn a_peer_that_closes_first_began_it_and_nothing_was_sent() {
    let peer = Peer::at("/close?code=4002&reason=over&after=50");
    let socket = Watched::open(&peer, TIMEOUT).await;
    let report = socket.end().await;
    assert_eq!(Facts::of(&report), Facts::begun_by_peer(4002, "over"));
    assert_eq!(report.elapsed, Duration::ZERO);
    let seen = peer.ended().await;
    assert_eq!(seen.close_frames().len(), 1, "the browser's answer: {seen:?}");
    assert_eq!(seen.close_frames()[0].0, Some(4002));
}

#[wasm_bindgen_test]
async fn a_peer_that_closes_first_without_a_code_is_1005() {
    let peer = Peer::at("/close?code=none&after=50");
    let socket = Watched::open(&peer, TIMEOUT).await;
    assert_eq!(Facts::of(&socket.end().await), Facts::begun_by_peer(1005, ""));
    let answer = match Engine::this() {
        Engine::Chromium | Engine::Firefox => WITHOUT_BODY,
        Engine::WebKit => close_frame(1000, ""),
    };
    assert_eq!(peer.ended().await.close_frames(), [answer]);
}

#[wasm_bindgen_test]
async fn no_timeout_is_running_while_the_socket_is_open() {
    let peer = Peer::at("/close?after=400");
    let socket = Watched::open(&peer, Duration::from_millis(100)).await;
    assert_eq!(Facts::of(&socket.end().await), Facts::begun_by_peer(1000, ""));
}

#[wasm_bindgen_test]
async fn a_late_answer_within_the_close_timeout_is_clean() {
    let peer = Peer::at("/late?ms=300");
    let socket = Watched::open(&peer, ROOM).await;
    let stopwatch = Stopwatch::start();
    socket.close_with_bye();
    let report = socket.end().await;
    assert_on_time(stopwatch.elapsed(), TIMEOUT);
    assert_on_time(report.elapsed, TIMEOUT);
    assert_eq!(Facts::of(&report), Facts::echoed(4000, "bye"));
}

#[wasm_bindgen_test]
async fn an_answer_after_the_close_timeout_changes_nothing_and_calls_nobody() {
    let errors = UncaughtErrors::watch();
    let peer = Peer::at("/late?ms=600");
    let native = peer.native();
    let socket = Watched::new(WebSocket::from(native.clone()));
    socket.set_close_timeout(TIMEOUT);
    event(&native, "open").await.unwrap();
    let native_close = event(&native, "close");
    socket.close_with_bye();
    let report = socket.end().await;
    assert_eq!(Facts::of(&report), Facts::unanswered(4000, "bye", TimedOut));
    assert_on_time(report.elapsed, TIMEOUT);
    native_close.await.unwrap();
    socket.assert_told_once(&report);
    assert_eq!(socket.closed().await, report);
    assert_eq!(errors.count(), 0);
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "bye")]);
}

/// How long Chromium waits for the server to end TCP after the closing handshake.
const TCP_PATIENCE: Duration = Duration::from_secs(2);

#[wasm_bindgen_test]
async fn a_peer_that_keeps_tcp_is_left_by_the_browser_and_that_is_clean() {
    let peer = Peer::at("/no-fin");
    let socket = Watched::open(&peer, 2 * TCP_PATIENCE).await;
    socket.close_with_bye();
    let report = socket.end().await;
    assert_eq!(Facts::of(&report), Facts::echoed(4000, "bye"));
    let seen = peer.ended().await;
    assert_eq!(seen.close_frames(), [close_frame(4000, "bye")]);
    assert_ne!(seen.ended_by(), "server");
}

#[wasm_bindgen_test]
async fn a_peer_that_keeps_tcp_is_left_at_the_deadline_before_the_browser_does() {
    let peer = Peer::at("/no-fin");
    let socket = Watched::open(&peer, TIMEOUT).await;
    socket.close_with_bye();
    let report = socket.end().await;
    if Engine::this() == Engine::Chromium {
        assert_eq!(Facts::of(&report), Facts::unanswered(4000, "bye", TimedOut));
        assert_on_time(report.elapsed, TIMEOUT);
    } else {
        // The others do not wait for TCP.
        assert_eq!(Facts::of(&report), Facts::echoed(4000, "bye"));
    }
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "bye")]);
    socket.assert_told_once(&report);
}

#[wasm_bindgen_test]
async fn everyone_who_waits_resumes_with_the_same_report() {
    let peer = Peer::at("/echo");
    let socket = WebSocket::builder(peer.url()).open().await.unwrap();
    let waiting = [(); 3].map(|()| socket.closed());
    let closing = socket.close(4000, "bye").unwrap();
    let report = closing.await;
    assert_eq!(report.outcome, Clean);
    for closed in waiting {
        assert_eq!(closed.clone().await, report);
        assert_eq!(closed.await, report);
    }
}

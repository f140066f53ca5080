//! A page that is told to go elsewhere, and stays: Firefox closes its open sockets, with 1001; the other engines leave
//! them alone.
//!
//! ✔ a peer that answers: clean, with its own code, begun by the browser
//! ✔ a peer that never answers: the close timeout counts from when it could be seen
//! ✔ a socket that is closing already is left alone
//! ✔ loading is stopped: the close timeout counts from when somebody looks at the socket

use core::time::Duration;

use graceful_websocket::Outcome::TimedOut;
use graceful_websocket::{CloseReport, Initiator, Phase, ReadyState, WebSocket};
use js_sys::Function;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::peer::{close_frame, page};
use crate::support::{Engine, Facts, Peer, ROOM, Stopwatch, TIMEOUT, Watched, assert_on_time};

/// What the page does; `url` is what the server has nothing to show for.
const GO_TO_NOTHING: &str = "location.assign(url)";
const GO_TO_FILE: &str =
    "location.assign(URL.createObjectURL(new Blob([''], { type: 'application/octet-stream' })))";
const STOP: &str = "window.stop()";

fn act(what: &str) {
    let act = Function::new_with_args("url", what);
    act.call1(&JsValue::UNDEFINED, &page("/204").into()).unwrap();
}

/// A Close frame of the browser's own that nobody has answered.
fn unanswered_by_browser() -> Facts<'static> {
    let initiator = Initiator::Browser;
    Facts { outcome: TimedOut, initiator, phase: Phase::Handshake, ..Facts::dropped() }
}

/// Waits for the end: by the browser, where that is its way, and otherwise by this, to which the socket is still open.
async fn end(socket: &Watched) -> CloseReport {
    if !Engine::this().closes_in_page_that_stays() {
        assert_eq!(socket.ready_state(), ReadyState::Open);
        socket.close_with_bye();
    }
    socket.end().await
}

/// What is said of an end in this engine: the first where it closed the socket, and the second where this did.
fn in_this_engine<T>(by_browser: T, by_page: T) -> T {
    if Engine::this().closes_in_page_that_stays() { by_browser } else { by_page }
}

#[wasm_bindgen_test]
async fn a_peer_that_answers_has_its_code_in_the_report_and_the_browser_began_it() {
    for what in [GO_TO_NOTHING, GO_TO_FILE] {
        for (path, by_browser, by_page) in [
            ("/echo", (1001, ""), (4000, "bye")),
            ("/other?code=4999&reason=no", (4999, "no"), (4999, "no")),
        ] {
            let peer = Peer::at(path);
            let socket = Watched::open(&peer, ROOM).await;
            act(what);
            let report = end(&socket).await;
            let sent = Facts::echoed(4000, "bye").sent;
            let expected = in_this_engine(
                Facts::begun_by_browser(by_browser.0, by_browser.1),
                Facts { sent, ..Facts::echoed(by_page.0, by_page.1) },
            );
            assert_eq!(Facts::of(&report), expected);
            let frame = in_this_engine(close_frame(1001, ""), close_frame(4000, "bye"));
            assert_eq!(peer.ended().await.close_frames(), [frame]);
        }
    }
}

#[wasm_bindgen_test]
async fn a_peer_that_never_answers_has_the_close_timeout_from_when_it_could_be_seen() {
    for what in [GO_TO_NOTHING, GO_TO_FILE] {
        let peer = Peer::at("/silent");
        let socket = Watched::open(&peer, TIMEOUT).await;
        let stopwatch = Stopwatch::start();
        act(what);
        let report = end(&socket).await;
        assert_on_time(stopwatch.elapsed(), TIMEOUT);
        assert_on_time(report.elapsed, TIMEOUT);
        let by_page = Facts::unanswered(4000, "bye", TimedOut);
        assert_eq!(Facts::of(&report), in_this_engine(unanswered_by_browser(), by_page));
        let frame = in_this_engine(close_frame(1001, ""), close_frame(4000, "bye"));
        assert_eq!(peer.closing().await.close_frames(), [frame]);
    }
}

#[wasm_bindgen_test]
async fn a_socket_that_is_closing_already_is_left_alone() {
    let peer = Peer::at("/late?ms=300");
    let socket = Watched::open(&peer, ROOM).await;
    socket.close_with_bye();
    act(GO_TO_NOTHING);
    let report = socket.end().await;
    assert_on_time(report.elapsed, Duration::from_millis(300));
    assert_eq!(Facts::of(&report), Facts::echoed(4000, "bye"));
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "bye")]);
}

#[wasm_bindgen_test]
async fn when_loading_is_stopped_it_has_its_time_from_when_somebody_looks() {
    let looks: [fn(&WebSocket); 2] = [
        |socket| assert_eq!(socket.ready_state(), ReadyState::Closing),
        |socket| drop(socket.send("too late")),
    ];
    for look in looks {
        let peer = Peer::at("/silent");
        let socket = Watched::open(&peer, TIMEOUT).await;
        act(STOP);
        if Engine::this().closes_in_page_that_stays() {
            peer.closing().await;
        }
        let stopwatch = Stopwatch::start();
        if Engine::this().closes_in_page_that_stays() {
            look(&socket);
        }
        let report = end(&socket).await;
        assert_on_time(stopwatch.elapsed(), TIMEOUT);
        let by_page = Facts::unanswered(4000, "bye", TimedOut);
        let expected = in_this_engine(unanswered_by_browser(), by_page);
        assert_eq!(Facts { unsent_bytes: 0, ..Facts::of(&report) }, expected);
    }
}

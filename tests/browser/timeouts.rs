//! The close timeout and the open timeout:
//!
//! ✔ the close timeout is 10 s if nobody sets it
//! ✔ it can be set before the close, and while closing: earlier, later, into the past, to none
//! ✔ no timer is armed before the close, and one by it
//! ✔ zero is the next task; none is the browser's patience; 2³¹ ms and more is not at once
//! ✔ the browser's event wins if it is there when the deadline is found to have passed
//! ✔ the page's return after a deadline settles it, and before or after changes nothing
//! ✔ the open timeout ends a handshake that hangs, and the server sees it end
//! ✔ an open timeout that is not reached leaves nothing behind

use core::time::Duration;

use graceful_websocket::Outcome::{NeverOpened, TimedOut, Unclean};
use graceful_websocket::{
    DEFAULT_CLOSE_TIMEOUT, Initiator, Message, OpenError, ReadyState, WebSocket,
};
use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, EventTarget};

use crate::support::peer::close_frame;
use crate::support::{
    Engine, Facts, Peer, ROOM, Stopwatch, TIMEOUT, Timers, UncaughtErrors, Watched, assert_on_time,
    next_task,
};

#[wasm_bindgen_test]
async fn the_close_timeout_is_10_seconds_if_nobody_sets_it() {
    assert_eq!(DEFAULT_CLOSE_TIMEOUT, Duration::from_secs(10));
    let peer = Peer::at("/silent");
    let socket = Watched::new(WebSocket::builder(peer.url()).open().await.unwrap());
    socket.close_with_bye();
    let report = socket.end().await;
    if Engine::this() == Engine::WebKit {
        // It gives up by itself after five seconds.
        assert!(report.elapsed < DEFAULT_CLOSE_TIMEOUT);
        assert_eq!(Facts::of(&report), Facts::unanswered(4000, "bye", Unclean));
        return;
    }
    assert_on_time(report.elapsed, DEFAULT_CLOSE_TIMEOUT);
    assert_eq!(Facts::of(&report), Facts::unanswered(4000, "bye", TimedOut));
}

#[wasm_bindgen_test]
async fn set_before_the_close_it_counts_from_the_close() {
    let peer = Peer::at("/silent");
    let socket = Watched::open(&peer, None).await;
    socket.set_close_timeout(Duration::ZERO);
    socket.set_close_timeout(TIMEOUT);
    assert_eq!(socket.ready_state(), ReadyState::Open);
    let stopwatch = Stopwatch::start();
    socket.close_with_bye();
    assert_on_time(socket.end().await.elapsed, TIMEOUT);
    assert_on_time(stopwatch.elapsed(), TIMEOUT);
}

#[wasm_bindgen_test]
async fn while_closing_it_moves_the_deadline_forward() {
    let peer = Peer::at("/silent");
    let socket = Watched::open(&peer, DEFAULT_CLOSE_TIMEOUT).await;
    socket.close_with_bye();
    peer.closing().await;
    socket.set_close_timeout(TIMEOUT);
    let report = socket.end().await;
    assert_on_time(report.elapsed, TIMEOUT);
    assert_eq!(Facts::of(&report), Facts::unanswered(4000, "bye", TimedOut));
}

#[wasm_bindgen_test]
async fn while_closing_it_moves_the_deadline_back() {
    const LATER: Duration = Duration::from_millis(600);

    let peer = Peer::at("/silent");
    let socket = Watched::open(&peer, TIMEOUT).await;
    socket.close_with_bye();
    peer.closing().await;
    socket.set_close_timeout(LATER);
    let report = socket.end().await;
    assert_on_time(report.elapsed, LATER);
}

#[wasm_bindgen_test]
async fn while_closing_a_deadline_in_the_past_is_the_next_task() {
    let peer = Peer::at("/silent");
    let socket = Watched::open(&peer, None).await;
    let stopwatch = Stopwatch::start();
    socket.close_with_bye();
    stopwatch.block_until(TIMEOUT);
    socket.set_close_timeout(TIMEOUT / 2);
    assert_eq!(socket.close_report(), None);
    let report = socket.end().await;
    // It tells the time that has passed, not the timeout.
    assert_on_time(report.elapsed, TIMEOUT / 2);
    assert_eq!(Facts::of(&report), Facts::unanswered(4000, "bye", TimedOut));
}

#[wasm_bindgen_test]
async fn while_closing_none_leaves_it_to_the_browser() {
    let peer = Peer::at("/late?ms=600");
    let socket = Watched::open(&peer, TIMEOUT).await;
    socket.close_with_bye();
    socket.set_close_timeout(None);
    assert_eq!(Facts::of(&socket.end().await), Facts::echoed(4000, "bye"));
}

#[wasm_bindgen_test]
async fn none_leaves_it_to_the_browser() {
    let peer = Peer::at("/late?ms=600");
    let socket = Watched::open(&peer, None).await;
    socket.close_with_bye();
    assert_eq!(Facts::of(&socket.end().await), Facts::echoed(4000, "bye"));
}

#[wasm_bindgen_test]
async fn zero_settles_in_the_next_task_and_not_before() {
    let peer = Peer::at("/silent");
    let socket = Watched::open(&peer, Duration::ZERO).await;
    socket.close_with_bye();
    assert_eq!((socket.close_report(), socket.ready_state()), (None, ReadyState::Closing));
    JsFuture::from(Promise::resolve(&JsValue::NULL)).await.unwrap();
    assert_eq!(socket.close_report(), None, "settled in a microtask");
    let report = socket.end().await;
    assert!(report.elapsed < ROOM, "{report:?}");
    assert_eq!(Facts::of(&report), Facts::unanswered(4000, "bye", TimedOut));
    assert_eq!(peer.closing().await.close_frames(), [close_frame(4000, "bye")]);
}

#[wasm_bindgen_test]
async fn a_timeout_beyond_what_a_browsers_timer_knows_is_not_at_once() {
    /// The first number of milliseconds that `setTimeout` takes for none.
    const TOO_LONG: Duration = Duration::from_millis(1 << 31);

    for timeout in [TOO_LONG, TOO_LONG * 2, TOO_LONG * 2 + TIMEOUT, Duration::MAX] {
        let peer = Peer::at("/late?ms=100");
        let socket = Watched::open(&peer, timeout).await;
        let timers = Timers::count();
        let report = socket.close_with_bye().await;
        assert_eq!(
            timers.ever_armed(),
            1,
            "{timeout:?}: one that ends at once is armed again and again"
        );
        assert_eq!(Facts::of(&report), Facts::echoed(4000, "bye"), "{timeout:?}");
    }
}

#[wasm_bindgen_test]
async fn no_timer_is_armed_before_the_close_and_one_by_it() {
    let peer = Peer::at("/late?ms=100");
    let timers = Timers::count();
    let mut socket = WebSocket::builder(peer.url()).open().await.unwrap();
    socket.send("hello").unwrap();
    assert!(socket.next().await.is_some());
    socket.set_close_timeout(TIMEOUT);
    assert_eq!(timers.ever_armed(), 0);
    let timers = Timers::count();
    assert_eq!(Facts::of(&socket.close(4000, "bye").unwrap().await), Facts::echoed(4000, "bye"));
    assert_eq!(timers.ever_armed(), 1);
}

#[wasm_bindgen_test]
async fn an_event_that_is_queued_when_the_deadline_is_found_to_have_passed_wins() {
    let finds_out: [fn(&WebSocket); 3] = [
        |_its_own_timer| {},
        |_page| page_comes_back(),
        |socket| socket.set_close_timeout(TIMEOUT / 2),
    ];
    for find_out in finds_out {
        let peer = Peer::at("/late?ms=100");
        let socket = Watched::open(&peer, TIMEOUT).await;
        let stopwatch = Stopwatch::start();
        socket.close_with_bye();
        stopwatch.block_until(2 * TIMEOUT);
        find_out(&socket);
        let report = socket.end().await;
        assert_eq!(Facts::of(&report), Facts::echoed(4000, "bye"));
        assert_on_time(report.elapsed, 2 * TIMEOUT);
    }
}

/// Tells everyone that the page is shown again.
fn page_comes_back() {
    let global: EventTarget = js_sys::global().unchecked_into();
    for kind in ["visibilitychange", "pageshow", "resume"] {
        global.dispatch_event(&Event::new(kind).unwrap()).unwrap();
    }
}

#[wasm_bindgen_test]
async fn the_pages_return_is_no_deadline_and_leaves_nothing_behind() {
    let errors = UncaughtErrors::watch();
    let peer = Peer::at("/silent");
    let socket = Watched::open(&peer, TIMEOUT).await;
    page_comes_back();
    socket.close_with_bye();
    page_comes_back();
    next_task().await;
    assert_eq!(socket.close_report(), None);
    let report = socket.end().await;
    assert_on_time(report.elapsed, TIMEOUT);
    page_comes_back();
    socket.assert_told_once(&report);
    assert_eq!(errors.count(), 0);
}

#[wasm_bindgen_test]
async fn the_pages_return_after_the_deadline_settles_it_once() {
    let peer = Peer::at("/silent");
    let socket = Watched::open(&peer, TIMEOUT).await;
    let stopwatch = Stopwatch::start();
    socket.close_with_bye();
    stopwatch.block_until(2 * TIMEOUT);
    page_comes_back();
    assert_eq!(socket.close_report(), None, "the browser's event had no chance");
    let report = socket.end().await;
    assert_on_time(report.elapsed, 2 * TIMEOUT);
    assert_eq!(Facts::of(&report), Facts::unanswered(4000, "bye", TimedOut));
}

#[wasm_bindgen_test]
async fn the_open_timeout_ends_a_handshake_that_hangs() {
    let peer = Peer::at("/hang");
    let stopwatch = Stopwatch::start();
    let opened = WebSocket::builder(peer.url()).open_timeout(TIMEOUT).open().await;
    assert_on_time(stopwatch.elapsed(), TIMEOUT);
    let report = match opened {
        Err(OpenError::TimedOut(report)) => report,
        other => panic!("not timed out: {other:?}"),
    };
    let never_opened = Facts::never_opened(Initiator::Local);
    assert_eq!(Facts::of(&report), Facts { outcome: TimedOut, ..never_opened });
    peer.given_up().await;
}

#[wasm_bindgen_test]
async fn no_open_timeout_is_the_browsers_patience() {
    for timeout in [None, Some(Duration::MAX), Some(Duration::from_millis(1 << 31))] {
        let peer = Peer::at("/reject");
        let opened = WebSocket::builder(peer.url()).open_timeout(timeout).open().await;
        match opened {
            Err(OpenError::Failed(report)) => assert_eq!(report.outcome, NeverOpened),
            other => panic!("not failed: {other:?}"),
        }
    }
}

#[wasm_bindgen_test]
async fn an_open_timeout_that_is_not_reached_leaves_nothing_behind() {
    let peer = Peer::at("/close?after=600&messages=1");
    let builder = WebSocket::builder(peer.url()).open_timeout(TIMEOUT);
    let mut socket = builder.open().await.unwrap();
    let stopwatch = Stopwatch::start();
    assert_eq!(socket.next().await, Some(Message::Text("1".to_owned())));
    assert!(stopwatch.elapsed() > TIMEOUT);
    assert_eq!(Facts::of(&socket.closed().await), Facts::begun_by_peer(1000, ""));
}

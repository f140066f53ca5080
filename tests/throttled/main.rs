//! Deadlines in a page that is hidden for long. Chromium lets a timer of such a page fire once a minute
//! only, if timers have led to it: one that sets the next, five times or more, or an interval (HTML,
//! "timer initialization steps": the nesting level). A heartbeat is a chain of that kind, and it is the
//! heartbeat that finds out that a peer is gone. A deadline that is armed in it is kept as any other:
//!
//! ✔ of a close, from a chain of timers, from an interval, from a future that awaits timers
//! ✔ of a close timeout that is set while closing: in the timer that has closed, and in one long after
//! ✔ of an open timeout
//!
//! That the browser does hold the page back, a plain timer proves in each.
#![cfg(target_arch = "wasm32")]

#[allow(dead_code, unused_imports, reason = "each test binary uses its part")]
#[path = "../support/mod.rs"]
mod support;

mod case;
mod heartbeat;

use graceful_websocket::Outcome::TimedOut;
use graceful_websocket::{Initiator, Phase};
use js_sys::{Reflect, global};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::EventTarget;

use case::{Case, DEADLINE, Ended, LONG};
use heartbeat::Chain;
use support::peer::close_frame;
use support::{Facts, assert_on_time, event, in_time};

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn a_close_from_a_chain_of_timers_settles_on_time() {
    assert_closes_on_time(Case::Close(Chain::Timeouts)).await;
}

#[wasm_bindgen_test]
async fn a_close_from_an_interval_settles_on_time() {
    assert_closes_on_time(Case::Close(Chain::Interval)).await;
}

#[wasm_bindgen_test]
async fn a_close_from_a_future_that_awaits_timers_settles_on_time() {
    assert_closes_on_time(Case::Close(Chain::Futures)).await;
}

#[wasm_bindgen_test]
async fn a_close_timeout_that_is_shortened_in_the_timer_that_closes_is_kept() {
    assert_closes_on_time(Case::ShortenedAtOnce).await;
}

#[wasm_bindgen_test]
async fn a_close_timeout_that_is_set_in_the_timer_that_closes_is_kept() {
    assert_closes_on_time(Case::SetAtOnce).await;
}

#[wasm_bindgen_test]
async fn a_close_timeout_that_is_shortened_in_a_timer_long_after_the_close_is_kept() {
    assert_flushes_on_time(Case::ShortenedLater).await;
}

#[wasm_bindgen_test]
async fn a_close_timeout_that_is_set_in_a_timer_long_after_the_close_is_kept() {
    assert_flushes_on_time(Case::SetLater).await;
}

#[wasm_bindgen_test]
async fn the_open_timeout_of_a_socket_that_is_made_in_a_chain_of_timers_is_kept() {
    let Ended { peer, report, .. } = ended_on_time(Case::Open).await;
    let never_opened = Facts::never_opened(Initiator::Local);
    assert_eq!(Facts::of(&report), Facts { outcome: TimedOut, ..never_opened });
    peer.given_up().await;
}

async fn assert_closes_on_time(case: Case) {
    let Ended { peer, report, .. } = ended_on_time(case).await;
    assert_on_time(report.elapsed, DEADLINE);
    assert_eq!(Facts::of(&report), Facts::unanswered(4000, "bye", TimedOut));
    assert_eq!(peer.closing().await.close_frames(), [close_frame(4000, "bye")]);
}

async fn assert_flushes_on_time(case: Case) {
    let Ended { peer, report, .. } = ended_on_time(case).await;
    let unsent_bytes = report.unsent_bytes;
    let left = Facts { sent: None, phase: Phase::Flushing, ..Facts::unanswered(0, "", TimedOut) };
    assert_eq!(Facts::of(&report), Facts { unsent_bytes, ..left });
    assert_eq!(peer.so_far().await.close_frames(), []);
}

/// Waits for the end, and checks that it came on time though the browser holds the page back.
async fn ended_on_time(case: Case) -> Ended {
    in_time(hidden()).await;
    let ended = case.ended().await;
    let late = ended.timer_took.saturating_sub(DEADLINE);
    assert!(late >= LONG, "the page is not held back: a plain timer is {late:?} late");
    assert_on_time(ended.took, DEADLINE);
    ended
}

/// The page is hidden, which whoever drives the browser sees to.
async fn hidden() {
    let document: EventTarget =
        Reflect::get(&global(), &"document".into()).unwrap().unchecked_into();
    while Reflect::get(&document, &"hidden".into()).unwrap() == false {
        event(&document, "visibilitychange").await.unwrap();
    }
}

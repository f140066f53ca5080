//! Who comes first:
//!
//! - the real event, when it is queued behind a deadline that has passed: `close`, and `open` as well
//! - the first of several closes, whose arguments win
//! - late events, which are absorbed
//! - a browser that fires its events inside `close()`

use graceful_websocket::closing::{Initiator, Outcome, Phase, ReadyState};

use super::{A_DAY, BYE, CLOSE_TIMEOUT, NOTHING, OPEN_TIMEOUT, ROUND_TRIP};
use crate::socket::{Socket, frame};

#[test]
fn a_queued_event_comes_before_a_deadline_that_the_timer_found_to_have_passed() {
    let mut socket = Socket::open();
    socket.close(BYE.0, BYE.1);
    socket.stand_still(A_DAY);
    socket.timer_fires();
    socket.native_close(BYE.0, BYE.1, true);
    socket.task_runs();
    assert_eq!(socket.ending(), (Outcome::Clean, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.report().elapsed, A_DAY);
    assert_eq!(socket.absorbed_events(), 0);
    assert!(!socket.is_synthetic());
    socket.assert_nothing_left();
}

#[test]
fn a_queued_event_comes_before_a_deadline_that_the_page_found_to_have_passed() {
    let mut socket = Socket::open();
    socket.close(BYE.0, BYE.1);
    socket.stand_still(A_DAY);
    socket.page_resumes();
    socket.native_error();
    socket.connection_lost();
    assert_eq!(socket.ending(), (Outcome::Unclean, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.absorbed_events(), 0);
    socket.assert_nothing_left();
}

#[test]
fn a_connection_that_opened_in_time_behind_a_late_timer_is_open() {
    let mut socket = Socket::connecting();
    socket.open_timeout(Some(OPEN_TIMEOUT));
    socket.stand_still(A_DAY);
    socket.timer_fires();
    assert!(socket.has_yielded());
    socket.opened();
    assert_eq!(socket.ready_state(), ReadyState::Open);
    assert!(!socket.has_yielded());
    socket.task_runs();
    assert_eq!(socket.ready_state(), ReadyState::Open);
    assert_eq!(socket.close_calls(), []);
    socket.connection_lost();
    assert_eq!(socket.ending(), (Outcome::Unclean, Phase::Open, Initiator::Transport));
    assert_eq!(socket.report().time_connecting, A_DAY);
    socket.assert_nothing_left();
}

#[test]
fn a_connection_that_is_open_when_the_open_deadline_is_found_to_have_passed_waits_for_its_event() {
    let mut socket = Socket::connecting();
    socket.open_timeout(Some(OPEN_TIMEOUT));
    socket.stand_still(A_DAY);
    socket.timer_fires();
    socket.becomes(ReadyState::Open);
    socket.task_runs();
    assert_eq!(socket.ready_state(), ReadyState::Connecting);
    assert_eq!(socket.due_in(), None);
    assert_eq!(socket.close_calls(), []);
    socket.page_resumes();
    assert!(!socket.has_yielded());
    socket.opened();
    assert_eq!(socket.ready_state(), ReadyState::Open);
    socket.connection_lost();
    socket.assert_nothing_left();
}

#[test]
fn a_connection_that_has_failed_when_the_open_deadline_is_found_to_have_passed_was_never_open() {
    let mut socket = Socket::connecting();
    socket.open_timeout(Some(OPEN_TIMEOUT));
    socket.stand_still(A_DAY);
    socket.timer_fires();
    socket.becomes(ReadyState::Closed);
    socket.task_runs();
    assert_eq!(socket.close_calls(), []);
    assert_eq!(socket.due_in(), Some(CLOSE_TIMEOUT));
    socket.connection_lost();
    assert_eq!(socket.ending(), (Outcome::NeverOpened, Phase::Connecting, Initiator::Transport));
    assert!(!socket.is_synthetic());
    socket.assert_nothing_left();
}

#[test]
fn a_connection_that_fails_behind_a_late_timer_was_never_open() {
    let mut socket = Socket::connecting();
    socket.open_timeout(Some(OPEN_TIMEOUT));
    socket.stand_still(A_DAY);
    socket.timer_fires();
    socket.connection_lost();
    socket.task_runs();
    assert_eq!(socket.ending(), (Outcome::NeverOpened, Phase::Connecting, Initiator::Transport));
    assert_eq!(socket.close_calls(), []);
    socket.assert_nothing_left();
}

#[test]
fn a_close_while_the_open_deadlines_task_is_pending_is_a_close_like_any_other() {
    let mut socket = Socket::connecting();
    socket.open_timeout(Some(OPEN_TIMEOUT));
    socket.stand_still(OPEN_TIMEOUT);
    socket.timer_fires();
    socket.close(BYE.0, BYE.1);
    assert_eq!(socket.due_in(), Some(CLOSE_TIMEOUT));
    socket.task_runs();
    socket.assert_waiting();
    socket.connection_lost();
    assert_eq!(socket.ending(), (Outcome::NeverOpened, Phase::Connecting, Initiator::Local));
    socket.assert_nothing_left();
}

#[test]
fn a_queued_event_comes_before_terminate() {
    let mut socket = Socket::open();
    socket.terminate();
    socket.native_close(1001, "restart", true);
    assert_eq!(socket.ending(), (Outcome::Clean, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.received(), (1001, "restart", true));
    socket.assert_nothing_left();
}

#[test]
fn a_queued_event_comes_before_terminate_while_connecting() {
    let mut socket = Socket::connecting();
    socket.terminate();
    socket.connection_lost();
    assert_eq!(socket.ending(), (Outcome::NeverOpened, Phase::Connecting, Initiator::Local));
    socket.assert_nothing_left();
}

#[test]
fn events_that_come_after_a_timeout_are_absorbed() {
    let mut socket = Socket::open();
    socket.close(BYE.0, BYE.1);
    socket.advance(CLOSE_TIMEOUT);
    socket.advance(A_DAY);
    socket.native_error();
    socket.connection_lost();
    assert_eq!(socket.absorbed_events(), 2);
    assert_eq!(socket.received(), NOTHING);
    assert_eq!(socket.report().elapsed, CLOSE_TIMEOUT);
    socket.assert_nothing_left();
}

#[test]
fn a_second_close_event_is_absorbed() {
    let mut socket = Socket::open();
    socket.native_close(1001, "restart", true);
    socket.native_close(1000, "again", true);
    assert_eq!(socket.received(), (1001, "restart", true));
    assert_eq!(socket.absorbed_events(), 1);
    socket.assert_nothing_left();
}

#[test]
fn an_error_event_before_the_end_is_for_everyone() {
    let mut socket = Socket::open();
    socket.native_error();
    socket.close(BYE.0, BYE.1);
    socket.native_error();
    socket.connection_lost();
    assert_eq!(socket.absorbed_events(), 0);
    socket.assert_nothing_left();
}

#[test]
fn a_second_close_joins_the_first() {
    let mut socket = Socket::open();
    socket.close(BYE.0, BYE.1);
    socket.advance(ROUND_TRIP);
    socket.close(4001, "other");
    socket.close_without_body();
    socket.close_after_the_peer(4002, "another");
    assert_eq!(socket.close_calls(), [Some(frame(BYE.0, BYE.1))]);
    assert_eq!(socket.armed_timers(), 1);
    socket.advance(CLOSE_TIMEOUT);
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.sent(), Some(BYE));
    assert_eq!(socket.report().elapsed, CLOSE_TIMEOUT);
    socket.assert_nothing_left();
}

#[test]
fn a_close_after_terminate_joins_it() {
    let mut socket = Socket::open();
    socket.terminate();
    socket.close(BYE.0, BYE.1);
    assert_eq!(socket.close_calls(), [None]);
    socket.task_runs();
    assert_eq!(socket.ending(), (Outcome::Terminated, Phase::Handshake, Initiator::Local));
    socket.assert_nothing_left();
}

#[test]
fn a_close_when_closed_does_nothing() {
    let mut socket = Socket::open();
    socket.native_close(1001, "restart", true);
    socket.close(BYE.0, BYE.1);
    socket.advance(CLOSE_TIMEOUT);
    assert_eq!(socket.close_calls(), []);
    assert_eq!(socket.armed_timers(), 0);
    assert_eq!(socket.received(), (1001, "restart", true));
    socket.assert_nothing_left();
}

#[test]
fn an_open_event_after_an_abort_opens_nothing() {
    let mut socket = Socket::connecting();
    socket.close(BYE.0, BYE.1);
    socket.opened();
    assert_eq!(socket.ready_state(), ReadyState::Closing);
    socket.connection_lost();
    assert_eq!(socket.ending(), (Outcome::NeverOpened, Phase::Connecting, Initiator::Local));
    socket.assert_nothing_left();
}

#[test]
fn a_close_behind_an_open_event_that_is_still_on_its_way_sends_its_frame() {
    let mut answered = Socket::connecting();
    let mut silent = Socket::connecting();
    for socket in [&mut answered, &mut silent] {
        socket.advance(ROUND_TRIP);
        socket.becomes(ReadyState::Open);
        socket.close(BYE.0, BYE.1);
        socket.open_is_dispatched();
        assert_eq!(socket.ready_state(), ReadyState::Closing);
    }
    answered.native_close(BYE.0, BYE.1, true);
    assert_eq!(answered.ending(), (Outcome::Clean, Phase::Handshake, Initiator::Local));
    silent.advance(CLOSE_TIMEOUT);
    assert_eq!(silent.ending(), (Outcome::TimedOut, Phase::Handshake, Initiator::Local));
    for socket in [answered, silent] {
        assert_eq!(socket.sent(), Some(BYE));
        assert_eq!(socket.report().time_connecting, ROUND_TRIP);
        socket.assert_nothing_left();
    }
}

#[test]
fn a_browser_that_fires_inside_close_leaves_no_timer() {
    let mut socket = Socket::open();
    socket.will_fire_inside_close(BYE.0, BYE.1, true);
    socket.close(BYE.0, BYE.1);
    assert_eq!(socket.ending(), (Outcome::Clean, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.sent(), Some(BYE));
    socket.assert_nothing_left();
}

#[test]
fn a_browser_that_fires_inside_terminates_close_leaves_no_task() {
    let mut socket = Socket::connecting();
    socket.will_fire_inside_close(NOTHING.0, NOTHING.1, NOTHING.2);
    socket.terminate();
    assert_eq!(socket.ending(), (Outcome::NeverOpened, Phase::Connecting, Initiator::Local));
    socket.assert_nothing_left();
}

#[test]
fn a_close_in_an_error_handler_changes_nothing_of_what_had_happened() {
    let mut refused = Socket::connecting();
    refused.close_after_the_end(BYE.0, BYE.1);
    refused.connection_lost();
    assert_eq!(refused.ending(), (Outcome::NeverOpened, Phase::Connecting, Initiator::Transport));
    let mut lost = Socket::open();
    lost.close_after_the_end(BYE.0, BYE.1);
    lost.connection_lost();
    assert_eq!(lost.ending(), (Outcome::Unclean, Phase::Open, Initiator::Transport));
    for socket in [refused, lost] {
        assert_eq!(socket.close_calls(), []);
        assert_eq!(socket.sent(), None);
        socket.assert_nothing_left();
    }
}

//! Sockets that somebody else made, found
//!
//! - CONNECTING, which are as good as new
//! - OPEN
//! - CLOSING, by a close that nobody told us of
//! - CLOSED, whose event is gone

use core::time::Duration;

use graceful_websocket::closing::{Initiator, Outcome, Phase, ReadyState};

use super::{A_DAY, BYE, CLOSE_TIMEOUT, LATE_BYTES, QUEUED_BYTES, ROUND_TRIP};
use crate::socket::{Socket, frame};

#[test]
fn a_socket_found_connecting_is_as_good_as_new() {
    let mut socket = Socket::adopted(ReadyState::Connecting);
    assert_eq!(socket.ready_state(), ReadyState::Connecting);
    socket.opened();
    assert_eq!(socket.ready_state(), ReadyState::Open);
    socket.close(BYE.0, BYE.1);
    socket.native_close(BYE.0, BYE.1, true);
    assert_eq!(socket.ending(), (Outcome::Clean, Phase::Handshake, Initiator::Local));
    socket.assert_nothing_left();
}

#[test]
fn a_socket_found_open_closes_like_any_other() {
    let mut socket = Socket::adopted(ReadyState::Open);
    assert_eq!(socket.ready_state(), ReadyState::Open);
    socket.close(BYE.0, BYE.1);
    socket.advance(CLOSE_TIMEOUT);
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.close_calls(), [Some(frame(BYE.0, BYE.1))]);
    socket.assert_nothing_left();
}

#[test]
fn a_socket_found_closing_is_left_to_the_browser() {
    let mut socket = Socket::adopted(ReadyState::Closing);
    assert_eq!(socket.ready_state(), ReadyState::Closing);
    socket.close_timeout(Some(ROUND_TRIP));
    socket.advance(A_DAY);
    socket.assert_waiting();
    socket.native_close(1000, "", true);
    assert_eq!(socket.ending(), (Outcome::Clean, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.sent(), None);
    assert_eq!(socket.report().elapsed, Duration::ZERO);
    assert_eq!(socket.armed_timers(), 0);
    socket.assert_nothing_left();
}

#[test]
fn a_close_of_a_socket_found_closing_is_bounded_and_sends_nothing() {
    let mut socket = Socket::adopted(ReadyState::Closing);
    socket.advance(A_DAY);
    socket.close(BYE.0, BYE.1);
    assert_eq!(socket.due_in(), Some(CLOSE_TIMEOUT));
    socket.advance(CLOSE_TIMEOUT);
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.sent(), None);
    assert_eq!(socket.close_calls(), []);
    assert_eq!(socket.report().elapsed, CLOSE_TIMEOUT);
    socket.assert_nothing_left();
}

#[test]
fn a_socket_found_closing_can_be_terminated() {
    let mut socket = Socket::adopted(ReadyState::Closing);
    socket.terminate();
    socket.stand_still(ROUND_TRIP);
    socket.task_runs();
    assert_eq!(socket.ending(), (Outcome::Terminated, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.close_calls(), []);
    assert_eq!(socket.report().elapsed, ROUND_TRIP);
    socket.assert_nothing_left();
}

#[test]
fn a_socket_found_closing_with_data_queued_is_flushing() {
    let mut socket = Socket::adopted_with(ReadyState::Closing, QUEUED_BYTES);
    socket.send(LATE_BYTES);
    socket.close(BYE.0, BYE.1);
    socket.advance(CLOSE_TIMEOUT);
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Flushing, Initiator::Local));
    assert_eq!(socket.report().unsent_bytes, QUEUED_BYTES + LATE_BYTES);
    socket.assert_nothing_left();
}

#[test]
fn a_socket_found_closed_settles_with_what_can_still_be_known() {
    let mut socket = Socket::adopted(ReadyState::Closed);
    socket.connection_lost();
    assert_eq!(socket.ending(), (Outcome::Unclean, Phase::Open, Initiator::Transport));
    assert_eq!(socket.report().elapsed, Duration::ZERO);
    assert!(!socket.is_synthetic());
    socket.assert_nothing_left();
}

#[test]
fn the_times_of_an_adopted_socket_count_from_when_it_was_found() {
    for state in [ReadyState::Open, ReadyState::Closed] {
        let mut socket = Socket::adopted(state);
        socket.advance(A_DAY);
        socket.connection_lost();
        assert_eq!(socket.report().time_connecting, Duration::ZERO);
        assert_eq!(socket.report().time_open, A_DAY);
        socket.assert_nothing_left();
    }
    let mut closing = Socket::adopted(ReadyState::Closing);
    closing.advance(A_DAY);
    closing.connection_lost();
    assert_eq!(closing.report().time_connecting, Duration::ZERO);
    assert_eq!(closing.report().time_open, Duration::ZERO);
    closing.assert_nothing_left();
}

//! The two timeouts:
//!
//! - the close timeout: counted from the call; moved earlier, later, into the past, taken away; zero,
//!   none, 400 days, the longest there is
//! - the open timeout: reached, reached and answered, changed, taken away, not reached
//! - timers that are late, early or for nothing, and pages that stood still

use core::time::Duration;

use graceful_websocket::closing::{Initiator, Outcome, Phase, ReadyState};

use super::{A_DAY, BYE, CLOSE_TIMEOUT, INSTANT, NOTHING, OPEN_TIMEOUT, ROUND_TRIP};
use crate::socket::{Socket, frame};
use crate::timeline::LONGEST_TIMER;

/// A close timeout that no browser's timer reaches.
const FOUR_HUNDRED_DAYS: Duration = Duration::from_secs(400 * 24 * 60 * 60);
const LATER: Duration = Duration::from_secs(30);
const EARLIER: Duration = Duration::from_secs(2);

#[test]
fn a_socket_that_was_given_no_close_timeout_has_one_of_10_seconds() {
    let mut socket = Socket::open();
    socket.close(BYE.0, BYE.1);
    assert_eq!(socket.due_in(), Some(Duration::from_secs(10)));
    socket.native_close(BYE.0, BYE.1, true);
    socket.assert_nothing_left();
}

#[test]
fn nothing_happens_before_the_deadline() {
    let mut socket = Socket::open();
    socket.close(BYE.0, BYE.1);
    socket.advance(CLOSE_TIMEOUT - INSTANT);
    socket.assert_waiting();
    socket.advance(INSTANT);
    assert_eq!(socket.report().elapsed, CLOSE_TIMEOUT);
    assert_eq!(socket.armed_timers(), 1);
    socket.assert_nothing_left();
}

#[test]
fn an_open_socket_has_no_timer_however_long_it_is_open() {
    let mut socket = Socket::open();
    socket.close_timeout(Some(EARLIER));
    socket.advance(A_DAY);
    socket.page_resumes();
    socket.assert_waiting();
    assert_eq!(socket.armed_timers(), 0);
    socket.connection_lost();
    socket.assert_nothing_left();
}

#[test]
fn the_timeout_that_was_set_before_closing_counts_from_the_close() {
    let mut socket = Socket::open();
    socket.close_timeout(Some(EARLIER));
    socket.advance(A_DAY);
    socket.close(BYE.0, BYE.1);
    assert_eq!(socket.due_in(), Some(EARLIER));
    socket.advance(EARLIER);
    assert_eq!(socket.report().elapsed, EARLIER);
    socket.assert_nothing_left();
}

#[test]
fn a_timeout_moved_earlier_counts_from_the_close() {
    let mut socket = Socket::open();
    socket.close(BYE.0, BYE.1);
    socket.advance(ROUND_TRIP);
    socket.close_timeout(Some(EARLIER));
    assert_eq!(socket.due_in(), Some(EARLIER - ROUND_TRIP));
    socket.advance(A_DAY);
    assert_eq!(socket.report().elapsed, EARLIER);
    socket.assert_nothing_left();
}

#[test]
fn a_timeout_moved_later_counts_from_the_close() {
    let mut socket = Socket::open();
    socket.close(BYE.0, BYE.1);
    socket.advance(ROUND_TRIP);
    socket.close_timeout(Some(LATER));
    socket.advance(CLOSE_TIMEOUT);
    socket.assert_waiting();
    socket.advance(A_DAY);
    assert_eq!(socket.report().elapsed, LATER);
    socket.assert_nothing_left();
}

#[test]
fn a_timeout_moved_into_the_past_ends_it_in_the_next_task() {
    let mut socket = Socket::open();
    socket.close(BYE.0, BYE.1);
    socket.advance(OPEN_TIMEOUT);
    socket.close_timeout(Some(EARLIER));
    assert!(socket.has_yielded());
    socket.assert_waiting();
    socket.task_runs();
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.report().elapsed, OPEN_TIMEOUT);
    socket.assert_nothing_left();
}

#[test]
fn a_timeout_moved_later_takes_a_yielded_task_back() {
    let mut socket = Socket::open();
    socket.close(BYE.0, BYE.1);
    socket.stand_still(CLOSE_TIMEOUT);
    socket.timer_fires();
    assert!(socket.has_yielded());
    socket.close_timeout(Some(LATER));
    socket.task_runs();
    socket.assert_waiting();
    socket.advance(LATER);
    assert_eq!(socket.report().elapsed, LATER);
    socket.assert_nothing_left();
}

#[test]
fn a_timeout_taken_away_leaves_the_end_to_the_browser() {
    let mut socket = Socket::open();
    socket.close(BYE.0, BYE.1);
    socket.close_timeout(None);
    assert_eq!(socket.due_in(), None);
    socket.advance(FOUR_HUNDRED_DAYS);
    socket.page_resumes();
    socket.assert_waiting();
    socket.native_close(BYE.0, BYE.1, true);
    assert_eq!(socket.ending(), (Outcome::Clean, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.report().elapsed, FOUR_HUNDRED_DAYS);
    socket.assert_nothing_left();
}

#[test]
fn a_timeout_given_back_counts_from_the_close() {
    let mut socket = Socket::open();
    socket.close_timeout(None);
    socket.close(BYE.0, BYE.1);
    assert_eq!(socket.due_in(), None);
    socket.advance(EARLIER);
    socket.close_timeout(Some(CLOSE_TIMEOUT));
    assert_eq!(socket.due_in(), Some(CLOSE_TIMEOUT - EARLIER));
    socket.advance(CLOSE_TIMEOUT);
    assert_eq!(socket.report().elapsed, CLOSE_TIMEOUT);
    socket.assert_nothing_left();
}

#[test]
fn a_timeout_of_zero_ends_it_in_the_next_task() {
    let mut socket = Socket::open();
    socket.close_timeout(Some(Duration::ZERO));
    socket.close(BYE.0, BYE.1);
    socket.assert_waiting();
    assert_eq!(socket.close_calls(), [Some(frame(BYE.0, BYE.1))]);
    socket.task_runs();
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.report().elapsed, Duration::ZERO);
    assert_eq!(socket.armed_timers(), 0);
    socket.assert_nothing_left();
}

#[test]
fn a_timeout_of_400_days_is_reached_by_timers_that_fire_too_early() {
    let mut socket = Socket::open();
    socket.close_timeout(Some(FOUR_HUNDRED_DAYS));
    socket.close(BYE.0, BYE.1);
    socket.advance(FOUR_HUNDRED_DAYS - INSTANT);
    socket.assert_waiting();
    socket.advance(INSTANT);
    assert_eq!(socket.report().elapsed, FOUR_HUNDRED_DAYS);
    let timers = FOUR_HUNDRED_DAYS.as_millis().div_ceil(Duration::from(LONGEST_TIMER).as_millis());
    assert_eq!(u128::try_from(socket.armed_timers()), Ok(timers));
    socket.assert_nothing_left();
}

#[test]
fn the_longest_timeout_of_all_does_not_overflow() {
    let mut socket = Socket::connecting();
    socket.open_timeout(Some(Duration::MAX));
    socket.opened();
    socket.close_timeout(Some(Duration::MAX));
    socket.close(BYE.0, BYE.1);
    socket.advance(FOUR_HUNDRED_DAYS);
    socket.assert_waiting();
    socket.native_close(BYE.0, BYE.1, true);
    socket.assert_nothing_left();
}

#[test]
fn a_connection_that_opens_in_time_drops_the_open_timeout() {
    let mut socket = Socket::connecting();
    socket.open_timeout(Some(OPEN_TIMEOUT));
    assert_eq!(socket.due_in(), Some(OPEN_TIMEOUT));
    socket.advance(OPEN_TIMEOUT - INSTANT);
    socket.opened();
    assert_eq!(socket.due_in(), None);
    socket.advance(A_DAY);
    assert_eq!(socket.ready_state(), ReadyState::Open);
    socket.connection_lost();
    socket.assert_nothing_left();
}

#[test]
fn an_open_timeout_that_is_reached_closes_the_browsers_socket() {
    let mut socket = Socket::connecting();
    socket.open_timeout(Some(OPEN_TIMEOUT));
    socket.advance(OPEN_TIMEOUT);
    assert_eq!(socket.ready_state(), ReadyState::Closing);
    assert_eq!(socket.close_calls(), [None]);
    socket.native_error();
    socket.advance(ROUND_TRIP);
    socket.connection_lost();
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Connecting, Initiator::Local));
    assert_eq!(socket.received(), NOTHING);
    assert_eq!(socket.sent(), None);
    assert_eq!(socket.report().elapsed, ROUND_TRIP);
    assert!(!socket.is_synthetic());
    socket.assert_nothing_left();
}

#[test]
fn an_open_timeout_that_the_browser_does_not_answer_ends_by_the_close_timeout() {
    let mut socket = Socket::connecting();
    socket.open_timeout(Some(OPEN_TIMEOUT));
    socket.advance(OPEN_TIMEOUT);
    assert_eq!(socket.due_in(), Some(CLOSE_TIMEOUT));
    socket.advance(CLOSE_TIMEOUT);
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Connecting, Initiator::Local));
    assert_eq!(socket.report().elapsed, CLOSE_TIMEOUT);
    assert!(socket.is_synthetic());
    socket.assert_nothing_left();
}

#[test]
fn a_clean_end_after_the_open_timeout_is_clean() {
    let mut socket = Socket::connecting();
    socket.open_timeout(Some(OPEN_TIMEOUT));
    socket.advance(OPEN_TIMEOUT);
    socket.native_close(1000, "", true);
    assert_eq!(socket.ending(), (Outcome::Clean, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.sent(), None);
    socket.assert_nothing_left();
}

#[test]
fn a_close_after_the_open_timeout_joins_it() {
    let mut socket = Socket::connecting();
    socket.open_timeout(Some(OPEN_TIMEOUT));
    socket.advance(OPEN_TIMEOUT);
    socket.close(BYE.0, BYE.1);
    assert_eq!(socket.close_calls(), [None]);
    socket.advance(CLOSE_TIMEOUT);
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Connecting, Initiator::Local));
    socket.assert_nothing_left();
}

#[test]
fn an_open_event_after_the_open_timeout_opens_nothing() {
    let mut socket = Socket::connecting();
    socket.open_timeout(Some(OPEN_TIMEOUT));
    socket.advance(OPEN_TIMEOUT);
    socket.opened();
    assert_eq!(socket.ready_state(), ReadyState::Closing);
    socket.connection_lost();
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Connecting, Initiator::Local));
    socket.assert_nothing_left();
}

#[test]
fn an_open_timeout_can_be_changed_and_taken_away() {
    let mut socket = Socket::connecting();
    socket.open_timeout(Some(OPEN_TIMEOUT));
    socket.advance(ROUND_TRIP);
    socket.open_timeout(Some(EARLIER));
    assert_eq!(socket.due_in(), Some(EARLIER));
    socket.open_timeout(None);
    socket.advance(A_DAY);
    assert_eq!(socket.ready_state(), ReadyState::Connecting);
    socket.connection_lost();
    socket.assert_nothing_left();
}

#[test]
fn an_open_timeout_of_an_open_socket_does_nothing() {
    let mut socket = Socket::open();
    socket.open_timeout(Some(OPEN_TIMEOUT));
    socket.advance(A_DAY);
    assert_eq!(socket.ready_state(), ReadyState::Open);
    assert_eq!(socket.armed_timers(), 0);
    socket.connection_lost();
    socket.assert_nothing_left();
}

#[test]
fn a_connecting_page_that_stood_still_gives_up_when_it_resumes() {
    let mut socket = Socket::connecting();
    socket.open_timeout(Some(OPEN_TIMEOUT));
    socket.stand_still(A_DAY);
    socket.page_resumes();
    socket.task_runs();
    assert_eq!(socket.close_calls(), [None]);
    socket.connection_lost();
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Connecting, Initiator::Local));
    socket.assert_nothing_left();
}

#[test]
fn a_connecting_page_that_is_looked_at_or_navigates_late_gives_up_in_the_next_task() {
    for look in [Socket::page_resumes, Socket::page_navigates, Socket::timer_fires] {
        let mut socket = Socket::connecting();
        socket.open_timeout(Some(OPEN_TIMEOUT));
        socket.stand_still(A_DAY);
        look(&mut socket);
        assert!(socket.has_yielded());
        assert_eq!(socket.close_calls(), []);
        assert_eq!(socket.ready_state(), ReadyState::Connecting);
        look(&mut socket);
        socket.task_runs();
        assert_eq!(socket.close_calls(), [None]);
        assert_eq!(socket.due_in(), Some(CLOSE_TIMEOUT));
        socket.connection_lost();
        assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Connecting, Initiator::Local));
        assert_eq!(socket.report().time_connecting, A_DAY);
        socket.assert_nothing_left();
    }
}

#[test]
fn an_open_timeout_moved_later_takes_a_yielded_task_back() {
    let mut socket = Socket::connecting();
    socket.open_timeout(Some(OPEN_TIMEOUT));
    socket.stand_still(OPEN_TIMEOUT);
    socket.timer_fires();
    assert!(socket.has_yielded());
    socket.open_timeout(Some(EARLIER));
    assert_eq!(socket.due_in(), Some(EARLIER));
    socket.task_runs();
    assert_eq!(socket.ready_state(), ReadyState::Connecting);
    socket.advance(EARLIER);
    assert_eq!(socket.close_calls(), [None]);
    socket.connection_lost();
    socket.assert_nothing_left();
}

#[test]
fn an_open_timeout_and_a_close_timeout_of_zero_end_it_in_two_tasks() {
    let mut socket = Socket::connecting();
    socket.close_timeout(Some(Duration::ZERO));
    socket.open_timeout(Some(Duration::ZERO));
    socket.timer_fires();
    assert!(socket.has_yielded());
    socket.task_runs();
    socket.assert_waiting();
    assert_eq!(socket.close_calls(), [None]);
    assert!(socket.has_yielded());
    socket.task_runs();
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Connecting, Initiator::Local));
    assert!(socket.is_synthetic());
    socket.assert_nothing_left();
}

#[test]
fn a_timer_that_is_late_ends_it_then() {
    let mut socket = Socket::open();
    socket.close(BYE.0, BYE.1);
    socket.stand_still(LATER);
    socket.advance(Duration::ZERO);
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.report().elapsed, LATER);
    socket.assert_nothing_left();
}

#[test]
fn a_timer_that_is_early_is_armed_again() {
    let mut socket = Socket::open();
    socket.close(BYE.0, BYE.1);
    socket.stand_still(CLOSE_TIMEOUT - INSTANT);
    socket.timer_fires();
    socket.assert_waiting();
    assert_eq!(socket.due_in(), Some(INSTANT));
    socket.advance(INSTANT);
    assert_eq!(socket.report().elapsed, CLOSE_TIMEOUT);
    socket.assert_nothing_left();
}

#[test]
fn an_open_timer_that_is_early_is_armed_again() {
    let mut socket = Socket::connecting();
    socket.open_timeout(Some(OPEN_TIMEOUT));
    socket.stand_still(OPEN_TIMEOUT - INSTANT);
    socket.timer_fires();
    assert_eq!(socket.due_in(), Some(INSTANT));
    socket.advance(INSTANT);
    assert_eq!(socket.close_calls(), [None]);
    socket.connection_lost();
    socket.assert_nothing_left();
}

#[test]
fn a_timer_for_nothing_does_nothing() {
    let mut socket = Socket::connecting();
    socket.timer_fires();
    socket.opened();
    socket.timer_fires();
    socket.task_runs();
    socket.assert_waiting();
    assert_eq!(socket.armed_timers(), 0);
    socket.connection_lost();
    socket.timer_fires();
    socket.task_runs();
    socket.assert_nothing_left();
}

#[test]
fn a_page_that_resumes_before_the_deadline_goes_on_waiting() {
    let mut socket = Socket::open();
    socket.close(BYE.0, BYE.1);
    socket.stand_still(CLOSE_TIMEOUT - INSTANT);
    socket.page_resumes();
    socket.assert_waiting();
    assert_eq!(socket.due_in(), Some(INSTANT));
    assert_eq!(socket.armed_timers(), 1);
    socket.advance(INSTANT);
    assert_eq!(socket.report().elapsed, CLOSE_TIMEOUT);
    socket.assert_nothing_left();
}

#[test]
fn a_page_that_resumes_after_the_deadline_ends_it_in_the_next_task() {
    let mut socket = Socket::open();
    socket.close(BYE.0, BYE.1);
    socket.stand_still(A_DAY);
    socket.page_resumes();
    socket.assert_waiting();
    assert!(socket.has_yielded());
    socket.page_resumes();
    socket.timer_fires();
    socket.task_runs();
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.report().elapsed, A_DAY);
    socket.assert_nothing_left();
}

#[test]
fn terminate_does_not_heed_the_close_timeout() {
    let mut socket = Socket::open();
    socket.close_timeout(None);
    socket.terminate();
    socket.close_timeout(Some(LATER));
    assert!(socket.has_yielded());
    socket.task_runs();
    assert_eq!(socket.ending(), (Outcome::Terminated, Phase::Handshake, Initiator::Local));
    socket.assert_nothing_left();
}

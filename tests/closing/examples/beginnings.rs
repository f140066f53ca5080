//! Who began, as far as the browser's own state shows it:
//!
//! - the peer, seen whenever somebody looks, and bounded from then on
//! - the browser, when the page goes somewhere else, or in Gecko when no Close frame turns up
//! - this side, whose `close()` may come to nothing, and is then called again
//! - nobody: a state that says nothing, before the connection was open, or in the event itself

use core::time::Duration;

use graceful_websocket::closing::{Initiator, Outcome, Phase, ReadyState};

use super::{A_DAY, BYE, CLOSE_TIMEOUT, INSTANT, NO_CODE, NOTHING, QUEUED_BYTES, ROUND_TRIP};
use crate::socket::{Socket, frame};

/// The code and the reason of a peer that heard of the browser's closing.
const PEERS: (u16, &str) = (4999, "so long");

#[test]
fn a_peer_that_is_seen_to_close_has_the_close_timeout_from_then() {
    let mut socket = Socket::open();
    socket.advance(ROUND_TRIP);
    socket.becomes(ReadyState::Closing);
    assert_eq!(socket.ready_state(), ReadyState::Open);
    assert_eq!(socket.looked_at(), ReadyState::Closing);
    assert_eq!(socket.due_in(), Some(CLOSE_TIMEOUT));
    socket.advance(CLOSE_TIMEOUT);
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Handshake, Initiator::Remote));
    assert_eq!(socket.received(), NOTHING);
    assert_eq!(socket.close_calls(), []);
    assert_eq!(socket.report().time_open, ROUND_TRIP);
    assert_eq!(socket.report().elapsed, CLOSE_TIMEOUT);
    assert!(socket.is_synthetic());
    socket.assert_nothing_left();
}

#[test]
fn a_peer_that_is_seen_to_close_and_finishes_makes_a_clean_end() {
    let mut socket = Socket::open();
    socket.becomes(ReadyState::Closing);
    socket.looked_at();
    socket.advance(ROUND_TRIP);
    socket.native_close(1001, "restart", true);
    assert_eq!(socket.ending(), (Outcome::Clean, Phase::Handshake, Initiator::Remote));
    assert_eq!(socket.sent(), None);
    assert_eq!(socket.report().elapsed, ROUND_TRIP);
    socket.assert_nothing_left();
}

#[test]
fn whatever_is_handed_in_shows_that_the_peer_closes() {
    let look: [fn(&mut Socket); 7] = [
        Socket::native_error,
        Socket::timer_fires,
        Socket::page_resumes,
        Socket::open_is_dispatched,
        |socket| socket.open_timeout(Some(ROUND_TRIP)),
        |socket| socket.close_timeout(Some(CLOSE_TIMEOUT)),
        Socket::close_without_body,
    ];
    for look in look {
        let mut socket = Socket::open();
        socket.becomes(ReadyState::Closing);
        look(&mut socket);
        assert_eq!(socket.ready_state(), ReadyState::Closing);
        assert_eq!(socket.due_in(), Some(CLOSE_TIMEOUT));
        assert_eq!(socket.close_calls(), []);
        socket.advance(CLOSE_TIMEOUT);
        assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Handshake, Initiator::Remote));
        socket.assert_nothing_left();
    }
}

#[test]
fn a_peer_that_is_seen_to_close_is_not_bounded_by_an_endless_timeout() {
    let mut socket = Socket::open();
    socket.close_timeout(None);
    socket.becomes(ReadyState::Closing);
    assert_eq!(socket.looked_at(), ReadyState::Closing);
    socket.advance(A_DAY);
    socket.assert_waiting();
    assert_eq!(socket.armed_timers(), 0);
    socket.connection_lost();
    assert_eq!(socket.ending(), (Outcome::Unclean, Phase::Handshake, Initiator::Remote));
    socket.assert_nothing_left();
}

#[test]
fn a_timeout_of_zero_leaves_the_event_of_a_peer_that_is_seen_to_close_one_task() {
    let mut socket = Socket::open();
    socket.close_timeout(Some(Duration::ZERO));
    socket.becomes(ReadyState::Closing);
    socket.looked_at();
    assert!(socket.has_yielded());
    socket.native_close(1001, "restart", true);
    socket.task_runs();
    assert_eq!(socket.ending(), (Outcome::Clean, Phase::Handshake, Initiator::Remote));
    socket.assert_nothing_left();
}

#[test]
fn a_task_that_nobody_waits_for_does_not_see_the_peer_close() {
    let mut socket = Socket::open();
    socket.close_timeout(Some(Duration::ZERO));
    socket.becomes(ReadyState::Closing);
    socket.task_runs();
    socket.assert_waiting();
    assert!(!socket.has_yielded());
    socket.connection_lost();
    assert_eq!(socket.ending(), (Outcome::Unclean, Phase::Open, Initiator::Transport));
    socket.assert_nothing_left();
}

#[test]
fn data_that_is_sent_when_the_peer_is_seen_to_close_is_late() {
    let mut socket = Socket::open();
    socket.becomes(ReadyState::Closing);
    socket.looked_at();
    socket.send(QUEUED_BYTES);
    socket.advance(CLOSE_TIMEOUT);
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Handshake, Initiator::Remote));
    assert_eq!(socket.report().unsent_bytes, QUEUED_BYTES);
    socket.assert_nothing_left();
}

#[test]
fn a_close_after_the_peer_was_seen_joins_it_and_does_not_move_the_deadline() {
    let mut socket = Socket::open();
    socket.becomes(ReadyState::Closing);
    socket.looked_at();
    socket.advance(ROUND_TRIP);
    socket.close(BYE.0, BYE.1);
    assert_eq!(socket.due_in(), Some(CLOSE_TIMEOUT - ROUND_TRIP));
    socket.advance(A_DAY);
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Handshake, Initiator::Remote));
    assert_eq!(socket.close_calls(), []);
    assert_eq!(socket.report().elapsed, CLOSE_TIMEOUT);
    socket.assert_nothing_left();
}

#[test]
fn a_peer_that_was_seen_to_close_can_be_given_up() {
    let mut socket = Socket::open();
    socket.becomes(ReadyState::Closing);
    socket.looked_at();
    socket.advance(ROUND_TRIP);
    socket.terminate();
    socket.task_runs();
    assert_eq!(socket.ending(), (Outcome::Terminated, Phase::Handshake, Initiator::Remote));
    assert_eq!(socket.close_calls(), []);
    assert_eq!(socket.report().elapsed, ROUND_TRIP);
    socket.assert_nothing_left();
}

#[test]
fn a_browser_that_closes_when_the_page_navigates_began() {
    let mut socket = Socket::open_in_gecko();
    socket.advance(ROUND_TRIP);
    socket.becomes(ReadyState::Closing);
    socket.page_navigates();
    assert_eq!(socket.ready_state(), ReadyState::Closing);
    assert_eq!(socket.due_in(), Some(CLOSE_TIMEOUT));
    socket.advance(CLOSE_TIMEOUT);
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Handshake, Initiator::Browser));
    assert_eq!(socket.received(), NOTHING);
    assert_eq!(socket.sent(), None);
    assert_eq!(socket.close_calls(), []);
    socket.assert_nothing_left();
}

#[test]
fn a_peer_that_answers_the_browsers_own_close_did_not_begin() {
    let mut socket = Socket::open_in_gecko();
    socket.becomes(ReadyState::Closing);
    socket.page_navigates();
    socket.advance(ROUND_TRIP);
    socket.native_close(PEERS.0, PEERS.1, true);
    assert_eq!(socket.ending(), (Outcome::Clean, Phase::Handshake, Initiator::Browser));
    assert_eq!(socket.received(), (PEERS.0, PEERS.1, true));
    assert_eq!(socket.sent(), None);
    assert_eq!(socket.report().elapsed, ROUND_TRIP);
    socket.assert_nothing_left();
}

#[test]
fn a_navigation_that_closes_nothing_does_nothing() {
    let mut socket = Socket::open_in_gecko();
    socket.page_navigates();
    assert_eq!(socket.ready_state(), ReadyState::Open);
    socket.advance(A_DAY);
    assert_eq!(socket.armed_timers(), 0);
    socket.close(BYE.0, BYE.1);
    socket.page_navigates();
    socket.native_close(BYE.0, BYE.1, true);
    assert_eq!(socket.ending(), (Outcome::Clean, Phase::Handshake, Initiator::Local));
    socket.assert_nothing_left();
}

#[test]
fn a_navigation_after_the_peer_was_seen_does_not_make_it_the_browser() {
    let mut socket = Socket::open_in_gecko();
    socket.becomes(ReadyState::Closing);
    socket.looked_at();
    socket.page_navigates();
    socket.native_close(1001, "restart", true);
    assert_eq!(socket.ending(), (Outcome::Clean, Phase::Handshake, Initiator::Remote));
    socket.assert_nothing_left();
}

#[test]
fn in_gecko_it_was_the_browser_if_no_close_frame_turns_up() {
    let mut silent = Socket::open_in_gecko();
    silent.becomes(ReadyState::Closing);
    silent.looked_at();
    silent.advance(CLOSE_TIMEOUT);
    assert_eq!(silent.ending(), (Outcome::TimedOut, Phase::Handshake, Initiator::Browser));
    let mut gone = Socket::open_in_gecko();
    gone.close_after_the_peer(BYE.0, BYE.1);
    gone.connection_lost();
    assert_eq!(gone.ending(), (Outcome::Unclean, Phase::Handshake, Initiator::Browser));
    let mut given_up = Socket::open_in_gecko();
    given_up.terminate_after_the_peer();
    given_up.task_runs();
    assert_eq!(given_up.ending(), (Outcome::Terminated, Phase::Handshake, Initiator::Browser));
    for socket in [silent, gone, given_up] {
        assert_eq!(socket.received(), NOTHING);
        assert_eq!(socket.sent(), None);
        socket.assert_nothing_left();
    }
}

#[test]
fn in_gecko_it_was_the_peer_if_its_close_frame_turns_up() {
    let mut socket = Socket::open_in_gecko();
    socket.becomes(ReadyState::Closing);
    socket.looked_at();
    socket.native_close(1001, "restart", false);
    assert_eq!(socket.ending(), (Outcome::Unclean, Phase::Handshake, Initiator::Remote));
    socket.assert_nothing_left();
}

#[test]
fn in_gecko_too_a_connection_that_is_lost_is_nobodys_doing_and_a_close_is_ours() {
    let mut lost = Socket::open_in_gecko();
    lost.connection_lost();
    assert_eq!(lost.ending(), (Outcome::Unclean, Phase::Open, Initiator::Transport));
    let mut closed = Socket::open_in_gecko();
    closed.close(BYE.0, BYE.1);
    closed.advance(CLOSE_TIMEOUT);
    assert_eq!(closed.ending(), (Outcome::TimedOut, Phase::Handshake, Initiator::Local));
    for socket in [lost, closed] {
        socket.assert_nothing_left();
    }
}

#[test]
fn a_browser_that_closes_before_it_was_open_is_left_to_its_event() {
    let mut socket = Socket::connecting();
    socket.becomes(ReadyState::Closing);
    assert_eq!(socket.looked_at(), ReadyState::Connecting);
    socket.advance(A_DAY);
    assert_eq!(socket.armed_timers(), 0);
    socket.connection_lost();
    assert_eq!(socket.ending(), (Outcome::NeverOpened, Phase::Connecting, Initiator::Transport));
    socket.assert_nothing_left();
}

#[test]
fn a_close_that_came_to_nothing_is_tried_again_with_the_first_frame() {
    let mut socket = Socket::open_and_deaf_to(1);
    socket.close(BYE.0, BYE.1);
    assert_eq!(socket.ready_state(), ReadyState::Closing);
    socket.advance(ROUND_TRIP);
    socket.close(4001, "other");
    assert_eq!(socket.close_calls(), [Some(frame(BYE.0, BYE.1)), Some(frame(BYE.0, BYE.1))]);
    assert_eq!(socket.due_in(), Some(CLOSE_TIMEOUT - ROUND_TRIP));
    socket.close(4002, "another");
    assert_eq!(socket.close_calls().len(), 2);
    socket.native_close(BYE.0, BYE.1, true);
    assert_eq!(socket.ending(), (Outcome::Clean, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.sent(), Some(BYE));
    socket.assert_nothing_left();
}

#[test]
fn a_close_without_a_code_that_came_to_nothing_is_tried_again_without_one() {
    let mut socket = Socket::open_and_deaf_to(1);
    socket.close_without_body();
    socket.terminate();
    assert_eq!(socket.close_calls(), [None, None]);
    socket.task_runs();
    assert_eq!(socket.ending(), (Outcome::Terminated, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.sent(), Some((NO_CODE, "")));
    socket.assert_nothing_left();
}

#[test]
fn an_abort_that_came_to_nothing_is_tried_again() {
    let mut socket = Socket::connecting_and_deaf_to(1);
    socket.close(BYE.0, BYE.1);
    socket.close_without_body();
    assert_eq!(socket.close_calls(), [Some(frame(BYE.0, BYE.1)), Some(frame(BYE.0, BYE.1))]);
    socket.connection_lost();
    assert_eq!(socket.ending(), (Outcome::NeverOpened, Phase::Connecting, Initiator::Local));
    socket.assert_nothing_left();
}

#[test]
fn a_close_that_came_to_nothing_sent_nothing_and_is_bounded_all_the_same() {
    let mut socket = Socket::open_and_deaf_to(1);
    socket.close(BYE.0, BYE.1);
    socket.advance(CLOSE_TIMEOUT - INSTANT);
    socket.assert_waiting();
    socket.advance(INSTANT);
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.received(), NOTHING);
    assert_eq!(socket.sent(), None);
    assert_eq!(socket.close_calls(), [Some(frame(BYE.0, BYE.1))]);
    assert!(socket.is_synthetic());
    socket.assert_nothing_left();
}

#[test]
fn terminate_whose_close_came_to_nothing_sent_nothing() {
    let mut socket = Socket::open_and_deaf_to(1);
    socket.terminate();
    socket.task_runs();
    assert_eq!(socket.ending(), (Outcome::Terminated, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.sent(), None);
    socket.assert_nothing_left();
}

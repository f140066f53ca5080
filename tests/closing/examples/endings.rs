//! Every way to end:
//!
//! - clean, unclean, timed out, terminated, never opened; in each phase; begun by each side
//! - code, reason, `wasClean`, sent, elapsed and unsent bytes of each
//! - how long it was connecting, and how long it was open

use core::time::Duration;

use graceful_websocket::closing::{Initiator, Outcome, Phase};

use super::{
    BYE, CLOSE_TIMEOUT, LATE_BYTES, NO_CODE, NOTHING, OPEN_TIMEOUT, QUEUED_BYTES, ROUND_TRIP,
};
use crate::socket::{Socket, frame};

#[test]
fn a_peer_that_answers_makes_a_clean_end() {
    let mut socket = Socket::open();
    socket.close(BYE.0, BYE.1);
    socket.advance(ROUND_TRIP);
    socket.native_close(BYE.0, BYE.1, true);
    assert_eq!(socket.ending(), (Outcome::Clean, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.received(), (BYE.0, BYE.1, true));
    assert_eq!(socket.sent(), Some(BYE));
    assert_eq!(socket.report().elapsed, ROUND_TRIP);
    assert_eq!(socket.report().unsent_bytes, 0);
    assert!(!socket.is_synthetic());
    assert_eq!(socket.close_calls(), [Some(frame(BYE.0, BYE.1))]);
    socket.assert_nothing_left();
}

#[test]
fn what_was_received_is_not_what_was_sent() {
    let mut socket = Socket::open();
    socket.close(BYE.0, BYE.1);
    socket.native_close(3008, "too late", true);
    assert_eq!(socket.received(), (3008, "too late", true));
    assert_eq!(socket.sent(), Some(BYE));
    socket.assert_nothing_left();
}

#[test]
fn a_close_without_a_code_is_sent_without_one_and_reported_as_1005() {
    let mut socket = Socket::open();
    socket.close_without_body();
    socket.native_close(NO_CODE, "", true);
    assert_eq!(socket.close_calls(), [None]);
    assert_eq!(socket.sent(), Some((NO_CODE, "")));
    assert_eq!(socket.received(), (NO_CODE, "", true));
    socket.assert_nothing_left();
}

#[test]
fn a_peer_that_closes_first_makes_a_clean_end_too() {
    let mut socket = Socket::open();
    socket.advance(ROUND_TRIP);
    socket.native_close(1001, "restart", true);
    assert_eq!(socket.ending(), (Outcome::Clean, Phase::Handshake, Initiator::Remote));
    assert_eq!(socket.received(), (1001, "restart", true));
    assert_eq!(socket.sent(), None);
    assert_eq!(socket.report().elapsed, Duration::ZERO);
    assert_eq!(socket.close_calls(), []);
    socket.assert_nothing_left();
}

#[test]
fn a_close_after_the_peers_joins_the_peers_and_sends_nothing() {
    let mut socket = Socket::open();
    socket.close_after_the_peer(BYE.0, BYE.1);
    socket.advance(ROUND_TRIP);
    socket.native_close(1001, "restart", true);
    assert_eq!(socket.ending(), (Outcome::Clean, Phase::Handshake, Initiator::Remote));
    assert_eq!(socket.sent(), None);
    assert_eq!(socket.report().elapsed, ROUND_TRIP);
    assert_eq!(socket.close_calls(), []);
    socket.assert_nothing_left();
}

#[test]
fn a_peer_that_begins_and_does_not_finish_is_timed_out() {
    let mut socket = Socket::open();
    socket.close_after_the_peer(BYE.0, BYE.1);
    socket.advance(CLOSE_TIMEOUT);
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Handshake, Initiator::Remote));
    assert_eq!(socket.received(), NOTHING);
    assert_eq!(socket.sent(), None);
    socket.assert_nothing_left();
}

#[test]
fn a_peer_that_begins_and_drops_the_connection_makes_an_unclean_end() {
    let mut socket = Socket::open();
    socket.native_close(1001, "restart", false);
    assert_eq!(socket.ending(), (Outcome::Unclean, Phase::Handshake, Initiator::Remote));
    assert_eq!(socket.received(), (1001, "restart", false));
    socket.assert_nothing_left();
}

#[test]
fn a_connection_that_is_lost_while_open_is_nobodys_doing() {
    let mut socket = Socket::open();
    socket.send(QUEUED_BYTES);
    socket.native_error();
    socket.connection_lost();
    assert_eq!(socket.ending(), (Outcome::Unclean, Phase::Open, Initiator::Transport));
    assert_eq!(socket.received(), NOTHING);
    assert_eq!(socket.sent(), None);
    assert_eq!(socket.report().elapsed, Duration::ZERO);
    assert_eq!(socket.report().unsent_bytes, QUEUED_BYTES);
    assert_eq!(socket.absorbed_events(), 0);
    assert!(!socket.is_synthetic());
    socket.assert_nothing_left();
}

#[test]
fn a_connection_that_is_lost_in_the_handshake_makes_an_unclean_end() {
    let mut socket = Socket::open();
    socket.close(BYE.0, BYE.1);
    socket.advance(ROUND_TRIP);
    socket.connection_lost();
    assert_eq!(socket.ending(), (Outcome::Unclean, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.sent(), Some(BYE));
    assert_eq!(socket.report().elapsed, ROUND_TRIP);
    socket.assert_nothing_left();
}

#[test]
fn a_connection_that_is_lost_with_data_queued_never_sent_its_close_frame() {
    let mut socket = Socket::open();
    socket.send(QUEUED_BYTES);
    socket.close(BYE.0, BYE.1);
    socket.connection_lost();
    assert_eq!(socket.ending(), (Outcome::Unclean, Phase::Flushing, Initiator::Local));
    assert_eq!(socket.sent(), None);
    assert_eq!(socket.report().unsent_bytes, QUEUED_BYTES);
    socket.assert_nothing_left();
}

#[test]
fn a_clean_end_while_we_flush_ends_in_the_handshake_and_our_close_frame_has_left() {
    let mut socket = Socket::open();
    socket.send(QUEUED_BYTES);
    socket.close(BYE.0, BYE.1);
    socket.native_close(1001, "restart", true);
    assert_eq!(socket.ending(), (Outcome::Clean, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.sent(), Some(BYE));
    assert_eq!(socket.report().unsent_bytes, QUEUED_BYTES);
    socket.assert_nothing_left();
}

#[test]
fn a_silent_peer_is_timed_out() {
    let mut socket = Socket::open();
    socket.close(BYE.0, BYE.1);
    socket.advance(CLOSE_TIMEOUT);
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.received(), NOTHING);
    assert_eq!(socket.sent(), Some(BYE));
    assert_eq!(socket.report().elapsed, CLOSE_TIMEOUT);
    assert_eq!(socket.report().unsent_bytes, 0);
    assert!(socket.is_synthetic());
    socket.assert_nothing_left();
}

#[test]
fn a_peer_that_does_not_read_is_timed_out_with_the_close_frame_still_queued() {
    let mut socket = Socket::open();
    socket.send(QUEUED_BYTES);
    socket.close(BYE.0, BYE.1);
    socket.advance(CLOSE_TIMEOUT);
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Flushing, Initiator::Local));
    assert_eq!(socket.sent(), None);
    assert_eq!(socket.report().unsent_bytes, QUEUED_BYTES);
    assert_eq!(socket.close_calls(), [Some(frame(BYE.0, BYE.1))]);
    socket.assert_nothing_left();
}

#[test]
fn a_peer_that_begins_and_does_not_read_loses_what_is_queued() {
    let mut socket = Socket::open();
    socket.send(QUEUED_BYTES);
    socket.close_after_the_peer(BYE.0, BYE.1);
    socket.send(LATE_BYTES);
    socket.advance(CLOSE_TIMEOUT);
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Handshake, Initiator::Remote));
    assert_eq!(socket.sent(), None);
    assert_eq!(socket.report().unsent_bytes, QUEUED_BYTES + LATE_BYTES);
    socket.assert_nothing_left();
}

#[test]
fn data_sent_too_late_is_lost_but_holds_no_close_frame_back() {
    let mut socket = Socket::open();
    socket.send(QUEUED_BYTES);
    socket.close(BYE.0, BYE.1);
    socket.send(LATE_BYTES);
    socket.drain();
    socket.send(LATE_BYTES);
    socket.advance(CLOSE_TIMEOUT);
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.sent(), Some(BYE));
    assert_eq!(socket.report().unsent_bytes, LATE_BYTES + LATE_BYTES);
    socket.assert_nothing_left();
}

#[test]
fn data_sent_too_late_does_not_hide_that_the_queue_is_not_empty() {
    let mut socket = Socket::open();
    socket.send(QUEUED_BYTES);
    socket.close(BYE.0, BYE.1);
    socket.send(LATE_BYTES);
    socket.advance(CLOSE_TIMEOUT);
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Flushing, Initiator::Local));
    assert_eq!(socket.sent(), None);
    assert_eq!(socket.report().unsent_bytes, QUEUED_BYTES + LATE_BYTES);
    socket.assert_nothing_left();
}

#[test]
fn a_connection_that_never_comes_about_was_never_open() {
    let mut socket = Socket::connecting();
    socket.native_error();
    socket.connection_lost();
    assert_eq!(socket.ending(), (Outcome::NeverOpened, Phase::Connecting, Initiator::Transport));
    assert_eq!(socket.received(), NOTHING);
    assert_eq!(socket.sent(), None);
    assert_eq!(socket.report().elapsed, Duration::ZERO);
    socket.assert_nothing_left();
}

#[test]
fn an_abort_while_connecting_is_never_opened_and_local() {
    let mut socket = Socket::connecting();
    socket.close(BYE.0, BYE.1);
    socket.advance(ROUND_TRIP);
    socket.native_error();
    socket.connection_lost();
    assert_eq!(socket.ending(), (Outcome::NeverOpened, Phase::Connecting, Initiator::Local));
    assert_eq!(socket.sent(), None);
    assert_eq!(socket.report().elapsed, ROUND_TRIP);
    assert_eq!(socket.close_calls(), [Some(frame(BYE.0, BYE.1))]);
    socket.assert_nothing_left();
}

#[test]
fn an_abort_that_the_browser_does_not_finish_is_timed_out() {
    let mut socket = Socket::connecting();
    socket.close_without_body();
    socket.advance(CLOSE_TIMEOUT);
    assert_eq!(socket.ending(), (Outcome::TimedOut, Phase::Connecting, Initiator::Local));
    assert_eq!(socket.sent(), None);
    assert!(socket.is_synthetic());
    socket.assert_nothing_left();
}

#[test]
fn an_abort_forgets_the_open_timeout() {
    let mut socket = Socket::connecting();
    socket.open_timeout(Some(OPEN_TIMEOUT));
    socket.advance(ROUND_TRIP);
    socket.close_without_body();
    assert_eq!(socket.due_in(), Some(CLOSE_TIMEOUT));
    socket.advance(CLOSE_TIMEOUT);
    assert_eq!(socket.report().elapsed, CLOSE_TIMEOUT);
    socket.assert_nothing_left();
}

#[test]
fn terminate_while_connecting_ends_in_the_next_task() {
    let mut socket = Socket::connecting();
    socket.open_timeout(Some(OPEN_TIMEOUT));
    socket.terminate();
    socket.assert_waiting();
    socket.task_runs();
    assert_eq!(socket.ending(), (Outcome::Terminated, Phase::Connecting, Initiator::Local));
    assert_eq!(socket.received(), NOTHING);
    assert_eq!(socket.sent(), None);
    assert_eq!(socket.close_calls(), [None]);
    socket.assert_nothing_left();
}

#[test]
fn terminate_while_open_sends_a_close_frame_and_ends_in_the_next_task() {
    let mut socket = Socket::open();
    socket.terminate();
    socket.assert_waiting();
    socket.task_runs();
    assert_eq!(socket.ending(), (Outcome::Terminated, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.received(), NOTHING);
    assert_eq!(socket.sent(), Some((NO_CODE, "")));
    assert_eq!(socket.report().elapsed, Duration::ZERO);
    assert!(socket.is_synthetic());
    socket.assert_nothing_left();
}

#[test]
fn terminate_while_flushing_tells_what_was_lost() {
    let mut socket = Socket::open();
    socket.send(QUEUED_BYTES);
    socket.close(BYE.0, BYE.1);
    socket.advance(ROUND_TRIP);
    socket.terminate();
    socket.task_runs();
    assert_eq!(socket.ending(), (Outcome::Terminated, Phase::Flushing, Initiator::Local));
    assert_eq!(socket.sent(), None);
    assert_eq!(socket.report().unsent_bytes, QUEUED_BYTES);
    assert_eq!(socket.report().elapsed, ROUND_TRIP);
    assert_eq!(socket.close_calls(), [Some(frame(BYE.0, BYE.1))]);
    socket.assert_nothing_left();
}

#[test]
fn terminate_in_the_handshake_keeps_who_began_and_what_was_sent() {
    let mut socket = Socket::open();
    socket.close_after_the_peer(BYE.0, BYE.1);
    socket.terminate();
    socket.task_runs();
    assert_eq!(socket.ending(), (Outcome::Terminated, Phase::Handshake, Initiator::Remote));
    assert_eq!(socket.sent(), None);
    socket.assert_nothing_left();
}

#[test]
fn terminate_after_the_peer_has_begun_sends_nothing() {
    let mut socket = Socket::open();
    socket.terminate_after_the_peer();
    socket.task_runs();
    assert_eq!(socket.ending(), (Outcome::Terminated, Phase::Handshake, Initiator::Remote));
    assert_eq!(socket.close_calls(), []);
    assert_eq!(socket.sent(), None);
    socket.assert_nothing_left();
}

#[test]
fn terminate_again_and_again_does_not_put_the_end_off() {
    let mut socket = Socket::open();
    socket.terminate();
    socket.terminate();
    socket.close_timeout(Some(Duration::ZERO));
    socket.task_runs();
    assert_eq!(socket.ending(), (Outcome::Terminated, Phase::Handshake, Initiator::Local));
    socket.assert_nothing_left();
}

#[test]
fn terminate_when_closed_does_nothing() {
    let mut socket = Socket::open();
    socket.connection_lost();
    socket.terminate();
    socket.advance(CLOSE_TIMEOUT);
    assert_eq!(socket.ending(), (Outcome::Unclean, Phase::Open, Initiator::Transport));
    assert_eq!(socket.close_calls(), []);
    socket.assert_nothing_left();
}

#[test]
fn the_times_are_those_of_connecting_of_being_open_and_of_the_end() {
    let mut socket = Socket::connecting();
    socket.advance(ROUND_TRIP);
    socket.opened();
    socket.advance(OPEN_TIMEOUT);
    socket.close(BYE.0, BYE.1);
    socket.advance(CLOSE_TIMEOUT);
    let times = socket.report();
    assert_eq!(times.time_connecting, ROUND_TRIP);
    assert_eq!(times.time_open, OPEN_TIMEOUT);
    assert_eq!(times.elapsed, CLOSE_TIMEOUT);
    socket.assert_nothing_left();
}

#[test]
fn a_connection_that_is_lost_was_open_until_then() {
    let mut socket = Socket::connecting();
    socket.advance(ROUND_TRIP);
    socket.opened();
    socket.advance(OPEN_TIMEOUT);
    socket.connection_lost();
    let times = socket.report();
    assert_eq!(times.time_connecting, ROUND_TRIP);
    assert_eq!(times.time_open, OPEN_TIMEOUT);
    assert_eq!(times.elapsed, Duration::ZERO);
    socket.assert_nothing_left();
}

#[test]
fn a_connection_that_never_came_about_was_connecting_all_the_time() {
    let mut refused = Socket::connecting();
    refused.advance(OPEN_TIMEOUT);
    refused.connection_lost();
    let mut aborted = Socket::connecting();
    aborted.advance(OPEN_TIMEOUT);
    aborted.close_without_body();
    aborted.advance(CLOSE_TIMEOUT);
    for (socket, elapsed) in [(refused, Duration::ZERO), (aborted, CLOSE_TIMEOUT)] {
        let times = socket.report();
        assert_eq!(times.time_connecting, OPEN_TIMEOUT);
        assert_eq!(times.time_open, Duration::ZERO);
        assert_eq!(times.elapsed, elapsed);
        socket.assert_nothing_left();
    }
}

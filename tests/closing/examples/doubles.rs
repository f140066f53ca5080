//! Browsers and events that are not as the standard has them, as test doubles and runtimes make them:
//!
//! - an `open` event that a page dispatched while the socket was connecting
//! - a clean end with code 1006, and ends with code 0
//! - a `close` event before the ready state is CLOSED

use graceful_websocket::closing::{Initiator, Outcome, Phase, ReadyState};

use super::{BYE, CLOSE_TIMEOUT, NO_CODE, NOTHING, OPEN_TIMEOUT, QUEUED_BYTES, ROUND_TRIP};
use crate::socket::{Socket, frame};

#[test]
fn an_open_event_of_a_socket_that_is_not_open_is_not_believed() {
    let mut socket = Socket::connecting();
    socket.open_timeout(Some(OPEN_TIMEOUT));
    socket.open_is_dispatched();
    assert_eq!(socket.ready_state(), ReadyState::Connecting);
    assert_eq!(socket.due_in(), Some(OPEN_TIMEOUT));
    socket.advance(ROUND_TRIP);
    socket.opened();
    assert_eq!(socket.ready_state(), ReadyState::Open);
    socket.connection_lost();
    assert_eq!(socket.report().time_connecting, ROUND_TRIP);
    socket.assert_nothing_left();
}

#[test]
fn a_connection_whose_open_event_was_made_up_was_never_open() {
    let mut socket = Socket::connecting();
    socket.open_is_dispatched();
    socket.connection_lost();
    assert_eq!(socket.ending(), (Outcome::NeverOpened, Phase::Connecting, Initiator::Transport));
    socket.assert_nothing_left();
}

#[test]
fn an_open_event_after_the_open_event_changes_nothing() {
    let mut socket = Socket::open();
    socket.advance(ROUND_TRIP);
    socket.open_is_dispatched();
    socket.close(BYE.0, BYE.1);
    socket.native_close(BYE.0, BYE.1, true);
    assert_eq!(socket.report().time_open, ROUND_TRIP);
    socket.assert_nothing_left();
}

#[test]
fn an_end_with_code_1006_is_never_clean() {
    let mut lost = Socket::open();
    lost.native_close(1006, "", true);
    assert_eq!(lost.ending(), (Outcome::Unclean, Phase::Open, Initiator::Transport));
    let mut closed = Socket::open();
    closed.close(BYE.0, BYE.1);
    closed.native_close(1006, "", true);
    assert_eq!(closed.ending(), (Outcome::Unclean, Phase::Handshake, Initiator::Local));
    let mut connecting = Socket::connecting();
    connecting.native_close(1006, "", true);
    assert_eq!(
        connecting.ending(),
        (Outcome::NeverOpened, Phase::Connecting, Initiator::Transport)
    );
    for socket in [lost, closed, connecting] {
        assert_eq!(socket.received(), NOTHING);
        socket.assert_nothing_left();
    }
}

#[test]
fn a_clean_end_without_a_code_has_code_1005() {
    let mut socket = Socket::open();
    socket.close(BYE.0, BYE.1);
    socket.native_close(0, "", true);
    assert_eq!(socket.ending(), (Outcome::Clean, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.received(), (NO_CODE, "", true));
    assert_eq!(socket.sent(), Some(BYE));
    socket.assert_nothing_left();
}

#[test]
fn an_end_without_a_code_that_is_not_clean_has_code_1006() {
    let mut socket = Socket::open();
    socket.native_close(0, "", false);
    assert_eq!(socket.ending(), (Outcome::Unclean, Phase::Open, Initiator::Transport));
    assert_eq!(socket.received(), NOTHING);
    socket.assert_nothing_left();
}

#[test]
fn a_clean_end_has_our_close_frame_though_the_browser_still_shows_open() {
    let mut socket = Socket::open_and_deaf_to(1);
    socket.send(QUEUED_BYTES);
    socket.close(BYE.0, BYE.1);
    socket.close_is_dispatched(BYE.0, BYE.1, true);
    assert_eq!(socket.ending(), (Outcome::Clean, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.sent(), Some(BYE));
    assert_eq!(socket.close_calls(), [Some(frame(BYE.0, BYE.1))]);
    socket.assert_nothing_left();
}

#[test]
fn an_end_that_is_not_clean_has_no_close_frame_while_the_browser_still_shows_open() {
    let mut socket = Socket::open_and_deaf_to(1);
    socket.close(BYE.0, BYE.1);
    socket.close_is_dispatched(NOTHING.0, NOTHING.1, NOTHING.2);
    assert_eq!(socket.ending(), (Outcome::Unclean, Phase::Handshake, Initiator::Local));
    assert_eq!(socket.sent(), None);
    socket.assert_nothing_left();
}

#[test]
fn what_the_browser_shows_in_its_close_event_does_not_say_who_began() {
    for native in [ReadyState::Open, ReadyState::Closing, ReadyState::Closed] {
        let mut socket = Socket::open();
        socket.advance(CLOSE_TIMEOUT);
        socket.becomes(native);
        socket.close_is_dispatched(NOTHING.0, NOTHING.1, NOTHING.2);
        assert_eq!(socket.ending(), (Outcome::Unclean, Phase::Open, Initiator::Transport));
        assert_eq!(socket.report().time_open, CLOSE_TIMEOUT);
        socket.assert_nothing_left();
    }
}

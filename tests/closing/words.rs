//! Words and numbers:
//!
//! - every outcome, initiator, phase and ready state has its word, and is shown as it
//! - `ALL` is in the order of the numbers that JavaScript sees
//! - a ready state has the number that it has in the standard, and no other number is one

use core::fmt::Display;

use graceful_websocket::closing::{Initiator, Outcome, Phase, ReadyState};

#[test]
fn every_outcome_has_a_word() {
    assert_words(
        Outcome::ALL,
        Outcome::as_str,
        &["clean", "unclean", "timed-out", "terminated", "never-opened"],
    );
}

#[test]
fn every_initiator_has_a_word() {
    assert_words(Initiator::ALL, Initiator::as_str, &["local", "remote", "browser", "transport"]);
}

#[test]
fn every_phase_has_a_word() {
    assert_words(Phase::ALL, Phase::as_str, &["connecting", "open", "flushing", "handshake"]);
}

#[test]
fn every_ready_state_has_a_word() {
    let all = [ReadyState::Connecting, ReadyState::Open, ReadyState::Closing, ReadyState::Closed];
    assert_words(&all, ReadyState::as_str, &["connecting", "open", "closing", "closed"]);
}

#[test]
fn a_number_is_the_index_of_a_word() {
    for (number, outcome) in Outcome::ALL.iter().enumerate() {
        assert_eq!(*outcome as usize, number);
    }
    for (number, initiator) in Initiator::ALL.iter().enumerate() {
        assert_eq!(*initiator as usize, number);
    }
    for (number, phase) in Phase::ALL.iter().enumerate() {
        assert_eq!(*phase as usize, number);
    }
}

#[test]
fn a_ready_state_has_the_number_of_the_standard() {
    assert_eq!(ReadyState::from_number(0), ReadyState::Connecting);
    assert_eq!(ReadyState::from_number(1), ReadyState::Open);
    assert_eq!(ReadyState::from_number(2), ReadyState::Closing);
    for number in 3..=u16::MAX {
        assert_eq!(ReadyState::from_number(number), ReadyState::Closed);
    }
    for number in 0..=3 {
        assert_eq!(ReadyState::from_number(number) as u16, number);
    }
}

#[track_caller]
fn assert_words<T: Copy + Display>(all: &[T], word: fn(T) -> &'static str, words: &[&str]) {
    assert_eq!(all.iter().map(|it| word(*it)).collect::<Vec<_>>(), words);
    assert_eq!(all.iter().map(T::to_string).collect::<Vec<_>>(), words);
}

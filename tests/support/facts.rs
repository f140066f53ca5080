//! What a report says.

use graceful_websocket::{CloseFrame, CloseReport, Initiator, Outcome, Phase};

/// All that a [`CloseReport`] says but how long it took, so that a test states it as a whole.
#[derive(Debug, PartialEq, Eq)]
pub struct Facts<'a> {
    pub code: u16,
    pub reason: &'a str,
    pub was_clean: bool,
    pub outcome: Outcome,
    pub initiator: Initiator,
    pub sent: Option<(u16, &'a str)>,
    pub phase: Phase,
    pub unsent_bytes: u64,
}

impl<'a> Facts<'a> {
    /// What this report says.
    pub fn of(report: &'a CloseReport) -> Self {
        let sent = |frame: &'a CloseFrame| (frame.code.get(), frame.reason.as_str());
        Self {
            code: report.code.get(),
            reason: &report.reason,
            was_clean: report.was_clean,
            outcome: report.outcome,
            initiator: report.initiator,
            sent: report.sent.as_ref().map(sent),
            phase: report.phase,
            unsent_bytes: report.unsent_bytes,
        }
    }

    /// A closing handshake that this side began and the peer completed with the same Close frame.
    pub fn echoed(code: u16, reason: &'a str) -> Self {
        Self {
            code,
            reason,
            was_clean: true,
            outcome: Outcome::Clean,
            initiator: Initiator::Local,
            sent: Some((code, reason)),
            phase: Phase::Handshake,
            unsent_bytes: 0,
        }
    }

    /// A closing handshake that the peer completed.
    pub fn begun_by_peer(code: u16, reason: &'a str) -> Self {
        Self { initiator: Initiator::Remote, sent: None, ..Self::echoed(code, reason) }
    }

    /// A closing handshake that the browser began by itself and the peer completed.
    pub fn begun_by_browser(code: u16, reason: &'a str) -> Self {
        Self { initiator: Initiator::Browser, ..Self::begun_by_peer(code, reason) }
    }

    /// A Close frame that was sent and not answered, which ended like this.
    pub fn unanswered(code: u16, reason: &'a str, outcome: Outcome) -> Self {
        let sent = Some((code, reason));
        Self { sent, initiator: Initiator::Local, phase: Phase::Handshake, ..Self::lost(outcome) }
    }

    /// A connection that ended in the middle.
    pub fn dropped() -> Self {
        Self::lost(Outcome::Unclean)
    }

    /// A connection that never came about, and who ended the attempt.
    pub fn never_opened(initiator: Initiator) -> Self {
        Self { initiator, phase: Phase::Connecting, ..Self::lost(Outcome::NeverOpened) }
    }

    /// A connection that ended without a Close frame from the peer: code 1006, and no reason.
    fn lost(outcome: Outcome) -> Self {
        Self {
            code: 1006,
            reason: "",
            was_clean: false,
            outcome,
            initiator: Initiator::Transport,
            sent: None,
            phase: Phase::Open,
            unsent_bytes: 0,
        }
    }
}

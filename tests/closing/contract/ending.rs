//! The clauses about the ending: each of its fields follows from what happened.

use graceful_websocket::closing::{
    At, CloseCode, Ending, Initiator, Input, Outcome, Phase, ReadyState,
};
use graceful_websocket::time::Millis;

use super::{Broken, History, clause};
use crate::timeline::Reason;

impl<R: Reason> History<R> {
    /// Checks every field of the ending.
    pub(super) fn check_ending(
        &self,
        ending: &Ending<R>,
        synthetic: bool,
        input: &Input<R>,
        at: At,
    ) -> Result<(), Broken> {
        self.check_received(ending, synthetic, input)?;
        // Without a Close frame the code is 1006 (RFC 6455, section 7.1.5).
        let frame_received = ending.received.code != CloseCode::ABNORMAL;
        let initiator = self.initiator(frame_received);
        clause!(ending.initiator == initiator, "the initiator is not {initiator}: {ending:?}");
        self.check_sent(ending, at)?;
        self.check_outcome(ending, synthetic, frame_received, at)?;
        self.check_phase(ending, frame_received)?;
        self.check_times(ending, at)
    }

    /// Nothing is invented, and what contradicts itself is not clean.
    fn check_received(
        &self,
        ending: &Ending<R>,
        synthetic: bool,
        input: &Input<R>,
    ) -> Result<(), Broken> {
        let received = (ending.received.code.get(), &ending.received.reason, ending.was_clean);
        if let Input::NativeClose { code, reason, was_clean } = input {
            clause!(!synthetic, "the browser told: {ending:?}");
            let nothing = R::default();
            let expected = match (code.get(), *was_clean) {
                // Without a connection no frame can have come; who has closed meanwhile cannot know of one.
                _ if self.end.is_none() && self.opened.is_none() => (1006, &nothing, false),
                (0, true) => (1005, reason, true),
                (0 | 1006, _) => (1006, reason, false),
                (code, was_clean) => (code, reason, was_clean),
            };
            clause!(received == expected, "not the event's own, {expected:?}: {ending:?}");
        } else {
            clause!(synthetic, "the browser told nothing: {ending:?}");
            clause!(received == (1006, &R::default(), false), "invented: {ending:?}");
        }
        Ok(())
    }

    /// Who began. Gecko closes by itself, and then no Close frame of the peer's turns up.
    fn initiator(&self, frame_received: bool) -> Initiator {
        let seen = match self.end {
            Some((_, initiator)) => initiator,
            None if self.adopted_closing => Initiator::Local,
            None => Initiator::Transport,
        };
        match (seen, frame_received) {
            (Initiator::Remote, false) if self.in_gecko => Initiator::Browser,
            (Initiator::Transport, true) => Initiator::Remote,
            (seen, _) => seen,
        }
    }

    /// A Close frame has left if the closing handshake was completed; or if the browser has taken it, and
    /// all that was queued before it has left.
    fn check_sent(&self, ending: &Ending<R>, at: At) -> Result<(), Broken> {
        let is_taken = at.native >= ReadyState::Closing;
        let is_first = at.buffered_amount <= self.late_bytes;
        let has_left = self.opened.is_some() && (ending.was_clean || is_taken && is_first);
        let frame = self.frame.as_ref().filter(|_| has_left);
        clause!(ending.sent.as_ref() == frame, "not the frame that left, {frame:?}: {ending:?}");
        clause!(ending.unsent_bytes == at.buffered_amount, "what was lost is hidden: {ending:?}");
        Ok(())
    }

    /// What each outcome needs.
    fn check_outcome(
        &self,
        ending: &Ending<R>,
        synthetic: bool,
        frame_received: bool,
        at: At,
    ) -> Result<(), Broken> {
        let was_open = self.opened.is_some() || frame_received;
        let close_deadline_passed = self.close_deadline().is_some_and(|due| at.now >= due);
        let is_true = match ending.outcome {
            Outcome::Clean => ending.was_clean,
            Outcome::Terminated => synthetic && self.terminated,
            Outcome::TimedOut if synthetic => close_deadline_passed && !self.terminated,
            Outcome::TimedOut => self.open_timed_out && !ending.was_clean,
            Outcome::Unclean => !synthetic && was_open && !ending.was_clean && !self.open_timed_out,
            Outcome::NeverOpened => !synthetic && !was_open && !self.open_timed_out,
            _ => false,
        };
        clause!(is_true, "not the outcome: {ending:?}");
        Ok(())
    }

    /// What each phase needs.
    fn check_phase(&self, ending: &Ending<R>, frame_received: bool) -> Result<(), Broken> {
        let by_us = ending.initiator == Initiator::Local;
        let phase = match () {
            () if frame_received => Phase::Handshake,
            () if self.opened.is_none() => Phase::Connecting,
            () if ending.initiator == Initiator::Transport => Phase::Open,
            () if by_us && ending.unsent_bytes > self.late_bytes => Phase::Flushing,
            () => Phase::Handshake,
        };
        clause!(ending.phase == phase, "the phase is not {phase}: {ending:?}");
        if ending.phase == Phase::Flushing {
            clause!(ending.unsent_bytes > 0 && ending.sent.is_none(), "not flushing: {ending:?}");
        }
        Ok(())
    }

    /// Each time is that of the facts, and together they are all the time that there was. Only what an
    /// adopted socket's end took before anybody here asked for it is nobody's.
    fn check_times(&self, ending: &Ending<R>, at: At) -> Result<(), Broken> {
        let began = self.end.map_or(at.now, |(began, _)| began);
        let times = (ending.time_connecting, ending.time_open, ending.elapsed);
        let expected = match self.opened {
            _ if self.adopted_closing => (Millis::ZERO, Millis::ZERO, at.now.since(began)),
            None => (began.since(self.adopted_at), Millis::ZERO, at.now.since(began)),
            Some(opened) => {
                (opened.since(self.adopted_at), began.since(opened), at.now.since(began))
            }
        };
        clause!(times == expected, "the times are not {expected:?}: {ending:?}");
        let sum = self.adopted_at.after(times.0).after(times.1).after(times.2);
        clause!(sum <= at.now, "the times are longer than all of it: {ending:?}");
        clause!(sum == at.now || self.adopted_closing, "some time is missing: {ending:?}");
        Ok(())
    }
}

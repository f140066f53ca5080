//! The closing contract, as facts about what happened and clauses about what must follow:
//!
//! - bounded: from a local close on, a wake-up is pending at the deadline, and no later
//! - exactly once: one report, the browser's `close()` called once, later events absorbed
//! - truthful: what was received is the event's own, or 1006, "" and not clean
//! - complete: each field of the report follows from what happened
//! - real event first: only a yielded task settles in the browser's place
//! - no cost: before the end begins, nothing but the open timeout is pending
//! - nothing left: no wake-up once settled
//! - the ready state is the one that the facts make, so it never goes back

use core::time::Duration;

use graceful_websocket::closing::{
    Action, Actions, At, CloseCode, CloseFrame, CloseReport, DEFAULT_CLOSE_TIMEOUT, Initiator,
    Input, Instant, Machine, Outcome, Phase, ReadyState, SetWakeUp,
};

use crate::timeline::{Reason, WakeUp};

/// The clause that was broken, and by what.
pub type Broken = String;

/// Fails with the clause, unless it holds.
macro_rules! clause {
    ($holds:expr, $($clause:tt)+) => {
        if !$holds {
            return Err(format!($($clause)+));
        }
    };
}

/// What the contract has to know of a socket.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Contract<R> {
    /// It has not settled.
    Running(History<R>),
    /// It has, and nothing that happened before matters any more.
    Settled,
}

/// What has happened to a socket that has not settled.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct History<R> {
    /// It was CLOSING when it was adopted.
    adopted_closing: bool,
    /// It was open before the end began, or was not connecting any more when it was adopted.
    opened: bool,
    open_deadline: Option<Instant>,
    /// The open deadline was found to have passed, and began the end.
    open_timed_out: bool,
    close_timeout: Option<Duration>,
    /// When this side first asked for the end: close, terminate, or the open timeout.
    began: Option<Instant>,
    /// The peer had begun before this side did.
    peer_began: bool,
    /// The connection had ended before this side asked for the end.
    had_ended: bool,
    terminated: bool,
    /// The close deadline had passed when the clock was last looked at.
    close_deadline_passed: bool,
    /// The Close frame that the browser was given.
    frame: Option<CloseFrame<R>>,
    /// The bytes sent after the end had begun.
    late_bytes: u64,
}

impl<R: Reason> Contract<R> {
    /// The contract of a socket that is found in this state.
    pub fn new(state: ReadyState) -> Self {
        Self::Running(History {
            adopted_closing: state == ReadyState::Closing,
            opened: state != ReadyState::Connecting,
            open_deadline: None,
            open_timed_out: false,
            close_timeout: Some(DEFAULT_CLOSE_TIMEOUT),
            began: None,
            peer_began: false,
            had_ended: false,
            terminated: false,
            close_deadline_passed: false,
            frame: None,
            late_bytes: 0,
        })
    }

    /// The part of `bufferedAmount` that the browser never takes off it again.
    pub fn late_bytes(&self) -> u64 {
        match self {
            Self::Running(history) => history.late_bytes,
            Self::Settled => u64::MAX,
        }
    }

    /// Takes note of an input, and checks what the machine makes of it.
    pub fn observe(
        &mut self,
        input: &Input<R>,
        at: At,
        pending: Option<WakeUp>,
        actions: &Actions<R>,
    ) -> Result<(), Broken> {
        let Self::Running(history) = self else {
            return check_settled(input, actions);
        };
        let mut close_call = history.note(input, at);
        let mut settles = match input {
            Input::NativeClose { .. } => true,
            Input::TaskYielded => pending == Some(WakeUp::Task),
            _ => false,
        };
        let settled = settles;
        let puts_off =
            actions.wake_up == Some(SetWakeUp::YieldTask) && pending == Some(WakeUp::Task);
        clause!(!puts_off, "the end is put off: {input:?}");
        match actions.then.clone() {
            Some(Action::SendClose(frame)) => {
                clause!(close_call.take() == Some(frame), "the first arguments, once: {actions:?}");
            }
            Some(Action::Settle { report, synthetic }) => {
                clause!(core::mem::take(&mut settles), "settled for no reason: {report:?}");
                history.check_report(&report, synthetic, input, at)?;
            }
            Some(Action::AbsorbEvent) => clause!(false, "absorbed before the socket settled"),
            None => {}
        }
        clause!(close_call.is_none(), "the browser's close() was not called: {actions:?}");
        clause!(!settles, "not settled: {actions:?}");
        if settled {
            *self = Self::Settled;
        }
        Ok(())
    }

    /// Checks what is left when all actions have been obeyed.
    pub fn check_rest(&self, machine: &Machine<R>, wake_up: Option<WakeUp>) -> Result<(), Broken> {
        let ready_state = machine.ready_state();
        let Self::Running(history) = self else {
            clause!(ready_state == ReadyState::Closed, "settled, and {ready_state:?}");
            clause!(wake_up.is_none(), "left after settling: {wake_up:?}");
            return Ok(());
        };
        clause!(
            ready_state == history.ready_state(),
            "{ready_state:?} instead of {:?}",
            history.ready_state()
        );
        clause!(machine.close_timeout() == history.close_timeout, "the close timeout is forgotten");
        let due = match wake_up {
            None => Due::Never,
            Some(WakeUp::Timer { deadline, .. }) => Due::At(deadline),
            Some(WakeUp::Task) => Due::NextTask,
        };
        clause!(due == history.due(), "due {due:?} instead of {:?}", history.due());
        Ok(())
    }
}

/// Checks that a settled socket absorbs the browser's events, and does nothing else.
fn check_settled<R: Reason>(input: &Input<R>, actions: &Actions<R>) -> Result<(), Broken> {
    let is_event = matches!(input, Input::NativeError | Input::NativeClose { .. });
    let then = is_event.then_some(Action::AbsorbEvent);
    let expected = Actions { wake_up: None, then };
    clause!(*actions == expected, "after settling: {input:?} is answered by {actions:?}");
    Ok(())
}

/// When the contract wants a socket to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Never,
    At(Instant),
    NextTask,
}

impl<R: Reason> History<R> {
    /// Takes note of an input, and says what is to be given to the browser's `close()`, if this is
    /// the moment to call it.
    fn note(&mut self, input: &Input<R>, at: At) -> Option<Option<CloseFrame<R>>> {
        let is_connecting = self.ready_state() == ReadyState::Connecting;
        match input {
            Input::OpenTimeout(timeout) if is_connecting => {
                self.open_deadline = timeout.map(|timeout| at.now.after(timeout));
            }
            Input::CloseTimeout(timeout) => {
                self.close_timeout = *timeout;
                self.look_at_the_clock(at);
            }
            Input::Opened if is_connecting => self.opened = true,
            Input::Close { frame, native } => {
                return self.begin(frame.clone(), *native, at);
            }
            Input::Terminate { native } => {
                self.terminated = true;
                return self.begin(None, *native, at);
            }
            Input::LateSend(bytes) if self.ready_state() == ReadyState::Closing => {
                self.late_bytes += bytes;
            }
            Input::TimerFired | Input::PageResumed
                if is_connecting && self.open_deadline.is_some_and(|due| at.now >= due) =>
            {
                self.open_timed_out = true;
                return self.begin(None, ReadyState::Connecting, at);
            }
            Input::TimerFired | Input::PageResumed => self.look_at_the_clock(at),
            _ => {}
        }
        None
    }

    /// This side asks for the end. Only the first time counts, and only if the end has not begun
    /// otherwise the browser's `close()` is called.
    fn begin(
        &mut self,
        frame: Option<CloseFrame<R>>,
        native: ReadyState,
        at: At,
    ) -> Option<Option<CloseFrame<R>>> {
        if self.began.is_some() {
            return None;
        }
        self.began = Some(at.now);
        self.look_at_the_clock(at);
        if self.adopted_closing {
            return None;
        }
        self.peer_began = native == ReadyState::Closing;
        self.had_ended = native == ReadyState::Closed;
        if self.peer_began || self.had_ended {
            return None;
        }
        let without_body = CloseFrame { code: CloseCode::NO_STATUS_RECEIVED, reason: R::default() };
        self.frame = Some(frame.clone().unwrap_or(without_body));
        Some(frame)
    }

    /// Finds out whether the close deadline has passed.
    fn look_at_the_clock(&mut self, at: At) {
        self.close_deadline_passed = self.close_deadline().is_some_and(|due| at.now >= due);
    }

    /// The close timeout, counted from the local close.
    fn close_deadline(&self) -> Option<Instant> {
        Some(self.began?.after(self.close_timeout?))
    }

    fn ready_state(&self) -> ReadyState {
        match () {
            () if self.began.is_some() || self.adopted_closing => ReadyState::Closing,
            () if self.opened => ReadyState::Open,
            () => ReadyState::Connecting,
        }
    }

    /// When the socket must be woken.
    fn due(&self) -> Due {
        let deadline = match self.ready_state() {
            ReadyState::Connecting => self.open_deadline,
            ReadyState::Closing if self.began.is_some() => {
                if self.terminated || self.close_deadline_passed {
                    return Due::NextTask;
                }
                self.close_deadline()
            }
            _ => None,
        };
        deadline.map_or(Due::Never, Due::At)
    }

    /// Checks every field of the report.
    fn check_report(
        &self,
        report: &CloseReport<R>,
        synthetic: bool,
        input: &Input<R>,
        at: At,
    ) -> Result<(), Broken> {
        self.check_received(report, synthetic, input)?;
        self.check_sent(report, at)?;
        // Without a Close frame the code is 1006 (RFC 6455, section 7.1.5).
        let frame_received = report.was_clean || report.code != CloseCode::ABNORMAL;
        self.check_outcome(report, synthetic, frame_received, at)?;
        self.check_phase_and_initiator(report, frame_received)?;
        let elapsed = self.began.map_or(Duration::ZERO, |began| at.now.since(began));
        clause!(report.elapsed == elapsed, "elapsed is not {elapsed:?}: {report:?}");
        Ok(())
    }

    /// Nothing is invented.
    fn check_received(
        &self,
        report: &CloseReport<R>,
        synthetic: bool,
        input: &Input<R>,
    ) -> Result<(), Broken> {
        let received = (report.code, &report.reason, report.was_clean);
        if let Input::NativeClose { code, reason, was_clean } = input {
            clause!(!synthetic, "the browser told: {report:?}");
            clause!(received == (*code, reason, *was_clean), "not the event's own: {report:?}");
        } else {
            clause!(synthetic, "the browser told nothing: {report:?}");
            clause!(
                received == (CloseCode::ABNORMAL, &R::default(), false),
                "invented: {report:?}"
            );
        }
        Ok(())
    }

    /// A Close frame has left once all that was queued before it has.
    fn check_sent(&self, report: &CloseReport<R>, at: At) -> Result<(), Broken> {
        let has_left = self.opened && at.buffered_amount <= self.late_bytes;
        let frame = self.frame.as_ref().filter(|_| has_left);
        clause!(report.sent.as_ref() == frame, "not the frame that left, {frame:?}: {report:?}");
        clause!(report.unsent_bytes == at.buffered_amount, "what was lost is hidden: {report:?}");
        Ok(())
    }

    /// What each outcome needs.
    fn check_outcome(
        &self,
        report: &CloseReport<R>,
        synthetic: bool,
        frame_received: bool,
        at: At,
    ) -> Result<(), Broken> {
        let was_open = self.opened || frame_received;
        let close_deadline_passed = self.close_deadline().is_some_and(|due| at.now >= due);
        let is_true = match report.outcome {
            Outcome::Clean => report.was_clean,
            Outcome::Terminated => synthetic && self.terminated,
            Outcome::TimedOut if synthetic => close_deadline_passed && !self.terminated,
            Outcome::TimedOut => self.open_timed_out && !report.was_clean,
            Outcome::Unclean => !synthetic && was_open && !report.was_clean && !self.open_timed_out,
            Outcome::NeverOpened => !synthetic && !was_open && !self.open_timed_out,
            _ => false,
        };
        clause!(is_true, "not the outcome: {report:?}");
        Ok(())
    }

    /// What each phase and each initiator needs.
    fn check_phase_and_initiator(
        &self,
        report: &CloseReport<R>,
        frame_received: bool,
    ) -> Result<(), Broken> {
        let end_had_begun = self.ready_state() == ReadyState::Closing;
        let is_flushing =
            end_had_begun && !self.peer_began && report.unsent_bytes > self.late_bytes;
        let phase = match () {
            () if frame_received => Phase::Handshake,
            () if !self.opened => Phase::Connecting,
            () if !end_had_begun || self.had_ended => Phase::Open,
            () if is_flushing => Phase::Flushing,
            () => Phase::Handshake,
        };
        clause!(report.phase == phase, "the phase is not {phase}: {report:?}");
        let initiator = match () {
            () if self.peer_began => Initiator::Remote,
            () if end_had_begun && !self.had_ended => Initiator::Local,
            () if frame_received => Initiator::Remote,
            () => Initiator::Transport,
        };
        clause!(report.initiator == initiator, "the initiator is not {initiator}: {report:?}");
        if report.phase == Phase::Flushing {
            clause!(report.unsent_bytes > 0 && report.sent.is_none(), "not flushing: {report:?}");
        }
        Ok(())
    }
}

//! The state machine of one WebSocket, from connecting to closed.
//!
//! ```text
//!              Opened                     Close, Terminate
//! Connecting ─────────► Open ──────────────────────────────► Closing ◄──┐
//!     │  │                │                                   │  │  └───┘ Close joins;
//!     │  │ Close, Terminate, open timeout                     │  │        CloseTimeout moves
//!     │  └────────────────┼──────────────────────────────────►│  │        the deadline
//!     │                   │                                   │  │
//!     │ NativeClose       │ NativeClose           NativeClose │  │ deadline found to have passed,
//!     │                   │                                   │  │ one task yielded, and still no
//!     ▼                   ▼                                   ▼  ▼ NativeClose
//!     └───────────────────┴────────────────────────────────► Closed
//! ```
//!
//! Every input may come in every state, any number of times; one that means nothing there does
//! nothing. There is one wake-up at a time: the armed deadline, or the yielded task.

use core::time::Duration;

use super::{
    Action, Actions, At, CloseCode, CloseFrame, CloseReport, Initiator, Input, Instant, Outcome,
    Phase, ReadyState, SetWakeUp,
};

/// The close timeout of a socket that was given none: 10 seconds.
pub const DEFAULT_CLOSE_TIMEOUT: Duration = Duration::from_secs(10);

/// The closing handshake of one socket, seen from the page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Machine<R = String> {
    state: State<R>,
    /// `None` leaves the end to the browser.
    close_timeout: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum State<R> {
    /// No connection yet. `open_deadline`: when to give up.
    Connecting { open_deadline: Option<Instant> },
    /// The connection is established, and neither side is known to have sent a Close frame.
    Open,
    /// The end has begun, and the browser has not reported it yet.
    Closing(Closing<R>),
    /// Settled: the one report is out.
    Closed,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Closing<R> {
    /// When the local close was called; `None` as long as only the peer (or the browser) is closing.
    began: Option<Instant>,
    /// When to stop waiting for the browser.
    patience: Patience,
    /// What the report says if patience ends before the browser's event comes.
    giving_up_is: Outcome,
    initiator: Initiator,
    /// The Close frame handed to the browser.
    frame: Option<CloseFrame<R>>,
    /// Whether the connection was established before the end began.
    connected: bool,
    /// Whether it was the open timeout that began the end.
    open_timed_out: bool,
    /// The part of `bufferedAmount` that was given to `send` after the Close frame. The browser
    /// drops it, and never takes it off `bufferedAmount` again.
    late_bytes: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Patience {
    /// The browser decides.
    Unbounded,
    /// Until then.
    Until(Instant),
    /// It has ended; the browser's event, if queued already, has this one task to arrive.
    Yielding,
}

impl<R: Clone + Default> Machine<R> {
    /// The machine of a socket that is in this state now, with the [default close
    /// timeout](DEFAULT_CLOSE_TIMEOUT).
    ///
    /// Of a socket that is CLOSING already, this side counts as the one that began: a browser shows
    /// CLOSING only for a moment when the peer did. One that is CLOSED counts as open until it is
    /// given an [`Input::NativeClose`], since its own event is gone.
    pub fn new(state: ReadyState) -> Self {
        let state = match state {
            ReadyState::Connecting => State::Connecting { open_deadline: None },
            ReadyState::Open | ReadyState::Closed => State::Open,
            ReadyState::Closing => State::Closing(Closing::new(Initiator::Local, true)),
        };
        Self { state, close_timeout: Some(DEFAULT_CLOSE_TIMEOUT) }
    }

    /// The ready state.
    pub const fn ready_state(&self) -> ReadyState {
        match self.state {
            State::Connecting { .. } => ReadyState::Connecting,
            State::Open => ReadyState::Open,
            State::Closing(_) => ReadyState::Closing,
            State::Closed => ReadyState::Closed,
        }
    }

    /// The close timeout; `None` leaves the end to the browser.
    pub const fn close_timeout(&self) -> Option<Duration> {
        self.close_timeout
    }

    /// Takes an input, and says what is to be done about it.
    pub fn handle(&mut self, input: Input<R>, at: At) -> Actions<R> {
        match input {
            Input::OpenTimeout(timeout) => Actions::wake_up(self.set_open_timeout(timeout, at)),
            Input::CloseTimeout(timeout) => Actions::wake_up(self.set_close_timeout(timeout, at)),
            Input::Opened => Actions::wake_up(self.opened()),
            Input::Close { frame, native } => self.close(frame, native, at),
            Input::Terminate { native } => self.terminate(native, at),
            Input::LateSend(bytes) => self.late_send(bytes),
            Input::NativeError => self.native_error(),
            Input::NativeClose { code, reason, was_clean } => {
                self.native_close(code, reason, was_clean, at)
            }
            Input::TimerFired => self.wake(at, true),
            Input::PageResumed => self.wake(at, false),
            Input::TaskYielded => self.give_up(at),
        }
    }

    fn set_open_timeout(&mut self, timeout: Option<Duration>, at: At) -> Option<SetWakeUp> {
        let State::Connecting { open_deadline } = &mut self.state else {
            return None;
        };
        *open_deadline = timeout.map(|timeout| at.now.after(timeout));
        Some(open_deadline.map_or(SetWakeUp::DisarmDeadline, SetWakeUp::ArmDeadline))
    }

    fn set_close_timeout(&mut self, timeout: Option<Duration>, at: At) -> Option<SetWakeUp> {
        self.close_timeout = timeout;
        match &mut self.state {
            State::Closing(closing) if closing.giving_up_is == Outcome::TimedOut => {
                closing.rearm(timeout, at)
            }
            _ => None,
        }
    }

    fn opened(&mut self) -> Option<SetWakeUp> {
        let State::Connecting { open_deadline } = self.state else {
            return None;
        };
        self.state = State::Open;
        open_deadline.map(|_| SetWakeUp::DisarmDeadline)
    }

    fn close(&mut self, frame: Option<CloseFrame<R>>, native: ReadyState, at: At) -> Actions<R> {
        let connected = match &mut self.state {
            State::Connecting { .. } => false,
            State::Open => true,
            State::Closing(closing) if closing.began.is_none() => {
                closing.began = Some(at.now);
                return Actions::wake_up(closing.rearm(self.close_timeout, at));
            }
            State::Closing(_) | State::Closed => return Actions::none(),
        };
        let initiator = match native {
            ReadyState::Connecting | ReadyState::Open => Initiator::Local,
            ReadyState::Closing => Initiator::Remote,
            ReadyState::Closed => Initiator::Transport,
        };
        let mut closing = Closing::new(initiator, connected);
        closing.began = Some(at.now);
        // The wake-up first: a socket that fires its events inside close() finds it armed, and
        // the settling disarms it.
        let wake_up = closing.rearm(self.close_timeout, at);
        let mut then = None;
        if initiator == Initiator::Local {
            closing.frame = Some(frame.clone().unwrap_or_else(CloseFrame::without_body));
            then = Some(Action::SendClose(frame));
        }
        self.state = State::Closing(closing);
        Actions { wake_up, then }
    }

    fn terminate(&mut self, native: ReadyState, at: At) -> Actions<R> {
        let mut actions = self.close(None, native, at);
        if let State::Closing(closing) = &mut self.state {
            closing.giving_up_is = Outcome::Terminated;
            actions.wake_up = closing.stop_waiting().or(actions.wake_up);
        }
        actions
    }

    fn late_send(&mut self, bytes: u64) -> Actions<R> {
        if let State::Closing(closing) = &mut self.state {
            closing.late_bytes = closing.late_bytes.saturating_add(bytes);
        }
        Actions::none()
    }

    fn native_error(&mut self) -> Actions<R> {
        match self.state {
            State::Closed => Actions::absorb_event(),
            _ => Actions::none(),
        }
    }

    fn native_close(&mut self, code: CloseCode, reason: R, was_clean: bool, at: At) -> Actions<R> {
        let closing = match core::mem::replace(&mut self.state, State::Closed) {
            State::Closed => return Actions::absorb_event(),
            State::Closing(closing) => closing,
            State::Open => Closing::new(Initiator::Transport, true),
            State::Connecting { .. } => Closing::new(Initiator::Transport, false),
        };
        // Whether a Close frame was received: without one the code is 1006 (RFC 6455, 7.1.5).
        let received = was_clean || code != CloseCode::ABNORMAL;
        let outcome = match () {
            () if was_clean => Outcome::Clean,
            () if closing.open_timed_out => Outcome::TimedOut,
            () if closing.connected || received => Outcome::Unclean,
            () => Outcome::NeverOpened,
        };
        let mut report = closing.report(CloseFrame { code, reason }, outcome, at);
        report.was_clean = was_clean;
        if received {
            report.phase = Phase::Handshake;
            if report.initiator == Initiator::Transport {
                report.initiator = Initiator::Remote;
            }
        }
        Actions {
            wake_up: Some(SetWakeUp::DisarmDeadline),
            then: Some(Action::Settle { report, synthetic: false }),
        }
    }

    /// The timer fired, or the page came back: a deadline may have passed.
    fn wake(&mut self, at: At, timer_is_spent: bool) -> Actions<R> {
        let deadline = match &self.state {
            State::Connecting { open_deadline: Some(deadline) } => *deadline,
            State::Closing(Closing { patience: Patience::Until(deadline), .. }) => *deadline,
            _ => return Actions::none(),
        };
        if at.now < deadline {
            return Actions::wake_up(timer_is_spent.then_some(SetWakeUp::ArmDeadline(deadline)));
        }
        if let State::Closing(closing) = &mut self.state {
            return Actions::wake_up(closing.stop_waiting());
        }
        let begin = self.close(None, ReadyState::Connecting, at);
        if let State::Closing(closing) = &mut self.state {
            closing.open_timed_out = true;
        }
        begin
    }

    /// The yielded task runs, and the browser's event has not come.
    fn give_up(&mut self, at: At) -> Actions<R> {
        match core::mem::replace(&mut self.state, State::Closed) {
            State::Closing(closing) if closing.patience == Patience::Yielding => {
                let received = CloseFrame { code: CloseCode::ABNORMAL, reason: R::default() };
                let outcome = closing.giving_up_is;
                let report = closing.report(received, outcome, at);
                Actions { wake_up: None, then: Some(Action::Settle { report, synthetic: true }) }
            }
            state => {
                self.state = state;
                Actions::none()
            }
        }
    }
}

impl<R> Closing<R> {
    const fn new(initiator: Initiator, connected: bool) -> Self {
        Self {
            began: None,
            patience: Patience::Unbounded,
            giving_up_is: Outcome::TimedOut,
            initiator,
            frame: None,
            connected,
            open_timed_out: false,
            late_bytes: 0,
        }
    }

    /// Counts the close timeout from the local close, and says what wake-up that makes.
    fn rearm(&mut self, close_timeout: Option<Duration>, at: At) -> Option<SetWakeUp> {
        let began = self.began?;
        let Some(timeout) = close_timeout else {
            self.patience = Patience::Unbounded;
            return Some(SetWakeUp::DisarmDeadline);
        };
        let deadline = began.after(timeout);
        if at.now >= deadline {
            return self.stop_waiting();
        }
        self.patience = Patience::Until(deadline);
        Some(SetWakeUp::ArmDeadline(deadline))
    }

    /// Ends patience. A task that is yielded already stays where it is in the queue, so that nobody
    /// can put the end off by asking again.
    fn stop_waiting(&mut self) -> Option<SetWakeUp> {
        match core::mem::replace(&mut self.patience, Patience::Yielding) {
            Patience::Yielding => None,
            Patience::Unbounded | Patience::Until(_) => Some(SetWakeUp::YieldTask),
        }
    }

    /// What this side knows of the end, with what was received; not clean.
    fn report(self, received: CloseFrame<R>, outcome: Outcome, at: At) -> CloseReport<R> {
        let Self { connected, initiator, .. } = self;
        // Whether our Close frame is still queued behind data that was given to `send` before it.
        let is_flushing = initiator == Initiator::Local && at.buffered_amount > self.late_bytes;
        CloseReport {
            code: received.code,
            reason: received.reason,
            was_clean: false,
            outcome,
            initiator,
            sent: self.frame.filter(|_| connected && !is_flushing),
            phase: match initiator {
                _ if !connected => Phase::Connecting,
                Initiator::Transport => Phase::Open,
                _ if is_flushing => Phase::Flushing,
                _ => Phase::Handshake,
            },
            elapsed: self.began.map_or(Duration::ZERO, |began| at.now.since(began)),
            unsent_bytes: at.buffered_amount,
        }
    }
}

impl<R: Default> CloseFrame<R> {
    /// The frame that carries neither code nor reason.
    fn without_body() -> Self {
        Self { code: CloseCode::NO_STATUS_RECEIVED, reason: R::default() }
    }
}

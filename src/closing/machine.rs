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
    Phase, ReadyState,
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
    #[must_use = "what is not done is a socket that does not finish closing"]
    pub fn handle(&mut self, input: Input<R>, at: At) -> Actions<R> {
        match input {
            Input::OpenTimeout(timeout) => self.set_open_timeout(timeout, at),
            Input::CloseTimeout(timeout) => self.set_close_timeout(timeout, at),
            Input::Opened => self.opened(),
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

    fn set_open_timeout(&mut self, timeout: Option<Duration>, at: At) -> Actions<R> {
        let State::Connecting { open_deadline } = &mut self.state else {
            return Actions::none();
        };
        *open_deadline = timeout.map(|timeout| at.now.after(timeout));
        Actions::one(open_deadline.map_or(Action::DisarmDeadline, Action::ArmDeadline))
    }

    fn set_close_timeout(&mut self, timeout: Option<Duration>, at: At) -> Actions<R> {
        self.close_timeout = timeout;
        match &mut self.state {
            State::Closing(closing) if closing.giving_up_is == Outcome::TimedOut => {
                closing.rearm(timeout, at)
            }
            _ => Actions::none(),
        }
    }

    fn opened(&mut self) -> Actions<R> {
        let State::Connecting { open_deadline } = self.state else {
            return Actions::none();
        };
        self.state = State::Open;
        match open_deadline {
            Some(_) => Actions::one(Action::DisarmDeadline),
            None => Actions::none(),
        }
    }

    fn close(&mut self, frame: Option<CloseFrame<R>>, native: ReadyState, at: At) -> Actions<R> {
        let connected = match &mut self.state {
            State::Connecting { .. } => false,
            State::Open => true,
            State::Closing(closing) if closing.began.is_none() => {
                closing.began = Some(at.now);
                return closing.rearm(self.close_timeout, at);
            }
            State::Closing(_) | State::Closed => return Actions::none(),
        };
        let initiator = match native {
            ReadyState::Connecting | ReadyState::Open => Initiator::Local,
            ReadyState::Closing => Initiator::Remote,
            ReadyState::Closed => Initiator::Transport,
        };
        let sends_close = initiator == Initiator::Local;
        let mut closing = Closing::new(initiator, connected);
        closing.began = Some(at.now);
        if sends_close {
            closing.frame = Some(frame.clone().unwrap_or_else(CloseFrame::without_body));
        }
        // The wake-up first: a socket that fires its events inside close() finds it armed, and
        // the settling disarms it.
        let wake_up = closing.rearm(self.close_timeout, at);
        self.state = State::Closing(closing);
        if sends_close { wake_up.then(Action::SendClose(frame)) } else { wake_up }
    }

    fn terminate(&mut self, native: ReadyState, at: At) -> Actions<R> {
        let begin = self.close(None, native, at);
        let State::Closing(closing) = &mut self.state else {
            return Actions::none();
        };
        closing.giving_up_is = Outcome::Terminated;
        match closing.stop_waiting() {
            Some(yield_task) => Actions([Some(yield_task), begin.last()]),
            None => begin,
        }
    }

    fn late_send(&mut self, bytes: u64) -> Actions<R> {
        if let State::Closing(closing) = &mut self.state {
            closing.late_bytes = closing.late_bytes.saturating_add(bytes);
        }
        Actions::none()
    }

    fn native_error(&mut self) -> Actions<R> {
        match self.state {
            State::Closed => Actions::one(Action::AbsorbEvent),
            _ => Actions::none(),
        }
    }

    fn native_close(&mut self, code: CloseCode, reason: R, was_clean: bool, at: At) -> Actions<R> {
        // Whether a Close frame was received: without one the code is 1006 (RFC 6455, 7.1.5).
        let received = was_clean || code != CloseCode::ABNORMAL;
        let closing = match core::mem::replace(&mut self.state, State::Closed) {
            State::Closed => return Actions::one(Action::AbsorbEvent),
            State::Closing(closing) => closing,
            State::Open => Closing::new(Initiator::Transport, true),
            State::Connecting { .. } => Closing::new(Initiator::Transport, false),
        };
        let connected = closing.connected || received;
        let report = CloseReport {
            code,
            reason,
            was_clean,
            outcome: match () {
                () if was_clean => Outcome::Clean,
                () if closing.open_timed_out => Outcome::TimedOut,
                () if connected => Outcome::Unclean,
                () => Outcome::NeverOpened,
            },
            phase: if received { Phase::Handshake } else { closing.phase(at) },
            initiator: match closing.initiator {
                Initiator::Transport if received => Initiator::Remote,
                initiator => initiator,
            },
            sent: closing.sent(at),
            elapsed: closing.elapsed(at),
            unsent_bytes: at.buffered_amount,
        };
        Actions::two(Action::DisarmDeadline, Action::Settle { report, synthetic: false })
    }

    /// The timer fired, or the page came back: a deadline may have passed.
    fn wake(&mut self, at: At, timer_is_spent: bool) -> Actions<R> {
        let deadline = match &self.state {
            State::Connecting { open_deadline: Some(deadline) } => *deadline,
            State::Closing(Closing { patience: Patience::Until(deadline), .. }) => *deadline,
            _ => return Actions::none(),
        };
        if at.now < deadline {
            return if timer_is_spent {
                Actions::one(Action::ArmDeadline(deadline))
            } else {
                Actions::none()
            };
        }
        if let State::Closing(closing) = &mut self.state {
            return Actions([closing.stop_waiting(), None]);
        }
        let begin = self.close(None, ReadyState::Connecting, at);
        if let State::Closing(closing) = &mut self.state {
            closing.open_timed_out = true;
        }
        begin
    }

    /// The yielded task runs, and the browser's event has not come.
    fn give_up(&mut self, at: At) -> Actions<R> {
        let State::Closing(closing) = &self.state else {
            return Actions::none();
        };
        if closing.patience != Patience::Yielding {
            return Actions::none();
        }
        let report = CloseReport {
            code: CloseCode::ABNORMAL,
            reason: R::default(),
            was_clean: false,
            outcome: closing.giving_up_is,
            initiator: closing.initiator,
            sent: closing.sent(at),
            phase: closing.phase(at),
            elapsed: closing.elapsed(at),
            unsent_bytes: at.buffered_amount,
        };
        self.state = State::Closed;
        Actions::one(Action::Settle { report, synthetic: true })
    }
}

impl<R: Clone> Closing<R> {
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
    fn rearm(&mut self, close_timeout: Option<Duration>, at: At) -> Actions<R> {
        let Some(began) = self.began else {
            return Actions::none();
        };
        let Some(timeout) = close_timeout else {
            self.patience = Patience::Unbounded;
            return Actions::one(Action::DisarmDeadline);
        };
        let deadline = began.after(timeout);
        if at.now >= deadline {
            return Actions([self.stop_waiting(), None]);
        }
        self.patience = Patience::Until(deadline);
        Actions::one(Action::ArmDeadline(deadline))
    }

    /// Ends patience. A task that is yielded already stays where it is in the queue, so that nobody
    /// can put the end off by asking again.
    fn stop_waiting(&mut self) -> Option<Action<R>> {
        match core::mem::replace(&mut self.patience, Patience::Yielding) {
            Patience::Yielding => None,
            Patience::Unbounded | Patience::Until(_) => Some(Action::YieldTask),
        }
    }

    /// Whether our Close frame is still queued behind data that was given to `send` before it.
    fn is_flushing(&self, at: At) -> bool {
        self.connected && self.initiator == Initiator::Local && at.buffered_amount > self.late_bytes
    }

    fn phase(&self, at: At) -> Phase {
        match () {
            () if !self.connected => Phase::Connecting,
            () if self.initiator == Initiator::Transport => Phase::Open,
            () if self.is_flushing(at) => Phase::Flushing,
            () => Phase::Handshake,
        }
    }

    fn sent(&self, at: At) -> Option<CloseFrame<R>> {
        if self.connected && !self.is_flushing(at) { self.frame.clone() } else { None }
    }

    fn elapsed(&self, at: At) -> Duration {
        self.began.map_or(Duration::ZERO, |began| at.now.since(began))
    }
}

impl<R: Default> CloseFrame<R> {
    /// The frame that carries neither code nor reason.
    fn without_body() -> Self {
        Self { code: CloseCode::NO_STATUS_RECEIVED, reason: R::default() }
    }
}

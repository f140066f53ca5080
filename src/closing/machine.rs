//! The state machine of one WebSocket, from connecting to closed.
//!
//! ```text
//!              Opened                     Close, Terminate
//! Connecting ─────────► Open ──────────────────────────────► Closing ◄──┐
//!     │  │                │    or the browser is CLOSING      │  │  └───┘ Close joins;
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

use super::{
    Action, Actions, At, CloseCode, CloseFrame, Ending, Initiator, Input, Outcome, Phase,
    ReadyState,
};
use crate::time::{Instant, Millis, SetWakeUp};

/// The close timeout of a socket that was given none: 10 seconds.
pub const DEFAULT_CLOSE_TIMEOUT: Millis = Millis::new(10_000.0);

/// The closing handshake of one socket, seen from the page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Machine<R = String> {
    state: State<R>,
    /// Endless leaves the end to the browser.
    close_timeout: Millis,
    /// Whether the browser may begin the end by itself, as only Gecko does.
    in_gecko: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum State<R> {
    /// No connection yet.
    Connecting {
        since: Instant,
        /// When to give up.
        patience: Patience,
    },
    /// The connection is established, and neither side is known to have sent a Close frame.
    Open { since: Instant, time_connecting: Millis },
    /// The end has begun, and the browser has not reported it yet.
    Closing(Closing<R>),
    /// Settled: the one ending is out.
    Closed,
}

/// A closing handshake that has begun.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Closing<R> {
    /// When the end began, as far as it could be seen; `None` of an adopted socket that nobody has closed
    /// here.
    began: Option<Instant>,
    /// When to stop waiting for the browser.
    patience: Patience,
    initiator: Initiator,
    /// The Close frame handed to the browser.
    frame: Option<CloseFrame<R>>,
    /// Whether the connection was established before the end began.
    connected: bool,
    time_connecting: Millis,
    time_open: Millis,
    /// Whether it was the open timeout that began the end.
    open_timed_out: bool,
    /// Whether the page has given up.
    terminated: bool,
    /// The part of `bufferedAmount` that was given to `send` after the Close frame. The browser
    /// drops it, and never takes it off `bufferedAmount` again.
    late_bytes: u32,
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
    pub const fn new(state: ReadyState, now: Instant) -> Self {
        let state = match state {
            ReadyState::Connecting => {
                State::Connecting { since: now, patience: Patience::Unbounded }
            }
            ReadyState::Open | ReadyState::Closed => {
                State::Open { since: now, time_connecting: Millis::ZERO }
            }
            ReadyState::Closing => State::Closing(Closing {
                began: None,
                patience: Patience::Unbounded,
                initiator: Initiator::Local,
                frame: None,
                connected: true,
                time_connecting: Millis::ZERO,
                time_open: Millis::ZERO,
                open_timed_out: false,
                terminated: false,
                late_bytes: 0,
            }),
        };
        Self { state, close_timeout: DEFAULT_CLOSE_TIMEOUT, in_gecko: false }
    }

    /// The machine of a socket in Gecko, which begins the closing handshake by itself when a navigation
    /// begins. So if it is CLOSING, and no Close frame of the peer's turns up, it was the browser.
    #[must_use]
    pub const fn in_gecko(mut self, in_gecko: bool) -> Self {
        self.in_gecko = in_gecko;
        self
    }

    /// The ready state.
    pub const fn ready_state(&self) -> ReadyState {
        match self.state {
            State::Connecting { .. } => ReadyState::Connecting,
            State::Open { .. } => ReadyState::Open,
            State::Closing(_) => ReadyState::Closing,
            State::Closed => ReadyState::Closed,
        }
    }

    /// The close timeout; endless leaves the end to the browser.
    pub const fn close_timeout(&self) -> Millis {
        self.close_timeout
    }

    /// Takes an input, and says what is to be done about it.
    pub fn handle(&mut self, input: Input<R>, at: At) -> Actions<R> {
        let noticed = self.notice(&input, at);
        let mut actions = match input {
            Input::OpenTimeout(timeout) => Actions::wake_up(self.set_open_timeout(timeout, at)),
            Input::CloseTimeout(timeout) => Actions::wake_up(self.set_close_timeout(timeout, at)),
            Input::Opened => Actions::wake_up(self.opened(at)),
            Input::Close(frame) => self.close(frame, at),
            Input::Terminate => self.terminate(at),
            Input::LateSend(bytes) => self.late_send(bytes),
            Input::NativeError => self.native_error(),
            Input::NativeClose { code, reason, was_clean } => {
                self.native_close(CloseFrame { code, reason }, was_clean, at)
            }
            Input::TimerFired => Actions::wake_up(self.wake(at, true)),
            Input::Looked | Input::Navigated => Actions::wake_up(self.wake(at, false)),
            Input::TaskYielded => self.yielded(at),
        };
        actions.wake_up = actions.wake_up.or(noticed);
        actions
    }

    /// The browser is CLOSING, and nobody here has asked for it: the peer has, or the browser of its own
    /// accord. It has the close timeout to end.
    fn notice(&mut self, input: &Input<R>, at: At) -> Option<SetWakeUp> {
        let State::Open { .. } = self.state else { return None };
        // The browser's event speaks for itself. And a task that nobody waits for any more must not be
        // taken for the one that a close timeout of zero asks for here.
        let says_nothing = matches!(input, Input::NativeClose { .. } | Input::TaskYielded);
        if at.native != ReadyState::Closing || says_nothing {
            return None;
        }
        let mut closing = self.begin(at);
        if let Input::Navigated = input {
            closing.initiator = Initiator::Browser;
        }
        let wake_up = closing.rearm(self.close_timeout, at);
        self.state = State::Closing(closing);
        wake_up
    }

    fn set_open_timeout(&mut self, timeout: Millis, at: At) -> Option<SetWakeUp> {
        let State::Connecting { patience, .. } = &mut self.state else { return None };
        let deadline = at.now.after(timeout);
        if timeout == Millis::ENDLESS {
            *patience = Patience::Unbounded;
            return Some(SetWakeUp::DisarmDeadline);
        }
        *patience = Patience::Until(deadline);
        Some(SetWakeUp::ArmDeadline(deadline))
    }

    fn set_close_timeout(&mut self, timeout: Millis, at: At) -> Option<SetWakeUp> {
        self.close_timeout = timeout;
        match &mut self.state {
            State::Closing(closing) if !closing.terminated => closing.rearm(timeout, at),
            _ => None,
        }
    }

    fn opened(&mut self, at: At) -> Option<SetWakeUp> {
        let State::Connecting { since, patience } = self.state else { return None };
        if at.native != ReadyState::Open {
            return None;
        }
        self.state = State::Open { since: at.now, time_connecting: at.now.since(since) };
        (patience != Patience::Unbounded).then_some(SetWakeUp::DisarmDeadline)
    }

    fn close(&mut self, frame: Option<CloseFrame<R>>, at: At) -> Actions<R> {
        match &mut self.state {
            State::Connecting { .. } | State::Open { .. } => self.close_locally(frame, at),
            State::Closing(closing) if closing.began.is_none() => {
                closing.began = Some(at.now);
                Actions::wake_up(closing.rearm(self.close_timeout, at))
            }
            State::Closing(closing) => closing.close_again(at),
            State::Closed => Actions::none(),
        }
    }

    /// Begins the end, and hands the frame to the browser unless the browser knows of an end already.
    fn close_locally(&mut self, frame: Option<CloseFrame<R>>, at: At) -> Actions<R> {
        let mut closing = self.begin(at);
        // The wake-up first: a socket that fires its events inside close() finds it armed, and
        // the settling disarms it.
        let wake_up = closing.rearm(self.close_timeout, at);
        let mut then = None;
        if closing.initiator == Initiator::Local {
            closing.frame = Some(frame.clone().unwrap_or_else(CloseFrame::without_body));
            then = Some(Action::SendClose(frame));
        }
        self.state = State::Closing(closing);
        Actions { wake_up, then }
    }

    fn terminate(&mut self, at: At) -> Actions<R> {
        let mut actions = self.close(None, at);
        if let State::Closing(closing) = &mut self.state {
            closing.terminated = true;
            actions.wake_up = closing.patience.stop().or(actions.wake_up);
        }
        actions
    }

    fn late_send(&mut self, bytes: u32) -> Actions<R> {
        if let State::Closing(closing) = &mut self.state {
            closing.late_bytes = closing.late_bytes.saturating_add(bytes);
        }
        Actions::none()
    }

    fn native_error(&self) -> Actions<R> {
        match self.state {
            State::Closed => Actions::absorb_event(),
            _ => Actions::none(),
        }
    }

    fn native_close(&mut self, mut received: CloseFrame<R>, was_clean: bool, at: At) -> Actions<R> {
        let closing = match &self.state {
            State::Closed => return Actions::absorb_event(),
            State::Closing(closing) => closing.clone(),
            // What the browser's state is by now says nothing of who began.
            _ => Closing { initiator: Initiator::Transport, ..self.begin(at) },
        };
        self.state = State::Closed;
        // Runtimes and test doubles say nothing (0) where the standard has a code.
        if received.code.get() == 0 {
            received.code =
                if was_clean { CloseCode::NO_STATUS_RECEIVED } else { CloseCode::ABNORMAL };
        }
        // Whether a Close frame was received: without one the code is 1006 (RFC 6455, 7.1.5).
        let has_received = received.code != CloseCode::ABNORMAL;
        let was_clean = was_clean && has_received;
        let outcome = match () {
            () if was_clean => Outcome::Clean,
            () if closing.open_timed_out => Outcome::TimedOut,
            () if closing.connected || has_received => Outcome::Unclean,
            () => Outcome::NeverOpened,
        };
        let mut ending = self.ending(closing, received, outcome, at);
        if has_received {
            ending.phase = Phase::Handshake;
            if ending.initiator == Initiator::Transport {
                ending.initiator = Initiator::Remote;
            }
        }
        Actions {
            wake_up: Some(SetWakeUp::DisarmDeadline),
            then: Some(Action::Settle { ending, synthetic: false }),
        }
    }

    /// The timer fired, or somebody looks: a deadline may have passed.
    fn wake(&mut self, at: At, timer_is_spent: bool) -> Option<SetWakeUp> {
        let patience = match &mut self.state {
            State::Connecting { patience, .. } => patience,
            State::Closing(closing) => &mut closing.patience,
            _ => return None,
        };
        let Patience::Until(deadline) = *patience else { return None };
        if at.now < deadline {
            return timer_is_spent.then_some(SetWakeUp::ArmDeadline(deadline));
        }
        patience.stop()
    }

    /// The yielded task runs, and the browser's event has not come.
    fn yielded(&mut self, at: At) -> Actions<R> {
        match &mut self.state {
            State::Connecting { patience, .. } if *patience == Patience::Yielding => {
                if at.native == ReadyState::Open {
                    // It has opened in time, and the event is still on its way.
                    *patience = Patience::Unbounded;
                    return Actions::none();
                }
                let actions = self.close_locally(None, at);
                if let State::Closing(closing) = &mut self.state {
                    closing.open_timed_out = closing.initiator == Initiator::Local;
                }
                actions
            }
            State::Closing(closing) if closing.patience == Patience::Yielding => {
                let closing = closing.clone();
                self.state = State::Closed;
                let received = CloseFrame { code: CloseCode::ABNORMAL, reason: R::default() };
                let outcome =
                    if closing.terminated { Outcome::Terminated } else { Outcome::TimedOut };
                let ending = self.ending(closing, received, outcome, at);
                Actions { wake_up: None, then: Some(Action::Settle { ending, synthetic: true }) }
            }
            _ => Actions::none(),
        }
    }

    /// The end begins now. Who began shows in the browser's own state.
    fn begin(&self, at: At) -> Closing<R> {
        let (connected, time_connecting, time_open) = match self.state {
            // It may be OPEN already, with the event still on its way to the shell.
            State::Connecting { since, .. } => {
                (at.native == ReadyState::Open, at.now.since(since), Millis::ZERO)
            }
            State::Open { since, time_connecting } => (true, time_connecting, at.now.since(since)),
            _ => (true, Millis::ZERO, Millis::ZERO),
        };
        Closing {
            began: Some(at.now),
            patience: Patience::Unbounded,
            initiator: match at.native {
                ReadyState::Connecting | ReadyState::Open => Initiator::Local,
                ReadyState::Closing => Initiator::Remote,
                ReadyState::Closed => Initiator::Transport,
            },
            frame: None,
            connected,
            time_connecting,
            time_open,
            open_timed_out: false,
            terminated: false,
            late_bytes: 0,
        }
    }

    /// What this side knows of the end, with what was received.
    fn ending(
        &self,
        closing: Closing<R>,
        received: CloseFrame<R>,
        outcome: Outcome,
        at: At,
    ) -> Ending<R> {
        let Closing { connected, mut initiator, .. } = closing;
        let was_clean = outcome == Outcome::Clean;
        if self.in_gecko && initiator == Initiator::Remote && received.code == CloseCode::ABNORMAL {
            initiator = Initiator::Browser;
        }
        // Whether our Close frame is still queued behind data that was given to `send` before it.
        let is_flushing = initiator == Initiator::Local && at.buffered_amount > closing.late_bytes;
        // If the closing handshake was completed, it has left, whatever is queued, and whatever a test double
        // shows. Else a browser that is still OPEN has not been closed: the call came to nothing.
        let has_left = connected && (was_clean || !is_flushing && at.native > ReadyState::Open);
        Ending {
            received,
            was_clean,
            outcome,
            initiator,
            phase: match initiator {
                _ if !connected => Phase::Connecting,
                Initiator::Transport => Phase::Open,
                _ if is_flushing => Phase::Flushing,
                _ => Phase::Handshake,
            },
            sent: closing.frame.filter(|_| has_left),
            time_connecting: closing.time_connecting,
            time_open: closing.time_open,
            elapsed: closing.began.map_or(Millis::ZERO, |began| at.now.since(began)),
            unsent_bytes: at.buffered_amount,
        }
    }
}

impl<R: Clone> Closing<R> {
    /// Counts the close timeout from the beginning of the end, and says what wake-up that makes.
    fn rearm(&mut self, close_timeout: Millis, at: At) -> Option<SetWakeUp> {
        let began = self.began?;
        if close_timeout == Millis::ENDLESS {
            self.patience = Patience::Unbounded;
            return Some(SetWakeUp::DisarmDeadline);
        }
        let deadline = began.after(close_timeout);
        if at.now >= deadline {
            return self.patience.stop();
        }
        self.patience = Patience::Until(deadline);
        Some(SetWakeUp::ArmDeadline(deadline))
    }

    /// A further close joins the first. If that has come to nothing, since the browser's `close()` threw,
    /// it is tried again.
    fn close_again(&self, at: At) -> Actions<R> {
        let mut actions = Actions::none();
        if at.native < ReadyState::Closing
            && let Some(frame) = &self.frame
        {
            let has_body = frame.code != CloseCode::NO_STATUS_RECEIVED;
            actions.then = Some(Action::SendClose(has_body.then(|| frame.clone())));
        }
        actions
    }
}

impl Patience {
    /// Ends it. A task that is yielded already stays where it is in the queue, so that nobody can put the
    /// end off by asking again.
    fn stop(&mut self) -> Option<SetWakeUp> {
        match core::mem::replace(self, Self::Yielding) {
            Self::Yielding => None,
            Self::Unbounded | Self::Until(_) => Some(SetWakeUp::YieldTask),
        }
    }
}

impl<R: Default> CloseFrame<R> {
    /// The frame that carries neither code nor reason.
    fn without_body() -> Self {
        Self { code: CloseCode::NO_STATUS_RECEIVED, reason: R::default() }
    }
}

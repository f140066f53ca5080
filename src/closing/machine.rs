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
    /// CLOSING: the end has begun, and the browser has not reported it yet. CLOSED: settled, the one ending is
    /// out.
    state: ReadyState,
    /// Endless leaves the end to the browser.
    close_timeout: Millis,
    /// Whether the browser may begin the end by itself, as only Gecko does.
    in_gecko: bool,
    /// Since when it is connecting, or open; or when the end began, as far as it could be seen.
    since: Instant,
    time_connecting: Millis,
    time_open: Millis,
    /// When to give up connecting, or to stop waiting for the browser.
    patience: Patience,
    /// Whether it was CLOSING when it was adopted, and nobody has closed it here yet: nobody knows since when.
    adopted_closing: bool,
    /// Who began the end, once it has begun.
    initiator: Initiator,
    /// The Close frame handed to the browser.
    frame: Option<CloseFrame<R>>,
    /// Whether the connection was established before the end began.
    connected: bool,
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
        let adopted_closing = matches!(state, ReadyState::Closing);
        Self {
            state: match state {
                ReadyState::Closed => ReadyState::Open,
                state => state,
            },
            close_timeout: DEFAULT_CLOSE_TIMEOUT,
            in_gecko: false,
            since: now,
            time_connecting: Millis::ZERO,
            time_open: Millis::ZERO,
            patience: Patience::Unbounded,
            adopted_closing,
            initiator: Initiator::Local,
            frame: None,
            connected: !matches!(state, ReadyState::Connecting),
            open_timed_out: false,
            terminated: false,
            late_bytes: 0,
        }
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
        self.state
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
            Input::LateSend(bytes) => {
                if self.state == ReadyState::Closing {
                    self.late_bytes = self.late_bytes.saturating_add(bytes);
                }
                Actions::none()
            }
            Input::NativeError | Input::NativeClose { .. } if self.state == ReadyState::Closed => {
                Actions::absorb_event()
            }
            Input::NativeError => Actions::none(),
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
        // The browser's event speaks for itself. And a task that nobody waits for any more must not be
        // taken for the one that a close timeout of zero asks for here.
        let says_nothing = matches!(input, Input::NativeClose { .. } | Input::TaskYielded);
        // Of one that is not open yet, only a navigation tells that it was not the page past us.
        let is_navigation = matches!(input, Input::Navigated);
        let is_begun = self.state >= ReadyState::Closing
            || self.state == ReadyState::Connecting && !is_navigation;
        if is_begun || at.native != ReadyState::Closing || says_nothing {
            return None;
        }
        self.begin(at);
        if is_navigation {
            self.initiator = Initiator::Browser;
        }
        self.rearm(at)
    }

    fn set_open_timeout(&mut self, timeout: Millis, at: At) -> Option<SetWakeUp> {
        if self.state != ReadyState::Connecting {
            return None;
        }
        let deadline = at.now.after(timeout);
        if timeout == Millis::ENDLESS {
            self.patience = Patience::Unbounded;
            return Some(SetWakeUp::DisarmDeadline);
        }
        self.patience = Patience::Until(deadline);
        Some(SetWakeUp::ArmDeadline(deadline))
    }

    fn set_close_timeout(&mut self, timeout: Millis, at: At) -> Option<SetWakeUp> {
        self.close_timeout = timeout;
        if self.state != ReadyState::Closing || self.terminated {
            return None;
        }
        self.rearm(at)
    }

    fn opened(&mut self, at: At) -> Option<SetWakeUp> {
        if self.state != ReadyState::Connecting || at.native != ReadyState::Open {
            return None;
        }
        self.state = ReadyState::Open;
        self.connected = true;
        self.time_connecting = at.now.since(self.since);
        self.since = at.now;
        let patience = core::mem::replace(&mut self.patience, Patience::Unbounded);
        (patience != Patience::Unbounded).then_some(SetWakeUp::DisarmDeadline)
    }

    fn close(&mut self, frame: Option<CloseFrame<R>>, at: At) -> Actions<R> {
        match self.state {
            ReadyState::Closed => Actions::none(),
            ReadyState::Closing if self.adopted_closing => {
                self.adopted_closing = false;
                self.since = at.now;
                Actions::wake_up(self.rearm(at))
            }
            // A further close joins the first. If that has come to nothing, since the browser's `close()`
            // threw, it is tried again.
            ReadyState::Closing => {
                let mut actions = Actions::none();
                if at.native < ReadyState::Closing
                    && let Some(frame) = &self.frame
                {
                    let has_body = frame.code != CloseCode::NO_STATUS_RECEIVED;
                    actions.then = Some(Action::SendClose(has_body.then(|| frame.clone())));
                }
                actions
            }
            _ => self.close_locally(frame, at),
        }
    }

    /// Begins the end, and hands the frame to the browser unless the browser knows of an end already.
    fn close_locally(&mut self, frame: Option<CloseFrame<R>>, at: At) -> Actions<R> {
        self.begin(at);
        // The wake-up first: a socket that fires its events inside close() finds it armed, and
        // the settling disarms it.
        let wake_up = self.rearm(at);
        let mut then = None;
        if self.initiator == Initiator::Local {
            self.frame = Some(frame.clone().unwrap_or_else(CloseFrame::without_body));
            then = Some(Action::SendClose(frame));
        }
        Actions { wake_up, then }
    }

    fn terminate(&mut self, at: At) -> Actions<R> {
        let mut actions = self.close(None, at);
        if self.state == ReadyState::Closing {
            self.terminated = true;
            actions.wake_up = self.patience.stop().or(actions.wake_up);
        }
        actions
    }

    fn native_close(&mut self, mut received: CloseFrame<R>, was_clean: bool, at: At) -> Actions<R> {
        if self.state != ReadyState::Closing {
            // What the browser's state is by now says nothing of who began.
            self.begin(at);
            self.initiator = Initiator::Transport;
            // Without a connection no frame can have come, whatever a test double says.
            if !self.connected {
                received = CloseFrame { code: CloseCode::ABNORMAL, reason: R::default() };
            }
        }
        // Runtimes and test doubles say nothing (0) where the standard has a code.
        if received.code.get() == 0 {
            received.code =
                if was_clean { CloseCode::NO_STATUS_RECEIVED } else { CloseCode::ABNORMAL };
        }
        let has_received = received.code != CloseCode::ABNORMAL;
        let was_clean = was_clean && has_received;
        let outcome = match () {
            () if was_clean => Outcome::Clean,
            () if self.open_timed_out => Outcome::TimedOut,
            () if self.connected || has_received => Outcome::Unclean,
            () => Outcome::NeverOpened,
        };
        let ending = self.ending(received, outcome, at);
        Actions {
            wake_up: Some(SetWakeUp::DisarmDeadline),
            then: Some(Action::Settle { ending, synthetic: false }),
        }
    }

    /// The timer fired, or somebody looks: a deadline may have passed.
    fn wake(&mut self, at: At, timer_is_spent: bool) -> Option<SetWakeUp> {
        let Patience::Until(deadline) = self.patience else { return None };
        if at.now < deadline {
            return timer_is_spent.then_some(SetWakeUp::ArmDeadline(deadline));
        }
        self.patience.stop()
    }

    /// The yielded task runs, and the browser's event has not come.
    fn yielded(&mut self, at: At) -> Actions<R> {
        if self.patience != Patience::Yielding {
            return Actions::none();
        }
        if self.state == ReadyState::Connecting {
            self.patience = Patience::Unbounded;
            if at.native == ReadyState::Open {
                // It has opened in time, and the event is still on its way.
                return Actions::none();
            }
            let actions = self.close_locally(None, at);
            self.open_timed_out = self.initiator == Initiator::Local;
            return actions;
        }
        let received = CloseFrame { code: CloseCode::ABNORMAL, reason: R::default() };
        let outcome = if self.terminated { Outcome::Terminated } else { Outcome::TimedOut };
        let ending = self.ending(received, outcome, at);
        Actions { wake_up: None, then: Some(Action::Settle { ending, synthetic: true }) }
    }

    /// The end begins now. Who began shows in the browser's own state.
    fn begin(&mut self, at: At) {
        let time = at.now.since(self.since);
        if self.connected {
            self.time_open = time;
        } else {
            self.time_connecting = time;
            // It may be OPEN already, with the event still on its way to the shell.
            self.connected = at.native == ReadyState::Open;
        }
        self.state = ReadyState::Closing;
        self.since = at.now;
        self.patience = Patience::Unbounded;
        self.initiator = match at.native {
            ReadyState::Connecting | ReadyState::Open => Initiator::Local,
            ReadyState::Closing => Initiator::Remote,
            ReadyState::Closed => Initiator::Transport,
        };
    }

    /// Settles: what this side knows of the end, with what was received.
    fn ending(&mut self, received: CloseFrame<R>, outcome: Outcome, at: At) -> Ending<R> {
        self.state = ReadyState::Closed;
        self.patience = Patience::Unbounded;
        let was_clean = outcome == Outcome::Clean;
        // Whether a Close frame was received: without one the code is 1006 (RFC 6455, 7.1.5).
        let has_received = received.code != CloseCode::ABNORMAL;
        let initiator = match self.initiator {
            Initiator::Remote if self.in_gecko && !has_received => Initiator::Browser,
            Initiator::Transport if has_received => Initiator::Remote,
            initiator => initiator,
        };
        // Whether our Close frame is still queued behind data that was given to `send` before it.
        let is_flushing = initiator == Initiator::Local && at.buffered_amount > self.late_bytes;
        // If the closing handshake was completed, it has left, whatever is queued, and whatever a test double
        // shows. Else a browser that is still OPEN has not been closed: the call came to nothing.
        let has_left =
            self.connected && (was_clean || !is_flushing && at.native > ReadyState::Open);
        Ending {
            received,
            was_clean,
            outcome,
            initiator,
            phase: match initiator {
                _ if has_received => Phase::Handshake,
                _ if !self.connected => Phase::Connecting,
                Initiator::Transport => Phase::Open,
                _ if is_flushing => Phase::Flushing,
                _ => Phase::Handshake,
            },
            sent: self.frame.clone().filter(|_| has_left),
            time_connecting: self.time_connecting,
            time_open: self.time_open,
            elapsed: if self.adopted_closing { Millis::ZERO } else { at.now.since(self.since) },
            unsent_bytes: at.buffered_amount,
        }
    }

    /// Counts the close timeout from the beginning of the end, and says what wake-up that makes.
    fn rearm(&mut self, at: At) -> Option<SetWakeUp> {
        if self.adopted_closing {
            return None;
        }
        if self.close_timeout == Millis::ENDLESS {
            self.patience = Patience::Unbounded;
            return Some(SetWakeUp::DisarmDeadline);
        }
        let deadline = self.since.after(self.close_timeout);
        if at.now >= deadline {
            return self.patience.stop();
        }
        self.patience = Patience::Until(deadline);
        Some(SetWakeUp::ArmDeadline(deadline))
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

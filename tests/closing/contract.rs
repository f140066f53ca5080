//! The closing contract, as facts about what happened and clauses about what must follow:
//!
//! - bounded: from when the end can be seen to have begun, a wake-up is pending at the deadline, and no
//!   later
//! - exactly once: one ending, the browser's `close()` called once, and again only if that came to
//!   nothing; later events absorbed
//! - truthful: what was received is the event's own, or 1006, "" and not clean; 1006 is never clean
//! - complete: each field of the ending follows from what happened, and its times leave nothing out
//! - real event first: a deadline that has passed has no effect but in a yielded task
//! - no cost: before the end begins, nothing but the open timeout is pending
//! - nothing left: no wake-up once settled
//! - the ready state is the one that the facts make, so it never goes back

mod ending;

use graceful_websocket::closing::{
    Action, Actions, At, CloseCode, CloseFrame, DEFAULT_CLOSE_TIMEOUT, Initiator, Input, Machine,
    ReadyState,
};
use graceful_websocket::time::{Instant, Millis, SetWakeUp};

use crate::timeline::{Browser, Reason, WakeUp};

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

pub(crate) use clause;

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
    in_gecko: bool,
    /// It was CLOSING when it was adopted.
    adopted_closing: bool,
    adopted_at: Instant,
    /// When it was open: as the browser said, or when it was adopted, if it was not connecting any more.
    opened: Option<Instant>,
    open_deadline: Option<Instant>,
    /// The open deadline had passed when the clock was last looked at, and nothing has come of it yet.
    open_deadline_passed: bool,
    /// It was the open timeout that called the browser's `close()` first.
    open_timed_out: bool,
    close_timeout: Millis,
    /// When the end was first asked for or seen, and who had begun as far as could be seen.
    end: Option<(Instant, Initiator)>,
    terminated: bool,
    /// The close deadline had passed when the clock was last looked at.
    close_deadline_passed: bool,
    /// The Close frame that the browser was given first.
    frame: Option<CloseFrame<R>>,
    /// The bytes sent after the end had begun.
    late_bytes: u32,
}

impl<R: Reason> Contract<R> {
    /// The contract of a socket that is found as the browser has it.
    pub fn new(browser: Browser, now: Instant) -> Self {
        Self::Running(History {
            in_gecko: browser.is_gecko,
            adopted_closing: browser.native == ReadyState::Closing,
            adopted_at: now,
            opened: (browser.native != ReadyState::Connecting).then_some(now),
            open_deadline: None,
            open_deadline_passed: false,
            open_timed_out: false,
            close_timeout: DEFAULT_CLOSE_TIMEOUT,
            end: None,
            terminated: false,
            close_deadline_passed: false,
            frame: None,
            late_bytes: 0,
        })
    }

    /// The part of `bufferedAmount` that the browser never takes off it again.
    pub fn late_bytes(&self) -> u32 {
        match self {
            Self::Running(history) => history.late_bytes,
            Self::Settled => u32::MAX,
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
        let is_awaited_task = *input == Input::TaskYielded && pending == Some(WakeUp::Task);
        let ready_state = history.ready_state();
        let mut settles = match input {
            Input::NativeClose { .. } => true,
            _ => is_awaited_task && ready_state == ReadyState::Closing,
        };
        let settled = settles;
        let mut close_call = history.note(input, is_awaited_task, at);
        history.forget_the_open_timeout();
        let puts_off = actions.wake_up == Some(SetWakeUp::YieldTask)
            && pending == Some(WakeUp::Task)
            && !is_awaited_task
            && ready_state == history.ready_state();
        clause!(!puts_off, "the end is put off: {input:?}");
        match actions.then.clone() {
            Some(Action::SendClose(frame)) => {
                clause!(close_call.take() == Some(frame), "not the first arguments: {actions:?}");
            }
            Some(Action::Settle { ending, synthetic }) => {
                clause!(core::mem::take(&mut settles), "settled for no reason: {ending:?}");
                history.check_ending(&ending, synthetic, input, at)?;
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
    fn note(
        &mut self,
        input: &Input<R>,
        is_awaited_task: bool,
        at: At,
    ) -> Option<Option<CloseFrame<R>>> {
        self.see(input, at);
        let ends_it =
            matches!(input, Input::Close(_) | Input::Terminate | Input::NativeClose { .. });
        if ends_it && self.ready_state() == ReadyState::Connecting && at.native == ReadyState::Open
        {
            // The browser has opened it, and its event comes too late.
            self.opened = Some(at.now);
        }
        let is_connecting = self.ready_state() == ReadyState::Connecting;
        match input {
            Input::OpenTimeout(timeout) if is_connecting => {
                let deadline = at.now.after(*timeout);
                self.open_deadline = (*timeout != Millis::ENDLESS).then_some(deadline);
                self.open_deadline_passed = false;
            }
            Input::CloseTimeout(timeout) => {
                self.close_timeout = *timeout;
                if !is_connecting {
                    self.look_at_the_clock(at);
                }
            }
            Input::Opened if is_connecting && at.native == ReadyState::Open => {
                self.opened = Some(at.now);
            }
            Input::Close(frame) => return self.ask_for_the_end(frame.clone(), at),
            Input::Terminate => {
                self.terminated = true;
                return self.ask_for_the_end(None, at);
            }
            Input::LateSend(bytes) if self.ready_state() == ReadyState::Closing => {
                self.late_bytes += bytes;
            }
            Input::TimerFired | Input::Looked | Input::Navigated => self.look_at_the_clock(at),
            Input::TaskYielded if is_awaited_task && is_connecting => {
                // The open deadline had passed, and so had everything that was queued by then.
                self.open_deadline = None;
                self.open_deadline_passed = false;
                if at.native != ReadyState::Open {
                    self.open_timed_out = at.native == ReadyState::Connecting;
                    return self.ask_for_the_end(None, at);
                }
            }
            _ => {}
        }
        None
    }

    /// An open socket is found CLOSING, and nobody here has asked for it. (The browser's `close` event
    /// speaks for itself, and a task that nobody waits for says nothing.)
    fn see(&mut self, input: &Input<R>, at: At) {
        let says_nothing = matches!(input, Input::NativeClose { .. } | Input::TaskYielded);
        let by_the_page_going = *input == Input::Navigated;
        let can_be_seen = match self.ready_state() {
            ReadyState::Open => true,
            // Else it may be the page itself, past us.
            ReadyState::Connecting => by_the_page_going,
            _ => false,
        };
        if can_be_seen && at.native == ReadyState::Closing && !says_nothing {
            let initiator = if by_the_page_going { Initiator::Browser } else { Initiator::Remote };
            self.end = Some((at.now, initiator));
            self.look_at_the_clock(at);
        }
    }

    /// This side asks for the end. The browser's `close()` is called if the end has not begun otherwise;
    /// and again, if that has come to nothing.
    fn ask_for_the_end(
        &mut self,
        frame: Option<CloseFrame<R>>,
        at: At,
    ) -> Option<Option<CloseFrame<R>>> {
        let has_come_to_nothing = at.native < ReadyState::Closing;
        if self.end.is_some() {
            let first = self.frame.clone().filter(|_| has_come_to_nothing)?;
            return Some(Some(first).filter(|frame| frame.code != CloseCode::NO_STATUS_RECEIVED));
        }
        let initiator = match at.native {
            _ if self.adopted_closing => Initiator::Local,
            ReadyState::Connecting | ReadyState::Open => Initiator::Local,
            ReadyState::Closing => Initiator::Remote,
            ReadyState::Closed => Initiator::Transport,
        };
        self.end = Some((at.now, initiator));
        self.look_at_the_clock(at);
        if self.adopted_closing || !has_come_to_nothing {
            return None;
        }
        let without_body = CloseFrame { code: CloseCode::NO_STATUS_RECEIVED, reason: R::default() };
        self.frame = Some(frame.clone().unwrap_or(without_body));
        Some(frame)
    }

    /// It is of no account once connected, or closed while connecting. (So fewer histories differ.)
    fn forget_the_open_timeout(&mut self) {
        if self.ready_state() != ReadyState::Connecting {
            self.open_deadline = None;
            self.open_deadline_passed = false;
        }
    }

    /// Finds out whether a deadline has passed.
    fn look_at_the_clock(&mut self, at: At) {
        let has_passed = |deadline: Option<Instant>| deadline.is_some_and(|due| at.now >= due);
        match self.ready_state() {
            ReadyState::Connecting => self.open_deadline_passed = has_passed(self.open_deadline),
            _ => self.close_deadline_passed = has_passed(self.close_deadline()),
        }
    }

    /// The close timeout, counted from when the end could be seen to have begun.
    fn close_deadline(&self) -> Option<Instant> {
        let (began, _) = self.end?;
        (self.close_timeout != Millis::ENDLESS).then(|| began.after(self.close_timeout))
    }

    fn ready_state(&self) -> ReadyState {
        match () {
            () if self.end.is_some() || self.adopted_closing => ReadyState::Closing,
            () if self.opened.is_some() => ReadyState::Open,
            () => ReadyState::Connecting,
        }
    }

    /// When the socket must be woken.
    fn due(&self) -> Due {
        let deadline = match self.ready_state() {
            ReadyState::Connecting if self.open_deadline_passed => return Due::NextTask,
            ReadyState::Connecting => self.open_deadline,
            _ if self.end.is_none() => None,
            _ if self.terminated || self.close_deadline_passed => return Due::NextTask,
            _ => self.close_deadline(),
        };
        deadline.map_or(Due::Never, Due::At)
    }
}

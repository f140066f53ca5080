//! A socket whose story a test tells: a timeline that remembers, with methods that read as a story.

use core::time::Duration;

use graceful_websocket::closing::{
    Action, CloseCode, CloseFrame, Ending, Initiator, Input, Outcome, Phase, ReadyState,
};
use graceful_websocket::time::SetWakeUp;

use crate::timeline::{Browser, Settlement, Step, Timeline, WakeUp};

/// The numbers of an ending, as the public API has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// How long it was connecting.
    pub time_connecting: Duration,
    /// How long it was open.
    pub time_open: Duration,
    /// How long the end took.
    pub elapsed: Duration,
    /// What did not leave.
    pub unsent_bytes: u32,
}

/// A socket whose story a test tells. Every step is held against the contract.
#[derive(Debug)]
pub struct Socket {
    timeline: Timeline<String>,
    /// What was given to the browser's `close()`, call by call.
    close_calls: Vec<Option<CloseFrame>>,
    settlements: Vec<Settlement>,
    absorbed_events: usize,
    armed_timers: usize,
    /// The `close` event of a browser that fires it inside `close()`, as a mock may.
    event_inside_close: Option<Input>,
}

impl Socket {
    /// A socket that is found as the browser has it.
    pub fn adopted_of(browser: Browser) -> Self {
        Self {
            timeline: Timeline::new(browser),
            close_calls: Vec::new(),
            settlements: Vec::new(),
            absorbed_events: 0,
            armed_timers: 0,
            event_inside_close: None,
        }
    }

    /// A socket that is found in this state, with so many bytes queued.
    pub fn adopted_with(state: ReadyState, buffered_amount: u32) -> Self {
        Self::adopted_of(Browser { buffered_amount, ..Browser::new(state) })
    }

    /// A socket that is found in this state, with nothing queued.
    pub fn adopted(state: ReadyState) -> Self {
        Self::adopted_with(state, 0)
    }

    /// A socket that has opened in Gecko.
    pub fn open_in_gecko() -> Self {
        let browser = Browser { is_gecko: true, ..Browser::new(ReadyState::Connecting) };
        let mut socket = Self::adopted_of(browser);
        socket.opened();
        socket
    }

    /// A new socket, whose browser does not heed the first so many calls of `close()`.
    pub fn connecting_and_deaf_to(calls: u8) -> Self {
        Self::adopted_of(Browser { deaf_to: calls, ..Browser::new(ReadyState::Connecting) })
    }

    /// A socket that has opened, and whose browser does not heed the first so many calls of `close()`.
    pub fn open_and_deaf_to(calls: u8) -> Self {
        let mut socket = Self::connecting_and_deaf_to(calls);
        socket.opened();
        socket
    }

    /// A new socket.
    pub fn connecting() -> Self {
        Self::adopted(ReadyState::Connecting)
    }

    /// A socket that has opened.
    pub fn open() -> Self {
        let mut socket = Self::connecting();
        socket.opened();
        socket
    }

    /// The connection is established, and the `open` event comes.
    pub fn opened(&mut self) {
        self.becomes(ReadyState::Open);
        self.hand_in(Input::Opened);
    }

    /// An `open` event comes, whatever the browser's state is.
    pub fn open_is_dispatched(&mut self) {
        self.hand_in(Input::Opened);
    }

    /// The browser's state becomes this one, unless it is further, and nobody looks yet.
    pub fn becomes(&mut self, native: ReadyState) {
        self.timeline.browser.show(native);
    }

    /// The page sets the open timeout.
    pub fn open_timeout(&mut self, timeout: Option<Duration>) {
        self.hand_in(Input::OpenTimeout(timeout.into()));
    }

    /// The page sets the close timeout.
    pub fn close_timeout(&mut self, timeout: Option<Duration>) {
        self.hand_in(Input::CloseTimeout(timeout.into()));
    }

    /// The page closes with a code and a reason.
    pub fn close(&mut self, code: u16, reason: &str) {
        self.hand_in(Input::Close(Some(frame(code, reason))));
    }

    /// The page closes without a code.
    pub fn close_without_body(&mut self) {
        self.hand_in(Input::Close(None));
    }

    /// The page closes when the browser has seen the peer's Close frame already.
    pub fn close_after_the_peer(&mut self, code: u16, reason: &str) {
        self.becomes(ReadyState::Closing);
        self.close(code, reason);
    }

    /// The page closes when the browser's socket is CLOSED, and its event is on its way.
    pub fn close_after_the_end(&mut self, code: u16, reason: &str) {
        self.becomes(ReadyState::Closed);
        self.close(code, reason);
    }

    /// The page gives up.
    pub fn terminate(&mut self) {
        self.hand_in(Input::Terminate);
    }

    /// The page gives up when the browser has seen the peer's Close frame already.
    pub fn terminate_after_the_peer(&mut self) {
        self.becomes(ReadyState::Closing);
        self.terminate();
    }

    /// The page sends so many bytes, and they stay queued.
    pub fn send(&mut self, bytes: u32) {
        self.quietly(Step::Send(bytes));
    }

    /// The network takes all that was queued before the Close frame.
    pub fn drain(&mut self) {
        self.quietly(Step::Drain);
    }

    /// The browser fires `error`.
    pub fn native_error(&mut self) {
        self.hand_in(Input::NativeError);
    }

    /// The browser's socket is CLOSED, and fires `close`.
    pub fn native_close(&mut self, code: u16, reason: &str, was_clean: bool) {
        self.becomes(ReadyState::Closed);
        self.close_is_dispatched(code, reason, was_clean);
    }

    /// A `close` event comes, whatever the browser's state is.
    pub fn close_is_dispatched(&mut self, code: u16, reason: &str, was_clean: bool) {
        self.hand_in(native_close(code, reason, was_clean));
    }

    /// The browser fires `close`, and has seen no Close frame.
    pub fn connection_lost(&mut self) {
        self.native_close(CloseCode::ABNORMAL.get(), "", false);
    }

    /// From now on the browser fires this `close` event inside `close()`.
    pub fn will_fire_inside_close(&mut self, code: u16, reason: &str, was_clean: bool) {
        self.event_inside_close = Some(native_close(code, reason, was_clean));
    }

    /// Time passes, and everything runs when it is due.
    pub fn advance(&mut self, duration: Duration) {
        let end = self.timeline.now.after(duration.into());
        loop {
            match self.timeline.wake_up {
                Some(WakeUp::Task) => self.task_runs(),
                Some(WakeUp::Timer { fires_at, .. }) if fires_at <= end => {
                    self.timeline.now = self.timeline.now.max(fires_at);
                    self.timer_fires();
                }
                _ => break,
            }
        }
        self.timeline.now = end;
    }

    /// Time passes in a page whose timers stand still: a background tab, a frozen page.
    pub fn stand_still(&mut self, duration: Duration) {
        self.quietly(Step::Pass(duration.into()));
    }

    /// The timer fires now: on time, too late, too early, or though none is pending.
    pub fn timer_fires(&mut self) {
        self.hand_in(Input::TimerFired);
    }

    /// The page comes back.
    pub fn page_resumes(&mut self) {
        self.hand_in(Input::Looked);
    }

    /// The page reads the ready state, and it is what the machine makes of it.
    pub fn looked_at(&mut self) -> ReadyState {
        self.hand_in(Input::Looked);
        self.ready_state()
    }

    /// The page begins to go somewhere else.
    pub fn page_navigates(&mut self) {
        self.hand_in(Input::Navigated);
    }

    /// The yielded task runs now, or one that nobody waits for any more.
    pub fn task_runs(&mut self) {
        self.hand_in(Input::TaskYielded);
    }

    /// The ready state.
    pub fn ready_state(&self) -> ReadyState {
        self.timeline.machine.ready_state()
    }

    /// How far away the pending deadline is.
    pub fn due_in(&self) -> Option<Duration> {
        match self.timeline.wake_up {
            Some(WakeUp::Timer { deadline, .. }) => Some(deadline.since(self.timeline.now).into()),
            _ => None,
        }
    }

    /// Whether a task has been yielded.
    pub fn has_yielded(&self) -> bool {
        self.timeline.wake_up == Some(WakeUp::Task)
    }

    /// How many timers have been armed so far.
    pub fn armed_timers(&self) -> usize {
        self.armed_timers
    }

    /// How many of the browser's events have been kept from everyone.
    pub fn absorbed_events(&self) -> usize {
        self.absorbed_events
    }

    /// What was given to the browser's `close()`, call by call.
    pub fn close_calls(&self) -> &[Option<CloseFrame>] {
        &self.close_calls
    }

    /// The numbers of the one ending.
    pub fn report(&self) -> Report {
        let ending = &self.settlement().ending;
        Report {
            time_connecting: ending.time_connecting.into(),
            time_open: ending.time_open.into(),
            elapsed: ending.elapsed.into(),
            unsent_bytes: ending.unsent_bytes,
        }
    }

    /// Whether the shell had to tell in the browser's place.
    pub fn is_synthetic(&self) -> bool {
        self.settlement().synthetic
    }

    /// The one ending: what came of it, where, and who began.
    pub fn ending(&self) -> (Outcome, Phase, Initiator) {
        let ending = &self.settlement().ending;
        (ending.outcome, ending.phase, ending.initiator)
    }

    /// What is said to have been received.
    pub fn received(&self) -> (u16, &str, bool) {
        let Ending { received, was_clean, .. } = &self.settlement().ending;
        (received.code.get(), &received.reason, *was_clean)
    }

    /// What is said to have been sent.
    pub fn sent(&self) -> Option<(u16, &str)> {
        let sent = self.settlement().ending.sent.as_ref();
        sent.map(|frame| (frame.code.get(), frame.reason.as_str()))
    }

    /// Asserts that the socket has not settled.
    #[track_caller]
    pub fn assert_waiting(&self) {
        assert!(self.settlements.is_empty(), "settled too early: {:?}", self.settlements);
        assert_ne!(self.ready_state(), ReadyState::Closed);
    }

    /// Asserts that the socket has settled once, and that nothing is left of it.
    #[track_caller]
    pub fn assert_nothing_left(&self) {
        assert_eq!(self.settlements.len(), 1, "settlements: {:?}", self.settlements);
        assert_eq!(self.ready_state(), ReadyState::Closed);
        assert_eq!(self.timeline.wake_up, None, "a wake-up is left");
    }

    /// The one settlement.
    #[track_caller]
    fn settlement(&self) -> &Settlement {
        match self.settlements.as_slice() {
            [settlement] => settlement,
            settlements => panic!("not settled exactly once: {settlements:?}"),
        }
    }

    /// Takes a step in which the machine has no part.
    fn quietly(&mut self, step: Step<String>) {
        self.timeline.step(step).expect("the contract");
    }

    /// Hands in an input, obeys the actions in their order, and remembers them.
    fn hand_in(&mut self, input: Input) {
        let actions = self.timeline.hand_in(input).expect("the contract");
        self.timeline.set_wake_up(actions.wake_up);
        if let Some(SetWakeUp::ArmDeadline(_)) = actions.wake_up {
            self.armed_timers += 1;
        }
        match actions.then {
            Some(Action::SendClose(frame)) => {
                self.close_calls.push(frame);
                self.timeline.browser.close();
                if let Some(event) = self.event_inside_close.take() {
                    self.becomes(ReadyState::Closed);
                    self.hand_in(event);
                }
            }
            Some(Action::Settle { ending, synthetic }) => {
                self.settlements.push(Settlement { ending, synthetic });
            }
            Some(Action::AbsorbEvent) => self.absorbed_events += 1,
            None => {}
        }
        self.timeline.check_rest().expect("the contract");
    }
}

/// A Close frame.
pub fn frame(code: u16, reason: &str) -> CloseFrame {
    CloseFrame { code: CloseCode::new(code), reason: reason.to_owned() }
}

/// The browser's `close` event.
fn native_close(code: u16, reason: &str, was_clean: bool) -> Input {
    Input::NativeClose { code: CloseCode::new(code), reason: reason.to_owned(), was_clean }
}

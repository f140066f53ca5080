//! A shell of the state machine with a browser that is made up, on a virtual clock:
//!
//! - [`Timeline`] obeys every action as a shell must, and holds the contract against each step
//! - [`Browser`] has the ready state that the machine sees, and the queue
//! - [`Step`] is all that can happen to it
//! - [`Socket`] is a timeline that remembers, with methods that read as a story

use core::fmt::Debug;
use core::hash::Hash;
use core::time::Duration;

use graceful_websocket::closing::{
    Action, Actions, At, CloseCode, CloseFrame, Ending, Initiator, Input, Machine, Outcome, Phase,
    ReadyState,
};
use graceful_websocket::time::{Instant, Millis, SetWakeUp};

use crate::contract::{Broken, Contract};

/// The longest that a browser's timer runs (HTML, "timer initialization steps": a signed 32-bit
/// number of milliseconds). A later deadline is reached by timers that fire too early.
pub const LONGEST_TIMER: Millis = Millis::new(i32::MAX as f64);

/// When every timeline begins; not the clock's origin, so that the two are not taken for each other.
pub const BEGINNING: Instant = Instant::from_millis(1_000_000.0);

/// What a reason can be made of.
pub trait Reason: Clone + Debug + Default + Eq + Hash {}

impl<R: Clone + Debug + Default + Eq + Hash> Reason for R {}

/// The one wake-up that a shell has pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WakeUp {
    /// A timer; it fires before its deadline, if that is further away than a timer can run.
    Timer {
        /// What the machine asked for.
        deadline: Instant,
        /// What the browser can do.
        fires_at: Instant,
    },
    /// A yielded task.
    Task,
}

/// The browser's own socket, as far as anybody can see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Browser {
    /// Its ready state. It never goes back.
    pub native: ReadyState,
    /// Its `bufferedAmount`.
    pub buffered_amount: u32,
    /// So many calls of its `close()` come to nothing.
    pub deaf_to: u8,
    /// Whether it is Gecko, which may begin the end by itself.
    pub is_gecko: bool,
}

/// What can happen to a socket.
#[derive(Clone, Debug)]
pub enum Step<R> {
    /// An input is handed in. [`Input::LateSend`] raises `bufferedAmount` as well, and
    /// [`Input::TimerFired`] and [`Input::TaskYielded`] use up the wake-up, if it is theirs.
    ///
    /// If it is an event of the browser's, a page dispatched it, or the browser is a test double that
    /// does not keep its ready state.
    HandIn(Input<R>),
    /// The browser's ready state has become this one, unless it is further; then an input is handed in.
    Show(ReadyState, Input<R>),
    /// The page sends so many bytes, and they wait in the queue. Once closing, it is a late send.
    Send(u32),
    /// The network takes all that was queued before the Close frame.
    Drain,
    /// Time passes, and nothing runs.
    Pass(Millis),
    /// Time passes until the pending timer is due, and it fires.
    FireTimer,
}

/// A settlement, and who told of it.
#[derive(Clone, Debug)]
pub struct Settlement<R = String> {
    /// How the connection ended.
    pub ending: Ending<R>,
    /// Whether the shell had to tell in the browser's place.
    pub synthetic: bool,
}

/// The state machine, a shell that obeys it, the browser, and the contract that all must keep.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Timeline<R> {
    machine: Machine<R>,
    contract: Contract<R>,
    now: Instant,
    browser: Browser,
    wake_up: Option<WakeUp>,
}

impl Browser {
    /// The browser's socket in this state, with nothing queued.
    pub const fn new(native: ReadyState) -> Self {
        Self { native, buffered_amount: 0, deaf_to: 0, is_gecko: false }
    }

    /// Its ready state becomes this one, unless it is further.
    fn show(&mut self, native: ReadyState) {
        self.native = self.native.max(native);
    }

    /// Its `close()` is called.
    fn close(&mut self) {
        match self.deaf_to.checked_sub(1) {
            Some(further) => self.deaf_to = further,
            None => self.show(ReadyState::Closing),
        }
    }
}

impl<R: Reason> Timeline<R> {
    /// The timeline of a socket that is found as the browser has it.
    pub fn new(browser: Browser) -> Self {
        Self {
            machine: Machine::new(browser.native, BEGINNING).in_gecko(browser.is_gecko),
            contract: Contract::new(browser, BEGINNING),
            now: BEGINNING,
            browser,
            wake_up: None,
        }
    }

    /// Takes one step, holds the contract against it, and gives back the settlement, if this is it.
    pub fn step(&mut self, step: Step<R>) -> Result<Option<Settlement<R>>, Broken> {
        let input = match step {
            Step::HandIn(input) => input,
            Step::Show(native, input) => {
                self.browser.show(native);
                input
            }
            Step::Send(bytes) if self.machine.ready_state() == ReadyState::Closing => {
                Input::LateSend(bytes)
            }
            Step::Send(bytes) => {
                self.browser.buffered_amount += bytes;
                return Ok(None);
            }
            Step::Drain => {
                let late_bytes = self.contract.late_bytes();
                self.browser.buffered_amount = self.browser.buffered_amount.min(late_bytes);
                return Ok(None);
            }
            Step::Pass(time) => {
                self.now = self.now.after(time);
                return Ok(None);
            }
            Step::FireTimer => {
                let Some(WakeUp::Timer { fires_at, .. }) = self.wake_up else {
                    return Ok(None);
                };
                self.now = self.now.max(fires_at);
                Input::TimerFired
            }
        };
        let mut settlement = None;
        let actions = self.hand_in(input)?;
        self.set_wake_up(actions.wake_up);
        match actions.then {
            Some(Action::SendClose(_)) => self.browser.close(),
            Some(Action::Settle { ending, synthetic }) => {
                settlement = Some(Settlement { ending, synthetic });
            }
            Some(Action::AbsorbEvent) | None => {}
        }
        self.check_rest()?;
        Ok(settlement)
    }

    /// Hands in an input; the actions are yet to be obeyed.
    fn hand_in(&mut self, input: Input<R>) -> Result<Actions<R>, Broken> {
        let pending = self.wake_up;
        match (&input, pending) {
            (Input::TimerFired, Some(WakeUp::Timer { .. }))
            | (Input::TaskYielded, Some(WakeUp::Task)) => self.wake_up = None,
            (Input::LateSend(bytes), _) => self.browser.buffered_amount += bytes,
            _ => {}
        }
        let Browser { native, buffered_amount, .. } = self.browser;
        let at = At { now: self.now, native, buffered_amount };
        let actions = self.machine.handle(input.clone(), at);
        self.contract.observe(&input, at, pending, &actions)?;
        Ok(actions)
    }

    /// Does what the machine says to the one wake-up.
    fn set_wake_up(&mut self, wake_up: Option<SetWakeUp>) {
        match wake_up {
            Some(SetWakeUp::ArmDeadline(deadline)) => {
                let fires_at = deadline.min(self.now.after(LONGEST_TIMER));
                self.wake_up = Some(WakeUp::Timer { deadline, fires_at });
            }
            Some(SetWakeUp::YieldTask) => self.wake_up = Some(WakeUp::Task),
            Some(SetWakeUp::DisarmDeadline) => self.wake_up = None,
            None => {}
        }
    }

    /// Holds the contract against what is left when all actions have been obeyed.
    fn check_rest(&self) -> Result<(), Broken> {
        self.contract.check_rest(&self.machine, self.wake_up)
    }
}

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

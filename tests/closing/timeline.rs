//! A shell of the state machine with a browser that is made up, on a virtual clock:
//!
//! - [`Timeline`] obeys every action as a shell must, and holds the contract against each step
//! - [`Browser`] has the ready state that the machine sees, and the queue
//! - [`Step`] is all that can happen to it

use core::fmt::Debug;
use core::hash::Hash;

use graceful_websocket::closing::{Action, Actions, At, Ending, Input, Machine, ReadyState};
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
    pub machine: Machine<R>,
    contract: Contract<R>,
    pub now: Instant,
    pub browser: Browser,
    pub wake_up: Option<WakeUp>,
}

impl Browser {
    /// The browser's socket in this state, with nothing queued.
    pub const fn new(native: ReadyState) -> Self {
        Self { native, buffered_amount: 0, deaf_to: 0, is_gecko: false }
    }

    /// Its ready state becomes this one, unless it is further.
    pub fn show(&mut self, native: ReadyState) {
        self.native = self.native.max(native);
    }

    /// Its `close()` is called.
    pub fn close(&mut self) {
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
    pub fn hand_in(&mut self, input: Input<R>) -> Result<Actions<R>, Broken> {
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
    pub fn set_wake_up(&mut self, wake_up: Option<SetWakeUp>) {
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
    pub fn check_rest(&self) -> Result<(), Broken> {
        self.contract.check_rest(&self.machine, self.wake_up)
    }
}

//! The state machine at work: inputs come in from a shell, its actions are carried out here.

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use super::clock::now;
use super::deadline::Deadline;
use super::task::Task;
use crate::closing::{
    Action, At, CloseFrame, CloseReport, Input, Instant, Machine, ReadyState, SetWakeUp,
};

/// What a shell does for the state machine, and what it sees of the socket.
pub(crate) trait Shell: 'static {
    /// The text of a reason.
    type Reason: Clone + Default + 'static;

    /// The socket's `bufferedAmount`, in bytes.
    fn buffered_amount(&self) -> u64;

    /// Calls the browser's own `close()`.
    fn send_close(&self, frame: Option<CloseFrame<Self::Reason>>);

    /// Keeps the report and runs every close handler. If it is synthetic, the browser has not fired
    /// its event, and never will to anyone's knowledge.
    fn settle(&self, report: CloseReport<Self::Reason>, synthetic: bool);

    /// Resumes everyone who awaits the report: all close handlers have run.
    fn resume_waiters(&self);
}

/// The closing handshake of one socket.
///
/// It is kept alive by whoever can still hand in an input: the shell's listeners until it has
/// settled, and its own wake-up. After settling nothing of it is left to fire.
pub(crate) struct Handshake<S: Shell> {
    shell: S,
    machine: RefCell<Machine<S::Reason>>,
    wake_up: Cell<Option<WakeUp>>,
}

/// There is one at a time; dropping it cancels it.
enum WakeUp {
    Deadline { _deadline: Deadline },
    Task { _task: Task },
}

/// What a task is for.
enum Then {
    /// To say that the browser's event has had its time, when so many tasks have run.
    GiveUp { tasks: u32 },
    /// To resume everyone who awaits the report.
    Resume,
}

/// So many tasks it takes Firefox to bring the event of an end that it has known of before, each queued
/// by the one before it. In the other engines one is enough.
const TASKS_TO_EVENT: u32 = 3;

impl<S: Shell> Handshake<S> {
    pub(crate) fn new(shell: S, state: ReadyState) -> Rc<Self> {
        Rc::new(Self {
            shell,
            machine: RefCell::new(Machine::new(state)),
            wake_up: Cell::new(None),
        })
    }

    pub(crate) fn shell(&self) -> &S {
        &self.shell
    }

    pub(crate) fn ready_state(&self) -> ReadyState {
        self.machine.borrow().ready_state()
    }

    /// Hands in an input, and does what the state machine says. Whether the event that was handed
    /// in is to be kept from everyone else.
    ///
    /// The machine is free again before anything is done, so whatever runs in consequence (a close
    /// handler, say) may hand in the next input.
    pub(crate) fn input(self: &Rc<Self>, input: Input<S::Reason>) -> bool {
        let at = At { now: now(), buffered_amount: self.shell.buffered_amount() };
        let Ok(actions) =
            self.machine.try_borrow_mut().map(|mut machine| machine.handle(input, at))
        else {
            return false;
        };
        if let Some(wake_up) = actions.wake_up {
            self.wake_up.set(self.make(wake_up, at.now));
        }
        match actions.then {
            Some(Action::SendClose(frame)) => self.shell.send_close(frame),
            Some(Action::Settle { report, synthetic }) => self.settle(report, synthetic),
            Some(Action::AbsorbEvent) => return true,
            None => {}
        }
        false
    }

    fn make(self: &Rc<Self>, wake_up: SetWakeUp, now: Instant) -> Option<WakeUp> {
        match wake_up {
            SetWakeUp::ArmDeadline(deadline) => {
                let deadline = Deadline::new(
                    deadline.since(now),
                    self.later(|| Input::TimerFired),
                    self.later(|| Input::PageResumed),
                );
                Some(WakeUp::Deadline { _deadline: deadline })
            }
            SetWakeUp::YieldTask => Some(self.task(Then::GiveUp { tasks: TASKS_TO_EVENT })),
            SetWakeUp::DisarmDeadline => None,
        }
    }

    /// A callback that hands in this input.
    fn later(self: &Rc<Self>, input: fn() -> Input<S::Reason>) -> impl Fn() + 'static {
        let handshake = Rc::clone(self);
        move || {
            handshake.input(input());
        }
    }

    /// One task, behind those that are queued by now.
    fn task(self: &Rc<Self>, then: Then) -> WakeUp {
        let handshake = Rc::clone(self);
        let task = Task::new(move || match then {
            Then::GiveUp { tasks: 1 } => _ = handshake.input(Input::TaskYielded),
            Then::GiveUp { tasks } => {
                handshake.wake_up.set(Some(handshake.task(Then::GiveUp { tasks: tasks - 1 })));
            }
            Then::Resume => {
                handshake.wake_up.set(None);
                handshake.shell.resume_waiters();
            }
        });
        WakeUp::Task { _task: task }
    }

    /// Handlers first: whoever awaits the report resumes when every close handler has run. The
    /// browser's event is still on its way through the listeners, with microtasks between them, so
    /// only the next task is after it; and a synthetic one is treated alike.
    fn settle(self: &Rc<Self>, report: CloseReport<S::Reason>, synthetic: bool) {
        self.shell.settle(report, synthetic);
        self.wake_up.set(Some(self.task(Then::Resume)));
    }
}

//! The realm's wake-ups: who is to be woken, and when. One list for all sockets, one timer, one message
//! port and one set of page listeners, made for the first socket, and kept.

use core::cell::{Cell, OnceCell};
use core::ptr;
use std::rc::Rc;

use super::port::Port;
use super::timer::{NEVER, Timer};
use super::{Listener, clock, is_gecko, page};
use crate::brief::Brief;
use crate::time::Instant;

/// Who can be woken. What is known to the realm is kept alive by it.
pub(crate) trait Sleeper {
    /// When it is to be woken.
    fn alarm(&self) -> &Alarm;

    /// It is time.
    fn wake(self: Rc<Self>, call: Call);
}

/// When a sleeper is to be woken. Never, at first.
pub(crate) struct Alarm {
    deadline: Cell<Instant>,
    /// The message of the port's that it waits for.
    message: Cell<u32>,
    /// How many messages there are to be, with this one, before it is woken.
    tasks: Cell<u32>,
}

/// Why somebody is woken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// The deadline has passed.
    Deadline,
    /// The tasks have run.
    Task,
    /// The page has begun to go somewhere else: in Gecko, in the first tasks after it.
    Navigation,
}

impl Alarm {
    pub(crate) const fn new() -> Self {
        Self { deadline: Cell::new(NEVER), message: Cell::new(NO_MESSAGE), tasks: Cell::new(0) }
    }

    /// Has the sleeper woken as soon as this deadline is found to have passed, if it is to come; and after
    /// so many tasks, each queued by the one before it, if it is any. Not by what was set before.
    pub(crate) fn set(&self, deadline: Instant, tasks: u32) {
        with(|wake_ups| {
            self.deadline.set(deadline);
            self.tasks.set(tasks);
            self.message.set(if tasks > 0 { wake_ups.port.post() } else { NO_MESSAGE });
            wake_ups.tend_timer();
        });
    }
}

/// Makes a sleeper known. There is nothing to wake it for yet.
pub(crate) fn add(sleeper: Rc<dyn Sleeper>) {
    with(|wake_ups| {
        if is_gecko() && wake_ups.is_idle() {
            wake_ups.navigations.set(Some(page::on_navigation(navigated)));
        }
        wake_ups.known.with(|known| known.push(sleeper));
    });
}

/// Forgets the sleeper with this alarm.
pub(crate) fn remove(alarm: &Alarm) {
    with(|wake_ups| {
        drop(wake_ups.known.take_first(|known| ptr::eq(known.alarm(), alarm)));
        if wake_ups.is_idle() {
            wake_ups.navigations.set(None);
        }
        wake_ups.tend_timer();
    });
}

thread_local! {
    static WAKE_UPS: OnceCell<WakeUps> = const { OnceCell::new() };
}

fn with<R>(action: impl FnOnce(&WakeUps) -> R) -> R {
    WAKE_UPS.with(|wake_ups| action(wake_ups.get_or_init(WakeUps::new)))
}

struct WakeUps {
    /// Not borrowed while one is woken or dropped.
    known: Brief<Vec<Rc<dyn Sleeper>>>,
    timer: Timer,
    port: Port,
    _returns: Vec<Listener>,
    /// Whether the timer is to be armed anew by the port's next task.
    is_rearming: Cell<bool>,
    /// As long as anybody is known: a page with such a listener may be kept out of the back-forward cache.
    navigations: Cell<Option<Listener>>,
    /// The next message on which everybody hears of a navigation, and how many of those there are to be.
    navigation: Cell<(u32, u32)>,
}

const NO_MESSAGE: u32 = 0;

/// In so many tasks after its beginning, one after the other, everybody hears of a navigation.
const TASKS_OF_NAVIGATION: u32 = 3;

impl WakeUps {
    fn new() -> Self {
        Self {
            known: Brief::new(Vec::new()),
            timer: Timer::new(timer_fired),
            port: Port::open(message_arrived),
            _returns: page::on_return(returned),
            is_rearming: Cell::new(false),
            navigations: Cell::new(None),
            navigation: Cell::new((NO_MESSAGE, 0)),
        }
    }

    fn is_idle(&self) -> bool {
        self.known.with(|known| known.is_empty())
    }

    /// Wakes everyone whose deadline has passed.
    fn look(&self) {
        let now = clock::now();
        while let Some(sleeper) = self.find(&|alarm| alarm.deadline.get() <= now) {
            sleeper.alarm().deadline.set(NEVER);
            sleeper.wake(Call::Deadline);
        }
    }

    /// The earliest deadline; never, if there is none.
    fn earliest(&self) -> Instant {
        let earliest = Cell::new(NEVER);
        self.find(&|alarm| {
            earliest.set(earliest.get().min(alarm.deadline.get()));
            false
        });
        earliest.get()
    }

    /// Sees to it that the timer fires by the earliest deadline, and not at all if there is none.
    fn tend_timer(&self) {
        let earliest = self.earliest();
        if earliest == NEVER {
            self.timer.disarm();
        } else if !self.timer.is_armed_by(earliest) {
            if page::is_hidden() {
                self.rearm_in_task();
            } else {
                self.timer.arm(earliest);
            }
        }
    }

    /// Arms the timer anew, in a task of the port's. A timer that a timer sets, and so on, fires once a
    /// minute in a page that has been hidden for long (Chromium); one that a message sets begins anew.
    fn rearm_in_task(&self) {
        if !self.is_rearming.replace(true) {
            self.port.post();
        }
    }

    /// Wakes the one that waits for this message, or has it wait for another.
    fn deliver(&self, message: u32) {
        let Some(sleeper) = self.find(&|alarm| alarm.message.get() == message) else { return };
        let alarm = sleeper.alarm();
        let tasks = alarm.tasks.get() - 1;
        alarm.set(NEVER, tasks);
        if tasks == 0 {
            sleeper.wake(Call::Task);
        }
    }

    /// Tells everybody of a navigation, if this message is one for that.
    fn navigate(&self, message: u32) {
        let (expected, tasks) = self.navigation.get();
        if message != expected {
            return;
        }
        let more = tasks - 1;
        let next = if more > 0 { self.port.post() } else { NO_MESSAGE };
        self.navigation.set((next, more));
        let mut index = 0;
        // Who goes meanwhile may hide another, until the next of these messages.
        while let Some(sleeper) = self.nth(index) {
            sleeper.wake(Call::Navigation);
            index += 1;
        }
    }

    fn nth(&self, index: usize) -> Option<Rc<dyn Sleeper>> {
        self.known.with(|known| known.get(index).cloned())
    }

    /// The first with an alarm like this.
    fn find(&self, is_meant: &dyn Fn(&Alarm) -> bool) -> Option<Rc<dyn Sleeper>> {
        self.known.with(|known| known.iter().find(|known| is_meant(known.alarm())).cloned())
    }
}

fn timer_fired() {
    with(|wake_ups| {
        wake_ups.timer.disarm();
        wake_ups.look();
        wake_ups.tend_timer();
    });
}

/// Timers may have stood still, or have been set while they are held back.
fn returned() {
    with(|wake_ups| {
        wake_ups.look();
        if wake_ups.earliest() != NEVER {
            wake_ups.rearm_in_task();
        }
    });
}

fn navigated() {
    with(|wake_ups| wake_ups.navigation.set((wake_ups.port.post(), TASKS_OF_NAVIGATION)));
}

fn message_arrived() {
    with(|wake_ups| {
        let message = wake_ups.port.take();
        if wake_ups.is_rearming.take() {
            let earliest = wake_ups.earliest();
            if earliest != NEVER {
                wake_ups.timer.arm(earliest);
            }
        }
        wake_ups.navigate(message);
        wake_ups.deliver(message);
    });
}

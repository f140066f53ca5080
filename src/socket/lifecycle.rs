//! The life of one socket: joins the state machine to the browser's socket, and does what it says.

use core::any::Any;
use core::cell::Cell;
use core::mem;
use core::task::{Context, Poll};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{BinaryType, CloseEvent, Event};

use super::audience::{Audience, End};
use super::waiters::Who;
use super::{Message, SendableCloseFrame};
use crate::brief::Brief;
use crate::browser::{Alarm, Call, Listener, NEVER, Sleeper, is_gecko, now, wake_ups};
use crate::closing::{Action, At, CloseCode, CloseFrame, Ending, Input, Machine, ReadyState};
use crate::time::SetWakeUp;

/// One socket, from the making of it to its end.
///
/// It is kept alive until it has settled, and everybody was told: by its listeners, and by the realm, which
/// wakes it. Then nothing of it is left to fire. Nothing here is borrowed while
/// foreign code runs (a waker, a close handler, the browser), so that it may do anything with the socket.
pub(super) struct Lifecycle {
    native: web_sys::WebSocket,
    machine: Brief<Machine<()>>,
    /// The machine's ready state.
    known_state: Cell<ReadyState>,
    /// The reason of the first close. It is what is sent, also if that takes a second attempt.
    sent_reason: Brief<String>,
    /// Until the socket has settled. They own this, and so keep it alive.
    listeners: Cell<Vec<Listener>>,
    kept: Cell<Kept>,
    alarm: Alarm,
    audience: Audience,
}

/// What lives as long as the socket has not settled. What it is, nobody asks.
type Kept = Option<Box<dyn Any>>;

/// So many tasks it takes Firefox to bring the event of an end that it has known of before, each queued
/// by the one before it. In the other engines one is enough.
const TASKS_TO_EVENT: u32 = 3;

impl Lifecycle {
    /// That of this socket, from now on.
    pub(super) fn of(native: web_sys::WebSocket) -> Rc<Self> {
        native.set_binary_type(BinaryType::Arraybuffer);
        let state = state_of(&native);
        let this = Rc::new(Self {
            machine: Brief::new(Machine::new(state, now()).in_gecko(is_gecko())),
            known_state: Cell::new(state),
            native,
            sent_reason: Brief::new(String::new()),
            listeners: Cell::default(),
            kept: Cell::default(),
            alarm: Alarm::new(),
            audience: Audience::new(),
        });
        wake_ups::add(Rc::clone(&this) as _);
        this.listen();
        this
    }

    /// The socket was CLOSED when it came here: its own event is gone.
    pub(super) fn is_gone(self: &Rc<Self>) {
        let code = CloseCode::ABNORMAL;
        self.input(Input::NativeClose { code, reason: (), was_clean: false });
    }

    fn listen(self: &Rc<Self>) {
        const HANDLERS: [(&str, Handler); 4] =
            [("open", opened), ("message", received), ("error", failed), ("close", ended)];
        let mut listeners = Vec::new();
        for (kind, handle) in HANDLERS {
            let this = Rc::clone(self);
            let callback = Box::new(move |event| handle(&this, &event));
            listeners.push(Listener::new(self.native.clone().into(), kind, callback));
        }
        self.listeners.set(listeners);
    }

    pub(super) const fn native(&self) -> &web_sys::WebSocket {
        &self.native
    }

    pub(super) const fn audience(&self) -> &Audience {
        &self.audience
    }

    pub(super) fn native_state(&self) -> ReadyState {
        state_of(&self.native)
    }

    /// The socket's `bufferedAmount`, in bytes.
    pub(super) fn buffered_amount(&self) -> u64 {
        u64::from(self.native.buffered_amount())
    }

    /// Ready when the socket is open or has been, or has ended without ever being it.
    pub(super) fn poll_open(&self, who: Who, context: &mut Context<'_>) -> Poll<Result<(), &End>> {
        let is_open = self.native_state() == ReadyState::Open;
        self.audience.poll_open(is_open, who, context)
    }

    /// The ready state: the browser's own, and CLOSED once the socket has settled.
    ///
    /// Who reads CLOSING before anybody has closed here has noticed an end, which has its time from now.
    pub(super) fn ready_state(self: &Rc<Self>) -> ReadyState {
        let known = self.known_state.get();
        if known == ReadyState::Closed {
            return known;
        }
        let state = self.native_state();
        if known == ReadyState::Open && state == ReadyState::Closing {
            self.input(Input::Looked);
        }
        state
    }

    /// Begins the end with this frame, or joins it.
    pub(super) fn close(self: &Rc<Self>, frame: Option<SendableCloseFrame>) {
        let frame = frame.map(|frame| {
            let code = frame.code().into();
            if self.known_state.get() < ReadyState::Closing {
                self.sent_reason.with(|reason| *reason = frame.into_reason());
            }
            CloseFrame { code, reason: () }
        });
        self.input(Input::Close(frame));
    }

    /// Keeps something, with what is kept already, until every close handler has run.
    pub(super) fn keep(&self, kept: impl Any) {
        self.kept.set(Some(Box::new((self.kept.take(), kept))));
    }

    pub(super) fn input(self: &Rc<Self>, input: Input<()>) {
        self.input_with(input, String::new());
    }

    /// Hands in an input, with the reason that was received, and does what the state machine says.
    ///
    /// The machine is free again before anything is done, so whatever runs in consequence (a close
    /// handler, say) may hand in the next input.
    fn input_with(self: &Rc<Self>, input: Input<()>, reason: String) {
        let at = At {
            now: now(),
            native: self.native_state(),
            buffered_amount: self.native.buffered_amount(),
        };
        let taken = self.machine.with(|machine| {
            let actions = machine.handle(input, at);
            Some((actions, machine.ready_state()))
        });
        let Some((actions, after)) = taken else { return };
        let before = self.known_state.replace(after);
        if let Some(wake_up) = actions.wake_up {
            self.set(wake_up);
        }
        match actions.then {
            Some(Action::SendClose(frame)) => self.send_close(frame),
            Some(Action::Settle { ending, synthetic }) => self.settle(ending, reason, synthetic),
            Some(Action::AbsorbEvent) | None => {}
        }
        if before != after && after != ReadyState::Closed {
            self.audience.changed();
        }
    }

    fn set(&self, wake_up: SetWakeUp) {
        let (deadline, tasks) = match wake_up {
            SetWakeUp::ArmDeadline(deadline) => (deadline, 0),
            SetWakeUp::YieldTask => (NEVER, TASKS_TO_EVENT),
            SetWakeUp::DisarmDeadline => (NEVER, 0),
        };
        self.alarm.set(deadline, tasks);
    }

    fn send_close(&self, frame: Option<CloseFrame<()>>) {
        // It throws for a code or a reason that is not legal, and both were checked.
        let _ = match frame {
            Some(frame) => {
                let reason = self.sent_reason.with(|reason| reason.clone());
                self.native.close_with_code_and_reason(frame.code.get(), &reason)
            }
            None => self.native.close(),
        };
    }

    /// Handlers first: whoever awaits the report resumes when every close handler has run. The
    /// browser's event is still on its way through the listeners, with microtasks between them, so
    /// only the next task is after it; and a synthetic one is treated alike.
    fn settle(self: &Rc<Self>, ending: Ending<()>, reason: String, synthetic: bool) {
        drop(self.listeners.take());
        if synthetic && self.native_state() < ReadyState::Closing {
            // The close has come to nothing. Nobody is told, and nothing is left open.
            let _ = self.native.close();
        }
        let sent_reason = self.sent_reason.with(mem::take);
        self.alarm.set(NEVER, 1);
        let lost_messages = self.audience.inbox.lost();
        self.audience.keep_end(End { ending, reason, sent_reason, lost_messages });
        if let Some(handlers) = self.audience.close_handlers() {
            handlers.run(self);
        }
    }

    /// A task after the end: whoever awaits the report resumes, once every close handler has run.
    fn follow_up(self: Rc<Self>) {
        if let Some(handlers) = self.audience.close_handlers() {
            // Before they run: one that panics does not take with it who comes after it.
            if handlers.recall(&self) {
                return handlers.run(&self);
            }
        }
        wake_ups::remove(&self.alarm);
        if !self.audience.is_over() {
            // Here a realm ends, and with it the connection.
            drop(self.kept.take());
            self.audience.resume();
            if let Some(handlers) = self.audience.close_handlers() {
                handlers.recall(&self);
            }
        }
    }

    /// Is woken in a task, also if it had all behind it.
    pub(super) fn wake_in_task(self: &Rc<Self>) {
        wake_ups::remove(&self.alarm);
        wake_ups::add(Rc::clone(self) as _);
        self.alarm.set(NEVER, 1);
    }
}

impl Sleeper for Lifecycle {
    fn alarm(&self) -> &Alarm {
        &self.alarm
    }

    fn wake(self: Rc<Self>, call: Call) {
        let input = match call {
            Call::Deadline => Input::TimerFired,
            Call::Navigation => Input::Navigated,
            Call::Task if self.known_state.get() < ReadyState::Closed => Input::TaskYielded,
            Call::Task => return self.follow_up(),
        };
        self.input(input);
    }
}

/// What is done about an event of the browser's socket.
type Handler = fn(&Rc<Lifecycle>, &Event);

fn opened(lifecycle: &Rc<Lifecycle>, _: &Event) {
    lifecycle.input(Input::Opened);
}

fn received(lifecycle: &Rc<Lifecycle>, event: &Event) {
    let Audience { inbox, .. } = &lifecycle.audience;
    if lifecycle.audience.receive(Message::from_event(event.unchecked_ref())) {
        lifecycle.close(inbox.close_frame.take());
    }
}

fn failed(lifecycle: &Rc<Lifecycle>, _: &Event) {
    lifecycle.input(Input::NativeError);
}

fn ended(lifecycle: &Rc<Lifecycle>, event: &Event) {
    let event: &CloseEvent = event.unchecked_ref();
    let code = CloseCode::new(event.code());
    let input = Input::NativeClose { code, reason: (), was_clean: event.was_clean() };
    lifecycle.input_with(input, event.reason());
}

/// The browser's ready state. (WHATWG WebSockets, `readyState`.)
fn state_of(native: &web_sys::WebSocket) -> ReadyState {
    ReadyState::from_number(native.ready_state())
}

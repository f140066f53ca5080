//! One socket, seen from below: the browser's socket, its listeners, and everyone who waits.

use core::any::Any;
use core::cell::{Cell, OnceCell, RefCell};
use core::task::{Context, Poll, Waker};
use std::collections::VecDeque;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{CloseEvent, Event};

use super::inbox::Inbox;
use super::outbox::Outbox;
use super::waiters::{Until, Waiters, Who};
use super::{Closer, Message};
use crate::browser::{Handshake, Listener, Shell};
use crate::closing::{CloseCode, CloseFrame, CloseReport, Input, Phase, ReadyState};

/// What the handshake of a Rust socket acts on.
///
/// Nothing here is borrowed while foreign code runs (a waker, a close handler, the browser), so that
/// it may do anything with the socket.
pub(super) struct SocketShell {
    native: web_sys::WebSocket,
    /// Until the socket has settled. They own the handshake, and so keep it alive.
    native_listeners: Cell<Option<[Listener; 4]>>,
    kept: Cell<Kept>,
    inbox: Inbox,
    outbox: Outbox,
    report: OnceCell<CloseReport>,
    /// Whether those who await the report may resume.
    is_over: Cell<bool>,
    /// Who waits for a message.
    reader: Cell<Option<Waker>>,
    /// Whether the reader was told that there is nothing more to read.
    is_exhausted: Cell<bool>,
    waiters: Waiters,
    close_listeners: Rc<CloseListeners>,
}

/// One who waits in a future, and is forgotten with it.
pub(super) struct Waiting<'a> {
    shell: &'a SocketShell,
    pub(super) who: Who,
}

impl<'a> Waiting<'a> {
    pub(super) fn new(shell: &'a SocketShell) -> Self {
        Self { shell, who: Who::new() }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.shell.forget(self.who);
    }
}

/// What lives as long as the socket has not settled. What it is, nobody asks.
type Kept = Option<Box<dyn Any>>;

pub(super) type CloseCallback = Box<dyn FnOnce(&CloseReport)>;

/// The close handlers of one socket, in the order in which they were added.
#[derive(Default)]
pub(super) struct CloseListeners {
    callbacks: RefCell<VecDeque<(u64, CloseCallback)>>,
    next_id: Cell<u64>,
}

impl SocketShell {
    pub(super) fn new(native: web_sys::WebSocket) -> Self {
        Self {
            native,
            native_listeners: Cell::new(None),
            kept: Cell::default(),
            inbox: Inbox::new(),
            outbox: Outbox::new(),
            report: OnceCell::new(),
            is_over: Cell::new(false),
            reader: Cell::new(None),
            is_exhausted: Cell::new(false),
            waiters: Waiters::new(),
            close_listeners: Rc::default(),
        }
    }

    /// Listens to the browser's socket on behalf of the handshake.
    pub(super) fn listen(handshake: &Rc<Handshake<Self>>) {
        const HANDLERS: [(&str, Handler); 4] =
            [("open", opened), ("message", received), ("error", failed), ("close", ended)];
        let shell = handshake.shell();
        let listeners = HANDLERS.map(|(kind, handle)| {
            let handshake = Rc::clone(handshake);
            Listener::new(shell.native.clone().into(), kind, move |event| {
                handle(&handshake, &event);
            })
        });
        shell.native_listeners.set(Some(listeners));
    }

    pub(super) fn native(&self) -> &web_sys::WebSocket {
        &self.native
    }

    pub(super) fn native_state(&self) -> ReadyState {
        state_of(&self.native)
    }

    /// Keeps something, with what is kept already, until every close handler has run.
    pub(super) fn keep(&self, kept: impl Any) {
        self.kept.set(Some(Box::new((self.kept.take(), kept))));
    }

    pub(super) const fn inbox(&self) -> &Inbox {
        &self.inbox
    }

    pub(super) const fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    pub(super) fn report(&self) -> Option<&CloseReport> {
        self.report.get()
    }

    /// The report, when every close handler has run.
    fn report_of_the_end(&self) -> Option<&CloseReport> {
        self.report().filter(|_| self.is_over.get())
    }

    pub(super) fn listeners(&self) -> Rc<CloseListeners> {
        Rc::clone(&self.close_listeners)
    }

    /// Ready when the socket is open or has been, or has ended without ever being it.
    pub(super) fn poll_open(
        &self,
        who: Who,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), CloseReport>> {
        match self.report_of_the_end() {
            Some(report) if report.phase == Phase::Connecting => Poll::Ready(Err(report.clone())),
            Some(_) => Poll::Ready(Ok(())),
            None if self.native_state() == ReadyState::Open => Poll::Ready(Ok(())),
            None => self.poll_change(who, context),
        }
    }

    /// Never ready, but woken by the opening and by the beginning of the end.
    pub(super) fn poll_change<T>(&self, who: Who, context: &mut Context<'_>) -> Poll<T> {
        self.waiters.wait(who, Until::Change, context.waker());
        Poll::Pending
    }

    /// Ready with a message, or with `None` when none will come any more.
    pub(super) fn poll_next(&self, context: &mut Context<'_>) -> Poll<Option<Message>> {
        match self.inbox.pop() {
            Some(message) => Poll::Ready(Some(message)),
            None if self.is_over.get() => {
                self.is_exhausted.set(true);
                Poll::Ready(None)
            }
            None => {
                self.reader.replace(Some(context.waker().clone()));
                Poll::Pending
            }
        }
    }

    /// Whether [`Self::poll_next`] has given `None`. Not before: whoever polls only what is not
    /// terminated (as `select!` does) would never be given it.
    pub(super) const fn is_exhausted(&self) -> bool {
        self.is_exhausted.get()
    }

    /// Ready with the report when every close handler has run.
    pub(super) fn poll_closed(&self, who: Who, context: &mut Context<'_>) -> Poll<&CloseReport> {
        if let Some(report) = self.report_of_the_end() {
            return Poll::Ready(report);
        }
        self.waiters.wait(who, Until::End, context.waker());
        Poll::Pending
    }

    /// One does not wait any more, for whatever it was.
    pub(super) fn forget(&self, who: Who) {
        self.waiters.forget(who);
        self.outbox.forget(who);
    }

    /// Nobody is there any more who could take a message.
    pub(super) fn discard(&self) {
        self.inbox.discard();
        drop(self.reader.take());
    }

    /// The socket is open, or its end has begun. Those who wait to send hear that they can, or cannot
    /// any more.
    pub(super) fn changed(&self) {
        self.waiters.wake_if(&|_, until| until == Until::Change);
        self.outbox.wake_all();
    }

    fn wake_reader(&self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }
}

impl Shell for SocketShell {
    type Reason = String;

    fn buffered_amount(&self) -> u64 {
        u64::from(self.native.buffered_amount())
    }

    fn send_close(&self, frame: Option<CloseFrame>) {
        // It throws for a code or a reason that is not legal, and both were checked.
        let _ = match frame {
            Some(frame) => self.native.close_with_code_and_reason(frame.code.get(), &frame.reason),
            None => self.native.close(),
        };
    }

    fn settle(&self, report: CloseReport, _synthetic: bool) {
        self.native_listeners.set(None);
        self.close_listeners.run(self.report.get_or_init(|| report));
    }

    fn resume_waiters(&self) {
        // Here a realm ends, and with it the connection.
        drop(self.kept.take());
        self.is_over.set(true);
        self.wake_reader();
        self.waiters.wake_all();
        self.outbox.wake_all();
    }
}

impl CloseListeners {
    pub(super) fn add(&self, callback: CloseCallback) -> u64 {
        let id = self.next_id.get();
        self.next_id.set(id + 1);
        self.callbacks.borrow_mut().push_back((id, callback));
        id
    }

    pub(super) fn remove(&self, id: u64) {
        let mut callbacks = self.callbacks.borrow_mut();
        let removed = callbacks
            .iter()
            .position(|(known, _)| *known == id)
            .and_then(|position| callbacks.remove(position));
        // What the callback owns may own a listener of the same socket.
        drop(callbacks);
        drop(removed);
    }

    /// Runs those that are there now, one by one. A callback may remove those after it; what it adds
    /// comes too late.
    fn run(&self, report: &CloseReport) {
        let first_too_late = self.next_id.get();
        loop {
            let next = {
                let mut callbacks = self.callbacks.borrow_mut();
                let is_in_time = callbacks.front().is_some_and(|(id, _)| *id < first_too_late);
                if is_in_time { callbacks.pop_front() } else { None }
            };
            let Some((_, callback)) = next else { break };
            callback(report);
        }
    }
}

/// What is done about an event of the browser's socket.
type Handler = fn(&Rc<Handshake<SocketShell>>, &Event);

fn opened(handshake: &Rc<Handshake<SocketShell>>, _: &Event) {
    handshake.input(Input::Opened);
    handshake.shell().changed();
}

fn received(handshake: &Rc<Handshake<SocketShell>>, event: &Event) {
    let shell = handshake.shell();
    if shell.inbox.push(Message::from_event(event.unchecked_ref())) {
        Closer::new(Rc::clone(handshake)).begin_close(None);
    }
    shell.wake_reader();
}

fn failed(handshake: &Rc<Handshake<SocketShell>>, _: &Event) {
    handshake.input(Input::NativeError);
}

fn ended(handshake: &Rc<Handshake<SocketShell>>, event: &Event) {
    let event: &CloseEvent = event.unchecked_ref();
    handshake.input(Input::NativeClose {
        code: CloseCode::new(event.code()),
        reason: event.reason(),
        was_clean: event.was_clean(),
    });
}

/// The browser's ready state. (WHATWG WebSockets, `readyState`.)
pub(super) fn state_of(native: &web_sys::WebSocket) -> ReadyState {
    ReadyState::from_number(native.ready_state())
}

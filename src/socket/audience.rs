//! The audience of one socket: everyone who waits for something of it, and what they are given.

use core::cell::{Cell, OnceCell};
use core::task::{Context, Poll};
use std::rc::Rc;

use super::inbox::Inbox;
use super::outbox::Outbox;
use super::waiters::{Until, Waiters, Who};
use super::{CloseReport, Message};
use crate::brief::Brief;
use crate::closing::{Ending, Phase};

/// Nothing here is borrowed while foreign code runs, be it a waker or a close handler.
pub(super) struct Audience {
    pub(super) inbox: Inbox,
    pub(super) outbox: Outbox,
    end: OnceCell<End>,
    /// Whether those who await the report have resumed.
    is_over: Cell<bool>,
    /// Whether the reader was told that there is nothing more to read.
    is_exhausted: Cell<bool>,
    pub(super) waiters: Waiters,
    /// Once there was one.
    close_handlers: OnceCell<Rc<dyn CloseHandlers>>,
}

/// How a socket has ended. Whoever asks is given a report of it.
pub(super) struct End {
    pub(super) ending: Ending<()>,
    pub(super) reason: String,
    pub(super) sent_reason: String,
    pub(super) lost_messages: u64,
}

impl End {
    pub(super) fn report(&self) -> CloseReport {
        CloseReport::new(&self.ending, &self.reason, &self.sent_reason, self.lost_messages)
    }
}

pub(super) type CloseCallback = Box<dyn FnOnce(&CloseReport)>;

/// One who waits in a future, and is forgotten with it.
pub(super) struct Waiting<'a> {
    audience: &'a Audience,
    pub(super) who: Who,
}

impl<'a> Waiting<'a> {
    pub(super) fn new(audience: &'a Audience) -> Self {
        Self { audience, who: Who::new() }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.audience.waiters.forget(self.who);
    }
}

impl Audience {
    pub(super) const fn new() -> Self {
        Self {
            inbox: Inbox::new(),
            outbox: Outbox::new(),
            end: OnceCell::new(),
            is_over: Cell::new(false),
            is_exhausted: Cell::new(false),
            waiters: Waiters::new(),
            close_handlers: OnceCell::new(),
        }
    }

    /// How it has ended.
    pub(super) fn end(&self) -> Option<&End> {
        self.end.get()
    }

    /// How it has ended, when every close handler has run.
    fn end_that_was_told(&self) -> Option<&End> {
        self.end().filter(|_| self.is_over.get())
    }

    /// Ready when the socket is open or has been, or has ended without ever being it.
    pub(super) fn poll_open(
        &self,
        is_open: bool,
        who: Who,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), &End>> {
        match self.end_that_was_told() {
            Some(end) if end.ending.phase == Phase::Connecting => Poll::Ready(Err(end)),
            Some(_) => Poll::Ready(Ok(())),
            None if is_open => Poll::Ready(Ok(())),
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
                self.waiters.wait(Who::READER, Until::Message, context.waker());
                Poll::Pending
            }
        }
    }

    /// Whether [`Self::poll_next`] has given `None`. Not before: whoever polls only what is not
    /// terminated (as `select!` does) would never be given it.
    pub(super) const fn is_exhausted(&self) -> bool {
        self.is_exhausted.get()
    }

    /// Ready with the end when every close handler has run.
    pub(super) fn poll_closed(&self, who: Who, context: &mut Context<'_>) -> Poll<&End> {
        if let Some(end) = self.end_that_was_told() {
            return Poll::Ready(end);
        }
        self.waiters.wait(who, Until::End, context.waker());
        Poll::Pending
    }

    /// One does not wait any more, for the browser's queue or whatever it was.
    pub(super) fn forget(&self, who: Who) {
        self.waiters.forget(who);
        self.outbox.stop_unless_awaited(&self.waiters);
    }

    /// Nobody is there any more who could take a message.
    pub(super) fn discard(&self) {
        self.inbox.discard();
        self.waiters.forget(Who::READER);
    }

    /// Keeps a message, or counts one that cannot be read. Whether something is lost that has the socket
    /// close.
    #[must_use]
    pub(super) fn receive(&self, message: Option<Message>) -> bool {
        let has_to_close = self.inbox.push(message);
        self.waiters.wake_if(&|until| until == Until::Message);
        has_to_close
    }

    /// The socket is open, or its end has begun. Those who wait to send hear that they can, or cannot
    /// any more.
    pub(super) fn changed(&self) {
        self.wake_if(&|until| matches!(until, Until::Change | Until::AtMost(_)));
    }

    /// Keeps the end, and runs every close handler.
    pub(super) fn tell(&self, end: End) {
        self.end.get_or_init(|| end);
        self.tell_rest();
    }

    /// Runs the close handlers that have not run, be it that one before them has panicked, or that they
    /// were added after the end. The latter wait until everyone has resumed.
    pub(super) fn tell_rest(&self) {
        if let (Some(end), Some(handlers)) = (self.end(), self.close_handlers.get()) {
            handlers.run(end, self.is_over());
        }
    }

    /// Whether there is a close handler to be run.
    pub(super) fn has_more_to_tell(&self) -> bool {
        self.close_handlers.get().is_some_and(|handlers| handlers.has_more(self.is_over()))
    }

    /// Whether everyone has been told of the end, and has resumed.
    pub(super) const fn is_over(&self) -> bool {
        self.is_over.get()
    }

    /// Resumes everyone: all close handlers have run.
    pub(super) fn resume(&self) {
        self.is_over.set(true);
        self.wake_if(&|_| true);
    }

    fn wake_if(&self, is_woken: &dyn Fn(Until) -> bool) {
        // Nobody waits for the queue after this.
        self.outbox.stop();
        self.waiters.wake_if(is_woken);
    }

    /// The close handlers: none until somebody has asked for them. What a program without any does not
    /// need is not in it.
    pub(super) fn close_handlers(&self) -> Rc<dyn CloseHandlers> {
        Rc::clone(self.close_handlers.get_or_init(|| Rc::new(HandlerList::new())))
    }
}

/// The close handlers of one socket.
pub(super) trait CloseHandlers {
    /// Adds one, and gives the name under which it is [removed](Self::remove).
    fn add(&self, callback: CloseCallback) -> u64;

    fn remove(&self, id: u64);

    /// Runs those that are there now, one by one: those that were there at the end, or all. A callback
    /// may remove those after it; what it adds is run later.
    fn run(&self, end: &End, all: bool);

    /// Whether there is one to be run.
    fn has_more(&self, all: bool) -> bool;
}

/// In the order in which they were added.
struct HandlerList {
    callbacks: Brief<Vec<(u64, CloseCallback)>>,
    next_id: Cell<u64>,
    /// The first that was not there at the end.
    first_late: Cell<Option<u64>>,
}

impl HandlerList {
    const fn new() -> Self {
        Self {
            callbacks: Brief::new(Vec::new()),
            next_id: Cell::new(0),
            first_late: Cell::new(None),
        }
    }

    /// The first that is not to be run now.
    fn bound(&self, all: bool) -> u64 {
        let next_id = self.next_id.get();
        let first_late = self.first_late.get().unwrap_or(next_id);
        self.first_late.set(Some(first_late));
        if all { next_id } else { first_late }
    }

    /// The first of those with such an id.
    fn take(&self, is_taken: impl Fn(u64) -> bool) -> Option<CloseCallback> {
        self.callbacks.take_first(|(id, _)| is_taken(*id)).map(|(_, callback)| callback)
    }
}

impl CloseHandlers for HandlerList {
    fn add(&self, callback: CloseCallback) -> u64 {
        let id = self.next_id.get();
        self.next_id.set(id + 1);
        self.callbacks.with(|callbacks| callbacks.push((id, callback)));
        id
    }

    fn remove(&self, id: u64) {
        // What the callback owns may own a listener of the same socket.
        drop(self.take(|known| known == id));
    }

    fn run(&self, end: &End, all: bool) {
        let report = end.report();
        let bound = self.bound(all);
        while let Some(callback) = self.take(|id| id < bound) {
            callback(&report);
        }
    }

    fn has_more(&self, all: bool) -> bool {
        let bound = self.bound(all);
        self.callbacks.with(|callbacks| callbacks.first().is_some_and(|(id, _)| *id < bound))
    }
}

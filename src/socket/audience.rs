//! The audience of one socket: everyone who waits for something of it, and what they are given.

use core::cell::{Cell, OnceCell};
use core::task::{Context, Poll};
use std::rc::Rc;

use super::close_handlers::{CloseHandlers, HandlerList};
use super::inbox::Inbox;
use super::outbox::Outbox;
use super::waiters::{Until, Waiters, Who};
use super::{CloseReport, Message};
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

    /// Keeps the end, for the close handlers and those who wait.
    pub(super) fn keep_end(&self, end: End) {
        self.end.get_or_init(|| end);
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

    /// The close handlers, if there have been any.
    pub(super) fn close_handlers(&self) -> Option<&Rc<dyn CloseHandlers>> {
        self.close_handlers.get()
    }

    /// The close handlers: none until somebody has asked for them. What a program without any does not
    /// need is not in it.
    pub(super) fn new_close_handlers(&self) -> &Rc<dyn CloseHandlers> {
        self.close_handlers.get_or_init(|| Rc::new(HandlerList::new()))
    }
}

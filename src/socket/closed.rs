//! Waiting for the end: the future of the report, and the close listener.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::rc::Rc;

use futures_core::FusedFuture;

use super::audience::End;
use super::close_handlers::{CloseCallback, CloseHandlers};
use super::waiters::Who;
use super::{CloseReport, Closer};
use crate::local::Local;

/// The future of a socket's [`CloseReport`]. Whatever gave it has happened already: awaiting it is optional.
///
/// It may be polled again once it has resolved, and gives the same report.
pub struct Closed {
    closer: Closer,
    who: Who,
    has_resolved: bool,
}

impl Closed {
    pub(super) fn new(closer: Closer) -> Self {
        Self { closer, who: Who::new(), has_resolved: false }
    }
}

impl Future for Closed {
    type Output = CloseReport;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<CloseReport> {
        let audience = self.closer.lifecycle().audience();
        let report = audience.poll_closed(self.who, context).map(End::report);
        self.has_resolved = report.is_ready();
        report
    }
}

impl FusedFuture for Closed {
    fn is_terminated(&self) -> bool {
        self.has_resolved
    }
}

impl Clone for Closed {
    fn clone(&self) -> Self {
        Self::new(self.closer.clone())
    }
}

impl Drop for Closed {
    fn drop(&mut self) {
        self.closer.lifecycle().audience().waiters.forget(self.who);
    }
}

impl fmt::Debug for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Closed").finish_non_exhaustive()
    }
}

/// A callback that runs when a socket's connection has ended, as long as this lives.
#[must_use = "dropping a listener removes it"]
pub struct CloseListener {
    handlers: Local<Rc<dyn CloseHandlers>>,
    id: u64,
}

impl CloseListener {
    pub(super) fn new(handlers: Rc<dyn CloseHandlers>, callback: CloseCallback) -> Self {
        let id = handlers.add(callback);
        Self { handlers: Local::new(handlers), id }
    }
}

impl Drop for CloseListener {
    fn drop(&mut self) {
        self.handlers.remove(self.id);
    }
}

impl fmt::Debug for CloseListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CloseListener").finish_non_exhaustive()
    }
}

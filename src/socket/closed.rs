//! Waiting for the end: the future of the report, and the close listener.

use core::fmt;
use core::future::{Future, IntoFuture};
use core::pin::Pin;
use core::task::{Context, Poll};
use std::rc::Rc;

use super::shell::{CloseCallback, CloseListeners, SocketShell};
use super::waiters::Who;
use crate::browser::Handshake;
use crate::closing::CloseReport;

/// The future of a socket's [`CloseReport`].
///
/// It may be polled again once it has resolved, and gives the same report.
#[must_use = "futures do nothing unless polled"]
pub struct Closed {
    handshake: Rc<Handshake<SocketShell>>,
    who: Who,
}

impl Closed {
    pub(super) fn new(handshake: Rc<Handshake<SocketShell>>) -> Self {
        Self { handshake, who: Who::new() }
    }
}

impl Future for Closed {
    type Output = CloseReport;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<CloseReport> {
        self.handshake.shell().poll_closed(self.who, context).map(CloseReport::clone)
    }
}

impl Clone for Closed {
    fn clone(&self) -> Self {
        Self::new(Rc::clone(&self.handshake))
    }
}

impl Drop for Closed {
    fn drop(&mut self) {
        self.handshake.shell().forget(self.who);
    }
}

impl fmt::Debug for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Closed").finish_non_exhaustive()
    }
}

/// A close that has begun. Awaiting it gives the [`CloseReport`]; not awaiting it is fine.
#[derive(Clone, Debug)]
pub struct Closing {
    closed: Closed,
}

impl Closing {
    pub(super) fn new(closed: Closed) -> Self {
        Self { closed }
    }
}

impl IntoFuture for Closing {
    type Output = CloseReport;
    type IntoFuture = Closed;

    fn into_future(self) -> Closed {
        self.closed
    }
}

/// A callback that runs when a socket's connection has ended, as long as this lives.
#[must_use = "dropping a listener removes it"]
pub struct CloseListener {
    listeners: Rc<CloseListeners>,
    id: u64,
}

impl CloseListener {
    pub(super) fn new(listeners: Rc<CloseListeners>, callback: CloseCallback) -> Self {
        let id = listeners.add(callback);
        Self { listeners, id }
    }
}

impl Drop for CloseListener {
    fn drop(&mut self) {
        self.listeners.remove(self.id);
    }
}

impl fmt::Debug for CloseListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CloseListener").finish_non_exhaustive()
    }
}

//! What is awaited of a socket besides its end: the opening, and the next message.
//!
//! They have names, can be moved, and tell if they have resolved: what `select!` and its like ask for.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};
use futures_core::FusedFuture;

use super::owner::Owner;
use super::waiters::Who;
use super::{Closer, Message, OpenError};

/// The future of a socket's opening: see [`WebSocket::opened`](crate::WebSocket::opened).
///
/// It does not keep the socket open. It may be polled again once it has resolved, and says the same.
pub struct Opened {
    closer: Closer,
    who: Who,
    has_resolved: bool,
}

impl Opened {
    pub(super) fn new(closer: Closer) -> Self {
        Self { closer, who: Who::new(), has_resolved: false }
    }
}

impl Future for Opened {
    type Output = Result<(), OpenError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let opened = self.closer.lifecycle().poll_open(self.who, context).map_err(OpenError::ended);
        self.has_resolved = opened.is_ready();
        opened
    }
}

impl FusedFuture for Opened {
    fn is_terminated(&self) -> bool {
        self.has_resolved
    }
}

impl Clone for Opened {
    fn clone(&self) -> Self {
        Self::new(self.closer.clone())
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.closer.lifecycle().audience().waiters.forget(self.who);
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").finish_non_exhaustive()
    }
}

/// The future of the next message: see [`WebSocket::next`](crate::WebSocket::next).
#[must_use = "a message is taken only when this is awaited"]
pub struct Next<'a> {
    owner: &'a Owner,
}

impl<'a> Next<'a> {
    pub(super) const fn new(owner: &'a Owner) -> Self {
        Self { owner }
    }
}

impl Future for Next<'_> {
    type Output = Option<Message>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Message>> {
        self.owner.audience().poll_next(context)
    }
}

impl FusedFuture for Next<'_> {
    fn is_terminated(&self) -> bool {
        self.owner.audience().is_exhausted()
    }
}

impl fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next").finish_non_exhaustive()
    }
}

//! The close handle: everything about the end of a socket, for whoever does not own it.

use core::cell::Cell;
use core::fmt;
use core::future::poll_fn;
use core::task::{Poll, Waker};
use core::time::Duration;
use std::rc::Rc;

use super::audience::End;
use super::lifecycle::Lifecycle;
use super::waiters::Who;
use super::{
    CloseError, CloseListener, CloseReport, Closed, IntoCloseCode, Opened, SendableCloseFrame,
};
use crate::browser::Listener;
use crate::closing::{self, Input, ReadyState};
use crate::local::Local;
use crate::time::Millis;

/// How long after `close` a socket settles at the latest, unless it is
/// [told otherwise](Closer::set_close_timeout): 10 seconds.
pub const DEFAULT_CLOSE_TIMEOUT: Duration =
    Duration::from_millis(closing::DEFAULT_CLOSE_TIMEOUT.get() as u64);

/// A handle that closes a socket and tells of its end, for the part of a program that did not open it.
///
/// It can be cloned, does not keep the socket open, and outlives it: the report stays readable.
/// [`WebSocket::closer`](crate::WebSocket::closer) and the halves of a split socket give it.
#[derive(Clone)]
pub struct Closer {
    lifecycle: Local<Rc<Lifecycle>>,
}

impl Closer {
    pub(super) fn new(lifecycle: Rc<Lifecycle>) -> Self {
        Self { lifecycle: Local::new(lifecycle) }
    }

    /// Closes the connection with a code and a reason.
    ///
    /// The effect happens in the call: the Close frame goes out behind what is queued, and after the
    /// close timeout the socket settles whatever the peer does. Awaiting the result is optional, and
    /// gives the report. A further call joins the first.
    /// (WHATWG WebSockets, `close()`; RFC 6455, section 7.1.2.)
    ///
    /// ```no_run
    /// # async fn close(socket: graceful_websocket::WebSocket) -> Result<(), graceful_websocket::CloseError> {
    /// # use graceful_websocket::CloseCode;
    /// let report = socket.close(CloseCode::NORMAL, "done")?.await;
    /// socket.close(4001, "logged out")?; // joins; the first code and reason count
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`CloseError`], for a code other than 1000 and 3000 to 4999, or a reason of more than 123
    /// bytes, in every state and before anything changes.
    pub fn close(
        &self,
        code: impl IntoCloseCode,
        reason: impl AsRef<str>,
    ) -> Result<Closed, CloseError> {
        Ok(self.close_with(SendableCloseFrame::new(code, reason)?))
    }

    /// Closes the connection with a frame that is known to be legal: [`Self::close`] without the
    /// error. `None` is a Close frame without a code.
    pub fn close_with(&self, frame: impl Into<Option<SendableCloseFrame>>) -> Closed {
        self.lifecycle.close(frame.into());
        self.closed()
    }

    /// Gives up: the socket settles in the next task, as [`Outcome::Terminated`] unless the browser's
    /// own event is there by then. A [disposable](crate::Builder::disposable) socket's connection is
    /// cut; else the browser ends it by its own rules, as the platform has no abort.
    ///
    /// [`Outcome::Terminated`]: crate::Outcome::Terminated
    pub fn terminate(&self) -> Closed {
        self.lifecycle.input(Input::Terminate);
        self.closed()
    }

    /// Waits until the socket is open. At once, if it is or has been.
    ///
    /// Dropping the future changes nothing, and it does not keep the socket open.
    ///
    /// # Errors
    /// [`OpenError::TimedOut`] and [`OpenError::Failed`] with the report, if the socket has ended without
    /// ever being open.
    ///
    /// [`OpenError::TimedOut`]: crate::OpenError::TimedOut
    /// [`OpenError::Failed`]: crate::OpenError::Failed
    pub fn opened(&self) -> Opened {
        Opened::new(self.clone())
    }

    /// Waits until the end has begun: somebody has called [`close`](Self::close) or
    /// [`terminate`](Self::terminate), or the connection has ended. (That the peer has begun to close
    /// shows in the end, or when somebody reads the ready state before.)
    pub async fn closing(&self) {
        let waiting = Waiting { closer: self, who: Who::new() };
        poll_fn(|context| match self.ready_state() {
            ReadyState::Connecting | ReadyState::Open => {
                self.lifecycle.audience().poll_change(waiting.who, context)
            }
            ReadyState::Closing | ReadyState::Closed => Poll::Ready(()),
        })
        .await;
    }

    /// The report, as a future: it resolves when the connection has ended and every close handler
    /// has run, however that came about. It does not keep the socket open.
    pub fn closed(&self) -> Closed {
        Closed::new(self.clone())
    }

    /// Waits until the browser has let go of the connection, which may be long after
    /// [`closed`](Self::closed): it waits for the peer by rules of its own (up to 60 seconds in
    /// Chromium, 20 in Firefox, 5 in WebKit; in Chromium and Firefox for ever while a peer that has
    /// stopped reading holds unsent data up). With [`Builder::disposable`](crate::Builder::disposable)
    /// it is soon after.
    pub async fn released(&self) {
        self.closed().await;
        let waker = Local::new(Rc::new(Cell::new(Waker::noop().clone())));
        let listener = Listener::new(self.lifecycle.native().clone().into(), "close", {
            let waker = Rc::clone(&waker);
            Box::new(move |_| waker.replace(Waker::noop().clone()).wake())
        });
        let _listener = Local::new(listener);
        poll_fn(|context| {
            waker.set(context.waker().clone());
            match self.lifecycle.native_state() {
                ReadyState::Closed => Poll::Ready(()),
                _ => Poll::Pending,
            }
        })
        .await;
    }

    /// The report, once the connection has ended. It is there already when close handlers run.
    pub fn close_report(&self) -> Option<CloseReport> {
        self.lifecycle.audience().end().map(End::report)
    }

    /// Runs the callback once, when the connection has ended, as long as the listener lives. If it
    /// has ended already, it runs in a task of its own.
    ///
    /// One that panics takes nobody with it: the others run in the next task, and then whoever awaits the
    /// report resumes.
    pub fn on_close(&self, callback: impl FnOnce(&CloseReport) + 'static) -> CloseListener {
        let audience = self.lifecycle.audience();
        let handlers = audience.new_close_handlers();
        let listener = CloseListener::new(Rc::clone(handlers), Box::new(callback));
        if audience.is_over() {
            handlers.recall(&self.lifecycle);
        }
        listener
    }

    /// How long after `close` the socket settles at the latest; `None` leaves it to the browser.
    /// Default: 10 seconds.
    ///
    /// While closing this moves the deadline, which counts from the call and may have passed. Zero
    /// settles in the next task. In a hidden page timers may be late by about a second, and none
    /// runs while the page is frozen; the socket then settles as soon as the page runs again.
    pub fn set_close_timeout(&self, timeout: impl Into<Option<Duration>>) {
        self.lifecycle.input(Input::CloseTimeout(Millis::from(timeout.into())));
    }

    /// The ready state: the browser's own, and CLOSED once the socket has settled.
    /// (WHATWG WebSockets, `readyState`.)
    pub fn ready_state(&self) -> ReadyState {
        self.lifecycle.ready_state()
    }

    pub(super) fn lifecycle(&self) -> &Rc<Lifecycle> {
        &self.lifecycle
    }
}

/// One who waits in a future, and is forgotten with it.
struct Waiting<'a> {
    closer: &'a Closer,
    who: Who,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.closer.lifecycle.audience().waiters.forget(self.who);
    }
}

/// Equal are two handles of the same socket.
impl PartialEq for Closer {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.lifecycle, &other.lifecycle)
    }
}

impl Eq for Closer {}

impl fmt::Debug for Closer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Closer").field("ready_state", &self.ready_state()).finish_non_exhaustive()
    }
}

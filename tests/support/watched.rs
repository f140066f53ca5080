//! A socket whose end is watched by everyone who can.

use core::cell::RefCell;
use core::ops::Deref;
use core::time::Duration;
use std::rc::Rc;

use graceful_websocket::{CloseListener, CloseReport, Closed, ReadyState, SendError, WebSocket};

use super::{Engine, Peer, in_time, next_task};

/// A socket with a close listener and a waiter, both there before anything happens.
pub struct Watched {
    socket: Rc<WebSocket>,
    told: Rc<RefCell<Vec<Told>>>,
    closed: Closed,
    _listener: CloseListener,
}

/// What a close listener is told, and what the socket says inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    report: CloseReport,
    close_report: Option<CloseReport>,
    ready_state: ReadyState,
    buffered_amount: u64,
}

impl Watched {
    /// Watches this socket.
    pub fn new(socket: WebSocket) -> Self {
        let socket = Rc::new(socket);
        let told = Rc::new(RefCell::new(Vec::new()));
        let listener = {
            let told = Rc::clone(&told);
            let socket = Rc::downgrade(&socket);
            let watching = socket.upgrade().unwrap();
            watching.on_close(move |report| {
                let socket = socket.upgrade().unwrap();
                told.borrow_mut().push(Told {
                    report: report.clone(),
                    close_report: socket.close_report(),
                    ready_state: socket.ready_state(),
                    buffered_amount: socket.buffered_amount(),
                });
            })
        };
        Self { closed: socket.closed(), socket, told, _listener: listener }
    }

    /// Opens a socket with this close timeout, and watches it.
    pub async fn open(peer: &Peer, close_timeout: impl Into<Option<Duration>>) -> Self {
        let builder = WebSocket::builder(peer.url()).close_timeout(close_timeout);
        Self::new(builder.open().await.unwrap())
    }

    /// Closes with 4000 "bye".
    pub fn close_with_bye(&self) -> Closed {
        self.socket.close(4000, "bye").unwrap()
    }

    /// Waits for the end, and checks that everyone is told the same: the listener, once, with the
    /// socket CLOSED already; who waited from the beginning; who asks now.
    pub async fn end(&self) -> CloseReport {
        let report = in_time(self.closed.clone()).await;
        self.assert_told_once(&report);
        assert_eq!(self.socket.closed().await, report);
        assert_eq!(self.socket.send("too late"), Err(SendError::Closed));
        report
    }

    /// Checks that the listener was called once, with this report, and that nothing has changed.
    pub fn assert_told_once(&self, report: &CloseReport) {
        let told = Told {
            report: report.clone(),
            close_report: Some(report.clone()),
            ready_state: ReadyState::Closed,
            buffered_amount: report.unsent_bytes,
        };
        assert_eq!(*self.told.borrow(), [told]);
        assert_eq!(self.socket.close_report().as_ref(), Some(report));
        assert_eq!(self.socket.ready_state(), ReadyState::Closed);
    }
}

impl Deref for Watched {
    type Target = WebSocket;

    fn deref(&self) -> &WebSocket {
        &self.socket
    }
}

/// A socket whose browser has got the peer's Close frame (4002 "over"), but not the end of TCP yet.
///
/// That is a moment only; one that was missed is tried again. Where no page ever sees it, the end of TCP
/// has come too.
pub async fn closing_by_peer() -> (Peer, Watched) {
    loop {
        let peer = Peer::at("/close?code=4002&reason=over");
        let socket = Watched::open(&peer, None).await;
        while socket.ready_state() == ReadyState::Open {
            next_task().await;
        }
        if (socket.ready_state() == ReadyState::Closing) == Engine::this().shows_peer_closing() {
            return (peer, socket);
        }
    }
}

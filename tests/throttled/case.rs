//! Sockets whose deadline is armed in a timer that the browser holds back, and how late they are.

use core::cell::RefCell;
use core::pin::pin;
use core::time::Duration;
use std::collections::BTreeMap;
use std::rc::Rc;

use futures_util::future::{join, select};
use graceful_websocket::{CloseReport, WebSocket};
use wasm_bindgen_futures::JsFuture;

use crate::heartbeat::{Chain, in_held_back_beat, passes, timer};
use crate::support::{Peer, Stopwatch, spawn};

/// From the moment in which it is armed.
pub const DEADLINE: Duration = Duration::from_secs(3);

/// So much later than it should a timer fires, at least, that is held back.
pub const LONG: Duration = Duration::from_secs(10);

/// What is done in a beat that is held back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Case {
    /// A socket is closed.
    Close(Chain),
    /// A socket is closed, and then its close timeout shortened.
    ShortenedAtOnce,
    /// A socket without a close timeout is closed, and then gets one.
    SetAtOnce,
    /// The close timeout of a socket is shortened that was closed long before.
    ShortenedLater,
    /// A socket gets a close timeout that was closed without one long before.
    SetLater,
    /// A socket is made that never opens.
    Open,
}

/// What came of it.
pub struct Ended {
    pub peer: Peer,
    pub report: CloseReport,
    /// How long the socket took.
    pub took: Duration,
    /// How long a timer took, at least, that was set in the same beat for the same time, and that nobody
    /// spares.
    pub timer_took: Duration,
}

type UnderWay = (JsFuture, Rc<RefCell<Option<Ended>>>);

thread_local! {
    /// All begin with the first that is asked for: what is held back has its turn once a minute only.
    static UNDER_WAY: RefCell<BTreeMap<Case, UnderWay>> =
        RefCell::new(Case::ALL.map(|case| (case, case.begin())).into());
}

impl Case {
    const ALL: [Self; 8] = [
        Self::Close(Chain::Timeouts),
        Self::Close(Chain::Interval),
        Self::Close(Chain::Futures),
        Self::ShortenedAtOnce,
        Self::SetAtOnce,
        Self::ShortenedLater,
        Self::SetLater,
        Self::Open,
    ];

    /// Waits for the end. Once for each.
    pub async fn ended(self) -> Ended {
        let (done, ended) = UNDER_WAY.with_borrow_mut(|cases| cases.remove(&self)).unwrap();
        done.await.unwrap();
        ended.take().unwrap()
    }

    fn begin(self) -> UnderWay {
        let ended = Rc::new(RefCell::new(None));
        let task = {
            let ended = Rc::clone(&ended);
            async move {
                let result = self.run().await;
                ended.replace(Some(result));
            }
        };
        (spawn(task), ended)
    }

    async fn run(self) -> Ended {
        const AN_HOUR: Option<Duration> = Some(Duration::from_secs(3_600));
        match self {
            Self::Close(chain) => close_and_set(chain, Some(DEADLINE), None).await,
            Self::ShortenedAtOnce => close_and_set(Chain::Timeouts, AN_HOUR, Some(DEADLINE)).await,
            Self::SetAtOnce => close_and_set(Chain::Timeouts, None, Some(DEADLINE)).await,
            Self::ShortenedLater => set_later(AN_HOUR).await,
            Self::SetLater => set_later(None).await,
            Self::Open => {
                let peer = Peer::at("/hang");
                let builder = WebSocket::builder(peer.url()).open_timeout(DEADLINE);
                end(peer, Chain::Timeouts, || builder.connect().unwrap()).await
            }
        }
    }
}

/// Closes a socket with one close timeout, and then sets another, if any.
async fn close_and_set(chain: Chain, first: Option<Duration>, then: Option<Duration>) -> Ended {
    let peer = Peer::at("/silent");
    let socket = open(&peer, first).await;
    end(peer, chain, move || {
        socket.close(4000, "bye").unwrap();
        if then.is_some() {
            socket.set_close_timeout(then);
        }
        socket
    })
    .await
}

/// Sets the close timeout of a socket that was closed with another before.
///
/// The browser has no patience of its own to run out meanwhile: it has none while data is queued.
async fn set_later(first: Option<Duration>) -> Ended {
    const MEGABYTE: usize = 1 << 20;
    const QUEUED: usize = 32 * MEGABYTE;

    let peer = Peer::at("/stall");
    let socket = open(&peer, first).await;
    let message = vec![7; MEGABYTE];
    for _ in 0..QUEUED / MEGABYTE {
        socket.send(&message).unwrap();
    }
    let since_close = Stopwatch::start();
    socket.close(4000, "bye").unwrap();
    end(peer, Chain::Timeouts, move || {
        socket.set_close_timeout(since_close.elapsed() + DEADLINE);
        socket
    })
    .await
}

async fn open(peer: &Peer, close_timeout: Option<Duration>) -> WebSocket {
    WebSocket::builder(peer.url()).close_timeout(close_timeout).open().await.unwrap()
}

/// Arms a deadline in a beat that is held back, and waits until the socket has ended.
async fn end(peer: Peer, chain: Chain, arm: impl FnOnce() -> WebSocket + 'static) -> Ended {
    let beat = in_held_back_beat(chain, || {
        let since_armed = Stopwatch::start();
        let timer = timer(DEADLINE);
        (arm(), timer, since_armed)
    });
    let (socket, timer, since_armed) = beat.await;
    let settled = async { (socket.closed().await, since_armed.elapsed()) };
    let fired = async {
        select(timer, pin!(passes(DEADLINE + LONG))).await;
        since_armed.elapsed()
    };
    let ((report, took), timer_took) = join(settled, fired).await;
    Ended { peer, report, took, timer_took }
}

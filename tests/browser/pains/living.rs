//! Pains 11 to 15:
//!
//! ✔ 11: the late events of an old socket hit the new one, or make two of it
//! ✔ 12: unmounting at the wrong moment panics, or leaves something behind
//! ✔ 13: every connection leaks closures
//! ✔ 15: whoever sends faster than the peer reads fills the memory

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_util::{SinkExt, StreamExt, stream};
use graceful_websocket::{CloseListener, CloseReport, Message, Outcome, ReadyState, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::leaks::{WARM_UP, assert_nothing_is_left};
use crate::support::peer::{WITHOUT_BODY, close_frame};
use crate::support::{Peer, TIMEOUT, UncaughtErrors, event, in_time, next_task, poll_once};

/// What an application holds: the socket of the moment, and what it is told of ends.
#[derive(Default)]
struct App {
    current: RefCell<Option<(WebSocket, CloseListener)>>,
    ends: RefCell<Vec<CloseReport>>,
}

impl App {
    /// Makes this the socket of the moment.
    fn connect(self: &Rc<Self>, socket: WebSocket) {
        let app = Rc::clone(self);
        let listener = socket.on_close(move |report| app.ends.borrow_mut().push(report.clone()));
        let old = self.current.replace(Some((socket, listener)));
        drop(old);
    }
}

#[wasm_bindgen_test]
async fn pain_11_the_late_events_of_an_old_socket_reach_nobody() {
    let (old_peer, new_peer) = (Peer::at("/late?ms=600"), Peer::at("/echo"));
    let app = Rc::new(App::default());
    let builder = WebSocket::builder(old_peer.url()).close_timeout(TIMEOUT);
    app.connect(builder.open().await.unwrap());
    let (late, closed) = {
        let current = app.current.borrow();
        let (old, _) = current.as_ref().unwrap();
        drop(old.close(4000, "reconnecting").unwrap());
        (event(old.as_raw(), "close"), old.closed())
    };
    assert_eq!(closed.await.outcome, Outcome::TimedOut);
    app.connect(WebSocket::builder(new_peer.url()).open().await.unwrap());
    // The old one's peer answers at last.
    late.await.unwrap();
    next_task().await;
    assert_eq!(app.ends.borrow().len(), 1, "one end, one reconnect");
    let (new, _listener) = app.current.take().unwrap();
    assert_eq!((new.ready_state(), new.close_report()), (ReadyState::Open, None));
    assert_eq!((old_peer.connections().await, new_peer.connections().await), (1, 1));
    drop(new);
    assert_eq!(new_peer.ended().await.close_frames(), [WITHOUT_BODY]);
}

#[wasm_bindgen_test]
async fn pain_11_a_failed_connection_is_one_end_and_one_reconnect() {
    // An error event and a close event, which others take for two.
    let app = Rc::new(App::default());
    let native = Peer::at("/reject").native();
    let closed = event(&native, "close");
    app.connect(WebSocket::from(native));
    closed.await.unwrap();
    next_task().await;
    assert_eq!(app.ends.borrow().len(), 1);
    assert_eq!(app.ends.borrow()[0].outcome, Outcome::NeverOpened);
}

#[wasm_bindgen_test]
async fn pain_12_unmounting_at_any_moment_is_quiet_and_closes() {
    let errors = UncaughtErrors::watch();
    // While it connects, in a task of its own.
    let peer = Peer::at("/hang");
    let mut opening = Box::pin(WebSocket::builder(peer.url()).open());
    assert!(poll_once(&mut opening).is_pending());
    peer.requested().await;
    drop(opening);
    peer.given_up().await;

    // In the callback that tells of the end, which the application owns with the socket.
    let peer = Peer::at("/close?after=50");
    let app = Rc::new(App::default());
    app.connect(WebSocket::builder(peer.url()).open().await.unwrap());
    let closed = {
        let current = app.current.borrow();
        let (socket, _) = current.as_ref().unwrap();
        socket.closed()
    };
    let _unmounting = {
        let unmounted = Rc::clone(&app);
        let current = app.current.borrow();
        let (socket, _) = current.as_ref().unwrap();
        socket.on_close(move |_| drop(unmounted.current.take()))
    };
    in_time(closed).await;
    assert!(app.current.borrow().is_none());
    assert_eq!(app.ends.borrow().len(), 1);

    // While it handles a message, and another one is there.
    let peer = Peer::at("/flood?every=1&bytes=10");
    let builder = WebSocket::builder(peer.url()).close_timeout(TIMEOUT);
    let mut socket = builder.open().await.unwrap();
    let closed = socket.closed();
    assert!(socket.next().await.is_some());
    drop(socket);
    in_time(closed).await;
    assert_eq!(peer.closing().await.close_frames(), [WITHOUT_BODY]);
    assert_eq!(errors.count(), 0);
}

#[wasm_bindgen_test]
async fn pain_13_connections_leave_no_closure_behind() {
    /// All that makes closures: opening, listening, waiting, receiving, closing.
    async fn cycle(url: String) {
        let socket = WebSocket::builder(url).open_timeout(TIMEOUT * 100).open().await.unwrap();
        let (closed, called) = (socket.closed(), Rc::new(Cell::new(false)));
        let _listener = {
            let called = Rc::clone(&called);
            socket.on_close(move |_| called.set(true))
        };
        let (mut sender, mut receiver) = socket.split();
        SinkExt::send(&mut sender, "hello".into()).await.unwrap();
        assert!(receiver.next().await.is_some());
        SinkExt::close(&mut sender).await.unwrap();
        assert!(closed.await.was_clean && called.get());
    }

    let peer = Peer::at("/echo");
    assert_nothing_is_left(WARM_UP, WARM_UP, cycle, &peer).await;
    peer.idle().await;
}

#[wasm_bindgen_test]
async fn pain_15_whoever_sends_faster_than_the_peer_reads_has_to_wait() {
    const MEGABYTE: usize = 1 << 20;
    const HIGH_WATER_MARK: u64 = 2 * MEGABYTE as u64;
    /// More than the browser and the system take from a page whose peer does not read.
    const MESSAGES: u32 = 24;

    let peer = Peer::at("/stall?for=1000");
    let builder = WebSocket::builder(peer.url()).high_water_mark(HIGH_WATER_MARK);
    let mut socket = builder.open().await.unwrap();
    let raw = socket.as_raw().clone();
    let most = Rc::new(Cell::new(0));
    // A message is made when the sink is ready for it.
    let mut messages = {
        let most = Rc::clone(&most);
        stream::iter(0..MESSAGES).map(move |_| {
            most.set(most.get().max(u64::from(raw.buffered_amount())));
            Ok(Message::Binary(vec![7; MEGABYTE]))
        })
    };
    socket.send_all(&mut messages).await.unwrap();
    assert!(most.get() > HIGH_WATER_MARK, "it never had to wait");
    // `send_all` has one message in its hand.
    assert!(most.get() <= HIGH_WATER_MARK + MEGABYTE as u64, "{}", most.get());
    assert_eq!(socket.buffered_amount(), 0);
    socket.set_close_timeout(TIMEOUT);
    let _ = socket.close(4000, "all sent").unwrap().await;
    assert_eq!(peer.closing().await.close_frames(), [close_frame(4000, "all sent")]);
}

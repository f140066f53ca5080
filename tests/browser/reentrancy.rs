//! A close listener may do anything with the socket:
//!
//! ✔ call all of it: close, terminate, send, set a timeout; nothing comes of it
//! ✔ ask for the report: the answer is there, but those who await it have not resumed
//! ✔ drop the socket, its own listener, a listener that was not called yet
//! ✔ add a listener, which is called in a task, when those who await the report have resumed
//! ✔ panic: all others are called and resume
//! ✔ close another socket, and open a new one
//!
//! Each when the browser's event ends it, and when the close timeout does.

use core::cell::{Cell, RefCell};
use core::time::Duration;
use std::rc::Rc;

use graceful_websocket::{CloseListener, ReadyState, SendError, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::peer::{WITHOUT_BODY, close_frame};
use crate::support::{Peer, TIMEOUT, UncaughtErrors, event, next_task, poll_once, spawn};

/// A path that ends by the browser's event, and one that ends by the close timeout.
const ENDINGS: [&str; 2] = ["/echo", "/silent"];

/// A socket that a listener can hold.
async fn open(peer: &Peer) -> Rc<WebSocket> {
    let builder = WebSocket::builder(peer.url()).close_timeout(TIMEOUT);
    Rc::new(builder.open().await.unwrap())
}

#[wasm_bindgen_test]
async fn every_call_is_allowed_and_nothing_comes_of_it() {
    for path in ENDINGS {
        let errors = UncaughtErrors::watch();
        let peer = Peer::at(path);
        let socket = open(&peer).await;
        let calls = Rc::new(Cell::new(0));
        let _listener = {
            let (socket, calls) = (Rc::clone(&socket), Rc::clone(&calls));
            Rc::clone(&socket).on_close(move |report| {
                calls.set(calls.get() + 1);
                assert_eq!(socket.ready_state(), ReadyState::Closed);
                assert_eq!(socket.close_report().as_ref(), Some(report));
                assert!(socket.close(1001, "").is_err());
                socket.close(4001, "again").unwrap();
                socket.terminate();
                assert_eq!(socket.send("x"), Err(SendError::Closed));
                socket.set_close_timeout(Duration::ZERO);
                socket.set_close_timeout(None);
                socket.set_close_timeout(Duration::from_secs(1));
                assert_eq!(socket.close_report().as_ref(), Some(report));
            })
        };
        let report = socket.close(4000, "bye").unwrap().await;
        next_task().await;
        assert_eq!(socket.closed().await, report);
        assert_eq!((calls.get(), errors.count()), (1, 0), "{path}");
        assert_eq!(peer.closing().await.close_frames(), [close_frame(4000, "bye")], "{path}");
    }
}

#[wasm_bindgen_test]
async fn nobody_who_awaits_the_report_resumes_before_the_last_listener_was_called() {
    for path in ENDINGS {
        let peer = Peer::at(path);
        let socket = open(&peer).await;
        let story = Rc::new(RefCell::new(Vec::new()));
        let waiting = {
            let (closed, story) = (socket.closed(), Rc::clone(&story));
            spawn(async move {
                closed.await;
                story.borrow_mut().push("waiter");
            })
        };
        let listen = |name| {
            let (closed, story) = (socket.closed(), Rc::clone(&story));
            socket.on_close(move |_| {
                assert!(poll_once(&mut closed.clone()).is_pending());
                story.borrow_mut().push(name);
            })
        };
        let _listeners = [listen("first"), listen("second")];
        socket.close(4000, "bye").unwrap();
        waiting.await.unwrap();
        assert_eq!(*story.borrow(), ["first", "second", "waiter"], "{path}");
    }
}

#[wasm_bindgen_test]
async fn the_socket_may_be_dropped() {
    for path in ENDINGS {
        let errors = UncaughtErrors::watch();
        let peer = Peer::at(path);
        let socket = open(&peer).await;
        let closed = socket.closed();
        let holder = Rc::new(RefCell::new(Some(Rc::clone(&socket))));
        let listener = {
            let holder = Rc::clone(&holder);
            socket.on_close(move |_| drop(holder.take()))
        };
        socket.close(4000, "bye").unwrap();
        drop(socket);
        let report = closed.await;
        assert!(holder.borrow().is_none(), "{path}");
        assert_eq!(report.sent.unwrap().reason, "bye", "{path}");
        drop(listener);
        assert_eq!(errors.count(), 0, "{path}");
        assert_eq!(peer.closing().await.close_frames(), [close_frame(4000, "bye")], "{path}");
    }
}

#[wasm_bindgen_test]
async fn its_own_listener_and_one_that_was_not_called_yet_may_be_dropped() {
    for path in ENDINGS {
        let errors = UncaughtErrors::watch();
        let peer = Peer::at(path);
        let socket = open(&peer).await;
        let listeners: Rc<RefCell<Vec<CloseListener>>> = Rc::default();
        let called = Rc::new(RefCell::new(Vec::new()));
        let first = {
            let (listeners, called) = (Rc::clone(&listeners), Rc::clone(&called));
            socket.on_close(move |_| {
                called.borrow_mut().push("first");
                drop(listeners.take());
            })
        };
        let second = {
            // It owns a listener of the same socket, which is dropped with it.
            let owned = socket.on_close(|_| panic!("a dropped listener was called"));
            let called = Rc::clone(&called);
            socket.on_close(move |_| {
                let _owned = &owned;
                called.borrow_mut().push("second");
            })
        };
        listeners.borrow_mut().extend([first, second]);
        let _third = {
            let called = Rc::clone(&called);
            socket.on_close(move |_| called.borrow_mut().push("third"))
        };
        socket.close(4000, "bye").unwrap().await;
        assert_eq!(*called.borrow(), ["first", "third"], "{path}");
        assert_eq!(errors.count(), 0, "{path}");
    }
}

#[wasm_bindgen_test]
async fn a_listener_that_is_added_then_is_called_when_everyone_has_resumed() {
    for path in ENDINGS {
        let peer = Peer::at(path);
        let socket = open(&peer).await;
        let added = Rc::new(RefCell::new(None));
        let called = Rc::new(Cell::new(false));
        let _listener = {
            let (socket, added, called) =
                (Rc::clone(&socket), Rc::clone(&added), Rc::clone(&called));
            Rc::clone(&socket).on_close(move |_| {
                added.replace(Some(socket.on_close(move |_| called.set(true))));
            })
        };
        socket.close(4000, "bye").unwrap().await;
        assert!(added.borrow().is_some(), "{path}");
        assert!(!called.get(), "{path}");
        while !called.get() {
            next_task().await;
        }
    }
}

#[wasm_bindgen_test]
async fn one_that_panics_takes_nobody_with_it() {
    for path in ENDINGS {
        let errors = UncaughtErrors::expect();
        let peer = Peer::at(path);
        let socket = open(&peer).await;
        let called = Rc::new(RefCell::new(Vec::new()));
        let _listeners = ["first", "panics", "third", "panics", "fifth"].map(|name| {
            let called = Rc::clone(&called);
            socket.on_close(move |_| {
                called.borrow_mut().push(name);
                assert_ne!(name, "panics", "as it is meant to");
            })
        });
        let (closed, other) = (socket.closed(), socket.closed());
        let waiting = spawn(async move { drop(other.await) });
        let report = socket.close(4000, "bye").unwrap().await;
        assert_eq!(*called.borrow(), ["first", "panics", "third", "panics", "fifth"], "{path}");
        assert_eq!(errors.count(), 2, "{path}");
        waiting.await.unwrap();
        assert_eq!((closed.await, socket.close_report()), (report.clone(), Some(report)));
        // And none who comes late.
        let late = ["panics", "late"].map(|name| {
            let called = Rc::clone(&called);
            socket.on_close(move |_| {
                called.borrow_mut().push(name);
                assert_ne!(name, "panics", "as it is meant to");
            })
        });
        while called.borrow().last() != Some(&"late") {
            next_task().await;
        }
        assert_eq!((called.borrow().len(), errors.count()), (7, 3), "{path}");
        drop(late);
    }
}

#[wasm_bindgen_test]
async fn another_socket_may_be_closed_and_a_new_one_opened() {
    let (peer, other_peer, next_peer) = (Peer::at("/echo"), Peer::at("/echo"), Peer::at("/echo"));
    let (socket, other) = (open(&peer).await, open(&other_peer).await);
    let other_closed = other.closed();
    let next = Rc::new(RefCell::new(None));
    let _listener = {
        let (next, url) = (Rc::clone(&next), next_peer.url());
        socket.on_close(move |_| {
            other.close(4001, "as well").unwrap();
            next.replace(Some(spawn(async move {
                drop(WebSocket::builder(url).open().await.unwrap());
            })));
        })
    };
    socket.close(4000, "bye").unwrap().await;
    assert_eq!(other_closed.await.reason, "as well");
    next.take().unwrap().await.unwrap();
    assert_eq!(other_peer.ended().await.close_frames(), [close_frame(4001, "as well")]);
    assert_eq!(next_peer.ended().await.close_frames(), [WITHOUT_BODY]);
}

#[wasm_bindgen_test]
async fn closing_in_the_open_event_of_the_browsers_socket_is_one_close() {
    let peer = Peer::at("/echo");
    let native = peer.native();
    let socket = WebSocket::from(native.clone());
    event(&native, "open").await.unwrap();
    let report = socket.close(4000, "bye").unwrap().await;
    assert_eq!(report.reason, "bye");
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "bye")]);
}

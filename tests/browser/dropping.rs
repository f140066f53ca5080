//! Dropping a socket:
//!
//! ✔ it sends what the builder or the socket was told to send, or a Close frame without a code
//! ✔ while connecting, closing and closed nothing of that is sent
//! ✔ inside a waker and inside a listener of the browser's socket; and whatever else a waker does
//! ✔ JavaScript listeners on the browser's socket are told what the browser says, once, and nothing
//!   that is made up

use core::cell::{Cell, RefCell};
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Waker};
use std::rc::Rc;

use futures_util::{Sink, Stream};
use graceful_websocket::{Message, SendableCloseFrame, WebSocket};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{CloseEvent, EventTarget};

use crate::support::peer::{WITHOUT_BODY, close_frame};
use crate::support::{Alarm, Peer, TIMEOUT, UncaughtErrors, event, in_time, next_task, spawn};

fn frame(reason: &str) -> SendableCloseFrame {
    SendableCloseFrame::new(4001, reason).unwrap()
}

#[wasm_bindgen_test]
async fn it_sends_what_the_builder_was_told() {
    let peer = Peer::at("/echo");
    let builder = WebSocket::builder(peer.url()).close_on_drop(frame("by the builder"));
    drop(builder.open().await.unwrap());
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4001, "by the builder")]);
}

#[wasm_bindgen_test]
async fn it_sends_what_the_socket_was_told_last() {
    type Tell = fn(&WebSocket);

    let told: [(Tell, _); 3] = [
        (
            |socket| socket.set_close_on_drop(frame("by the socket")),
            close_frame(4001, "by the socket"),
        ),
        (|socket| socket.set_close_on_drop(None), WITHOUT_BODY),
        (|_| {}, close_frame(4001, "by the builder")),
    ];
    for (tell, on_the_wire) in told {
        let peer = Peer::at("/echo");
        let builder = WebSocket::builder(peer.url()).close_on_drop(frame("by the builder"));
        let socket = builder.open().await.unwrap();
        tell(&socket);
        drop(socket);
        assert_eq!(peer.ended().await.close_frames(), [on_the_wire]);
    }
}

#[wasm_bindgen_test]
async fn an_opening_that_is_dropped_when_it_is_open_sends_it_too() {
    let peer = Peer::at("/echo");
    let mut opening =
        Box::pin(WebSocket::builder(peer.url()).close_on_drop(frame("unopened")).open());
    let polled = opening.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_pending());
    peer.opened().await;
    // The browser has to know as well, and messages between the two are in order.
    drop(WebSocket::builder(Peer::at("/echo").url()).open().await.unwrap());
    drop(opening);
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4001, "unopened")]);
}

#[wasm_bindgen_test]
async fn while_connecting_there_is_nobody_to_send_it_to() {
    let errors = UncaughtErrors::watch();
    let peer = Peer::at("/hang");
    let socket = WebSocket::from(peer.native());
    socket.set_close_on_drop(frame("dropped"));
    peer.requested().await;
    let closed = socket.closed();
    drop(socket);
    assert_eq!(in_time(closed).await.sent, None);
    peer.given_up().await;
    assert_eq!(errors.count(), 0);
}

#[wasm_bindgen_test]
async fn while_closing_and_closed_it_adds_nothing() {
    let errors = UncaughtErrors::watch();
    for is_awaited in [false, true] {
        let peer = Peer::at("/late?ms=50");
        let builder = WebSocket::builder(peer.url()).close_on_drop(frame("dropped"));
        let socket = builder.open().await.unwrap();
        let closing = socket.close(4000, "bye").unwrap();
        if is_awaited {
            closing.await;
        }
        drop(socket);
        assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "bye")]);
    }
    assert_eq!(errors.count(), 0);
}

/// Where a waker finds the socket.
type Holder = Rc<RefCell<Option<WebSocket>>>;

/// When a waker is woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    Opened,
    Received,
    Flushed,
    BeganToClose,
    Ended,
    Settled,
}

const MOMENTS: [Moment; 6] = [
    Moment::Opened,
    Moment::Received,
    Moment::Flushed,
    Moment::BeganToClose,
    Moment::Ended,
    Moment::Settled,
];

impl Moment {
    const fn path(self) -> &'static str {
        match self {
            Self::Opened | Self::Received | Self::Flushed => "/echo",
            Self::BeganToClose => "/hang",
            Self::Ended | Self::Settled => "/close?after=50",
        }
    }
}

/// Runs something inside a waker that is woken at some moment of a socket's life.
async fn in_a_waker(moment: Moment, act: fn(&Holder)) {
    const MEGABYTE: usize = 1 << 20;

    let peer = Peer::at(moment.path());
    let native = peer.native();
    let socket = WebSocket::from(native.clone());
    socket.set_close_timeout(TIMEOUT);
    let closer = socket.closer();
    let mut closed = socket.closed();
    let is_connecting = matches!(moment, Moment::Opened | Moment::BeganToClose);
    if !is_connecting {
        event(&native, "open").await.unwrap();
        socket.send(vec![7; MEGABYTE]).unwrap();
    }
    let holder: Holder = Rc::new(RefCell::new(Some(socket)));
    let rung = Rc::new(Cell::new(false));
    let alarm = {
        let (holder, rung) = (Rc::clone(&holder), Rc::clone(&rung));
        Alarm::new(move || {
            rung.set(true);
            act(&holder);
        })
    };
    let is_pending = alarm.poll(|context| {
        let mut holder = holder.borrow_mut();
        let socket = Pin::new(holder.as_mut().unwrap());
        match moment {
            Moment::Opened | Moment::BeganToClose => socket.poll_ready(context).is_pending(),
            Moment::Received | Moment::Ended => socket.poll_next(context).is_pending(),
            Moment::Flushed => socket.poll_flush(context).is_pending(),
            Moment::Settled => Pin::new(&mut closed).poll(context).is_pending(),
        }
    });
    assert!(is_pending, "{moment:?}");
    if moment == Moment::BeganToClose {
        closer.close(4000, "bye").unwrap();
        assert!(rung.get());
    }
    while !rung.get() {
        next_task().await;
    }
    next_task().await;
    drop(holder.take());
    in_time(closer.closed()).await;
    if moment == Moment::BeganToClose {
        peer.given_up_if_requested().await;
    } else {
        peer.idle().await;
    }
}

#[wasm_bindgen_test]
async fn a_waker_may_drop_the_socket() {
    at_every_moment(|holder| drop(holder.take())).await;
}

#[wasm_bindgen_test]
async fn a_waker_may_close_the_socket() {
    at_every_moment(|holder| {
        let Some(closer) = holder.borrow().as_ref().map(WebSocket::closer) else { return };
        closer.close(4002, "in a waker").unwrap();
        closer.terminate();
        closer.set_close_timeout(None);
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_waker_may_send_and_poll_again() {
    at_every_moment(|holder| {
        if let Some(socket) = holder.borrow_mut().as_mut() {
            // It may be refused: that depends on the moment.
            let _ = socket.send("in a waker");
            let mut socket = Pin::new(socket);
            let mut context = Context::from_waker(Waker::noop());
            let _ = socket.as_mut().poll_next(&mut context);
            let _ = socket.as_mut().poll_ready(&mut context);
            let _ = socket.as_mut().poll_flush(&mut context);
            let _ = socket.poll_close(&mut context);
        }
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_waker_may_open_another_socket() {
    thread_local! {
        static OTHERS: RefCell<Vec<Peer>> = RefCell::default();
    }
    at_every_moment(|_| {
        let other = Peer::at("/echo");
        drop(spawn({
            let url = other.url();
            async move { drop(WebSocket::builder(url).open().await.unwrap()) }
        }));
        OTHERS.with_borrow_mut(|others| others.push(other));
    })
    .await;
    for other in OTHERS.take() {
        assert_eq!(other.ended().await.close_frames(), [WITHOUT_BODY]);
    }
}

async fn at_every_moment(act: fn(&Holder)) {
    let errors = UncaughtErrors::watch();
    for moment in MOMENTS {
        in_a_waker(moment, act).await;
        assert_eq!(errors.count(), 0, "{moment:?}");
    }
}

#[wasm_bindgen_test]
async fn a_listener_of_the_browsers_socket_may_drop_it() {
    let errors = UncaughtErrors::watch();
    let kinds = ["open", "message", "close"];
    // Before our listener, and after it.
    for (kind, is_before) in kinds.into_iter().flat_map(|kind| [(kind, true), (kind, false)]) {
        let peer = Peer::at("/echo");
        let native = peer.native();
        let target: &EventTarget = &native;
        let (opened, closed) = (event(target, "open"), event(target, "close"));
        let holder: Holder = Rc::default();
        let dropper = {
            let holder = Rc::clone(&holder);
            Closure::<dyn FnMut()>::new(move || drop(holder.take()))
        };
        let listener = dropper.as_ref().unchecked_ref();
        if is_before {
            target.add_event_listener_with_callback(kind, listener).unwrap();
        }
        holder.replace(Some(native.clone().into()));
        if !is_before {
            target.add_event_listener_with_callback(kind, listener).unwrap();
        }
        opened.await.unwrap();
        if let Some(socket) = holder.borrow().as_ref() {
            socket.send("hello").unwrap();
            if kind == "close" {
                socket.close(4000, "bye").unwrap();
            }
        }
        closed.await.unwrap();
        next_task().await;
        assert!(holder.borrow().is_none(), "{kind}");
        assert_eq!(errors.count(), 0, "{kind}");
        peer.ended().await;
    }
}

#[wasm_bindgen_test]
async fn javascript_listeners_are_told_what_the_browser_says_and_nothing_that_is_made_up() {
    type Drops = fn(WebSocket);

    let drops: [(&str, Drops, (u16, &str, bool)); 5] = [
        ("/echo", |socket| drop(socket), (1005, "", true)),
        (
            "/echo",
            |socket| {
                socket.set_close_on_drop(frame("dropped"));
                drop(socket.split());
            },
            (4001, "dropped", true),
        ),
        ("/echo", |socket| drop(socket.close(4000, "bye").unwrap()), (4000, "bye", true)),
        ("/late?ms=300", |socket| drop(socket.terminate()), (1005, "", true)),
        ("/drop?on=close", |socket| drop(socket), (1006, "", false)),
    ];
    for (path, drops, said) in drops {
        let peer = Peer::at(path);
        let native = peer.native();
        let told = Rc::new(RefCell::new(Vec::new()));
        let listener = {
            let told = Rc::clone(&told);
            Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| {
                told.borrow_mut()
                    .push((event.is_trusted(), (event.code(), event.reason(), event.was_clean())));
            })
        };
        native.set_onclose(Some(listener.as_ref().unchecked_ref()));
        let socket = WebSocket::from(native.clone());
        event(&native, "open").await.unwrap();
        let (closed, ended) = (socket.closed(), event(&native, "close"));
        drops(socket);
        ended.await.unwrap();
        in_time(closed).await;
        next_task().await;
        let (code, reason, was_clean) = said;
        assert_eq!(*told.borrow(), [(true, (code, reason.to_owned(), was_clean))], "{path}");
        native.set_onclose(None);
    }
}

#[wasm_bindgen_test]
async fn a_socket_in_a_task_that_waits_on_it_goes_with_the_task() {
    let peer = Peer::at("/flood?every=5&bytes=10");
    let socket = WebSocket::builder(peer.url()).close_timeout(TIMEOUT).open().await.unwrap();
    let closed = socket.closed();
    let received = Rc::new(Cell::new(0));
    let task = {
        let received = Rc::clone(&received);
        async move {
            let mut socket = socket;
            while let Some(Message::Text(_)) = socket.next().await {
                received.set(received.get() + 1);
            }
        }
    };
    let (task, abort) = futures_util::future::abortable(task);
    let task = spawn(async move { assert!(task.await.is_err()) });
    while received.get() == 0 {
        next_task().await;
    }
    abort.abort();
    task.await.unwrap();
    in_time(closed).await;
    assert_eq!(peer.closing().await.close_frames(), [WITHOUT_BODY]);
}

//! Adopting a socket that the browser has made already:
//!
//! ✔ while connecting, open, closing, closed; by `From` and by `TryFrom`
//! ✔ one that is closing: its end is waited for, at most for the close timeout once asked to close
//! ✔ one that is closed: resolves at once, and says that nothing is known of the end
//! ✔ handlers first: a JavaScript listener that was added after the adoption has run before anyone
//!   who awaits the report resumes
//! ✔ every limit that a builder gives
//! ✔ other listeners of the socket are left alone

use core::cell::RefCell;
use core::task::Poll;
use core::time::Duration;
use std::rc::Rc;

use futures_util::SinkExt;
use graceful_websocket::Outcome::TimedOut;
use graceful_websocket::{Initiator, Message, Overflow, ReadyState, SendableCloseFrame, WebSocket};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::EventTarget;

use crate::support::peer::close_frame;
use crate::support::{
    Engine, Facts, Peer, TIMEOUT, Watched, assert_on_time, event, next_task, poll_once, spawn,
};

/// Adopts it as code does that knows of `TryFrom` only.
fn adopt(native: impl TryInto<WebSocket, Error: core::fmt::Debug>) -> WebSocket {
    native.try_into().unwrap()
}

#[wasm_bindgen_test]
async fn while_connecting() {
    let peer = Peer::at("/echo");
    let native = peer.native();
    let mut socket = adopt(native.clone());
    assert_eq!(socket.ready_state(), ReadyState::Connecting);
    event(&native, "open").await.unwrap();
    socket.send(b"\x01\x02").unwrap();
    assert_eq!(socket.next().await, Some(Message::Binary(vec![1, 2])));
    assert_eq!(socket.url(), native.url());
    let report = socket.close(4000, "bye").unwrap().await;
    assert_eq!(Facts::of(&report), Facts::echoed(4000, "bye"));
}

#[wasm_bindgen_test]
async fn while_open() {
    let peer = Peer::at("/echo");
    let native = peer.native();
    event(&native, "open").await.unwrap();
    let mut socket = WebSocket::from(native);
    assert_eq!(socket.ready_state(), ReadyState::Open);
    socket.send("hello").unwrap();
    assert_eq!(socket.next().await, Some(Message::Text("hello".to_owned())));
    let report = socket.close(4000, "bye").unwrap().await;
    assert_eq!(Facts::of(&report), Facts::echoed(4000, "bye"));
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "bye")]);
}

#[wasm_bindgen_test]
async fn it_can_be_given_every_limit_that_a_builder_gives() {
    let peer = Peer::at("/echo");
    let native = peer.native();
    let mut socket = adopt(native.clone());
    event(&native, "open").await.unwrap();
    socket.set_receive_limit(0, Overflow::DropOldest);
    for text in ["first", "last"] {
        socket.send(text).unwrap();
    }
    while socket.lost_messages() == 0 {
        next_task().await;
    }
    assert_eq!(socket.next().await, Some("last".into()));
    // One message is always kept, and the second is too much.
    socket.set_receive_limit(0, Overflow::Close);
    socket.set_close_on_overflow(SendableCloseFrame::new(4008, "too much").unwrap());
    for text in ["kept", "too much"] {
        socket.send(text).unwrap();
    }
    let report = socket.closed().await;
    assert_eq!((report.code.get(), report.lost_messages), (4008, 2));
    assert_eq!(socket.next().await, Some("kept".into()));
}

#[wasm_bindgen_test]
async fn its_sink_and_the_page_have_the_limits_that_it_is_given() {
    let peer = Peer::at("/stall");
    let native = peer.native();
    let mut socket = adopt(native.clone());
    event(&native, "open").await.unwrap();
    socket.set_close_timeout(TIMEOUT);
    socket.set_high_water_mark(u64::MAX);
    socket.send(vec![7; 16 << 20]).unwrap();
    assert!(poll_once(&mut SinkExt::feed(&mut socket, "more".into())).is_ready());
    if Engine::this().counts_unread() {
        socket.set_high_water_mark(0);
        assert!(poll_once(&mut SinkExt::feed(&mut socket, "more".into())).is_pending());
    }
    socket.close_on_page_hide(SendableCloseFrame::new(4002, "gone").unwrap());
    socket.close_on_page_hide(None);
    let page: EventTarget = js_sys::global().unchecked_into();
    page.dispatch_event(&web_sys::Event::new("pagehide").unwrap()).unwrap();
    assert_eq!(socket.ready_state(), ReadyState::Closing);
    let report = socket.closed().await;
    assert_eq!((report.initiator, report.outcome), (Initiator::Local, TimedOut));
}

#[wasm_bindgen_test]
async fn while_closing_the_end_is_waited_for() {
    let peer = Peer::at("/late?ms=100");
    let native = peer.native();
    event(&native, "open").await.unwrap();
    native.close_with_code_and_reason(4000, "by another").unwrap();
    let socket = Watched::new(WebSocket::from(native));
    assert_eq!(socket.ready_state(), ReadyState::Closing);
    let report = socket.end().await;
    // What another has sent is not known here.
    assert_eq!(Facts::of(&report), Facts { sent: None, ..Facts::echoed(4000, "by another") });
    assert_eq!(report.elapsed, Duration::ZERO);
}

#[wasm_bindgen_test]
async fn while_closing_a_close_sets_the_deadline_and_sends_nothing() {
    let peer = Peer::at("/silent");
    let native = peer.native();
    event(&native, "open").await.unwrap();
    native.close_with_code_and_reason(4000, "by another").unwrap();
    let socket = Watched::new(adopt(native));
    socket.set_close_timeout(TIMEOUT);
    socket.close_with_bye();
    let report = socket.end().await;
    assert_on_time(report.elapsed, TIMEOUT);
    let unanswered = Facts::unanswered(4000, "bye", TimedOut);
    assert_eq!(Facts::of(&report), Facts { sent: None, ..unanswered });
    assert_eq!(peer.closing().await.close_frames(), [close_frame(4000, "by another")]);
}

#[wasm_bindgen_test]
async fn one_that_is_closed_resolves_at_once() {
    let peer = Peer::at("/echo");
    let native = peer.native();
    event(&native, "open").await.unwrap();
    native.close_with_code_and_reason(4000, "by another").unwrap();
    event(&native, "close").await.unwrap();
    let mut socket = adopt(native);
    assert_eq!(socket.ready_state(), ReadyState::Closed);
    let report = socket.close_report().unwrap();
    assert_eq!(Facts::of(&report), Facts::dropped());
    let told = Rc::new(RefCell::new(None));
    let _listener = {
        let told = Rc::clone(&told);
        socket.on_close(move |report| drop(told.replace(Some(report.clone()))))
    };
    assert_eq!(*told.borrow(), None, "in the call");
    assert_eq!(socket.next().await, None);
    assert_eq!(socket.closed().await, report);
    assert_eq!(poll_once(&mut socket.closed()), Poll::Ready(report.clone()));
    assert_eq!(socket.close(4001, "again").unwrap().await, report);
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "by another")]);
    assert_eq!(*told.borrow(), Some(report));
}

#[wasm_bindgen_test]
async fn one_that_never_opened_and_is_closed_resolves_at_once() {
    let native = Peer::at("/reject").native();
    event(&native, "close").await.unwrap();
    let socket = WebSocket::from(native);
    let report = socket.closed().await;
    assert!(!report.was_clean);
    assert_eq!((report.code.get(), report.initiator), (1006, Initiator::Transport));
}

#[wasm_bindgen_test]
async fn javascript_listeners_run_before_anyone_who_awaits_the_report_resumes() {
    let endings = ["/echo", "/close?after=100", "/drop?after=100", "/reject", "/reset?on=close"];
    for path in endings {
        let peer = Peer::at(path);
        let native = peer.native();
        let socket = WebSocket::from(native.clone());
        let story = Rc::new(RefCell::new(Vec::new()));
        let tell = |name: &'static str| {
            let story = Rc::clone(&story);
            move || story.borrow_mut().push(name)
        };
        let waiting = {
            let (closed, tell) = (socket.closed(), tell("waiter"));
            spawn(async move {
                closed.await;
                tell();
            })
        };
        let _listener = {
            let tell = tell("ours");
            socket.on_close(move |_| tell())
        };
        let javascript = ["first", "second"].map(|name| {
            let listener = Closure::<dyn FnMut()>::new(tell(name));
            let target: &EventTarget = &native;
            target
                .add_event_listener_with_callback("close", listener.as_ref().unchecked_ref())
                .unwrap();
            listener
        });
        let by_attribute = Closure::<dyn FnMut()>::new(tell("attribute"));
        native.set_onclose(Some(by_attribute.as_ref().unchecked_ref()));
        if matches!(path, "/echo" | "/reset?on=close") {
            event(&native, "open").await.unwrap();
            socket.close(4000, "bye").unwrap();
        }
        waiting.await.unwrap();
        assert_eq!(*story.borrow(), ["ours", "first", "second", "attribute", "waiter"], "{path}");
        drop((javascript, by_attribute));
    }
}

#[wasm_bindgen_test]
async fn the_listeners_of_others_are_left_alone() {
    let peer = Peer::at("/late?ms=500");
    let native = peer.native();
    let opened = event(&native, "open");
    let socket = Watched::new(WebSocket::from(native.clone()));
    socket.set_close_timeout(TIMEOUT);
    opened.await.unwrap();
    let closed = event(&native, "close");
    socket.close_with_bye();
    let report = socket.end().await;
    assert_eq!(report.outcome, TimedOut);
    let late: web_sys::CloseEvent = closed.await.unwrap().unchecked_into();
    assert_eq!((late.code(), late.was_clean()), (4000, true));
    socket.assert_told_once(&report);
}

#[wasm_bindgen_test]
async fn dropping_it_closes_the_browsers_socket() {
    let peer = Peer::at("/echo");
    let native = peer.native();
    event(&native, "open").await.unwrap();
    let closed = event(&native, "close");
    drop(WebSocket::from(native.clone()));
    closed.await.unwrap();
    assert_eq!(native.ready_state(), web_sys::WebSocket::CLOSED);
}

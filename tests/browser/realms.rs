//! Adopting a value that may be a socket:
//!
//! ✔ one of another realm: its messages, its close, its drop
//! ✔ while the page that it belongs to is unloaded: dropped, closed, sent on, and another opened
//! ✔ whatever is no WebSocket is given back in an error, whatever it does when it is looked at
//! ✔ the browser's own socket is at hand

use core::cell::Cell;
use std::rc::Rc;

use graceful_websocket::{NotAWebSocket, WebSocket};
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::EventTarget;

use crate::support::peer::close_frame;
use crate::support::{Facts, Peer, TIMEOUT, UncaughtErrors, assert_on_time, event, next_task};

/// A realm of its own, until this is dropped.
struct Frame {
    element: JsValue,
}

impl Frame {
    fn new() -> Self {
        let make = Function::new_no_args(
            "const frame = document.createElement('iframe');
            document.body.append(frame);
            return frame;",
        );
        Self { element: make.call0(&JsValue::UNDEFINED).unwrap() }
    }

    /// A socket of that realm.
    fn socket(&self, peer: &Peer) -> JsValue {
        let window = Reflect::get(&self.element, &"contentWindow".into()).unwrap();
        let class = Function::from(Reflect::get(&window, &"WebSocket".into()).unwrap());
        Reflect::construct(&class, &Array::of1(&peer.url().into())).unwrap()
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        let remove = Reflect::get(&self.element, &"remove".into()).unwrap();
        Function::from(remove).call0(&self.element).unwrap();
    }
}

#[wasm_bindgen_test]
async fn a_socket_of_another_realm_is_one() {
    let frame = Frame::new();
    let peer = Peer::at("/echo");
    let value = frame.socket(&peer);
    assert!(!value.is_instance_of::<web_sys::WebSocket>(), "it is of this realm");
    let opened = event(value.unchecked_ref::<EventTarget>(), "open");
    let mut socket = WebSocket::try_from(value.clone()).unwrap();
    opened.await.unwrap();
    for message in ["text".into(), vec![0, 1, 255].into()] {
        socket.send(&message).unwrap();
        assert_eq!(socket.next().await, Some(message));
    }
    assert_eq!(JsValue::from(socket.as_raw()), value);
    let report = socket.close(4000, "bye").unwrap().await;
    assert_eq!(Facts::of(&report), Facts::echoed(4000, "bye"));
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "bye")]);
}

#[wasm_bindgen_test]
async fn a_socket_whose_realm_goes_away_ends_at_the_deadline() {
    let errors = UncaughtErrors::watch();
    let frame = Frame::new();
    let peer = Peer::at("/echo");
    let value = frame.socket(&peer);
    event(value.unchecked_ref::<EventTarget>(), "open").await.unwrap();
    let socket = WebSocket::try_from(value).unwrap();
    socket.set_close_timeout(TIMEOUT);
    // The browser ends the connection, and fires no event in a document that is gone.
    drop(frame);
    peer.ended().await;
    let report = socket.close(4000, "bye").unwrap().await;
    assert!(!report.was_clean);
    assert_on_time(report.elapsed, TIMEOUT);
    assert_eq!(errors.count(), 0);
}

#[wasm_bindgen_test]
async fn while_its_page_is_unloaded_anything_may_be_done_to_it() {
    type Deed = fn(WebSocket);
    const DEEDS: [Deed; 5] = [
        drop,
        |socket| drop(socket.close(4000, "bye").unwrap()),
        |socket| drop(socket.terminate()),
        |socket| drop(socket.send("last words")),
        |socket| drop((socket, WebSocket::builder(Peer::at("/echo").url()).connect())),
    ];
    for unloading in ["pagehide", "unload"] {
        for deed in DEEDS {
            let errors = UncaughtErrors::watch();
            let frame = Frame::new();
            let peer = Peer::at("/echo");
            let value = frame.socket(&peer);
            event(value.unchecked_ref::<EventTarget>(), "open").await.unwrap();
            let socket = WebSocket::try_from(value).unwrap();
            let done = Rc::new(Cell::new(false));
            let listener = {
                let done = Rc::clone(&done);
                Closure::once(move || {
                    deed(socket);
                    done.set(true);
                })
            };
            let window = Reflect::get(&frame.element, &"contentWindow".into()).unwrap();
            let window: EventTarget = window.unchecked_into();
            let callback = listener.as_ref().unchecked_ref();
            window.add_event_listener_with_callback(unloading, callback).unwrap();
            drop(frame);
            assert!(done.get(), "no {unloading} event");
            peer.ended().await;
            next_task().await;
            assert_eq!(errors.count(), 0, "{unloading}");
        }
    }
}

#[wasm_bindgen_test]
async fn what_is_no_websocket_is_given_back() {
    let errors = UncaughtErrors::watch();
    let throwing =
        Function::new_no_args("return new Proxy({}, { get() { throw new Error('looked at'); } });");
    let values = [
        JsValue::UNDEFINED,
        JsValue::NULL,
        JsValue::from(7),
        JsValue::from("WebSocket"),
        JsValue::from(true),
        Object::new().into(),
        Function::new_no_args("").into(),
        EventTarget::new().unwrap().into(),
        Reflect::get(&js_sys::global(), &"WebSocket".into()).unwrap(),
        throwing.call0(&JsValue::UNDEFINED).unwrap(),
    ];
    for value in values {
        let NotAWebSocket { value: given_back, .. } =
            WebSocket::try_from(value.clone()).unwrap_err();
        assert!(Object::is(&given_back, &value));
    }
    assert_eq!(errors.count(), 0);
}

#[wasm_bindgen_test]
async fn the_browsers_own_socket_is_at_hand() {
    let peer = Peer::at("/echo");
    let socket = WebSocket::builder(peer.url()).open().await.unwrap();
    let raw = socket.as_raw();
    assert_eq!((raw.url(), raw.ready_state()), (peer.url(), web_sys::WebSocket::OPEN));
    // A close behind its back is known by what comes of it.
    raw.close_with_code_and_reason(4003, "behind its back").unwrap();
    let report = socket.closed().await;
    assert_eq!((report.code.get(), report.reason.as_str()), (4003, "behind its back"));
}

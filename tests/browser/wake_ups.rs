//! What the sockets of a realm share:
//!
//! ✔ any number of sockets that close at once: one timer, and no message channel but the first
//! ✔ after settling there is no timer
//! ✔ `resume`, which is dispatched on the document and does not bubble, is heard
//! ✔ in a page that is hidden the timer is set by a message, and when the page is shown, set anew
//! ✔ an open timeout that finds the page busy does not end a connection that opened in time

use core::time::Duration;

use futures_util::future::join_all;
use graceful_websocket::{Outcome, WebSocket};
use js_sys::{Array, Function};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, EventTarget};

use crate::support::{Facts, Peer, Stopwatch, TIMEOUT, Timers, Watched, assert_on_time, next_task};

/// Runs JavaScript.
fn run(code: &str) -> JsValue {
    Function::new_no_args(code).call0(&JsValue::UNDEFINED).unwrap()
}

/// Counts the message channels that are made.
struct Channels {
    count: Function,
    stop: Function,
}

impl Channels {
    fn count() -> Self {
        let functions = Array::from(&run("const { MessageChannel } = globalThis;
            let count = 0;
            globalThis.MessageChannel = class extends MessageChannel {
                constructor() { super(); count += 1; }
            };
            return [() => count, () => Object.assign(globalThis, { MessageChannel })];"));
        let [count, stop] = [0, 1].map(|index| functions.get(index).unchecked_into());
        Self { count, stop }
    }

    fn made(&self) -> Option<f64> {
        self.count.call0(&JsValue::UNDEFINED).unwrap().as_f64()
    }
}

impl Drop for Channels {
    fn drop(&mut self) {
        self.stop.call0(&JsValue::UNDEFINED).unwrap();
    }
}

#[wasm_bindgen_test]
async fn any_number_of_sockets_that_close_at_once_share_one_timer_and_one_channel() {
    const AT_ONCE: usize = 20;
    // No more: an engine has room for some 200, and keeps those for a while that other tests have left to their deadlines.
    const SOCKETS: usize = 60;

    let peer = Peer::at("/late?ms=200");
    let channels = Channels::count();
    let mut opened = Vec::new();
    for _ in 0..SOCKETS / AT_ONCE {
        let opening = (0..AT_ONCE).map(|_| WebSocket::builder(peer.url()).open());
        opened.extend(join_all(opening).await.into_iter().map(Result::unwrap));
    }
    let timers = Timers::count();
    let closing = opened.iter().map(|socket| socket.close(4000, "bye").unwrap());
    let closing = join_all(closing);
    assert_eq!(timers.armed(), 1);
    for report in closing.await {
        assert_eq!(Facts::of(&report), Facts::echoed(4000, "bye"));
    }
    assert_eq!(timers.most_at_a_time(), 1);
    none_armed(&timers).await;
    // The first that this page needed, if no test before has needed it.
    assert!(channels.made() <= Some(1.0), "{:?}", channels.made());
    peer.idle().await;
}

#[wasm_bindgen_test]
async fn a_resume_that_is_dispatched_on_the_document_is_heard() {
    let peer = Peer::at("/silent");
    let socket = Watched::open(&peer, TIMEOUT).await;
    let stopwatch = Stopwatch::start();
    // No timer fires in a page that is frozen.
    let timers = Frozen::freeze();
    socket.close_with_bye();
    stopwatch.block_until(2 * TIMEOUT);
    let document: EventTarget = run("return document").unchecked_into();
    document.dispatch_event(&Event::new("resume").unwrap()).unwrap();
    let report = socket.end().await;
    drop(timers);
    assert_eq!(Facts::of(&report), Facts::unanswered(4000, "bye", Outcome::TimedOut));
    assert_on_time(report.elapsed, 2 * TIMEOUT);
}

/// A page whose new timers never fire.
struct Frozen {
    thaw: Function,
}

impl Frozen {
    fn freeze() -> Self {
        let thaw = run("const { setTimeout } = globalThis;
            globalThis.setTimeout = () => 0;
            return () => Object.assign(globalThis, { setTimeout });");
        Self { thaw: thaw.unchecked_into() }
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        self.thaw.call0(&JsValue::UNDEFINED).unwrap();
    }
}

#[wasm_bindgen_test]
async fn in_a_page_that_is_hidden_the_timer_is_set_by_a_message_and_set_anew_when_it_is_shown() {
    let peer = Peer::at("/silent");
    let socket = Watched::open(&peer, TIMEOUT).await;
    let hidden = Hidden::hide();
    let timers = Timers::count();
    socket.close_with_bye();
    assert_eq!(timers.armed(), 0, "in a task of whoever closes");
    next_task().await;
    next_task().await;
    assert_eq!(timers.armed(), 1);
    drop(hidden);
    next_task().await;
    next_task().await;
    assert_eq!((timers.ever_armed(), timers.armed()), (2, 1));
    let report = socket.end().await;
    assert_on_time(report.elapsed, TIMEOUT);
    none_armed(&timers).await;
}

/// Waits until no timer is armed: what other tests have left to their deadlines has them until then.
async fn none_armed(timers: &Timers) {
    while timers.armed() > 0 {
        next_task().await;
    }
}

/// A page that says it is hidden, as long as this lives.
struct Hidden {
    show: Function,
}

impl Hidden {
    fn hide() -> Self {
        let show = run("const change = () => document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
            Object.defineProperty(document, 'hidden', { value: true, configurable: true });
            change();
            return () => { delete document.hidden; change(); };");
        Self { show: show.unchecked_into() }
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        self.show.call0(&JsValue::UNDEFINED).unwrap();
    }
}

#[wasm_bindgen_test]
async fn an_open_timeout_that_finds_the_page_busy_does_not_end_what_opened_in_time() {
    const SOCKETS: usize = 5;
    // Long enough for a browser that makes one handshake after the other, on a busy machine.
    const BUSY: Duration = Duration::from_secs(2);

    let peer = Peer::at("/echo");
    let stopwatch = Stopwatch::start();
    let sockets: Vec<WebSocket> = (0..SOCKETS)
        .map(|_| WebSocket::builder(peer.url()).open_timeout(TIMEOUT).connect().unwrap())
        .collect();
    // By then they are open, and the page has not heard of it.
    stopwatch.block_until(BUSY);
    for socket in &sockets {
        assert_eq!(socket.opened().await, Ok(()));
    }
}

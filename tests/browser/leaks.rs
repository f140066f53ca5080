//! Nothing is left: hundreds of sockets later
//!
//! ✔ the memory of the wasm has not grown, and as many JavaScript values are held as before
//! ✔ the same of openings that were dropped, whatever they had come to
//! ✔ whoever stops waiting is forgotten, though the socket is not
//! ✔ no callback was called that was not there any more
//! ✔ the server has no connection left of those that were closed
//!
//! The connections to a peer that never answers are left out of the last: the browser keeps those
//! for a minute, or until the page is gone.

use core::pin::{Pin, pin};
use core::sync::atomic::{AtomicUsize, Ordering};
use core::task::Context;
use core::time::Duration;
use std::sync::Arc;
use std::task::Wake;

use futures_util::{Sink, Stream};
use graceful_websocket::WebSocket;
use js_sys::{Array, Promise, WebAssembly};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Engine, Peer, UncaughtErrors, event, next_task, poll_once};

const AT_ONCE: usize = 10;
pub const WARM_UP: usize = 100;
const CYCLES: usize = 400;
/// Chromium has room for 255 WebSockets, and those that the peer does not answer stay in it.
const CYCLES_UNANSWERED: usize = 60;

/// What the program holds at a time.
#[derive(Debug)]
struct Holdings {
    memory_bytes: u32,
    javascript_values: u32,
}

impl Holdings {
    /// What it holds when everything that was under way is done.
    async fn now() -> Self {
        next_task().await;
        next_task().await;
        let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
        let buffer: js_sys::ArrayBuffer = memory.buffer().unchecked_into();
        Self {
            memory_bytes: buffer.byte_length(),
            javascript_values: wasm_bindgen::externref_heap_live_count(),
        }
    }
}

/// Runs so many cycles, some at a time.
async fn run<F>(cycles: usize, cycle: fn(String) -> F, peer: &Peer)
where
    F: Future<Output = ()> + 'static,
{
    for _ in 0..cycles / AT_ONCE {
        let batch: Array = (0..AT_ONCE)
            .map(|_| {
                let cycle = cycle(peer.url());
                JsValue::from(future_to_promise(async move {
                    cycle.await;
                    Ok(JsValue::UNDEFINED)
                }))
            })
            .collect();
        JsFuture::from(Promise::all(&batch)).await.unwrap();
    }
}

/// Checks that so many cycles after a warm-up leave nothing.
pub async fn assert_nothing_is_left<F>(
    warm_up: usize,
    cycles: usize,
    cycle: fn(String) -> F,
    peer: &Peer,
) where
    F: Future<Output = ()> + 'static,
{
    let errors = UncaughtErrors::watch();
    run(warm_up, cycle, peer).await;
    let before = Holdings::now().await;
    run(cycles, cycle, peer).await;
    let after = Holdings::now().await;
    // Less is possible: what an earlier test left to the browser may have ended.
    assert!(after.memory_bytes <= before.memory_bytes, "{before:?} → {after:?}");
    assert!(after.javascript_values <= before.javascript_values, "{before:?} → {after:?}");
    assert_eq!(errors.count(), 0);
}

#[wasm_bindgen_test]
async fn nothing_is_left_of_sockets_that_were_closed() {
    async fn cycle(url: String) {
        let mut socket = WebSocket::builder(url).open_timeout(MINUTE).open().await.unwrap();
        let _listener = socket.on_close(|_| {});
        socket.send("hello").unwrap();
        socket.next().await.unwrap();
        assert!(socket.close(4000, "bye").unwrap().await.was_clean);
    }

    let peer = Peer::at("/echo");
    assert_nothing_is_left(WARM_UP, CYCLES, cycle, &peer).await;
    peer.idle().await;
}

const MINUTE: Duration = Duration::from_secs(60);

#[wasm_bindgen_test]
async fn nothing_is_left_of_sockets_that_were_dropped() {
    async fn cycle(url: String) {
        let closed = WebSocket::builder(url).open().await.unwrap().closed();
        assert!(closed.await.was_clean);
    }

    let peer = Peer::at("/echo");
    assert_nothing_is_left(WARM_UP, WARM_UP, cycle, &peer).await;
    peer.idle().await;
}

#[wasm_bindgen_test]
async fn nothing_is_left_of_sockets_that_never_opened() {
    async fn cycle(url: String) {
        WebSocket::builder(&url).open_timeout(MINUTE).open().await.unwrap_err();
        // Chromium makes a page wait whose handshakes mostly fail.
        let url = url.replace("/reject", "/echo");
        let closed = WebSocket::builder(url).open().await.unwrap().closed();
        assert!(closed.await.was_clean);
    }

    let peer = Peer::at("/reject");
    assert_nothing_is_left(WARM_UP, WARM_UP, cycle, &peer).await;
    peer.idle().await;
}

#[wasm_bindgen_test]
async fn nothing_is_left_of_openings_that_were_dropped() {
    /// A future that was polled once.
    fn begin(url: &str) -> impl Future + use<> {
        let mut opening = Box::pin(WebSocket::builder(url).open_timeout(MINUTE).open());
        assert!(poll_once(&mut opening).is_pending());
        opening
    }

    /// One after the other: there is one handshake with a server at a time.
    async fn run(cycles: usize) {
        for _ in 0..cycles {
            let at_once = Peer::at("/echo");
            drop(begin(&at_once.url()));
            // A browser that keeps such connections has room for a few.
            if Engine::this().drops_handshakes() {
                let hanging = Peer::at("/hang");
                let opening = begin(&hanging.url());
                hanging.requested().await;
                drop(opening);
                hanging.given_up().await;
            }
            let opened = Peer::at("/echo");
            let opening = begin(&opened.url());
            opened.opened().await;
            drop(opening);
            opened.ended().await;
            at_once.idle().await;
            // Chromium makes a page wait whose handshakes mostly fail.
            let good = Peer::at("/echo");
            for _ in 0..2 {
                let closed = WebSocket::builder(good.url()).open().await.unwrap().closed();
                assert!(closed.await.was_clean);
            }
        }
    }

    let errors = UncaughtErrors::watch();
    // Firefox waits longer from one failed handshake with a server to the next.
    let cycles = if Engine::this() == Engine::Firefox { 2 } else { AT_ONCE };
    run(cycles).await;
    let before = Holdings::now().await;
    run(2 * cycles).await;
    let after = Holdings::now().await;
    assert!(after.memory_bytes <= before.memory_bytes, "{before:?} → {after:?}");
    assert!(after.javascript_values <= before.javascript_values, "{before:?} → {after:?}");
    assert_eq!(errors.count(), 0);
}

#[wasm_bindgen_test]
async fn whoever_stops_waiting_is_forgotten_though_the_socket_is_not() {
    struct Task;

    impl Wake for Task {
        fn wake(self: Arc<Self>) {}
    }

    /// Polls something for a task, drops it, and tells whether the task is held still.
    fn is_held(poll: impl FnOnce(&mut Context<'_>)) -> bool {
        let task = Arc::new(Task);
        let held = Arc::downgrade(&task);
        poll(&mut Context::from_waker(&task.into()));
        held.strong_count() > 0
    }

    let peer = Peer::at("/stall?for=5000");
    let socket = WebSocket::builder(peer.url()).high_water_mark(0).open().await.unwrap();
    let (mut sender, receiver) = socket.split();
    sender.send(vec![7; MORE_THAN_THE_SYSTEM_TAKES]).unwrap();
    let closer = sender.closer();
    assert!(!is_held(|context| assert!(pin!(closer.closed()).poll(context).is_pending())));
    assert!(!is_held(|context| assert!(pin!(sender.flush()).poll(context).is_pending())));
    assert!(!is_held(|context| {
        assert!(Pin::new(&mut sender).poll_ready(context).is_pending());
        drop(sender);
    }));
    assert!(!is_held(|context| {
        let mut receiver = receiver;
        assert!(Pin::new(&mut receiver).poll_next(context).is_pending());
    }));
    closer.terminate();
}

const MORE_THAN_THE_SYSTEM_TAKES: usize = 16 << 20;

#[wasm_bindgen_test]
async fn nothing_is_left_of_sockets_that_were_left_at_the_deadline() {
    async fn cycle(url: String) {
        for timeout in [Duration::ZERO, Duration::from_millis(10)] {
            let builder = WebSocket::builder(&url).close_timeout(timeout);
            let socket = builder.open().await.unwrap();
            let _listener = socket.on_close(|_| {});
            assert!(!socket.close(4000, "bye").unwrap().await.was_clean);
        }
    }

    let peer = Peer::at("/silent");
    assert_nothing_is_left(AT_ONCE, CYCLES_UNANSWERED, cycle, &peer).await;
}

#[wasm_bindgen_test]
async fn nothing_is_left_of_adopted_sockets_whose_event_comes_after_the_deadline() {
    static LATE: AtomicUsize = AtomicUsize::new(0);

    async fn cycle(url: String) {
        let native = web_sys::WebSocket::new(&url).unwrap();
        let socket = WebSocket::from(native.clone());
        event(&native, "open").await.unwrap();
        let late = event(&native, "close");
        socket.set_close_timeout(Duration::from_millis(10));
        let report = socket.close(4000, "bye").unwrap().await;
        // Where the page stood still for longer, its event came first.
        LATE.fetch_add(usize::from(!report.was_clean), Ordering::Relaxed);
        late.await.unwrap();
    }

    let peer = Peer::at("/late?ms=100");
    assert_nothing_is_left(WARM_UP, WARM_UP, cycle, &peer).await;
    peer.idle().await;
    assert!(LATE.load(Ordering::Relaxed) > WARM_UP, "{LATE:?}");
}

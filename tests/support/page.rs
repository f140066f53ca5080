//! The page or worker that the tests run in: its clock, its events, its tasks, its errors.

use core::cell::Cell;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::{Array, Function, Promise, global};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{Event, EventTarget, MessageChannel};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn stopwatch_millis() -> f64;
}

/// How long something took, on the clock that never goes back.
pub struct Stopwatch(f64);

impl Stopwatch {
    /// Starts now.
    pub fn start() -> Self {
        Self(stopwatch_millis())
    }

    /// The time since the start, to the microsecond.
    pub fn elapsed(&self) -> Duration {
        const MICROS_PER_MILLI: f64 = 1_000.0;
        Duration::from_micros(((stopwatch_millis() - self.0) * MICROS_PER_MILLI).ceil() as u64)
    }

    /// Blocks the thread until so much time has passed since the start.
    pub fn block_until(&self, elapsed: Duration) {
        while self.elapsed() < elapsed {}
    }
}

/// Listens from now on, and resolves with the next event of this kind.
pub fn event(target: &EventTarget, kind: &str) -> JsFuture {
    let mut listen = |resolve: Function, _reject| {
        target.add_event_listener_with_callback(kind, &resolve).unwrap();
    };
    JsFuture::from(Promise::new(&mut listen))
}

/// Resolves in a task of its own, behind the messages that are queued by now.
pub async fn next_task() {
    let channel = MessageChannel::new().unwrap();
    let received = event(&channel.port1(), "message");
    channel.port1().start();
    channel.port2().post_message(&JsValue::NULL).unwrap();
    received.await.unwrap();
    channel.port1().close();
}

/// Polls a future once, for nobody.
pub fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// Runs a future as a task of its own; what is returned resolves when it has ended.
pub fn spawn(task: impl Future<Output = ()> + 'static) -> JsFuture {
    JsFuture::from(future_to_promise(async move {
        task.await;
        Ok(JsValue::UNDEFINED)
    }))
}

/// Waits for something, and fails if it takes longer than anything here may.
pub async fn in_time<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
    const LONGEST: Duration = Duration::from_secs(20);

    let result = Rc::new(Cell::new(None));
    let done = {
        let result = Rc::clone(&result);
        future_to_promise(async move {
            result.set(Some(future.await));
            Ok(JsValue::UNDEFINED)
        })
    };
    let mut timer = None;
    let late = Promise::new(&mut |resolve, _reject| {
        timer = Some(Timeout::new(LONGEST.as_millis() as u32, move || {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }));
    });
    JsFuture::from(Promise::race(&Array::of2(&done, &late))).await.unwrap();
    result.take().expect("it takes too long")
}

/// Counts the timers that are armed.
pub struct Timers {
    stop: Function,
}

impl Timers {
    /// Counts from now on.
    pub fn count() -> Self {
        let start = Function::new_no_args(
            "const original = globalThis.setTimeout;
            let count = 0;
            globalThis.setTimeout = (...timer) => { count += 1; return original(...timer); };
            return () => { globalThis.setTimeout = original; return count; };",
        );
        Self { stop: start.call0(&JsValue::UNDEFINED).unwrap().unchecked_into() }
    }

    /// How many there were.
    pub fn stop(self) -> u32 {
        self.stop.call0(&JsValue::UNDEFINED).unwrap().as_f64().unwrap() as u32
    }
}

/// Counts the errors that nobody catches: a panic in a callback, or a callback that was dropped too
/// early.
pub struct UncaughtErrors {
    count: Rc<Cell<u32>>,
    callback: Closure<dyn FnMut(Event)>,
}

impl UncaughtErrors {
    /// Counts from now on.
    pub fn watch() -> Self {
        let count = Rc::new(Cell::new(0));
        let callback = {
            let count = Rc::clone(&count);
            Closure::new(move |_| count.set(count.get() + 1))
        };
        let this = Self { count, callback };
        let global: EventTarget = global().unchecked_into();
        global
            .add_event_listener_with_callback("error", this.callback.as_ref().unchecked_ref())
            .unwrap();
        this
    }

    /// How many there were.
    pub fn count(&self) -> u32 {
        self.count.get()
    }
}

impl Drop for UncaughtErrors {
    fn drop(&mut self) {
        let global: EventTarget = global().unchecked_into();
        let _ = global
            .remove_event_listener_with_callback("error", self.callback.as_ref().unchecked_ref());
    }
}

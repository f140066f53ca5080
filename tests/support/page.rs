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
    counts: Function,
    stop: Function,
}

impl Timers {
    /// Counts from now on.
    pub fn count() -> Self {
        let start = Function::new_no_args(
            "const { setTimeout, clearTimeout } = globalThis;
            const armed = new Set();
            let count = 0;
            let most = 0;
            globalThis.setTimeout = (callback, ...rest) => {
                const fire = (...values) => { armed.delete(id); callback(...values); };
                const id = setTimeout(fire, ...rest);
                armed.add(id);
                count += 1;
                most = Math.max(most, armed.size);
                return id;
            };
            globalThis.clearTimeout = (id) => { armed.delete(id); clearTimeout(id); };
            return [
                () => [count, armed.size, most],
                () => Object.assign(globalThis, { setTimeout, clearTimeout }),
            ];",
        );
        let functions = Array::from(&start.call0(&JsValue::UNDEFINED).unwrap());
        let [counts, stop] = [0, 1].map(|index| functions.get(index).unchecked_into());
        Self { counts, stop }
    }

    /// How many were armed, all in all.
    pub fn ever_armed(&self) -> u32 {
        self.read(0)
    }

    /// How many are armed now.
    pub fn armed(&self) -> u32 {
        self.read(1)
    }

    /// How many were armed at the same time, at most.
    pub fn most_at_a_time(&self) -> u32 {
        self.read(2)
    }

    fn read(&self, index: u32) -> u32 {
        let counts = Array::from(&self.counts.call0(&JsValue::UNDEFINED).unwrap());
        counts.get(index).as_f64().unwrap() as u32
    }
}

impl Drop for Timers {
    fn drop(&mut self) {
        self.stop.call0(&JsValue::UNDEFINED).unwrap();
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
        Self::count_with(|_| {})
    }

    /// Counts from now on those that are meant. Nobody else takes them for uncaught.
    pub fn expect() -> Self {
        Self::count_with(Event::prevent_default)
    }

    fn count_with(see: fn(&Event)) -> Self {
        let count = Rc::new(Cell::new(0));
        let callback = {
            let count = Rc::clone(&count);
            Closure::new(move |event| {
                see(&event);
                count.set(count.get() + 1);
            })
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

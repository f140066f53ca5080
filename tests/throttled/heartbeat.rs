//! Chains of timers, as heartbeats are, and how to do something from inside of one that the browser holds back.

use core::cell::{Cell, RefCell};
use core::time::Duration;
use std::rc::{Rc, Weak};

use gloo_timers::callback::{Interval, Timeout};
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::support::next_task;

/// How often a chain of timers beats, unless it is held back.
const BEAT: Duration = Duration::from_secs(1);

/// A beat is held back if a timer that no other has led to could have fired so many times since the last
/// one. (A busy machine holds back both.)
const MISSED_BEATS: u32 = 5;

/// After so many beats none will be held back. The browser begins 10 s after it has hidden the page.
const MOST_BEATS: u32 = 40;

/// A way in which a program beats.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chain {
    /// Every timer is set by the one before.
    Timeouts,
    Interval,
    /// An asynchronous function that awaits timers, so it beats in microtasks of theirs.
    Futures,
}

/// Runs something in the first beat of such a chain that the browser holds back, and resolves with what it
/// returns.
///
/// If no beat ever is held back it runs all the same: a timer that it sets can tell.
pub async fn in_held_back_beat<T: 'static>(chain: Chain, act: impl FnOnce() -> T + 'static) -> T {
    let result = Rc::new(Cell::new(None));
    let mut act = Some(act);
    let done = Promise::new(&mut |resolve, _reject| {
        let result = Rc::clone(&result);
        let act = act.take().unwrap();
        let act = move || {
            result.set(Some(act()));
            resolve.call0(&JsValue::UNDEFINED).unwrap();
        };
        Rc::new(Heart::new(act)).start(chain);
    });
    JsFuture::from(done).await.unwrap();
    result.take().unwrap()
}

/// A timer that is set here and now, as any program sets one.
pub fn timer(delay: Duration) -> JsFuture {
    JsFuture::from(Promise::new(&mut |resolve, _reject| set_timeout(&resolve, millis(delay))))
}

/// A time passes that is not held back: it is measured from a message, which no timer has led to.
pub async fn passes(time: Duration) {
    next_task().await;
    timer(time).await.unwrap();
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(handler: &Function, millis: u32);
}

const fn millis(time: Duration) -> u32 {
    time.as_millis() as u32
}

/// What beats, until it has been held back.
struct Heart {
    act: Cell<Option<Box<dyn FnOnce()>>>,
    beats: Cell<u32>,
    missed: Cell<u32>,
    timer: RefCell<Option<Timer>>,
}

/// The timer of a heart, which goes when the heart stops or sets another.
#[allow(dead_code, reason = "it is kept, not read")]
enum Timer {
    Timeout(Timeout),
    Interval(Interval),
}

impl Heart {
    fn new(act: impl FnOnce() + 'static) -> Self {
        Self {
            act: Cell::new(Some(Box::new(act))),
            beats: Cell::new(0),
            missed: Cell::new(0),
            timer: RefCell::new(None),
        }
    }

    fn start(self: Rc<Self>, chain: Chain) {
        spawn_local(count_missed(Rc::downgrade(&self)));
        match chain {
            Chain::Timeouts => self.set_next(),
            Chain::Interval => {
                let heart = Rc::clone(&self);
                let interval = Interval::new(millis(BEAT), move || {
                    if heart.has_beaten_enough() {
                        heart.timer.take();
                    }
                });
                self.timer.replace(Some(Timer::Interval(interval)));
            }
            Chain::Futures => spawn_local(async move {
                timer(BEAT).await.unwrap();
                while !self.has_beaten_enough() {
                    timer(BEAT).await.unwrap();
                }
            }),
        }
    }

    fn set_next(self: Rc<Self>) {
        let heart = Rc::clone(&self);
        let timeout = Timeout::new(millis(BEAT), move || {
            if heart.has_beaten_enough() {
                heart.timer.take();
            } else {
                heart.set_next();
            }
        });
        self.timer.replace(Some(Timer::Timeout(timeout)));
    }

    /// One beat, in which it acts if that was held back. Whether it was the last one.
    fn has_beaten_enough(&self) -> bool {
        self.beats.set(self.beats.get() + 1);
        let is_held_back = self.missed.replace(0) >= MISSED_BEATS;
        let is_last = is_held_back || self.beats.get() == MOST_BEATS;
        if is_last && let Some(act) = self.act.take() {
            act();
        }
        is_last
    }
}

/// Counts what time a heart has had to beat, as long as it is there.
async fn count_missed(heart: Weak<Heart>) {
    passes(BEAT).await;
    while let Some(heart) = heart.upgrade() {
        heart.missed.set(heart.missed.get() + 1);
        drop(heart);
        passes(BEAT).await;
    }
}

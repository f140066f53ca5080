//! Every sequence of steps up to a length, from every beginning, against the closing contract:
//!
//! - each sequence of [`PLAIN_LENGTH`] steps, one by one, with nothing pruned
//! - each sequence of [`LENGTH`] steps, where timelines that have become equal are walked on once
//! - the two agree as far as both go
//! - the endings that the walk meets are exactly the ones that are possible
//!
//! Walking equal timelines on once is sound, since a [`Timeline`] is all there is: the machine, the
//! clock, the browser, the pending wake-up, and everything that the contract remembers. Steps
//! are functions of it alone, and so is what is checked after them. It is first met after the fewest
//! steps, so no sequence that begins with it goes further than the one that is walked.

use std::collections::{HashMap, HashSet};

use graceful_websocket::closing::{
    CloseCode, CloseFrame, Initiator, Input, Outcome, Phase, ReadyState,
};
use graceful_websocket::time::Millis;

use crate::timeline::{Browser, Settlement, Step, Timeline};

/// How many steps the sequences have that are walked one by one.
const PLAIN_LENGTH: usize = 3;

/// How many steps the sequences have.
const LENGTH: usize = 7;

/// The timeouts that are set, and the time that passes, in a walk.
const TIMEOUT: Millis = Millis::new(10_000.0);
const HALF_A_TIMEOUT: Millis = Millis::new(5_000.0);
const TWO_TIMEOUTS: Millis = Millis::new(20_000.0);

/// The sizes of what is sent, in bytes: different, so that one is not taken for the other.
const MESSAGE_BYTES: u32 = 7;
const LATE_BYTES: u32 = 5;

/// The browsers that a walk begins with, each of them twice: Gecko, and not.
const BROWSERS: [Browser; 7] = [
    Browser::new(ReadyState::Connecting),
    Browser::new(ReadyState::Open),
    Browser::new(ReadyState::Closing),
    Browser { buffered_amount: MESSAGE_BYTES, ..Browser::new(ReadyState::Closing) },
    Browser::new(ReadyState::Closed),
    // The first call of `close()` comes to nothing.
    Browser { deaf_to: 1, ..Browser::new(ReadyState::Connecting) },
    Browser { deaf_to: 1, ..Browser::new(ReadyState::Open) },
];

/// Where a walk begins.
fn beginnings() -> impl Iterator<Item = Browser> {
    let in_each = |is_gecko| BROWSERS.map(|browser| Browser { is_gecko, ..browser });
    [false, true].into_iter().flat_map(in_each)
}

/// Reasons are static texts here: nothing is allocated in millions of steps.
type Text = &'static str;

/// What came of it, where it ended, who began, and whether the machine had to tell.
type Ending = (Outcome, Phase, Initiator, bool);

/// Every ending that there is. (Remote and Browser while connecting need a browser that is CLOSING before it
/// was open, and that nobody here has closed; the machine bears with it.)
const POSSIBLE_ENDINGS: [Ending; 32] = [
    (Outcome::Clean, Phase::Handshake, Initiator::Local, BY_THE_BROWSER),
    (Outcome::Clean, Phase::Handshake, Initiator::Remote, BY_THE_BROWSER),
    (Outcome::Clean, Phase::Handshake, Initiator::Browser, BY_THE_BROWSER),
    (Outcome::Unclean, Phase::Open, Initiator::Transport, BY_THE_BROWSER),
    (Outcome::Unclean, Phase::Flushing, Initiator::Local, BY_THE_BROWSER),
    (Outcome::Unclean, Phase::Handshake, Initiator::Local, BY_THE_BROWSER),
    (Outcome::Unclean, Phase::Handshake, Initiator::Remote, BY_THE_BROWSER),
    (Outcome::Unclean, Phase::Handshake, Initiator::Browser, BY_THE_BROWSER),
    (Outcome::NeverOpened, Phase::Connecting, Initiator::Local, BY_THE_BROWSER),
    (Outcome::NeverOpened, Phase::Connecting, Initiator::Remote, BY_THE_BROWSER),
    (Outcome::NeverOpened, Phase::Connecting, Initiator::Browser, BY_THE_BROWSER),
    (Outcome::NeverOpened, Phase::Connecting, Initiator::Transport, BY_THE_BROWSER),
    // Only the open timeout stays what it is, whatever the browser says of the end that it began.
    (Outcome::TimedOut, Phase::Connecting, Initiator::Local, BY_THE_BROWSER),
    (Outcome::TimedOut, Phase::Handshake, Initiator::Local, BY_THE_BROWSER),
    (Outcome::TimedOut, Phase::Connecting, Initiator::Local, SYNTHETIC),
    (Outcome::TimedOut, Phase::Connecting, Initiator::Remote, SYNTHETIC),
    (Outcome::TimedOut, Phase::Connecting, Initiator::Browser, SYNTHETIC),
    (Outcome::TimedOut, Phase::Flushing, Initiator::Local, SYNTHETIC),
    (Outcome::TimedOut, Phase::Handshake, Initiator::Local, SYNTHETIC),
    (Outcome::TimedOut, Phase::Handshake, Initiator::Remote, SYNTHETIC),
    (Outcome::TimedOut, Phase::Handshake, Initiator::Browser, SYNTHETIC),
    // A socket that is CLOSED, and never told.
    (Outcome::TimedOut, Phase::Connecting, Initiator::Transport, SYNTHETIC),
    (Outcome::TimedOut, Phase::Open, Initiator::Transport, SYNTHETIC),
    (Outcome::Terminated, Phase::Connecting, Initiator::Transport, SYNTHETIC),
    (Outcome::Terminated, Phase::Open, Initiator::Transport, SYNTHETIC),
    (Outcome::Terminated, Phase::Connecting, Initiator::Local, SYNTHETIC),
    (Outcome::Terminated, Phase::Connecting, Initiator::Remote, SYNTHETIC),
    (Outcome::Terminated, Phase::Connecting, Initiator::Browser, SYNTHETIC),
    (Outcome::Terminated, Phase::Flushing, Initiator::Local, SYNTHETIC),
    (Outcome::Terminated, Phase::Handshake, Initiator::Local, SYNTHETIC),
    (Outcome::Terminated, Phase::Handshake, Initiator::Remote, SYNTHETIC),
    (Outcome::Terminated, Phase::Handshake, Initiator::Browser, SYNTHETIC),
];

/// Who told: the browser with its event, or the shell in its place.
const BY_THE_BROWSER: bool = false;
const SYNTHETIC: bool = true;

/// Every step that a sequence is made of.
fn alphabet() -> Vec<Step<Text>> {
    let close = || Input::Close(Some(CloseFrame { code: CloseCode::new(4000), reason: "bye" }));
    let native_close = |code, reason, was_clean| Input::NativeClose {
        code: CloseCode::new(code),
        reason,
        was_clean,
    };
    let whatever_the_browser_shows = [
        Input::OpenTimeout(TIMEOUT),
        Input::OpenTimeout(Millis::ENDLESS),
        Input::CloseTimeout(Millis::ZERO),
        Input::CloseTimeout(HALF_A_TIMEOUT),
        Input::CloseTimeout(TWO_TIMEOUTS),
        Input::CloseTimeout(Millis::ENDLESS),
        Input::Opened,
        close(),
        Input::Close(None),
        Input::Terminate,
        Input::LateSend(LATE_BYTES),
        Input::NativeError,
        Input::TimerFired,
        Input::Looked,
        Input::Navigated,
        Input::TaskYielded,
        // Only a test double fires these.
        native_close(1000, "done", true),
        native_close(0, "", false),
    ];
    let when_the_browser_shows = [
        (ReadyState::Open, Input::Opened),
        (ReadyState::Open, Input::Looked),
        (ReadyState::Closing, close()),
        (ReadyState::Closing, Input::Terminate),
        (ReadyState::Closing, Input::Looked),
        (ReadyState::Closing, Input::Navigated),
        (ReadyState::Closing, Input::TaskYielded),
        (ReadyState::Closed, close()),
        (ReadyState::Closed, Input::Looked),
        (ReadyState::Closed, native_close(1000, "done", true)),
        (ReadyState::Closed, native_close(4001, "cut", false)),
        (ReadyState::Closed, native_close(1006, "", false)),
        (ReadyState::Closed, native_close(1006, "", true)),
    ];
    let others =
        [Step::Send(MESSAGE_BYTES), Step::Drain, Step::Pass(HALF_A_TIMEOUT), Step::FireTimer];
    let shown = when_the_browser_shows.map(|(native, input)| Step::Show(native, input));
    whatever_the_browser_shows.into_iter().map(Step::HandIn).chain(shown).chain(others).collect()
}

/// How many sequences of exactly this many steps there are, from all beginnings together.
fn sequences(length: usize) -> u128 {
    let length = u32::try_from(length).expect("a length of a few steps");
    let steps = u128::try_from(alphabet().len()).expect("an alphabet of a few steps");
    u128::try_from(beginnings().count()).expect("a few beginnings") * steps.pow(length)
}

/// The name of what a settlement says.
fn ending(settlement: &Settlement<Text>) -> Ending {
    let ending = &settlement.ending;
    (ending.outcome, ending.phase, ending.initiator, settlement.synthetic)
}

/// A walk that prunes nothing.
struct PlainWalk {
    alphabet: Vec<Step<Text>>,
    /// The steps that led here.
    path: Vec<Step<Text>>,
    /// Whole sequences walked.
    walked: u128,
    met: HashSet<Timeline<Text>>,
}

impl PlainWalk {
    /// Walks every sequence of so many further steps.
    fn walk(&mut self, timeline: &Timeline<Text>, remaining: usize) {
        self.met.insert(timeline.clone());
        if remaining == 0 {
            self.walked += 1;
            return;
        }
        for step in self.alphabet.clone() {
            let mut next = timeline.clone();
            self.path.push(step.clone());
            if let Err(broken) = next.step(step) {
                panic!("{broken}\nafter {:#?}", self.path);
            }
            self.walk(&next, remaining - 1);
            self.path.pop();
        }
    }
}

/// A timeline that was met, and how.
struct Met {
    timeline: Timeline<Text>,
    /// The one before it, and the step that was taken from there.
    from: Option<(usize, Step<Text>)>,
}

/// A walk that walks equal timelines on once.
#[derive(Default)]
struct Walk {
    /// In the order in which they were met, that is, by the number of steps.
    met: Vec<Met>,
    index: HashMap<Timeline<Text>, usize>,
    endings: HashSet<Ending>,
}

impl Walk {
    /// Walks every sequence of so many steps, from every beginning.
    fn of(length: usize) -> Self {
        let alphabet = alphabet();
        let mut walk = Self::default();
        for browser in beginnings() {
            walk.meet(Timeline::new(browser), None);
        }
        let mut first = 0;
        for _ in 0..length {
            let end = walk.met.len();
            for index in first..end {
                for step in &alphabet {
                    walk.take(index, step);
                }
            }
            first = end;
        }
        walk
    }

    /// Takes a step from a timeline that was met.
    fn take(&mut self, index: usize, step: &Step<Text>) {
        let mut next = self.met[index].timeline.clone();
        match next.step(step.clone()) {
            Ok(settlement) => self.endings.extend(settlement.as_ref().map(ending)),
            Err(broken) => panic!("{broken}\nafter {:#?}\nand {step:#?}", self.path(index)),
        }
        self.meet(next, Some((index, step)));
    }

    /// Remembers a timeline, unless one that equals it has been met.
    fn meet(&mut self, timeline: Timeline<Text>, from: Option<(usize, &Step<Text>)>) {
        if !self.index.contains_key(&timeline) {
            self.index.insert(timeline.clone(), self.met.len());
            let from = from.map(|(index, step)| (index, step.clone()));
            self.met.push(Met { timeline, from });
        }
    }

    /// The steps that led to a timeline.
    fn path(&self, index: usize) -> Vec<&Step<Text>> {
        let Some((before, step)) = &self.met[index].from else {
            return Vec::new();
        };
        let mut path = self.path(*before);
        path.push(step);
        path
    }
}

#[test]
fn every_sequence_keeps_the_contract() {
    let walk = Walk::of(LENGTH);
    println!(
        "{} sequences of {LENGTH} steps, {} different timelines",
        sequences(LENGTH),
        walk.met.len()
    );
    let possible = HashSet::from(POSSIBLE_ENDINGS);
    assert_eq!(walk.endings, possible);
    assert_eq!(possible.len(), POSSIBLE_ENDINGS.len(), "an ending is listed twice");
}

#[test]
fn walking_equal_timelines_on_once_misses_nothing() {
    let mut plain =
        PlainWalk { alphabet: alphabet(), path: Vec::new(), walked: 0, met: HashSet::new() };
    for browser in beginnings() {
        plain.walk(&Timeline::new(browser), PLAIN_LENGTH);
    }
    println!("{} sequences of {PLAIN_LENGTH} steps, one by one", plain.walked);
    assert_eq!(plain.walked, sequences(PLAIN_LENGTH));
    let walk = Walk::of(PLAIN_LENGTH);
    assert_eq!(plain.met.len(), walk.met.len());
    assert!(walk.met.iter().all(|met| plain.met.contains(&met.timeline)));
}

//! The socket as a `Sink`, and waiting for what was sent to leave:
//!
//! ✔ a sender waits while the peer does not read, and goes on when it reads again
//! ✔ whoever waits is not polled all the time, with one timer at a time, and none if nobody waits:
//!   one who was dropped does not
//! ✔ every one of several waiters is woken
//! ✔ closing wakes a sender that waits, with an error, while open and while connecting
//! ✔ a flush succeeds when all has left, and fails with the bytes that did not
//! ✔ closing the sink closes: 1000 on the wire, and done when the report is there
//! ✔ waiting for several things at once does not keep the page busy
//! ✔ a Close frame as a message closes, with its code or without
//! ✔ `forward` sends a stream, and closes

use core::cell::Cell;
use core::future::poll_fn;
use core::pin::{Pin, pin};
use core::task::Poll;
use core::time::Duration;
use std::rc::Rc;

use futures_util::{Sink, SinkExt, StreamExt, stream};
use graceful_websocket::{
    Closer, Message, Outcome, ReadyState, SendError, SendableCloseFrame, WebSocket,
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::peer::{WITHOUT_BODY, close_frame};
use crate::support::{
    Alarm, Engine, Facts, Peer, ROOM, Stopwatch, TIMEOUT, Timers, event, next_task, poll_once,
    spawn,
};

const MEGABYTE: usize = 1 << 20;
const HIGH_WATER_MARK: u64 = MEGABYTE as u64;
/// More than the browser and the system take from a page whose peer does not read.
const QUEUED: usize = 16;

/// A socket whose peer does not read, with more than the high-water mark queued. There is none in
/// WebKit, which says that nothing is buffered though the peer has read nothing: nobody waits there.
async fn clogged(peer: &Peer) -> Option<WebSocket> {
    let builder = WebSocket::builder(peer.url()).high_water_mark(HIGH_WATER_MARK);
    let socket = builder.close_timeout(TIMEOUT).open().await.unwrap();
    let message = vec![7; MEGABYTE];
    for _ in 0..QUEUED {
        socket.send(&message).unwrap();
    }
    if !Engine::this().counts_unread() {
        assert_eq!(socket.flush().await, Ok(()));
        assert_eq!(peer.opened().await.data_frames(), 0);
        return None;
    }
    assert!(socket.buffered_amount() > HIGH_WATER_MARK);
    Some(socket)
}

/// Resolves when the sink is ready, and counts the polls that it took.
async fn ready(
    sink: &mut (impl Sink<Message, Error = SendError> + Unpin),
    polls: &Cell<u32>,
) -> Result<(), SendError> {
    poll_fn(|context| {
        polls.set(polls.get() + 1);
        Pin::new(&mut *sink).poll_ready(context)
    })
    .await
}

/// Resolves after this time at the earliest, by the server's clock and without a timer.
async fn pass(time: Duration) {
    let peer = Peer::at(format!("/close?after={}", time.as_millis()));
    event(&peer.native(), "close").await.unwrap();
}

#[wasm_bindgen_test]
async fn a_sender_that_waits_is_rarely_polled_and_has_one_timer_until_closing_wakes_it() {
    /// The longest time between two looks.
    const PAUSE_MILLIS: u128 = 64;

    let peer = Peer::at("/stall");
    let Some(socket) = clogged(&peer).await else { return };
    let closer = socket.closer();
    let polls = Rc::new(Cell::new(0));
    let timers = Timers::count();
    let waiting = {
        let polls = Rc::clone(&polls);
        spawn(async move {
            let mut socket = socket;
            assert_eq!(ready(&mut socket, &polls).await, Err(SendError::Closing));
        })
    };
    let stopwatch = Stopwatch::start();
    pass(Duration::from_millis(600)).await;
    assert!(stopwatch.elapsed() >= Duration::from_millis(500));
    assert_eq!((timers.armed(), timers.most_at_a_time()), (1, 1));
    // One in 64 ms, but for those after each progress: 1, 2, 4 … ms, and there is little progress.
    let most_timers = 40 + stopwatch.elapsed().as_millis() / PAUSE_MILLIS;
    assert!(u128::from(timers.ever_armed()) <= most_timers, "{}", timers.ever_armed());
    closer.set_close_timeout(None);
    closer.close(4000, "bye").unwrap();
    waiting.await.unwrap();
    // At the beginning, when it is asked whether it still waits, and at the end.
    let most_polls = 3 + 2 * stopwatch.elapsed().as_secs();
    assert!(u64::from(polls.get()) <= most_polls, "{}", polls.get());
    assert_eq!(closer.ready_state(), ReadyState::Closing);
    assert_eq!(timers.armed(), 0);
}

#[wasm_bindgen_test]
async fn whoever_waits_goes_on_when_the_peer_reads_again() {
    let peer = Peer::at("/stall?for=500");
    let Some(socket) = clogged(&peer).await else { return };
    let closer = socket.closer();
    let (mut sender, _receiver) = socket.split();
    let timers = Timers::count();
    assert_eq!(ready(&mut sender, &Cell::new(0)).await, Ok(()));
    assert!(sender.buffered_amount() <= HIGH_WATER_MARK);
    sender.send("one more").unwrap();
    let sender = Rc::new(sender);
    let flushing = [0, 1, 2].map(|_| {
        let sender = Rc::clone(&sender);
        spawn(async move {
            assert_eq!(sender.flush().await, Ok(()));
            assert_eq!(sender.buffered_amount(), 0);
        })
    });
    for flushed in flushing {
        flushed.await.unwrap();
    }
    assert_eq!((timers.armed(), timers.most_at_a_time()), (0, 1));
    // It is silent now; but nothing is unsent.
    let report = closer.close(4000, "bye").unwrap().await;
    assert_eq!(Facts::of(&report), Facts::unanswered(4000, "bye", Outcome::TimedOut));
    assert_eq!(peer.closing().await.close_frames(), [close_frame(4000, "bye")]);
}

#[wasm_bindgen_test]
async fn every_sender_waits_by_itself() {
    let peer = Peer::at("/stall?for=500");
    let Some(socket) = clogged(&peer).await else { return };
    let (sender, _receiver) = socket.split();
    let waiting = [0, 1, 2].map(|_| {
        let mut sender = sender.clone();
        spawn(async move { assert_eq!(ready(&mut sender, &Cell::new(0)).await, Ok(())) })
    });
    // One that waited and is gone takes nobody with it.
    drop(poll_once(&mut pin!(ready(&mut sender.clone(), &Cell::new(0)))));
    for waited in waiting {
        waited.await.unwrap();
    }
}

#[wasm_bindgen_test]
async fn one_who_is_dropped_does_not_wait() {
    let peer = Peer::at("/stall?for=10000");
    let Some(mut socket) = clogged(&peer).await else { return };
    let timers = Timers::count();
    // A flush, for which there is a timer after the first looks.
    {
        let mut flush = Box::pin(socket.flush());
        assert!(poll_once(&mut flush).is_pending());
        while timers.armed() == 0 {
            next_task().await;
        }
    }
    assert_eq!(timers.armed(), 0, "a flush that was dropped");
    // A task that waited in `send`: nobody tells, so it is found out.
    assert!(poll_once(&mut SinkExt::send(&mut socket, "never".into())).is_pending());
    while timers.armed() == 0 {
        next_task().await;
    }
    let stopwatch = Stopwatch::start();
    while timers.armed() > 0 {
        assert!(stopwatch.elapsed() < 2 * ROOM, "somebody still looks");
        next_task().await;
    }
    // The half that sends.
    let (mut sender, _receiver) = socket.split();
    assert!(poll_once(&mut pin!(ready(&mut sender, &Cell::new(0)))).is_pending());
    while timers.armed() == 0 {
        next_task().await;
    }
    drop(sender);
    assert_eq!(timers.armed(), 0, "a half that was dropped");
}

#[wasm_bindgen_test]
async fn closing_wakes_who_waits_for_the_opening() {
    type Begin = fn(&Closer);

    let begins: [Begin; 2] =
        [|closer| drop(closer.close(4000, "bye").unwrap()), |closer| drop(closer.terminate())];
    for begin in begins {
        let peer = Peer::at("/hang");
        let mut socket = WebSocket::from(peer.native());
        let rung = Rc::new(Cell::new(0));
        let alarm = {
            let rung = Rc::clone(&rung);
            Alarm::new(move || rung.set(rung.get() + 1))
        };
        let poll =
            |socket: &mut WebSocket| alarm.poll(|context| Pin::new(socket).poll_ready(context));
        assert!(poll(&mut socket).is_pending());
        begin(&socket.closer());
        assert_eq!(rung.get(), 1);
        assert_eq!(poll(&mut socket), Poll::Ready(Err(SendError::Closing)));
        assert!(!socket.closed().await.was_clean);
        peer.given_up_if_requested().await;
    }
}

#[wasm_bindgen_test]
async fn a_flush_fails_with_the_bytes_that_did_not_leave() {
    let peer = Peer::at("/stall?for=5000");
    let Some(mut socket) = clogged(&peer).await else { return };
    let closing = socket.close(4000, "bye").unwrap();
    let flushed = socket.flush().await;
    let report = closing.await;
    assert_eq!(report.outcome, Outcome::TimedOut);
    assert!(report.unsent_bytes > 0);
    let unsent = Err(SendError::Unsent { bytes: report.unsent_bytes });
    assert_eq!(flushed, unsent);
    assert_eq!(socket.flush().await, unsent);
    assert_eq!(SinkExt::flush(&mut socket).await, unsent);
    assert_eq!(SinkExt::close(&mut socket).await, unsent);
}

#[wasm_bindgen_test]
async fn a_flush_of_nothing_is_done_in_every_state() {
    let peer = Peer::at("/echo");
    let native = peer.native();
    let socket = WebSocket::from(native.clone());
    assert_eq!(poll_once(&mut pin!(socket.flush())), Poll::Ready(Ok(())));
    event(&native, "open").await.unwrap();
    assert_eq!(poll_once(&mut pin!(socket.flush())), Poll::Ready(Ok(())));
    let closing = socket.close(4000, "bye").unwrap();
    assert_eq!(poll_once(&mut pin!(socket.flush())), Poll::Ready(Ok(())));
    closing.await;
    assert_eq!(poll_once(&mut pin!(socket.flush())), Poll::Ready(Ok(())));
}

#[wasm_bindgen_test]
async fn closing_the_sink_closes_and_is_done_when_the_report_is_there() {
    let peer = Peer::at("/late?ms=200");
    let mut socket = WebSocket::builder(peer.url()).open().await.unwrap();
    let echo = Message::from("hello");
    SinkExt::send(&mut socket, echo.clone()).await.unwrap();
    assert_eq!(socket.next().await, Some(echo));
    assert_eq!(SinkExt::close(&mut socket).await, Ok(()));
    let report = socket.close_report().expect("it is done");
    assert_eq!(Facts::of(&report), Facts::echoed(1000, ""));
    assert_eq!(SinkExt::close(&mut socket).await, Ok(()));
    assert_eq!(SinkExt::send(&mut socket, "late".into()).await, Err(SendError::Closed));
    let seen = peer.ended().await;
    assert_eq!(seen.close_frames(), [close_frame(1000, "")]);
    assert_eq!(seen.data_frames(), 1);
}

#[wasm_bindgen_test]
async fn flushing_and_closing_at_once_does_not_keep_the_page_busy() {
    const MANY: u32 = 20;

    let peer = Peer::at("/stall?for=5000");
    let Some(mut socket) = clogged(&peer).await else { return };
    let mut polls = 0;
    let closed = poll_fn(|context| {
        polls += 1;
        assert!(polls < MANY, "it is polled all the time");
        let mut sink = Pin::new(&mut socket);
        let _ = sink.as_mut().poll_flush(context);
        sink.poll_close(context)
    });
    assert!(matches!(closed.await, Err(SendError::Unsent { .. })));
}

#[wasm_bindgen_test]
async fn a_close_frame_as_a_message_closes() {
    let frame = SendableCloseFrame::new(4001, "as a message").unwrap();
    let frames = [
        (Message::from(frame), close_frame(4001, "as a message")),
        (Message::Close(None), WITHOUT_BODY),
    ];
    for (message, on_the_wire) in frames {
        let peer = Peer::at("/late?ms=100");
        let mut socket = WebSocket::builder(peer.url()).open().await.unwrap();
        socket.feed("before".into()).await.unwrap();
        socket.feed(message).await.unwrap();
        assert_eq!(socket.feed("after".into()).await, Err(SendError::Closing));
        let report = socket.closed().await;
        assert!(report.was_clean);
        let seen = peer.ended().await;
        assert_eq!(seen.close_frames(), [on_the_wire]);
        assert_eq!(seen.data_frames(), 1);
    }
}

#[wasm_bindgen_test]
async fn forwarding_a_stream_sends_it_and_closes() {
    const MESSAGES: u32 = 100;

    let peer = Peer::at("/echo");
    let socket = WebSocket::builder(peer.url()).high_water_mark(0).open().await.unwrap();
    let closed = socket.closed();
    let messages = stream::iter(0..MESSAGES).map(|number| Ok(Message::from(number.to_string())));
    assert_eq!(messages.forward(socket).await, Ok(()));
    assert_eq!(Facts::of(&closed.await), Facts::echoed(1000, ""));
    let seen = peer.ended().await;
    assert_eq!(seen.data_frames(), MESSAGES);
    assert_eq!(seen.close_frames(), [close_frame(1000, "")]);
}

//! What is awaited of a socket goes into everything that programs await with, with `StreamExt` in scope:
//!
//! ✔ `select!`, `join!` and their functions: those of futures, of tokio and of futures-lite
//! ✔ a timeout
//! ✔ a future can be named, kept in a struct, cloned; the opening's owns its handle, and keeps nothing open

use core::time::Duration;

#[allow(unused_imports, reason = "it changes nothing that it is in scope")]
use futures::StreamExt;
use futures_core::FusedFuture;
use gloo_timers::future::sleep;
use graceful_websocket::{
    CloseReport, Closed, Message, Next, OpenError, Opened, Outcome, Receiver, Sender, WebSocket,
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::peer::WITHOUT_BODY;
use crate::support::{Peer, TIMEOUT, next_task};

const NEVER: Duration = Duration::from_secs(3_600);

async fn open(peer: &Peer) -> WebSocket {
    WebSocket::builder(peer.url()).close_timeout(TIMEOUT).open().await.unwrap()
}

fn hello() -> Option<Message> {
    Some("hello".into())
}

#[wasm_bindgen_test]
async fn by_the_macros_of_futures() {
    let peer = Peer::at("/echo");
    let mut socket = open(&peer).await;
    socket.send("hello").unwrap();
    let mut closed = socket.closed();
    futures::select! {
        message = socket.next() => assert_eq!(message, hello()),
        report = closed => panic!("{report}"),
    }
    let (closing, message) = futures::join!(socket.close(1000, "").unwrap(), socket.next());
    assert_eq!((closing.outcome, message), (Outcome::Clean, None));
    let report = futures::select! {
        message = socket.next() => panic!("{message:?}"),
        report = closed => report,
        complete => panic!("before its report"),
    };
    assert_eq!(report, closing);
    assert!(closed.is_terminated() && socket.next().is_terminated());
}

#[wasm_bindgen_test]
async fn by_the_macros_of_tokio() {
    let peer = Peer::at("/echo");
    let (sender, mut receiver): (Sender, Receiver) = open(&peer).await.split();
    sender.send("hello").unwrap();
    tokio::select! {
        message = receiver.next() => assert_eq!(message, hello()),
        report = sender.closed() => panic!("{report}"),
    }
    let (opened, report, message) =
        tokio::join!(sender.opened(), sender.close(4000, "bye").unwrap(), receiver.next());
    assert_eq!((opened, report.code.get(), message), (Ok(()), 4000, None));
}

#[wasm_bindgen_test]
async fn by_the_functions_of_futures_lite() {
    use futures_lite::future::{or, zip};

    let peer = Peer::at("/echo");
    let mut socket = open(&peer).await;
    socket.send("hello").unwrap();
    let closer = socket.closer();
    let message = or(socket.next(), async {
        closer.closed().await;
        None
    });
    assert_eq!(message.await, hello());
    let (report, message) = zip(closer.close(1000, "").unwrap(), socket.next()).await;
    assert_eq!((report.outcome, message), (Outcome::Clean, None));
}

#[wasm_bindgen_test]
async fn within_a_time() {
    async fn within<T>(
        time: Duration,
        future: impl Future<Output = T> + Unpin,
    ) -> Result<T, Duration> {
        match futures::future::select(future, sleep(time)).await {
            futures::future::Either::Left((value, _)) => Ok(value),
            futures::future::Either::Right(_) => Err(time),
        }
    }

    let peer = Peer::at("/silent");
    let mut socket = open(&peer).await;
    let time = Duration::from_millis(10);
    assert_eq!(within(time, socket.next()).await, Err(time));
    assert_eq!(within(time, socket.closed()).await, Err(time));
    let report = within(NEVER, socket.close(4000, "bye").unwrap()).await.unwrap();
    assert_eq!(report.outcome, Outcome::TimedOut);
    assert_eq!(within(NEVER, socket.next()).await, Ok(None));
}

#[wasm_bindgen_test]
async fn a_future_has_a_name_and_can_be_kept() {
    struct Component {
        opened: Opened,
        closed: Closed,
    }

    let peer = Peer::at("/echo");
    let mut socket = WebSocket::builder(peer.url()).connect().unwrap();
    let mut component = Component { opened: socket.closer().opened(), closed: socket.closed() };
    assert!(!component.opened.is_terminated());
    assert_eq!(component.opened.clone().await, Ok(()));
    assert_eq!((&mut component.opened).await, Ok(()));
    assert!(component.opened.is_terminated());
    socket.send("hello").unwrap();
    let next: Next<'_> = socket.next();
    assert_eq!(next.await, hello());
    drop(socket);
    let report: CloseReport = component.closed.await;
    assert_eq!(component.opened.await, Ok(()), "it was");
    assert_eq!((report.code.get(), report.was_clean), (1005, true));
    assert_eq!(peer.ended().await.close_frames(), [WITHOUT_BODY]);
}

#[wasm_bindgen_test]
async fn waiting_for_the_opening_keeps_nothing_open_and_tells_why_it_is_none() {
    let peer = Peer::at("/hang");
    let (sender, receiver) = WebSocket::builder(peer.url()).connect().unwrap().split();
    let (opened, other) = (receiver.opened(), sender.opened());
    next_task().await;
    drop((sender, receiver));
    let Err(OpenError::Failed(report)) = opened.await else { panic!("it has opened") };
    assert_eq!(report.outcome, Outcome::NeverOpened);
    assert_eq!(other.await, Err(OpenError::Failed(report)));
    peer.given_up_if_requested().await;
}

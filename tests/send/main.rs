//! With the feature `send`, in a program of one thread: what asks for `Send` takes the socket.
//!
//! ✔ every handle, half, stream and future is `Send` and `Sync`, and can be moved
//! ✔ a boxed transport, a spawned future, an `async fn` of a trait that asks for `Send`
//! ✔ the client of GraphQL: what it is told of the end of its connection
#![cfg(target_arch = "wasm32")]

#[allow(dead_code, unused_imports, reason = "each test binary uses its part")]
#[path = "../support/mod.rs"]
mod support;

use core::future::Future;
use core::pin::Pin;

use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, SinkExt, StreamExt};
use graceful_websocket::{
    Builder, ByteStream, CloseListener, CloseReport, Closed, Closer, ConnectionError, Message,
    Next, OpenError, Opened, Outcome, Receiver, Results, ReuniteError, Sender, WebSocket,
};
use graphql_ws_client::{Client, Connection, Error, Message as GraphqlMessage};
use wasm_bindgen_test::wasm_bindgen_test;

use support::peer::close_frame;
use support::{Peer, TIMEOUT, next_task, spawn};

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

async fn open(peer: &Peer) -> WebSocket {
    WebSocket::builder(peer.url()).close_timeout(TIMEOUT).open().await.unwrap()
}

#[wasm_bindgen_test]
async fn every_handle_half_stream_and_future_is_send() {
    fn asks<T: Send + Sync + Unpin + 'static>() {}
    fn takes<T: Send>(future: T) -> T {
        future
    }

    asks::<(WebSocket, Builder, Closer, Sender, Receiver, ReuniteError)>();
    asks::<(Closed, Opened, CloseListener, CloseReport, Next<'static>, Results, ByteStream)>();
    let peer = Peer::at("/echo");
    let mut socket = takes(WebSocket::builder(peer.url()).open()).await.unwrap();
    takes(socket.opened()).await.unwrap();
    takes(socket.send("hello")).unwrap();
    takes(socket.flush()).await.unwrap();
    assert_eq!(takes(socket.next()).await, Some("hello".into()));
    let closer = socket.closer();
    takes(socket.close(4000, "bye").unwrap()).await;
    takes(closer.closing()).await;
    takes(closer.released()).await;
    assert_eq!(takes(closer.closed()).await.outcome, Outcome::Clean);
}

#[wasm_bindgen_test]
async fn it_is_a_transport_in_a_box() {
    trait Transport: AsyncRead + AsyncWrite + Send + Unpin {}
    impl<T: AsyncRead + AsyncWrite + Send + Unpin> Transport for T {}

    let peer = Peer::at("/echo");
    let mut transport: Box<dyn Transport> = Box::new(open(&peer).await.into_byte_stream());
    transport.write_all(b"hello").await.unwrap();
    let mut received = [0; 5];
    transport.read_exact(&mut received).await.unwrap();
    assert_eq!(&received, b"hello");
    transport.close().await.unwrap();
    assert_eq!(peer.ended().await.close_frames(), [close_frame(1000, "")]);
}

#[wasm_bindgen_test]
async fn it_goes_into_a_future_that_is_spawned_where_send_is_asked_for() {
    fn spawn(future: impl Future<Output = CloseReport> + Send + 'static) -> Pin<Box<Spawned>> {
        Box::pin(future)
    }
    type Spawned = dyn Future<Output = CloseReport> + Send;

    let peer = Peer::at("/silent");
    let (sender, mut receiver) = open(&peer).await.split();
    let report = spawn(async move {
        sender.send("hello").unwrap();
        let closing = sender.close(4000, "bye").unwrap();
        assert_eq!(receiver.next().await, None);
        closing.await
    });
    assert_eq!(report.await.outcome, Outcome::TimedOut);
}

/// What the author of a program writes once, to give the socket to the client of GraphQL.
struct Graphql(Results);

impl Connection for Graphql {
    async fn receive(&mut self) -> Option<GraphqlMessage> {
        match self.0.next().await? {
            Ok(message) => message.into_text().map(GraphqlMessage::Text),
            Err(ConnectionError::Ended(report)) => Some(GraphqlMessage::Close {
                code: Some(report.code.get()),
                reason: Some(report.to_string()),
            }),
            Err(_) => None,
        }
    }

    async fn send(&mut self, message: GraphqlMessage) -> Result<(), Error> {
        let GraphqlMessage::Text(text) = message else { return Ok(()) };
        // Nobody waits until it has left.
        let queued = self.0.feed(Message::from(text)).await;
        queued.map_err(|error| Error::Send(error.to_string()))
    }
}

#[wasm_bindgen_test]
async fn the_client_of_graphql_is_told_how_its_connection_has_ended() {
    // It does not answer, and nobody has acknowledged anything.
    let peer = Peer::at("/stall");
    let socket = open(&peer).await;
    let closer = socket.closer();
    let told = spawn(async move {
        let client = Client::build(Graphql(socket.into_results())).await;
        let error = client.err().expect("nobody has acknowledged it").to_string();
        assert!(error.contains("terminated, begun by local: code 1006"), "{error}");
    });
    next_task().await;
    closer.terminate();
    told.await.unwrap();
}

#[wasm_bindgen_test]
async fn what_goes_wrong_in_opening_can_be_carried_away() {
    let peer = Peer::at("/reject");
    let error: Box<dyn std::error::Error + Send + Sync> =
        WebSocket::open(peer.url()).await.unwrap_err().into();
    assert!(matches!(error.downcast_ref(), Some(OpenError::Failed(_))), "{error}");
}

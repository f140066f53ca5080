//! ewebsock: its receiver is polled, and a callback tells when; here that is what wakes the task.

use core::future::poll_fn;
use core::task::Poll;
use std::sync::Arc;

use ewebsock::{Options, WsEvent, WsMessage, WsReceiver, WsSender};
use futures_util::task::AtomicWaker;
use measure::{END, Payload, Received, now};
use wasm_bindgen::prelude::*;

/// Receives so many messages: milliseconds from the first to the last.
#[wasm_bindgen]
pub async fn receive(url: String, count: u32) -> Result<f64, JsError> {
    let mut socket = Socket::open(url).await?;
    let mut received = Received::new(count);
    while let Some(message) = socket.next().await {
        let length = match message {
            WsMessage::Text(text) => text.len(),
            WsMessage::Binary(bytes) => bytes.len(),
            _ => 0,
        };
        if received.add(length) {
            break;
        }
    }
    socket.sender.close();
    Ok(received.millis())
}

/// Sends so many messages and then "end": milliseconds until that has come back.
#[wasm_bindgen]
pub async fn send(url: String, kind: String, bytes: u32, count: u32) -> Result<f64, JsError> {
    let mut socket = Socket::open(url).await?;
    let payload = Payload::new(&kind, bytes);
    let began_at = now();
    for _ in 0..count {
        socket.sender.send(match &payload {
            Payload::Text(text) => WsMessage::Text(text.clone()),
            Payload::Binary(bytes) => WsMessage::Binary(bytes.clone()),
        });
    }
    socket.sender.send(WsMessage::Text(END.to_owned()));
    while let Some(message) = socket.next().await {
        if matches!(message, WsMessage::Text(text) if text == END) {
            break;
        }
    }
    let millis = now() - began_at;
    socket.sender.close();
    Ok(millis)
}

struct Socket {
    sender: WsSender,
    receiver: WsReceiver,
    waker: Arc<AtomicWaker>,
}

impl Socket {
    /// Opens a socket; one must not send before it is open.
    async fn open(url: String) -> Result<Self, JsError> {
        let waker = Arc::new(AtomicWaker::new());
        let wake_up = {
            let waker = Arc::clone(&waker);
            move || waker.wake()
        };
        let connected = ewebsock::connect_with_wakeup(url, Options::default(), wake_up);
        let (sender, receiver) = connected.map_err(|error| JsError::new(&error))?;
        let mut socket = Self { sender, receiver, waker };
        match socket.next_event().await {
            WsEvent::Opened => Ok(socket),
            other => Err(JsError::new(&format!("{other:?} before it was open"))),
        }
    }

    async fn next(&mut self) -> Option<WsMessage> {
        match self.next_event().await {
            WsEvent::Message(message) => Some(message),
            _ => None,
        }
    }

    async fn next_event(&mut self) -> WsEvent {
        poll_fn(|context| {
            // The crate wakes up before there is an event to be received, so the task runs after that.
            self.waker.register(context.waker());
            self.receiver.try_recv().map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }
}

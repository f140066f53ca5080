//! A socket that lives as long as a component: copy this file.

use dioxus::core::Task;
use dioxus::prelude::*;
use graceful_websocket::{
    Builder, Closer, Message, OpenError, ReadyState, SendError, SendableCloseFrame, Sender,
};

/// What a component knows of its socket. It is gone with the component; a [`Closer`] is not.
#[derive(Clone, Copy, PartialEq)]
pub struct GracefulWebSocket {
    pub ready_state: Signal<ReadyState>,
    /// Why it did not open.
    pub error: Signal<Option<OpenError>>,
    /// Closes it and has the report, from when it is open.
    pub closer: Signal<Option<Closer>>,
    sender: Signal<Option<Sender>>,
}

/// Opens the socket that `builder` describes, and another when a signal that it reads has changed.
/// The former one is dropped then, as the last is with the component: that closes it.
pub fn use_graceful_websocket(
    builder: impl Fn() -> Builder + 'static,
    on_message: impl FnMut(Message) + Clone + 'static,
) -> GracefulWebSocket {
    let mut socket = GracefulWebSocket {
        ready_state: use_signal(|| ReadyState::Connecting),
        error: use_signal(|| None),
        closer: use_signal(|| None),
        sender: use_signal(|| None),
    };
    let mut connection = use_signal(|| None::<Task>);
    use_effect(move || {
        let (opening, mut on_message) = (builder().open(), on_message.clone());
        // From here on nothing of the former connection reaches a signal any more.
        if let Some(former) = connection.take() {
            former.cancel();
        }
        socket.sender.set(None);
        socket.closer.set(None);
        socket.error.set(None);
        socket.ready_state.set(ReadyState::Connecting);
        connection.set(Some(spawn(async move {
            match opening.await {
                Ok(open) => {
                    let (sender, mut receiver) = open.split();
                    socket.closer.set(Some(sender.closer()));
                    socket.sender.set(Some(sender));
                    socket.ready_state.set(ReadyState::Open);
                    while let Some(message) = receiver.next().await {
                        on_message(message);
                    }
                }
                Err(error) => socket.error.set(Some(error)),
            }
            socket.ready_state.set(ReadyState::Closed);
        })));
    });
    socket
}

impl GracefulWebSocket {
    pub fn send(&self, text: &str) -> Result<(), SendError> {
        self.sender.peek().as_ref().map_or(Err(SendError::Connecting), |sender| sender.send(text))
    }

    pub fn close(mut self, frame: SendableCloseFrame) {
        if let Some(closer) = self.closer.peek().as_ref() {
            _ = closer.close_with(frame);
            self.ready_state.set(closer.ready_state());
        }
    }
}

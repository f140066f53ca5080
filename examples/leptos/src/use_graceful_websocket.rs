//! A socket that lives as long as a component: copy this file.

use futures_util::future::abortable;
use graceful_websocket::{
    Builder, Closer, Message, OpenError, ReadyState, SendError, SendableCloseFrame, Sender,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What a component knows of its socket. It is gone with the component; a [`Closer`] is not.
#[derive(Clone, Copy)]
pub struct GracefulWebSocket {
    pub ready_state: RwSignal<ReadyState>,
    /// Why it did not open.
    pub error: RwSignal<Option<OpenError>>,
    /// Closes it and has the report, from when it is open.
    pub closer: RwSignal<Option<Closer>, LocalStorage>,
    sender: StoredValue<Option<Sender>, LocalStorage>,
}

/// Opens the socket that `builder` describes, and another when a signal that it reads has changed.
/// The former one is dropped then, as the last is with the component: that closes it.
pub fn use_graceful_websocket(
    builder: impl Fn() -> Builder + 'static,
    on_message: impl Fn(Message) + Clone + 'static,
) -> GracefulWebSocket {
    let socket = GracefulWebSocket {
        ready_state: RwSignal::new(ReadyState::Connecting),
        error: RwSignal::new(None),
        closer: RwSignal::new_local(None),
        sender: StoredValue::new_local(None),
    };
    Effect::new(move || {
        let (opening, on_message) = (builder().open(), on_message.clone());
        socket.sender.set_value(None);
        socket.closer.set(None);
        socket.error.set(None);
        socket.ready_state.set(ReadyState::Connecting);
        let (connection, abort) = abortable(async move {
            match opening.await {
                Ok(open) => {
                    let (sender, mut receiver) = open.split();
                    socket.closer.set(Some(sender.closer()));
                    socket.sender.set_value(Some(sender));
                    socket.ready_state.set(ReadyState::Open);
                    while let Some(message) = receiver.next().await {
                        on_message(message);
                    }
                }
                Err(error) => socket.error.set(Some(error)),
            }
            socket.ready_state.set(ReadyState::Closed);
        });
        // From here on nothing of this connection reaches a signal any more.
        on_cleanup(move || abort.abort());
        spawn_local(async { _ = connection.await });
    });
    socket
}

impl GracefulWebSocket {
    pub fn send(&self, text: &str) -> Result<(), SendError> {
        let send = |sender: &Option<Sender>| sender.as_ref().map(|sender| sender.send(text));
        self.sender.with_value(send).unwrap_or(Err(SendError::Connecting))
    }

    pub fn close(&self, frame: SendableCloseFrame) {
        if let Some(closer) = self.closer.get_untracked() {
            _ = closer.close_with(frame);
            self.ready_state.set(closer.ready_state());
        }
    }
}

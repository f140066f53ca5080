//! A socket that lives as long as a component: copy this file.

use futures_util::future::{abortable, join};
use graceful_websocket::{Builder, Closer, Message, OpenError, ReadyState, SendError, Sender};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What a component knows of its socket. It is gone with the component; a [`Closer`] is not.
#[derive(Clone, Copy)]
pub struct GracefulWebSocket {
    pub ready_state: RwSignal<ReadyState>,
    /// Why it did not open.
    pub error: RwSignal<Option<OpenError>>,
    /// Closes it, also while it is connecting, and has the report.
    pub closer: RwSignal<Option<Closer>, LocalStorage>,
    sender: StoredValue<Option<Sender>, LocalStorage>,
}

/// Opens the socket that `builder` describes, and another when a signal that it reads has changed.
/// The former one is dropped then, as the last is with the component: that closes it.
pub fn use_graceful_websocket(
    builder: impl Fn() -> Builder + 'static,
    on_message: impl Fn(Message) + Clone + 'static,
) -> GracefulWebSocket {
    let ready_state = RwSignal::new(ReadyState::Connecting);
    let (error, closer) = (RwSignal::new(None), RwSignal::new_local(None));
    let sender = StoredValue::new_local(None);
    Effect::new(move || {
        let (connecting, on_message) = (builder().connect(), on_message.clone());
        let handle = connecting.as_ref().ok().map(|socket| socket.closer());
        sender.set_value(None);
        closer.set(handle.clone());
        error.set(connecting.as_ref().err().cloned());
        ready_state.set(handle.as_ref().map_or(ReadyState::Closed, Closer::ready_state));
        let (Ok(socket), Some(handle)) = (connecting, handle) else { return };
        let ending = async move {
            handle.closing().await;
            ready_state.set(handle.ready_state());
            handle.closed().await;
            ready_state.set(ReadyState::Closed);
        };
        let receiving = async move {
            if let Err(why) = socket.opened().await {
                return error.set(Some(why));
            }
            ready_state.set(socket.ready_state());
            let (sending, mut receiver) = socket.split();
            sender.set_value(Some(sending));
            while let Some(message) = receiver.next().await {
                on_message(message);
            }
        };
        let (connection, abort) = abortable(join(ending, receiving));
        // From here on nothing of this connection reaches a signal any more.
        on_cleanup(move || abort.abort());
        spawn_local(async { _ = connection.await });
    });
    GracefulWebSocket { ready_state, error, closer, sender }
}

impl GracefulWebSocket {
    pub fn send(&self, text: &str) -> Result<(), SendError> {
        let send = |sender: &Option<Sender>| sender.as_ref().map(|sender| sender.send(text));
        self.sender.with_value(send).unwrap_or(Err(SendError::Connecting))
    }
}

//! A socket that lives as long as a component: copy this file.

use dioxus::core::Task;
use dioxus::prelude::*;
use futures_util::future::join;
use graceful_websocket::{Builder, Closer, Message, OpenError, ReadyState, SendError, Sender};

/// What a component knows of its socket. It is gone with the component; a [`Closer`] is not.
#[derive(Clone, Copy, PartialEq)]
pub struct GracefulWebSocket {
    pub ready_state: Signal<ReadyState>,
    /// Why it did not open.
    pub error: Signal<Option<OpenError>>,
    /// Closes it, also while it is connecting, and has the report.
    pub closer: Signal<Option<Closer>>,
    sender: Signal<Option<Sender>>,
}

/// Opens the socket that `builder` describes, and another when a signal that it reads has changed.
/// The former one is dropped then, as the last is with the component: that closes it.
pub fn use_graceful_websocket(
    builder: impl Fn() -> Builder + 'static,
    on_message: impl FnMut(Message) + Clone + 'static,
) -> GracefulWebSocket {
    let mut ready_state = use_signal(|| ReadyState::Connecting);
    let (mut error, mut closer) = (use_signal(|| None), use_signal(|| None));
    let mut sender = use_signal(|| None);
    let mut connection = use_signal(|| None);
    use_effect(move || {
        let (connecting, mut on_message) = (builder().connect(), on_message.clone());
        let handle = connecting.as_ref().ok().map(|socket| socket.closer());
        // From here on nothing of the former connection reaches a signal any more.
        if let Some(former) = connection.take() {
            Task::cancel(former);
        }
        sender.set(None);
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
            sender.set(Some(sending));
            while let Some(message) = receiver.next().await {
                on_message(message);
            }
        };
        connection.set(Some(spawn(async { _ = join(ending, receiving).await })));
    });
    GracefulWebSocket { ready_state, error, closer, sender }
}

impl GracefulWebSocket {
    pub fn send(&self, text: &str) -> Result<(), SendError> {
        self.sender.peek().as_ref().map_or(Err(SendError::Connecting), |sender| sender.send(text))
    }
}

//! A socket that lives as long as a component: copy this file.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::future::{abortable, join};
use graceful_websocket::{Builder, Closer, Message, OpenError, ReadyState, SendError, Sender};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// What a component knows of its socket. It is gone with the component; a [`Closer`] is not.
pub struct GracefulWebSocket {
    pub ready_state: ReadyState,
    /// Why it did not open.
    pub error: Option<OpenError>,
    /// Closes it, also while it is connecting, and has the report.
    pub closer: Option<Closer>,
    sender: Rc<RefCell<Option<Sender>>>,
}

/// Opens the socket that `builder` makes of the URL, and another when the URL has changed.
/// The former one is dropped then, as the last is with the component: that closes it.
#[hook]
pub fn use_graceful_websocket(
    url: &AttrValue,
    builder: impl FnOnce(&str) -> Builder + 'static,
    on_message: Callback<Message>,
) -> GracefulWebSocket {
    let ready_state = use_state_eq(|| ReadyState::Connecting);
    let (error, closer) = (use_state_eq(|| None), use_state_eq(|| None));
    let sender = use_mut_ref(|| None);
    let (set_state, set_error, set_closer) =
        (ready_state.setter(), error.setter(), closer.setter());
    let held = Rc::clone(&sender);
    use_effect_with(url.clone(), move |url| {
        let connecting = builder(url).connect();
        let handle = connecting.as_ref().ok().map(|socket| socket.closer());
        set_closer.set(handle.clone());
        set_error.set(connecting.as_ref().err().cloned());
        set_state.set(handle.as_ref().map_or(ReadyState::Closed, Closer::ready_state));
        let (holder, show) = (Rc::clone(&held), set_state.clone());
        let connection = async move {
            let (Ok(socket), Some(handle)) = (connecting, handle) else { return };
            let ending = async {
                handle.closing().await;
                show.set(handle.ready_state());
                handle.closed().await;
                show.set(ReadyState::Closed);
            };
            let receiving = async {
                if let Err(why) = socket.opened().await {
                    return set_error.set(Some(why));
                }
                set_state.set(socket.ready_state());
                let (sending, mut receiver) = socket.split();
                holder.replace(Some(sending));
                while let Some(message) = receiver.next().await {
                    on_message.emit(message);
                }
            };
            join(ending, receiving).await;
        };
        let (connection, abort) = abortable(connection);
        spawn_local(async { _ = connection.await });
        move || {
            // From here on nothing of this connection reaches the component any more.
            abort.abort();
            held.take();
        }
    });
    let (error, closer) = ((*error).clone(), (*closer).clone());
    GracefulWebSocket { ready_state: *ready_state, error, closer, sender }
}

impl GracefulWebSocket {
    pub fn send(&self, text: &str) -> Result<(), SendError> {
        self.sender.borrow().as_ref().map_or(Err(SendError::Connecting), |sender| sender.send(text))
    }
}

//! A socket that lives as long as a component: copy this file.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::future::abortable;
use graceful_websocket::{
    Builder, Closer, Message, OpenError, ReadyState, SendError, SendableCloseFrame, Sender,
};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// What a component knows of its socket.
pub struct GracefulWebSocket {
    pub ready_state: ReadyState,
    /// Why it did not open.
    pub error: Option<OpenError>,
    /// From when it is open.
    pub closing: Option<CloseHandle>,
    sender: Rc<RefCell<Option<Sender>>>,
}

/// Closes the socket and has the report, also when the component is gone: for any other one.
#[derive(Clone, PartialEq)]
pub struct CloseHandle {
    pub closer: Closer,
    ready_state: UseStateSetter<ReadyState>,
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
    let error = use_state_eq(|| None);
    let closer = use_state_eq(|| None);
    let sender = use_mut_ref(|| None);
    let (set_state, set_error, set_closer) =
        (ready_state.setter(), error.setter(), closer.setter());
    let held = Rc::clone(&sender);
    use_effect_with(url.clone(), move |url| {
        let (opening, holder) = (builder(url).open(), Rc::clone(&held));
        set_closer.set(None);
        set_error.set(None);
        set_state.set(ReadyState::Connecting);
        let (connection, abort) = abortable(async move {
            match opening.await {
                Ok(open) => {
                    let (sender, mut receiver) = open.split();
                    set_closer.set(Some(sender.closer()));
                    holder.replace(Some(sender));
                    set_state.set(ReadyState::Open);
                    while let Some(message) = receiver.next().await {
                        on_message.emit(message);
                    }
                }
                Err(error) => set_error.set(Some(error)),
            }
            set_state.set(ReadyState::Closed);
        });
        spawn_local(async { _ = connection.await });
        move || {
            // From here on nothing of this connection reaches the component any more.
            abort.abort();
            held.take();
        }
    });
    let close_handle = |closer| CloseHandle { closer, ready_state: ready_state.setter() };
    GracefulWebSocket {
        ready_state: *ready_state,
        error: (*error).clone(),
        closing: (*closer).clone().map(close_handle),
        sender,
    }
}

impl GracefulWebSocket {
    pub fn send(&self, text: &str) -> Result<(), SendError> {
        self.sender.borrow().as_ref().map_or(Err(SendError::Connecting), |sender| sender.send(text))
    }
}

impl CloseHandle {
    pub fn close(&self, frame: SendableCloseFrame) {
        _ = self.closer.close_with(frame);
        self.ready_state.set(self.closer.ready_state());
    }
}

//! Opens a socket, sends a message, receives one, and closes: with ewebsock, which can neither give a code nor tell how
//! it ended.

use core::cell::RefCell;
use core::ops::ControlFlow;

use ewebsock::{Options, WsEvent, WsMessage, WsSender};
use wasm_bindgen::prelude::*;
use web_sys::console;

thread_local! {
    static SENDER: RefCell<Option<WsSender>> = const { RefCell::new(None) };
}

/// Runs it all against the server at this URL.
#[wasm_bindgen]
pub fn run(url: String) {
    let sender = ewebsock::ws_connect(url, Options::default(), Box::new(handle));
    SENDER.set(sender.ok());
}

fn handle(event: WsEvent) -> ControlFlow<()> {
    match event {
        WsEvent::Opened => SENDER.with_borrow_mut(|sender| {
            if let Some(sender) = sender {
                sender.send(WsMessage::Text("hello".to_owned()));
            }
            ControlFlow::Continue(())
        }),
        WsEvent::Message(message) => {
            if let WsMessage::Text(text) = message {
                console::log_1(&text.into());
            }
            ControlFlow::Break(())
        }
        WsEvent::Error(_) | WsEvent::Closed => ControlFlow::Break(()),
    }
}

//! Opens a socket, sends a message, receives one, closes, and tells of the end: with web-sys alone.
//! The close has no deadline.

use wasm_bindgen::prelude::*;
use web_sys::{CloseEvent, MessageEvent, WebSocket, console};

/// Runs it all against the server at this URL.
#[cfg(not(feature = "executor"))]
#[wasm_bindgen]
pub fn run(url: &str) -> Result<(), JsValue> {
    let socket = WebSocket::new(url)?;
    let on_open = {
        let socket = socket.clone();
        Closure::<dyn FnMut()>::new(move || {
            let _ = socket.send_with_str("hello");
        })
    };
    socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
    on_open.forget();
    let on_message = {
        let socket = socket.clone();
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                console::log_1(&text.into());
            }
            let _ = socket.close_with_code_and_reason(1000, "done");
        })
    };
    socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    let on_close = Closure::<dyn FnMut(CloseEvent)>::new(|event: CloseEvent| tell(&event));
    socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
    on_close.forget();
    Ok(())
}

/// Runs it all against the server at this URL, in an async task.
#[cfg(feature = "executor")]
#[wasm_bindgen]
pub fn run(url: String) {
    wasm_bindgen_futures::spawn_local(async move {
        let Ok(socket) = WebSocket::new(&url) else { return };
        let opened = next(|resolve| socket.set_onopen(Some(resolve)));
        let received = next(|resolve| socket.set_onmessage(Some(resolve)));
        let closed = next(|resolve| socket.set_onclose(Some(resolve)));
        let Ok(_) = opened.await else { return };
        let _ = socket.send_with_str("hello");
        let Ok(event) = received.await else { return };
        if let Some(text) = event.unchecked_into::<MessageEvent>().data().as_string() {
            console::log_1(&text.into());
        }
        let _ = socket.close_with_code_and_reason(1000, "done");
        let Ok(event) = closed.await else { return };
        tell(&event.unchecked_into());
    });
}

/// The next event, as a future.
#[cfg(feature = "executor")]
fn next(set_handler: impl Fn(&js_sys::Function)) -> wasm_bindgen_futures::JsFuture {
    let mut listen = |resolve, _reject| set_handler(&resolve);
    js_sys::Promise::new(&mut listen).into()
}

fn tell(event: &CloseEvent) {
    console::log_3(&event.code().into(), &event.reason().into(), &event.was_clean().into());
}

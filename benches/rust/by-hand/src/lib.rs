//! web-sys and callbacks, as wasm-bindgen's guide has it: what is to be reached.

use js_sys::{ArrayBuffer, Function, JsString, Promise, Uint8Array};
use measure::{END, Payload, Received, now};
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, MessageEvent, WebSocket};

/// Receives so many messages: milliseconds from the first to the last.
#[wasm_bindgen]
pub fn receive(url: &str, count: u32) -> Result<Promise, JsValue> {
    let socket = open(url)?;
    let mut received = Received::new(count);
    Ok(Promise::new(&mut |resolve, reject| {
        let mut received = core::mem::replace(&mut received, Received::new(0));
        socket.set_onerror(Some(&reject));
        on_message(&socket, move |socket, message| {
            if received.add(message.len()) {
                end(socket, &resolve, received.millis());
            }
        });
    }))
}

/// Sends so many messages and then "end": milliseconds until that has come back.
#[wasm_bindgen]
pub fn send(url: &str, kind: &str, bytes: u32, count: u32) -> Result<Promise, JsValue> {
    let socket = open(url)?;
    Ok(Promise::new(&mut |resolve, reject| {
        socket.set_onerror(Some(&reject));
        let payload = Payload::new(kind, bytes);
        let on_open = {
            let socket = socket.clone();
            move || {
                let began_at = now();
                on_message(&socket, move |socket, message| {
                    if matches!(message, Message::Text(text) if text == END) {
                        end(socket, &resolve, now() - began_at);
                    }
                });
                if let Err(error) = send_all(&socket, &payload, count) {
                    let _ = reject.call1(&JsValue::UNDEFINED, &error);
                }
            }
        };
        socket.set_onopen(Some(Closure::once_into_js(on_open).unchecked_ref()));
    }))
}

enum Message {
    Text(String),
    Binary(Vec<u8>),
}

impl Message {
    const fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }
}

fn open(url: &str) -> Result<WebSocket, JsValue> {
    let socket = WebSocket::new(url)?;
    socket.set_binary_type(BinaryType::Arraybuffer);
    Ok(socket)
}

fn on_message(socket: &WebSocket, mut handle: impl FnMut(&WebSocket, Message) + 'static) {
    let callback = {
        let socket = socket.clone();
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let data = event.data();
            if let Some(buffer) = data.dyn_ref::<ArrayBuffer>() {
                handle(&socket, Message::Binary(Uint8Array::new(buffer).to_vec()));
            } else if let Some(text) = data.dyn_ref::<JsString>() {
                handle(&socket, Message::Text(text.into()));
            }
        })
    };
    socket.set_onmessage(Some(callback.into_js_value().unchecked_ref()));
}

fn send_all(socket: &WebSocket, payload: &Payload, count: u32) -> Result<(), JsValue> {
    for _ in 0..count {
        match payload {
            Payload::Text(text) => socket.send_with_str(text)?,
            Payload::Binary(bytes) => socket.send_with_u8_array(bytes)?,
        }
    }
    socket.send_with_str(END)
}

fn end(socket: &WebSocket, resolve: &Function, millis: f64) {
    socket.set_onmessage(None);
    let _ = socket.close();
    let _ = resolve.call1(&JsValue::UNDEFINED, &millis.into());
}

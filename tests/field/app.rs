//! An app as it stands in the field: a class of JavaScript's that holds a socket. It has to compile with the
//! dependencies and the flags that its author has.

use graceful_websocket::{
    Builder, ByteStream, CloseListener, CloseReport, Closed, Closer, OpenError, Opened, Receiver,
    Results, Sender, WebSocket,
};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
#[allow(dead_code, reason = "it is there to be held")]
pub struct Chat {
    socket: Option<WebSocket>,
    halves: Option<(Sender, Receiver)>,
    closer: Option<Closer>,
    listener: Option<CloseListener>,
    futures: Option<(Opened, Closed)>,
    streams: Option<(ByteStream, Results)>,
    builder: Option<Builder>,
}

#[wasm_bindgen]
impl Chat {
    #[wasm_bindgen(constructor)]
    pub fn new(url: String) -> Result<Chat, JsValue> {
        let builder = WebSocket::builder(url).disposable(true).protocol("chat");
        let socket = builder.clone().connect().map_err(refusal)?;
        let closer = socket.closer();
        let listener = socket.on_close(|report: &CloseReport| drop(report.to_string()));
        Ok(Self {
            futures: Some((closer.opened(), closer.closed())),
            socket: Some(socket),
            halves: None,
            closer: Some(closer),
            listener: Some(listener),
            streams: None,
            builder: Some(builder),
        })
    }

    pub fn say(&mut self, text: String) -> Result<Option<String>, JsValue> {
        let socket = self.socket.as_mut().ok_or("closed")?;
        socket.send(text).map_err(|error| error.to_string())?;
        Ok(socket.try_next().and_then(|message| message.into_text()))
    }

    pub fn close(&mut self) {
        if let Some(closer) = &self.closer {
            closer.close_with(None);
        }
    }
}

/// What another part of the app awaits.
#[wasm_bindgen]
pub async fn first_message(url: String) -> Result<Option<String>, JsValue> {
    let mut socket = WebSocket::open(url).await.map_err(refusal)?;
    let message = socket.next().await;
    socket.close_with(None).await;
    Ok(message.and_then(|message| message.into_text()))
}

fn refusal(error: OpenError) -> JsValue {
    error.to_string().into()
}

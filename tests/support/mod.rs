//! What the Rust tests in the browser share: the misbehaving server, its log, and a clock.

use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;

use js_sys::{Array, Date, Function, JSON, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    fn fetch(url: &str) -> Promise;
}

/// One connection to the misbehaving server, which a tag tells from all others.
pub struct Peer {
    path: &'static str,
    tag: String,
}

impl Peer {
    /// A connection to be made to this path, which may have a query.
    pub fn at(path: &'static str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self { path, tag: format!("rust-{number}-{}", js_sys::Math::random()) }
    }

    /// The URL to connect to.
    pub fn url(&self) -> String {
        let separator = if self.path.contains('?') { '&' } else { '?' };
        let Self { path, tag } = self;
        format!("{}{path}{separator}tag={tag}", server().replacen("http", "ws", 1))
    }

    /// The Close frames that the peer received, once it has seen the TCP connection end.
    pub async fn close_frames(&self) -> Vec<(Option<u16>, String)> {
        self.frames("close", "ended").await
    }

    /// The Close frames that the peer has received, as soon as there is one.
    pub async fn first_close_frame(&self) -> Vec<(Option<u16>, String)> {
        self.frames("close", "closing").await
    }

    /// Resolves when the peer has seen the TCP connection end.
    pub async fn ended(&self) {
        log(&format!("tag={}&until=ended&timeout=60000", self.tag)).await;
    }

    async fn frames(&self, opcode: &str, until: &str) -> Vec<(Option<u16>, String)> {
        let log = log(&format!("tag={}&until={until}", self.tag)).await;
        let connections = Array::from(&get(&log, "connections"));
        let frames = Array::from(&get(&connections.get(0), "frames"));
        frames
            .iter()
            .filter(|frame| get(frame, "direction") == "received" && get(frame, "opcode") == opcode)
            .map(|frame| {
                let code = get(&frame, "code").as_f64().map(|code| code as u16);
                (code, get(&frame, "reason").as_string().unwrap_or_default())
            })
            .collect()
    }
}

/// Resolves when the server has no connection left.
pub async fn idle() {
    log("until=idle&timeout=60000").await;
}

async fn log(query: &str) -> JsValue {
    let response = JsFuture::from(fetch(&format!("{}/log?{query}", server()))).await.unwrap();
    assert_eq!(get(&response, "status"), 200, "the log never came to {query}");
    let text = Function::from(get(&response, "text")).call0(&response).unwrap();
    let text = JsFuture::from(Promise::from(text)).await.unwrap();
    JSON::parse(&text.as_string().unwrap()).unwrap()
}

fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap()
}

fn server() -> &'static str {
    option_env!("MISBEHAVING_SERVER")
        .expect("run by `cargo xtask test browser`, which starts the server")
}

/// How long something took.
pub struct Stopwatch(f64);

impl Stopwatch {
    pub fn start() -> Self {
        Self(Date::now())
    }

    pub fn elapsed(&self) -> Duration {
        Duration::from_secs_f64((Date::now() - self.0) / 1_000.0)
    }
}

//! The misbehaving server, and its log of what was on the wire.

use core::sync::atomic::{AtomicU32, Ordering};

use js_sys::{Array, Function, JSON, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::{Engine, next_task};

#[wasm_bindgen]
extern "C" {
    fn fetch(url: &str) -> Promise;
}

/// The peer of the connections to one path, which a tag tells from all others.
pub struct Peer {
    path: String,
    tag: String,
}

/// What the peer has seen of its (first) connection.
#[derive(Debug)]
pub struct Seen {
    connection: JsValue,
}

impl Peer {
    /// Connections to be made to this path, which may have a query.
    pub fn at(path: impl Into<String>) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self { path: path.into(), tag: format!("rust-{number}-{}", js_sys::Math::random()) }
    }

    /// The URL to connect to.
    pub fn url(&self) -> String {
        let separator = if self.path.contains('?') { '&' } else { '?' };
        let Self { path, tag } = self;
        format!("{}{path}{separator}tag={tag}", server().replacen("http", "ws", 1))
    }

    /// The browser's own socket to this URL.
    pub fn native(&self) -> web_sys::WebSocket {
        web_sys::WebSocket::new(&self.url()).unwrap()
    }

    /// Waits until the opening handshake is done.
    pub async fn opened(&self) -> Seen {
        self.seen("&until=opened").await
    }

    /// Waits until a Close frame has come, or TCP has ended.
    pub async fn closing(&self) -> Seen {
        self.seen("&until=closing").await
    }

    /// Waits until TCP has ended.
    pub async fn ended(&self) -> Seen {
        self.seen("&until=ended").await
    }

    /// Checks that the page has given up the opening handshake, and that no Close frame came: the browser
    /// ends TCP, or keeps it where that is its engine's way.
    pub async fn given_up(&self) {
        let drops = Engine::this().drops_handshakes();
        let seen = if drops { self.ended().await } else { self.so_far().await };
        assert_eq!(seen.close_frames(), []);
        assert_eq!(seen.has_ended(), drops, "{seen:?}");
        assert!(!drops || seen.ended_by() != "server", "{seen:?}");
    }

    /// The same, if the request has left before.
    pub async fn given_up_if_requested(&self) {
        if self.connections().await > 0 {
            self.given_up().await;
        }
    }

    /// Waits until no connection is open, if there ever was one or not.
    pub async fn idle(&self) {
        log(&format!("tag={}&until=idle", self.tag)).await;
    }

    /// What has been seen by now.
    pub async fn so_far(&self) -> Seen {
        self.seen("").await
    }

    /// How many connections there were.
    pub async fn connections(&self) -> u32 {
        connections(&log(&format!("tag={}", self.tag)).await).length()
    }

    /// Waits until the request for a connection has come.
    pub async fn requested(&self) {
        while self.connections().await == 0 {}
    }

    async fn seen(&self, until: &str) -> Seen {
        let log = log(&format!("tag={}{until}", self.tag)).await;
        Seen { connection: connections(&log).get(0) }
    }
}

impl Seen {
    /// The Close frames that came, each with its code and reason.
    pub fn close_frames(&self) -> Vec<(Option<u16>, String)> {
        Array::from(&get(&self.connection, "frames"))
            .iter()
            .filter(|frame| {
                get(frame, "direction") == "received" && get(frame, "opcode") == "close"
            })
            .map(|frame| {
                let code = get(&frame, "code").as_f64().map(|code| code as u16);
                (code, get(&frame, "reason").as_string().unwrap_or_default())
            })
            .collect()
    }

    /// How many text and binary frames came.
    pub fn data_frames(&self) -> u32 {
        get(&get(&self.connection, "dataFrames"), "received").as_f64().unwrap() as u32
    }

    /// Whether TCP has ended.
    pub fn has_ended(&self) -> bool {
        get(&self.connection, "state") == "ended"
    }

    /// The first to end TCP: `"client-fin"`, `"client-reset"` or `"server"`.
    pub fn ended_by(&self) -> String {
        get(&get(&self.connection, "ended"), "by").as_string().unwrap()
    }
}

/// One Close frame as [`Seen::close_frames`] has it.
pub fn close_frame(code: u16, reason: &str) -> (Option<u16>, String) {
    (Some(code), reason.to_owned())
}

/// The Close frame that has no body.
pub const WITHOUT_BODY: (Option<u16>, String) = (None, String::new());

/// The URL of a page of the server.
pub fn page(path: &str) -> String {
    format!("{}{path}", server())
}

/// How long to wait for what the log is to say, in milliseconds.
const LONGEST_MS: u32 = 20_000;
/// How often it is asked at the most.
const MOST_TRIES: u32 = 1_000;

async fn log(query: &str) -> JsValue {
    let url = format!("{}/log?{query}&timeout={LONGEST_MS}", server());
    // A connection that was kept may be lost just then, and WebKit fetches nothing while the page goes somewhere, so what
    // is asked once may be asked again.
    let mut response = JsFuture::from(fetch(&url)).await;
    for _ in 0..MOST_TRIES {
        if response.is_err() {
            next_task().await;
            response = JsFuture::from(fetch(&url)).await;
        }
    }
    let response = response.unwrap();
    assert_eq!(get(&response, "status"), 200, "the log never came to {query}");
    let text = Function::from(get(&response, "text")).call0(&response).unwrap();
    let text = JsFuture::from(Promise::from(text)).await.unwrap();
    JSON::parse(&text.as_string().unwrap()).unwrap()
}

fn connections(log: &JsValue) -> Array {
    Array::from(&get(log, "connections"))
}

fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap()
}

/// The address of the server.
fn server() -> &'static str {
    let Some(address) = option_env!("MISBEHAVING_SERVER") else {
        panic!("run by `cargo xtask test browser`, which starts the server");
    };
    address
}

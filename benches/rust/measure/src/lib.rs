//! What every contestant measures with, and what it sends, so that they differ in their WebSocket only.

use core::hint::black_box;

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds since the time origin (High Resolution Time, `performance.now()`).
    #[wasm_bindgen(js_namespace = performance)]
    pub fn now() -> f64;
}

/// The text message that follows what was sent; when it comes back, all has.
pub const END: &str = "end";

/// The messages that have come so far, out of those to come.
pub struct Received {
    wanted: u32,
    count: u32,
    bytes: usize,
    first_at: f64,
    last_at: f64,
}

impl Received {
    /// None so far, out of so many.
    pub const fn new(wanted: u32) -> Self {
        Self { wanted, count: 0, bytes: 0, first_at: 0.0, last_at: 0.0 }
    }

    /// One more, of this length. Whether it is the last.
    pub fn add(&mut self, length: usize) -> bool {
        self.bytes = black_box(self.bytes.wrapping_add(length));
        if self.count == 0 {
            self.first_at = now();
        }
        self.count += 1;
        let is_last = self.count == self.wanted;
        if is_last {
            self.last_at = now();
        }
        is_last
    }

    /// Milliseconds from the first message to the last.
    pub const fn millis(&self) -> f64 {
        self.last_at - self.first_at
    }
}

/// A message to send, again and again.
pub enum Payload {
    /// A text message.
    Text(String),
    /// A binary message.
    Binary(Vec<u8>),
}

impl Payload {
    /// So many bytes of this kind: "text" or "binary".
    pub fn new(kind: &str, bytes: u32) -> Self {
        let bytes = bytes as usize;
        match kind {
            "text" => Self::Text("x".repeat(bytes)),
            _ => Self::Binary(vec![b'x'; bytes]),
        }
    }
}

//! The engine that the tests run in, and what it does in its own way (as `tests/npm/engines.mjs` has it).

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = navigator, js_name = userAgent, thread_local_v2)]
    static USER_AGENT: String;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

impl Engine {
    /// The one that this runs in.
    pub fn this() -> Self {
        let user_agent = USER_AGENT.with(Clone::clone);
        if user_agent.contains("Firefox/") {
            Self::Firefox
        } else if user_agent.contains("Chrome/") {
            Self::Chromium
        } else {
            Self::WebKit
        }
    }

    /// Whether it ends TCP when the page closes a socket whose opening handshake has not been answered.
    pub fn drops_handshakes(self) -> bool {
        self != Self::Firefox
    }

    /// Whether a page can see the state CLOSING that a Close frame of the peer brings.
    pub fn shows_peer_closing(self) -> bool {
        self != Self::WebKit
    }

    /// Whether bufferedAmount counts what the peer does not read.
    pub fn counts_unread(self) -> bool {
        self != Self::WebKit
    }

    /// Whether it closes the sockets of a page, with 1001, when a navigation begins, or loading is stopped, and the
    /// page stays.
    pub fn closes_in_page_that_stays(self) -> bool {
        self == Self::Firefox
    }
}

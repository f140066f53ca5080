//! The engine, where it makes a difference.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    type Global;

    // A class of errors that Gecko alone has, in its windows and in its workers.
    #[wasm_bindgen(method, getter, js_name = InternalError)]
    fn internal_error(this: &Global) -> JsValue;

    #[wasm_bindgen(method, getter, js_name = WebSocket)]
    fn web_socket(this: &Global) -> JsValue;
}

/// Whether this program can call JavaScript at all. One that is compiled for a server as well cannot there.
pub(crate) const HAS_JAVASCRIPT: bool =
    cfg!(all(target_family = "wasm", any(target_os = "unknown", target_os = "none")));

/// Whether this is Gecko, the engine of Firefox.
pub(crate) fn is_gecko() -> bool {
    !js_sys::global().unchecked_ref::<Global>().internal_error().is_undefined()
}

/// Whether there is a WebSocket here. Node before version 22 has none.
pub(crate) fn has_web_socket() -> bool {
    !js_sys::global().unchecked_ref::<Global>().web_socket().is_undefined()
}

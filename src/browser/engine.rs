//! The engine, where it makes a difference.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    type Global;

    // A class of errors that Gecko alone has, in its windows and in its workers.
    #[wasm_bindgen(method, getter, js_name = InternalError)]
    fn internal_error(this: &Global) -> JsValue;
}

/// Whether this is Gecko, the engine of Firefox.
pub(crate) fn is_gecko() -> bool {
    !js_sys::global().unchecked_ref::<Global>().internal_error().is_undefined()
}

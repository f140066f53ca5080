//! JavaScript's `Reflect`. js-sys has it as well, with other types under `--cfg=js_sys_unstable_apis`: these
//! are the same in every program.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(js_namespace = Reflect)]
extern "C" {
    /// A property of an object; an error, if it is none, or if a getter throws.
    #[wasm_bindgen(catch)]
    pub(crate) fn get(target: &JsValue, key: &JsValue) -> Result<JsValue, JsValue>;

    /// What a constructor gives, or throws.
    #[wasm_bindgen(catch)]
    pub(crate) fn construct(class: &JsValue, arguments: &JsValue) -> Result<JsValue, JsValue>;
}

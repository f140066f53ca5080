//! A realm of its own for one socket. When its frame goes, the browser cuts the socket's connection,
//! in whatever state: the one way there is, as the standard has none. (WHATWG WebSockets, "make
//! disappear"; HTML, "destroy a document".)

use js_sys::Array;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use super::page::{Document, document};
use super::{is_gecko, reflect};

#[wasm_bindgen]
extern "C" {
    type Element;
    #[wasm_bindgen(extends = Element)]
    type Frame;

    #[wasm_bindgen(method, getter, js_name = documentElement)]
    fn document_element(this: &Document) -> Option<Element>;

    #[wasm_bindgen(method, js_name = createElement)]
    fn create_element(this: &Document, name: &str) -> Frame;

    #[wasm_bindgen(method)]
    fn append(this: &Element, child: &Frame);

    #[wasm_bindgen(method)]
    fn remove(this: &Element);

    #[wasm_bindgen(method, getter)]
    fn style(this: &Frame) -> Style;

    type Style;

    #[wasm_bindgen(method, setter)]
    fn set_display(this: &Style, display: &str);

    #[wasm_bindgen(method, getter, js_name = contentWindow)]
    fn content_window(this: &Frame) -> JsValue;
}

/// A hidden frame that holds a realm, as long as this lives.
#[must_use = "dropping a realm ends it, with its socket"]
pub(crate) struct Realm {
    frame: Frame,
}

/// There is no document to put a frame into.
pub(crate) struct NoDocument;

impl Realm {
    /// A new realm; `None` where it is of no use. Gecko keeps the connection when its realm goes, and
    /// then never tells when it ends.
    pub(crate) fn open() -> Result<Option<Self>, NoDocument> {
        let document = document().ok_or(NoDocument)?;
        let root = document.document_element().ok_or(NoDocument)?;
        if is_gecko() {
            return Ok(None);
        }
        let frame = document.create_element("iframe");
        frame.style().set_display("none");
        // There may be no body yet.
        root.append(&frame);
        Ok(Some(Self { frame }))
    }

    /// What the realm's own constructor of sockets gives, or throws.
    pub(crate) fn new_socket(
        &self,
        url: &str,
        protocols: &JsValue,
    ) -> Result<web_sys::WebSocket, JsValue> {
        let class = reflect::get(&self.frame.content_window(), &"WebSocket".into())?;
        let arguments = Array::of2(&url.into(), protocols);
        Ok(reflect::construct(&class, &arguments)?.unchecked_into())
    }
}

impl Drop for Realm {
    fn drop(&mut self) {
        self.frame.remove();
    }
}

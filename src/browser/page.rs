//! The page, or the worker: whether it is seen, and what tells that it comes back.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::EventTarget;

use super::Listener;

#[wasm_bindgen]
extern "C" {
    type Global;
    pub(super) type Document;

    #[wasm_bindgen(method, getter)]
    fn document(this: &Global) -> Option<Document>;

    #[wasm_bindgen(method, getter)]
    fn hidden(this: &Document) -> bool;
}

/// The global object: the window, or the worker's.
pub(crate) fn global() -> EventTarget {
    js_sys::global().unchecked_into()
}

/// The page's document; there is none in a worker.
pub(super) fn document() -> Option<Document> {
    js_sys::global().unchecked_ref::<Global>().document()
}

/// Whether nobody sees the page. (HTML, "page visibility".) False in a worker.
pub(super) fn is_hidden() -> bool {
    document().is_some_and(|document| document.hidden())
}

/// What tells that the page comes back: timers are held back while it is hidden, and stand still while it
/// is frozen or in the back-forward cache. Also that it goes, which does no harm.
///
/// HTML, "page visibility" and "reactivate a document"; Page Lifecycle, whose event does not bubble.
const RETURNS: [&str; 3] = ["visibilitychange", "pageshow", "resume"];

/// Calls back whenever the page comes back.
pub(super) fn on_return(callback: fn()) -> Vec<Listener> {
    let mut listeners = Vec::new();
    for kind in RETURNS {
        listeners.push(listen(kind, callback));
    }
    listeners
}

/// Calls back when a navigation begins, which may come to nothing.
pub(super) fn on_navigation(callback: fn()) -> Listener {
    listen("beforeunload", callback)
}

fn listen(kind: &'static str, callback: fn()) -> Listener {
    Listener::new(global(), kind, Box::new(move |_| callback()))
}

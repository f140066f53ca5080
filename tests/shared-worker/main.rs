//! The tests of `tests/worker/suite.rs` in a shared worker, which all pages of a site have together.
#![cfg(target_arch = "wasm32")]

#[path = "../worker/suite.rs"]
mod suite;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_shared_worker);

/// HTML's name for what is global there.
const GLOBAL_SCOPE: &str = "SharedWorkerGlobalScope";

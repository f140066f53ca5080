//! The tests of `tests/worker/suite.rs` in a dedicated worker, which one page has for itself.
#![cfg(target_arch = "wasm32")]

mod suite;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// HTML's name for what is global there.
const GLOBAL_SCOPE: &str = "DedicatedWorkerGlobalScope";

//! The tests of `tests/worker/suite.rs` in a service worker, which needs no page.
#![cfg(target_arch = "wasm32")]

#[path = "../worker/suite.rs"]
mod suite;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_service_worker);

/// Service Workers' name for what is global there.
const GLOBAL_SCOPE: &str = "ServiceWorkerGlobalScope";

//! The Rust API in a page of a real browser, against the misbehaving server.
#![cfg(target_arch = "wasm32")]

#[allow(dead_code, reason = "each test binary uses its part")]
#[path = "../support/mod.rs"]
mod support;

mod adopting;
mod arguments;
mod awaiting;
mod breaking;
mod byte_streams;
mod calls;
mod closing;
mod disposing;
mod dropping;
mod joining;
mod leaks;
mod messages;
mod navigating;
mod opening;
mod overflowing;
mod pains;
mod realms;
mod reentrancy;
mod reporting;
mod results;
mod sinking;
mod splitting;
mod stalling;
mod terminating;
mod timeouts;
mod wake_ups;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

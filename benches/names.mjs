// What results are found by.

export const OURS = "graceful-websocket";
/** The Rust program that `xtask/src/bench_rust.rs` weighs beside ours. */
export const ASYNC_BY_HAND = "web-sys in an async task";

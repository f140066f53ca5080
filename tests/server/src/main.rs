//! A WebSocket server that misbehaves on purpose.
fn main() {}

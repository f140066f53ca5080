//! The misbehaving server seen by a client that is made by hand, byte by byte, on real TCP.
//!
//! - `closing`: the paths that differ in the closing handshake
//! - `tcp`: the paths that differ below it, and the opening handshake
//! - `parameters`: every request that is refused
//! - `log`: what `/log` shows, waits for and forgets
//! - `pages`: the pages that a browser can go to
//! - `files`: the static files
//! - `command_line`: the binary

mod closing;
mod command_line;
mod files;
mod log;
mod pages;
mod parameters;
mod support;
mod tcp;

//! The closing handshake, tested natively and on a virtual clock:
//!
//! - `examples`: every way to end, and every way to move a deadline, as short stories
//! - `walk`: every sequence of inputs up to a length, against the closing contract
//! - `properties`: random sequences at random times, against the same contract
//! - `fuzz`: long random sequences of anything, at times that go anywhere
//! - `codes`, `reasons`: what can be received, and what may be sent
//! - `instants`: milliseconds, and points in time
//! - `words`: the words and the numbers of what there is one of
//! - `both_sides`: what JavaScript has to know as well
//!
//! They stand on `timeline`, a shell with a browser that is made up, on `contract`, what must always hold, and the
//! stories on `socket`, which tells them.

#![cfg(not(target_arch = "wasm32"))]

mod both_sides;
mod codes;
mod contract;
mod examples;
mod fuzz;
mod instants;
mod properties;
mod reasons;
mod socket;
mod timeline;
mod walk;
mod words;

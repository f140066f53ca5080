//! What hurts with other WebSockets for Rust in the browser, met as their users meet it. The numbers
//! are stable, and each test's name says that the pain is gone:
//!
//! ✔ 1 to 6, in `closing`: what closes it, when, with which code, and who is told
//! ✔ 7 to 10, in `connecting`: what is lost silently, what state it is in, what fails
//! ✔ 11 to 15, in `living`: reconnecting, unmounting, leaking, and a peer that is slower than the page
//!
//! 14 is sending with shared memory, which takes a program of its own: `tests/shared-memory`.

mod closing;
mod connecting;
mod living;

//! What of the browser closing needs: a clock, one wake-up at a time, the page's comings and goings.
//!
//! [`Handshake`] joins them to the state machine of [`closing`](crate::closing); the shells above
//! (`socket` for Rust, `bindings` for JavaScript) each bring a [`Shell`]. Everything here works in
//! windows and in workers, and undoes itself when dropped.

mod clock;
mod deadline;
mod handshake;
mod listener;
mod realm;
mod task;

#[cfg(feature = "npm")]
pub(crate) use clock::{duration_from_millis, millis_from_duration};
pub(crate) use handshake::{Handshake, Shell};
pub(crate) use listener::Listener;
pub(crate) use realm::{NoDocument, Realm};
pub(crate) use task::Task;

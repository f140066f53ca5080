//! x
#[cfg(feature = "npm")]
mod bindings;
mod browser;
pub mod closing;
pub use closing::*;

//! x
pub mod closing;
pub use closing::*;

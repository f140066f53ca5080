//! Builds, serves, tests and measures this repository.
fn main() {}

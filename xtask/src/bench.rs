//! `npm run bench`: what the package costs beside the browser's own WebSocket and its peers, into docs/ and README.md.

use xshell::{Shell, cmd};

use crate::engine::{Browser, Engine};
use crate::{bench_rust, build, setup, step};

#[derive(clap::Args)]
pub struct Options {
    /// Measure everything once, but Rust only where it is built, and write nothing: whether it can be measured
    #[arg(long)]
    short: bool,
}

/// Builds the package and a fast server, and measures. The peers are npm packages, which the script installs.
pub fn bench(sh: &Shell, options: &Options) -> anyhow::Result<()> {
    setup::wasm_target(sh)?;
    setup::npm_packages(sh)?;
    build::build(sh)?;
    let chromium = Browser::with(sh, Engine::Chromium)?;
    if !options.short {
        bench_rust::build(sh)?;
    }
    // Not the debug build, which would be what is measured.
    cmd!(sh, "cargo build --release --package misbehaving-server").run()?;
    let (minutes, how): (_, &[&str]) = if options.short { (2, &["--short"]) } else { (12, &[]) };
    step(&format!("Measuring, for about {minutes} minutes"));
    Ok(chromium.drive(cmd!(sh, "node benches/run.mjs {how...}")).run()?)
}

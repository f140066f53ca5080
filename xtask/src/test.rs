//! `npm test`: every check and every test, each under a name by which it can be run alone.

use anyhow::{Context, bail};
use clap::ValueEnum;
use xshell::{Shell, cmd};

use crate::serve::Server;
use crate::{build, setup, size, step};

#[derive(clap::Args)]
pub struct Options {
    /// Which to run; all but `package`, if none is named
    #[arg(value_enum)]
    suites: Vec<Suite>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Suite {
    /// Formatters, linters, type checker, documentation
    Lint,
    /// The state machine, the server and the examples in the documentation, natively
    Native,
    /// The Rust API, in Chromium
    Browser,
    /// The npm package in a page, and the close lab, in Chromium
    Npm,
    /// The size budget
    Size,
    /// The packed package in the hands of bundlers, runtimes and checkers, which are installed first
    Package,
}

/// What `npm test` runs.
const DEFAULT: [Suite; 5] = [Suite::Lint, Suite::Native, Suite::Browser, Suite::Npm, Suite::Size];

/// Runs the suites in this order, and stops at the first that fails.
pub fn test(sh: &Shell, options: &Options) -> anyhow::Result<()> {
    let suites = match options.suites.as_slice() {
        [] => &DEFAULT,
        named => named,
    };
    setup::wasm_target(sh)?;
    setup::npm_packages(sh)?;
    build::build(sh)?;
    for suite in suites {
        match suite {
            Suite::Lint => lint(sh),
            Suite::Native => native(sh),
            Suite::Browser => browser(sh),
            Suite::Npm => npm(sh),
            Suite::Size => budget(sh),
            Suite::Package => package(sh),
        }?;
    }
    step("All passed");
    Ok(())
}

fn lint(sh: &Shell) -> anyhow::Result<()> {
    setup::rust_components(sh)?;
    step("Checking format, lints, types and documentation");
    cmd!(sh, "cargo fmt --all --check").run()?;
    cmd!(sh, "cargo clippy --workspace --all-targets -- --deny warnings").run()?;
    cmd!(
        sh,
        "cargo clippy --all-targets --all-features --target wasm32-unknown-unknown -- --deny warnings"
    )
    .run()?;
    cmd!(sh, "cargo doc --no-deps --target wasm32-unknown-unknown")
        .env("RUSTDOCFLAGS", "--deny warnings")
        .run()?;
    cmd!(sh, "node_modules/.bin/biome ci --error-on-warnings").run()?;
    cmd!(sh, "node_modules/.bin/tsc --project tsconfig.json --noEmit").run()?;
    Ok(())
}

fn native(sh: &Shell) -> anyhow::Result<()> {
    step("Testing the state machine and the server");
    Ok(cmd!(sh, "cargo test --workspace").run()?)
}

fn browser(sh: &Shell) -> anyhow::Result<()> {
    step("Testing the Rust API in headless Chromium");
    let chromium = setup::chromium(sh)?;
    let server = Server::start(sh)?;
    let this = std::env::current_exe()?;
    let this = this.to_str().context("the path of xtask is not UTF-8")?;
    cmd!(sh, "cargo test --target wasm32-unknown-unknown --test browser --test worker")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", format!("{this} wasm-test-runner"))
        .env("MISBEHAVING_SERVER", &server.address)
        .env("CHROMIUM", chromium)
        .run()?;
    Ok(())
}

fn npm(sh: &Shell) -> anyhow::Result<()> {
    step("Testing the npm package and the close lab in headless Chromium");
    let chromium = setup::chromium(sh)?;
    let server = Server::start(sh)?;
    let mut tests: Vec<_> = sh.read_dir("tests/npm")?;
    tests.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    if tests.is_empty() {
        bail!("there are no tests in tests/npm");
    }
    cmd!(sh, "node --test {tests...}")
        .env("MISBEHAVING_SERVER", &server.address)
        .env("CHROMIUM", chromium)
        .run()?;
    Ok(())
}

fn budget(sh: &Shell) -> anyhow::Result<()> {
    step("Measuring the npm package");
    size::size(sh, &size::Options::default())
}

fn package(sh: &Shell) -> anyhow::Result<()> {
    step("Testing the packed package in bundlers, runtimes and checkers");
    let chromium = setup::chromium(sh)?;
    // Every row starts a server of its own.
    cmd!(sh, "cargo build --package misbehaving-server").run()?;
    cmd!(sh, "node tests/package/run.mjs").env("CHROMIUM", chromium).run()?;
    Ok(())
}

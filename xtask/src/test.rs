//! `npm test`: every check and every test, each under a name by which it can be run alone.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;
use xshell::{Cmd, Shell, cmd};

use crate::engine::{Browser, Engine};
use crate::serve::Server;
use crate::setup::WASM_TARGET;
use crate::{
    bench_rust, build, crate_test, examples, reproducible, setup, size, step, supply_chain,
};

#[derive(clap::Args)]
pub struct Options {
    /// Which to run; all but the last eight if none is named
    #[arg(value_enum)]
    suites: Vec<Suite>,
    /// An engine to run the suites `browser`, `npm` and `shared-memory` in, which is installed if need
    /// be; may be given more than once. Without one: Chromium, and whichever of the others is installed
    #[arg(long = "engine", value_enum)]
    engines: Vec<Engine>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Suite {
    /// Formatters, linters, type checker, documentation
    Lint,
    /// The state machine, the server and the examples in the documentation, natively
    Native,
    /// The crate as cargo hands it out: dependencies, features, package
    Crate,
    /// The Rust API, in each engine
    Browser,
    /// The npm package in a page, and the close lab, in each engine
    Npm,
    /// The size budgets
    Size,
    /// The Rust API in a program with shared memory, in each engine; builds the standard library first
    SharedMemory,
    /// The crate with the oldest Rust that it promises, which is installed first
    Msrv,
    /// The packed package in the hands of bundlers, runtimes and checkers, which are installed first
    Package,
    /// The Rust examples: format, lints, and their pages in Chromium; compiles their frameworks first
    Examples,
    /// Ten thousand sockets in one page, and more at once than a browser allows, in Chromium
    Soak,
    /// Licences, sources and duplicates of what comes from elsewhere; compiles cargo-deny first
    SupplyChain,
    /// Known vulnerabilities of what comes from elsewhere; needs the network
    Advisories,
    /// The npm package, built twice in different directories: every file must be the same
    Reproducible,
}

/// What `npm test` runs.
const DEFAULT: [Suite; 6] =
    [Suite::Lint, Suite::Native, Suite::Crate, Suite::Browser, Suite::Npm, Suite::Size];

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
            Suite::Crate => crate_test::test(sh),
            Suite::Browser => browser(sh, &options.engines),
            Suite::Npm => npm(sh, &options.engines),
            Suite::Size => budget(sh),
            Suite::SharedMemory => shared_memory(sh, &options.engines),
            Suite::Msrv => crate_test::msrv(sh),
            Suite::Package => package(sh),
            Suite::Examples => examples(sh),
            Suite::Soak => soak(sh),
            Suite::SupplyChain => supply_chain::test(sh),
            Suite::Advisories => supply_chain::advisories(sh),
            Suite::Reproducible => reproducible::test(sh),
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
        "cargo clippy --package graceful-websocket --package minimal-by-hand --package minimal-ours
        --all-targets --all-features --target {WASM_TARGET} -- --deny warnings"
    )
    .run()?;
    cmd!(sh, "cargo doc --no-deps --features futures-io --target {WASM_TARGET}")
        .env("RUSTDOCFLAGS", "--deny warnings")
        .run()?;
    cmd!(sh, "node_modules/.bin/biome ci --error-on-warnings").run()?;
    cmd!(sh, "node_modules/.bin/tsc --project tsconfig.json --noEmit").run()?;
    Ok(())
}

fn native(sh: &Shell) -> anyhow::Result<()> {
    step("Testing the state machine and the server");
    cmd!(sh, "cargo test --workspace").run()?;
    cmd!(sh, "cargo test --package graceful-websocket --lib --features bytes,send,serde").run()?;
    Ok(())
}

fn browser(sh: &Shell, engines: &[Engine]) -> anyhow::Result<()> {
    let tests = [&["browser"], &IN_WORKERS[..]].concat();
    in_browsers(sh, engines, "the Rust API", &tests, |cargo_test| cargo_test)?;
    in_browsers(sh, engines, "the Rust API that is `Send`", &["send"], |cargo_test| {
        cargo_test.args(["--features", "send"])
    })?;
    if engines.is_empty() || engines.contains(&Engine::Chromium) {
        throttled(sh)?;
    }
    Ok(())
}

/// Only Chromium holds a page back that is hidden for long, and can be told to do so soon.
fn throttled(sh: &Shell) -> anyhow::Result<()> {
    let what = "the Rust API in a page that is hidden for long";
    in_browsers(sh, &[Engine::Chromium], what, &["throttled"], |cargo_test| {
        cargo_test.env("HIDDEN_FOR_LONG", "1")
    })
}

/// The tests in each kind of worker.
const IN_WORKERS: [&str; 3] = ["worker", "shared-worker", "service-worker"];

/// What makes the memory of a program shared, as the wasm-bindgen guide has it for threads.
const SHARED_MEMORY: [&str; 9] = [
    "-Ctarget-feature=+atomics,+bulk-memory,+mutable-globals",
    "-Clink-arg=--shared-memory",
    "-Clink-arg=--import-memory",
    "-Clink-arg=--max-memory=1073741824",
    "-Clink-arg=--export=__heap_base",
    "-Clink-arg=--export=__wasm_init_tls",
    "-Clink-arg=--export=__tls_size",
    "-Clink-arg=--export=__tls_align",
    "-Clink-arg=--export=__tls_base",
];

fn shared_memory(sh: &Shell, engines: &[Engine]) -> anyhow::Result<()> {
    setup::rust_src(sh)?;
    // Not `browser`: with shared memory the executor resumes what awaits in a task, and some of those
    // tests need it in a microtask.
    let tests = [&["shared-memory"], &IN_WORKERS[..]].concat();
    in_browsers(sh, engines, "the Rust API with shared memory", &tests, |cargo_test| {
        cargo_test
            .args(["-Zbuild-std=std,panic_abort", "--target-dir", "target/shared-memory"])
            // Building the standard library is for nightly, unless one insists.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTFLAGS", SHARED_MEMORY.join(" "))
    })
}

/// Runs test binaries of the crate in each engine, against a server of their own.
fn in_browsers(
    sh: &Shell,
    engines: &[Engine],
    what: &str,
    tests: &[&str],
    adapt: impl Fn(Cmd<'_>) -> Cmd<'_>,
) -> anyhow::Result<()> {
    let browsers = Browser::all(sh, engines)?;
    let server = Server::start(sh)?;
    let this = std::env::current_exe()?;
    let this = this.to_str().context("the path of xtask is not UTF-8")?;
    for browser in browsers {
        step(&format!("Testing {what} in headless {}", browser.name()));
        let tests = tests.iter().flat_map(|test| ["--test", test]);
        let cargo_test =
            cmd!(sh, "cargo test --features futures-io --target {WASM_TARGET} {tests...}")
                .env(
                    "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
                    format!("{this} wasm-test-runner"),
                )
                .env("MISBEHAVING_SERVER", &server.address);
        adapt(browser.drive(cargo_test)).run()?;
    }
    Ok(())
}

fn npm(sh: &Shell, engines: &[Engine]) -> anyhow::Result<()> {
    let browsers = Browser::all(sh, engines)?;
    // Every file starts a server of its own.
    cmd!(sh, "cargo build --package misbehaving-server").run()?;
    let tests = test_files(sh, "tests/npm")?;
    for browser in browsers {
        step(&format!("Testing the npm package and the close lab in headless {}", browser.name()));
        let tests = &tests;
        // They wait more than they work.
        browser.drive(cmd!(sh, "node --test --test-concurrency=2 {tests...}")).run()?;
        if browser.is(Engine::Chromium) {
            step("Testing the same with the core in JavaScript");
            let tests = tests.iter().filter(|file| is_of_core(file));
            browser
                .drive(cmd!(sh, "node --test --test-concurrency=2 {tests...}"))
                .env("GRACEFUL_WEBSOCKET_CORE", "javascript")
                .run()?;
        }
    }
    Ok(())
}

/// How the names of those files begin that are about something else than what the core decides: other entries, the
/// class, its arguments and its shape, the page, and what only WebAssembly has.
const NOT_OF_CORE: [&str; 20] = [
    "benchmarks",
    "disposable",
    "dropin",
    "engines",
    "environments",
    "foreign-errors",
    "hidden",
    "hostile",
    "idl",
    "iteration",
    "lab",
    "lifecycle",
    "navigating",
    "options",
    "register",
    "slim",
    "subclasses",
    "throttled",
    "traps",
    "workers",
];

/// Whether a file is run with either form of the core.
fn is_of_core(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    !NOT_OF_CORE.iter().any(|beginning| name.starts_with(beginning))
}

fn budget(sh: &Shell) -> anyhow::Result<()> {
    step("Measuring the npm package, and the crate in an app");
    size::size(sh, &size::Options::default())
}

fn package(sh: &Shell) -> anyhow::Result<()> {
    step("Testing the packed package in bundlers, runtimes and checkers");
    let chromium = Browser::with(sh, Engine::Chromium)?;
    // Every row starts a server of its own.
    cmd!(sh, "cargo build --package misbehaving-server").run()?;
    Ok(chromium.drive(cmd!(sh, "node tests/package/run.mjs")).run()?)
}

fn examples(sh: &Shell) -> anyhow::Result<()> {
    setup::rust_components(sh)?;
    examples::build(sh)?;
    examples::lint(sh)?;
    // They are Rust apps of the crate as well, and bring crates that nothing else needs.
    bench_rust::lint(sh)?;
    step("Testing the Rust examples in headless Chromium");
    let chromium = Browser::with(sh, Engine::Chromium)?;
    // Every file starts a server of its own.
    cmd!(sh, "cargo build --package misbehaving-server").run()?;
    let tests = test_files(sh, "tests/examples")?;
    Ok(chromium.drive(cmd!(sh, "node --test {tests...}")).run()?)
}

fn soak(sh: &Shell) -> anyhow::Result<()> {
    step("Opening and closing ten thousand sockets in headless Chromium");
    let chromium = Browser::with(sh, Engine::Chromium)?;
    // Every file starts a server of its own.
    cmd!(sh, "cargo build --package misbehaving-server").run()?;
    let tests = test_files(sh, "tests/soak")?;
    Ok(chromium.drive(cmd!(sh, "node --test --test-concurrency=1 {tests...}")).run()?)
}

/// The files that `node --test` is to run.
fn test_files(sh: &Shell, directory: &str) -> anyhow::Result<Vec<PathBuf>> {
    let mut tests = sh.read_dir(directory)?;
    tests.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    if tests.is_empty() {
        bail!("there are no tests in {directory}");
    }
    Ok(tests)
}

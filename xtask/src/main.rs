//! Builds, serves, tests and measures this repository: `cargo xtask --help`.
//!
//! Every task sets up what it needs and says so; `npm start`, `npm test`, `npm run build`,
//! `npm run size`, `npm run table` and `npm run bench` are names for the tasks here.

mod bench;
mod bench_rust;
mod build;
mod crate_test;
mod engine;
mod examples;
mod minimal_app;
mod reproducible;
mod serve;
mod setup;
mod size;
mod supply_chain;
mod table;
mod test;
mod wasm_test;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use xshell::Shell;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds, serves, tests and measures this repository")]
enum Task {
    /// Build the npm package into dist/ and the close lab into target/www/
    Build,
    /// Serve the close lab with the misbehaving server
    Serve(serve::Options),
    /// Build a Rust example, and serve it with the misbehaving server
    Example(examples::Options),
    /// Run every check and test, or only the named ones
    Test(test::Options),
    /// Print the sizes of the npm package and of the crate in an app, and fail over the budget
    Size(size::Options),
    /// Measure every end in every engine and runtime, and write docs/engines.md
    Table,
    /// Measure the package beside the browser's own WebSocket and its peers, and write docs/benchmarks.md
    Bench(bench::Options),
    /// Build the Rust contestants of the benchmark into target/bench/rust/
    #[command(hide = true)]
    BenchRust,
    /// Run a wasm test binary in a headless browser (a runner for `cargo test`)
    #[command(hide = true)]
    WasmTestRunner {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// wasm-bindgen-test-runner itself
    #[command(hide = true)]
    WasmBindgenTestRunner {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    match run(Task::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> anyhow::Result<()> {
    if let Task::WasmTestRunner { args } = task {
        return wasm_test::run(&args);
    }
    if let Task::WasmBindgenTestRunner { args } = task {
        let program = OsString::from("wasm-bindgen-test-runner");
        return wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(
            std::iter::once(program).chain(args),
        );
    }
    let sh = Shell::new()?;
    sh.change_dir(root());
    match task {
        Task::Build => build::build(&sh),
        Task::Serve(options) => serve::serve(&sh, &options),
        Task::Example(options) => examples::run(&sh, &options),
        Task::Test(options) => test::test(&sh, &options),
        Task::Size(options) => size::size(&sh, &options),
        Task::Table => table::table(&sh),
        Task::Bench(options) => bench::bench(&sh, &options),
        Task::BenchRust => bench_rust::build(&sh),
        Task::WasmTestRunner { .. } | Task::WasmBindgenTestRunner { .. } => Ok(()),
    }
}

/// The folder of the workspace.
fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_owned()
}

/// Says what is done now.
fn step(what: &str) {
    eprintln!("\n── {what}");
}

//! The Rust examples: from a framework's app to a page in target/examples/.

use std::process::Command;

use anyhow::{Context, bail};
use clap::ValueEnum;
use wasm_bindgen_cli_support::Bindgen;
use xshell::{Shell, cmd};

use crate::{root, serve, setup, step};

#[derive(clap::Args)]
pub struct Options {
    /// Which
    #[arg(value_enum)]
    framework: Framework,
    /// The port on 127.0.0.1, to which the example connects, too, unless its address says ?server=
    #[arg(long, env = "PORT", default_value_t = 8080)]
    port: u16,
}

#[derive(Clone, Copy, ValueEnum)]
enum Framework {
    Leptos,
    Yew,
    Dioxus,
}

/// Where cargo builds them: `examples/.cargo/config.toml` says so.
const COMPILED: &str = "target/examples/cargo/wasm32-unknown-unknown/debug";

/// Builds one example, and serves it with the misbehaving server until interrupted.
pub fn run(sh: &Shell, options: &Options) -> anyhow::Result<()> {
    setup::wasm_target(sh)?;
    let name = options.framework.name();
    compile(sh, &["--package", &format!("{name}-example")])?;
    let page = page(sh, name)?;
    let port = options.port.to_string();
    let program = serve::server(sh)?;
    step(&format!("Serving the {name} example (Ctrl-C ends it)"));
    let status = Command::new(program)
        .current_dir(root())
        .args(["--www", &page, "--port", &port])
        .status()
        .context("the server could not be started")?;
    if !status.success() {
        bail!("the server ended with {status}");
    }
    Ok(())
}

/// Builds all.
pub fn build(sh: &Shell) -> anyhow::Result<()> {
    step("Building the Rust examples");
    compile(sh, &["--workspace"])?;
    for framework in Framework::value_variants() {
        page(sh, framework.name())?;
    }
    Ok(())
}

/// What every commit must pass, for the examples.
pub fn lint(sh: &Shell) -> anyhow::Result<()> {
    let _examples = sh.push_dir("examples");
    cmd!(sh, "cargo fmt --all --check").run()?;
    cmd!(sh, "cargo clippy --locked --workspace -- --deny warnings").run()?;
    Ok(())
}

fn compile(sh: &Shell, packages: &[&str]) -> anyhow::Result<()> {
    let _examples = sh.push_dir("examples");
    cmd!(sh, "cargo build --locked {packages...}").run()?;
    Ok(())
}

/// The page of an example that is compiled: its directory.
fn page(sh: &Shell, name: &str) -> anyhow::Result<String> {
    let page = format!("target/examples/{name}");
    sh.remove_path(&page)?;
    Bindgen::new()
        .input_path(format!("{COMPILED}/{name}-example.wasm"))
        .web(true)?
        .typescript(false)
        .omit_default_module_path(false)
        .generate(&page)
        .context("wasm-bindgen failed")?;
    for file in [format!("examples/{name}/index.html"), "examples/rust.css".to_owned()] {
        sh.copy_file(file, &page)?;
    }
    Ok(page)
}

impl Framework {
    const fn name(self) -> &'static str {
        match self {
            Self::Leptos => "leptos",
            Self::Yew => "yew",
            Self::Dioxus => "dioxus",
        }
    }
}

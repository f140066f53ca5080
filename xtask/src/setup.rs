//! What a machine with just rustup and Node needs besides: set up when it is missing, and said.

use std::path::{Path, PathBuf};

use anyhow::Context;
use xshell::{Shell, cmd};

use crate::step;

pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Where the standard library's source lies, if it is installed.
pub fn std_source(sh: &Shell) -> anyhow::Result<PathBuf> {
    Ok(rustlib(sh)?.join("src/rust"))
}

/// Where the toolchain has its targets and sources.
fn rustlib(sh: &Shell) -> anyhow::Result<PathBuf> {
    let sysroot = cmd!(sh, "rustc --print sysroot").quiet().read()?;
    Ok(Path::new(&sysroot).join("lib/rustlib"))
}

/// The target that the core is compiled for.
pub fn wasm_target(sh: &Shell) -> anyhow::Result<()> {
    if rustlib(sh)?.join(WASM_TARGET).join("lib").is_dir() {
        return Ok(());
    }
    step("Rust has no WebAssembly target yet: adding it with rustup");
    cmd!(sh, "rustup target add {WASM_TARGET}").run().context(
        "rustup could not add the target; if Rust does not come from rustup, install its standard \
         library for wasm32-unknown-unknown with your package manager",
    )
}

/// The formatter and the linter, which a minimal toolchain does not have.
pub fn rust_components(sh: &Shell) -> anyhow::Result<()> {
    for (tool, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if cmd!(sh, "cargo {tool} --version").quiet().ignore_stdout().ignore_stderr().run().is_err()
        {
            step(&format!("Rust has no {component} yet: adding it with rustup"));
            cmd!(sh, "rustup component add {component}").run()?;
        }
    }
    Ok(())
}

/// The source of the standard library, to build it for shared memory.
pub fn rust_src(sh: &Shell) -> anyhow::Result<()> {
    if std_source(sh)?.join("library/Cargo.lock").is_file() {
        return Ok(());
    }
    step("Rust has no source of its standard library yet: adding it with rustup");
    cmd!(sh, "rustup component add rust-src").run().context(
        "rustup could not add the source; if Rust does not come from rustup, install it with your \
         package manager",
    )
}

/// An older toolchain with the WebAssembly target.
pub fn toolchain(sh: &Shell, version: &str) -> anyhow::Result<()> {
    let installed = cmd!(sh, "rustup target list --installed --toolchain {version}")
        .quiet()
        .ignore_stderr()
        .read();
    if installed.is_ok_and(|targets| targets.lines().any(|target| target == WASM_TARGET)) {
        return Ok(());
    }
    step(&format!(
        "Rust {version} is not installed yet, or not for WebAssembly: adding it with rustup"
    ));
    cmd!(sh, "rustup toolchain install {version} --profile minimal --target {WASM_TARGET}")
        .run()
        .context("rustup could not install the toolchain")
}

/// The version of cargo-deny that `deny.toml` is written for.
const CARGO_DENY: &str = "0.20.2";

/// cargo-deny, which is compiled into target/ the first time.
pub fn cargo_deny(sh: &Shell) -> anyhow::Result<PathBuf> {
    let root = sh.current_dir().join("target/tools");
    let program = root.join("bin/cargo-deny");
    let version = cmd!(sh, "{program} --version").quiet().ignore_stderr().read();
    if version.is_ok_and(|version| version.ends_with(CARGO_DENY)) {
        return Ok(program);
    }
    step("There is no cargo-deny yet: compiling it, which takes minutes");
    cmd!(sh, "cargo install cargo-deny --locked --version {CARGO_DENY} --root {root}")
        .run()
        .context("cargo could not install cargo-deny")?;
    Ok(program)
}

/// The packages of package-lock.json.
pub fn npm_packages(sh: &Shell) -> anyhow::Result<()> {
    let installed = Path::new("node_modules/.package-lock.json");
    if modified(sh, installed) >= modified(sh, Path::new("package-lock.json")) {
        return Ok(());
    }
    step("The npm packages are missing or old: installing them");
    cmd!(sh, "npm ci --no-audit --no-fund").run().context("npm could not install the packages")
}

fn modified(sh: &Shell, file: &Path) -> Option<std::time::SystemTime> {
    sh.current_dir().join(file).metadata().and_then(|metadata| metadata.modified()).ok()
}

/// The file of this program, if it is installed.
pub fn in_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

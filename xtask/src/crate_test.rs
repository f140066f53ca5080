//! The crate as cargo hands it out: what it depends on, its features, its package, its oldest Rust.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, bail, ensure};
use serde_json::Value;
use xshell::{Shell, cmd};

use crate::setup::{self, WASM_TARGET};
use crate::step;

const PACKAGE: &str = "graceful-websocket";

/// How many crates may come with this one into an app, as long as it asks for no feature.
const MOST_DEPENDENCIES: usize = 14;

/// What an app gets that depends on the crate.
pub fn test(sh: &Shell) -> anyhow::Result<()> {
    step("Testing what cargo hands out: dependencies, features, package");
    dependencies(sh)?;
    features(sh)?;
    flags(sh)?;
    package(sh)
}

/// Counts the crates that end up in an app. What runs in the compiler alone does not.
fn dependencies(sh: &Shell) -> anyhow::Result<()> {
    let tree = cmd!(
        sh,
        "cargo tree --locked --package {PACKAGE} --target {WASM_TARGET} --edges normal,no-proc-macro
        --prefix none --no-dedupe"
    )
    .quiet()
    .read()?;
    let this = format!("{PACKAGE} v");
    let crates: BTreeSet<_> = tree.lines().filter(|line| !line.starts_with(&this)).collect();
    let (count, names) = (crates.len(), Vec::from_iter(crates).join(", "));
    ensure!(count > 0, "cargo tree shows no dependencies");
    ensure!(
        count <= MOST_DEPENDENCIES,
        "{count} crates come with this one, and at most {MOST_DEPENDENCIES} may: {names}"
    );
    println!("{count} crates come with this one (at most {MOST_DEPENDENCIES}): {names}");
    Ok(())
}

/// Builds the crate with no feature, with each alone, and with all.
fn features(sh: &Shell) -> anyhow::Result<()> {
    let manifest = manifest(sh)?;
    let features = manifest["features"].as_object().context("cargo metadata names no features")?;
    let alone = features.keys().map(|feature| format!("--features={feature}"));
    let choices = ["--no-default-features", "--all-features"].map(str::to_owned);
    for choice in choices.into_iter().chain(alone) {
        cmd!(sh, "cargo check --quiet --package {PACKAGE} --lib --target {WASM_TARGET} {choice}")
            .env("RUSTFLAGS", "--deny warnings")
            .run()?;
    }
    Ok(())
}

/// Builds an app with the flags that some have for all of their crates.
fn flags(sh: &Shell) -> anyhow::Result<()> {
    const FLAGS: [&str; 2] =
        ["-Cpanic=unwind", "--cfg=js_sys_unstable_apis --cfg=web_sys_unstable_apis"];

    let manifest = app(sh, "flags", &[("wasm-bindgen", "0.2"), ("wasm-bindgen-futures", "0.4")])?;
    for flags in FLAGS {
        step(&format!("Building an app with {flags}"));
        cmd!(sh, "cargo check --manifest-path {manifest} --target {WASM_TARGET}")
            .env("RUSTFLAGS", flags)
            .run()?;
    }
    Ok(())
}

/// Builds an app with this version of Rust, and the oldest crates that Cargo.toml promises; and one with
/// those that templates pin.
fn pinned(sh: &Shell, rust: &str) -> anyhow::Result<()> {
    const OLDEST: [(&str, &str); 5] = [
        ("wasm-bindgen", "=0.2.100"),
        ("wasm-bindgen-futures", "=0.4.50"),
        ("js-sys", "=0.3.77"),
        ("web-sys", "=0.3.77"),
        ("gloo-timers", "=0.3.0"),
    ];
    const OF_TEMPLATES: [(&str, &str); 4] = [
        ("wasm-bindgen", "=0.2.104"),
        ("wasm-bindgen-futures", "=0.4.54"),
        ("js-sys", "=0.3.81"),
        ("web-sys", "=0.3.81"),
    ];

    for (name, pins) in [("oldest", &OLDEST[..]), ("templates", &OF_TEMPLATES[..])] {
        step(&format!("Building an app with wasm-bindgen {} and Rust {rust}", pins[0].1));
        let manifest = app(sh, name, pins)?;
        cmd!(sh, "rustup run {rust} cargo check --manifest-path {manifest} --target {WASM_TARGET}")
            .run()?;
    }
    Ok(())
}

/// An app that depends on the crate, with all of its features, and on these versions of others.
fn app(sh: &Shell, name: &str, dependencies: &[(&str, &str)]) -> anyhow::Result<PathBuf> {
    let root = sh.current_dir();
    let mut manifest = format!(
        r#"[package]
name = "field-{name}"
edition = "2024"

[workspace]

[lib]
path = {:?}

[dependencies]
graceful-websocket = {{ path = {root:?}, features = ["futures-io", "send"] }}
"#,
        root.join("tests/field/app.rs")
    );
    for (dependency, version) in dependencies {
        manifest += &format!("{dependency} = {version:?}\n");
    }
    let path = root.join("target/field").join(name).join("Cargo.toml");
    sh.write_file(&path, manifest)?;
    Ok(path)
}

/// Makes the package, builds what is in it, and takes no warning but that the tests stay here.
fn package(sh: &Shell) -> anyhow::Result<()> {
    let output =
        cmd!(sh, "cargo package --package {PACKAGE} --allow-dirty --locked --target {WASM_TARGET}")
            .ignore_status()
            .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    eprint!("{said}");
    ensure!(output.status.success(), "the package does not build");
    let mut warnings = said.lines().filter(|line| line.starts_with("warning: "));
    if let Some(warning) = warnings.find(|line| !line.starts_with("warning: ignoring test ")) {
        bail!("cargo package warns: {warning}");
    }
    Ok(())
}

/// Builds the crate with the oldest Rust that Cargo.toml promises.
pub fn msrv(sh: &Shell) -> anyhow::Result<()> {
    let manifest = manifest(sh)?;
    let version = manifest["rust_version"].as_str().context("Cargo.toml has no rust-version")?;
    setup::toolchain(sh, version)?;
    step(&format!("Building the crate with Rust {version}"));
    // A target folder of its own, so that the others stay warm.
    cmd!(
        sh,
        "rustup run {version} cargo check --package {PACKAGE} --lib --all-features --locked
        --target {WASM_TARGET} --target-dir target/msrv"
    )
    .run()?;
    pinned(sh, version)
}

/// The crate's manifest, as cargo understands it.
fn manifest(sh: &Shell) -> anyhow::Result<Value> {
    let metadata = cmd!(sh, "cargo metadata --no-deps --format-version=1").quiet().read()?;
    let mut metadata: Value = serde_json::from_str(&metadata)?;
    let packages = metadata["packages"].as_array_mut().context("cargo metadata has no packages")?;
    let ours = packages.iter_mut().find(|package| package["name"] == PACKAGE);
    Ok(ours.context("cargo metadata does not know the crate")?.take())
}

//! The Rust contestants of the benchmark: from `benches/rust/` to modules in target/bench/rust/, and what an app with
//! each weighs.

use anyhow::Context;
use serde_json::json;
use wasm_bindgen_cli_support::Bindgen;
use xshell::{Shell, cmd};

use crate::build;
use crate::minimal_app::{MinimalApps, Weight, weigh_compiled};
use crate::{setup, step};

/// Where the pages are served from, and where in it the contestants are.
const SITE: &str = "target/bench";
const IN_SITE: &str = "rust";
/// Where cargo builds them: `benches/rust/.cargo/config.toml` says so.
const COMPILED: &str = "target/bench/cargo/wasm32-unknown-unknown";

struct Contestant {
    /// That of its directory, and of what is built of it.
    name: &'static str,
    /// The crate that it is about.
    of: &'static str,
    /// How it receives and sends.
    how: &'static str,
}

const CONTESTANTS: [Contestant; 7] = [
    Contestant { name: "by-hand", of: "web-sys", how: "callbacks, messages as String and Vec<u8>" },
    Contestant {
        name: "ours",
        of: "graceful-websocket",
        how: "WebSocket::next in an async task, WebSocket::send",
    },
    Contestant {
        name: "gloo-net",
        of: "gloo-net",
        how: "websocket::futures, split: StreamExt::next and SinkExt::send in an async task",
    },
    Contestant {
        name: "ws_stream_wasm",
        of: "ws_stream_wasm",
        how: "WsStream, split: StreamExt::next and SinkExt::send in an async task",
    },
    Contestant {
        name: "tokio-tungstenite-wasm",
        of: "tokio-tungstenite-wasm",
        how: "WebSocketStream, split: StreamExt::next and SinkExt::send in an async task",
    },
    Contestant {
        name: "websocket-web",
        of: "websocket-web",
        how: "split: StreamExt::next and SinkExt::send in an async task; over the browser's WebSocketStream if it has it",
    },
    Contestant {
        name: "ewebsock",
        of: "ewebsock",
        how: "WsReceiver::try_recv in an async task that connect_with_wakeup wakes, WsSender::send",
    },
];

/// Builds all, and says in contestants.json what there is, and in sizes.json what it weighs.
pub fn build(sh: &Shell) -> anyhow::Result<()> {
    setup::wasm_target(sh)?;
    setup::npm_packages(sh)?;
    step("Building the Rust contestants");
    compile(sh, &["--lib", "--profile", "fast"])?;
    sh.remove_path(format!("{SITE}/{IN_SITE}"))?;
    let mut contestants = Vec::new();
    for contestant in &CONTESTANTS {
        let Contestant { name, of, how } = contestant;
        let module = module(sh, name)?;
        let version = contestant.version(sh)?;
        contestants.push(json!({ "name": of, "version": version, "module": module, "how": how }));
    }
    write(sh, "contestants", &contestants)?;
    write(sh, "sizes", &sizes(sh)?)
}

/// What every commit must pass, for the contestants.
pub fn lint(sh: &Shell) -> anyhow::Result<()> {
    let _contestants = sh.push_dir("benches/rust");
    cmd!(sh, "cargo fmt --all --check").run()?;
    cmd!(sh, "cargo clippy --locked --workspace --lib --examples -- --deny warnings").run()?;
    Ok(())
}

fn compile(sh: &Shell, what: &[&str]) -> anyhow::Result<()> {
    let remap_paths = build::remap_paths(sh)?;
    let _contestants = sh.push_dir("benches/rust");
    cmd!(sh, "cargo build --locked --workspace {what...}").env("RUSTFLAGS", remap_paths).run()?;
    Ok(())
}

/// The module of a contestant that is compiled: its path from the pages' directory.
fn module(sh: &Shell, name: &str) -> anyhow::Result<String> {
    let compiled = format!("bench_{}.wasm", name.replace('-', "_"));
    let directory = format!("{SITE}/{IN_SITE}/{name}");
    Bindgen::new()
        .input_path(format!("{COMPILED}/fast/{compiled}"))
        .out_name(name)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(false)
        .generate(&directory)
        .context("wasm-bindgen failed")?;
    build::optimize(sh, &format!("{directory}/{name}_bg.wasm"), &build::FAST)?;
    Ok(format!("/{IN_SITE}/{name}/{name}.js"))
}

/// What a minimal app with each weighs.
fn sizes(sh: &Shell) -> anyhow::Result<Vec<serde_json::Value>> {
    step("Weighing minimal apps");
    compile(sh, &["--examples", "--profile", "size"])?;
    let apps = MinimalApps::weigh(sh)?;
    let mut sizes = Vec::new();
    for contestant in &CONTESTANTS {
        let Contestant { name, of, .. } = contestant;
        let version = contestant.version(sh)?;
        let mut add = |name: &str, Weight { wasm, glue, .. }: &Weight, parts| {
            sizes.push(
                json!({ "name": name, "version": version, "wasmGzip": wasm, "jsGzip": glue, "instructions": parts }),
            );
        };
        match *name {
            "by-hand" => {
                add(of, &apps.by_hand, None);
                let parts = apps.async_by_hand.parts(sh)?;
                add(&format!("{of} in an async task"), &apps.async_by_hand, Some(parts));
            }
            "ours" => add(of, &apps.ours, Some(apps.ours.parts(sh)?)),
            _ => {
                let app = format!("minimal-{name}");
                let compiled = format!("{COMPILED}/size/examples/{}.wasm", app.replace('-', "_"));
                add(of, &weigh_compiled(sh, &app, &compiled)?, None);
            }
        }
    }
    Ok(sizes)
}

fn write(sh: &Shell, name: &str, rows: &[serde_json::Value]) -> anyhow::Result<()> {
    sh.write_file(format!("{SITE}/{IN_SITE}/{name}.json"), serde_json::to_string_pretty(rows)?)?;
    Ok(())
}

impl Contestant {
    /// That of the crate, in the contestants' lock file.
    fn version(&self, sh: &Shell) -> anyhow::Result<String> {
        let _contestants = sh.push_dir("benches/rust");
        let of = self.of;
        let id = cmd!(sh, "cargo pkgid {of}").quiet().read()?;
        let version = id.rsplit(['#', '@']).next().context("cargo pkgid gives no version")?;
        Ok(version.to_owned())
    }
}

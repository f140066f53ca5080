//! What the crate adds to a Rust app: the apps of `benches/size/` do the same, without it and with it.

use std::collections::BTreeMap;

use anyhow::Context;
use serde_json::{Value, json};
use wasm_bindgen_cli_support::Bindgen;
use xshell::{Shell, cmd};

use crate::build;
use crate::setup::WASM_TARGET;
use crate::size::gzip_len;

const OUT: &str = "target/minimal-app";

/// What the apps weigh.
pub struct MinimalApps {
    /// With web-sys and callbacks, as it is written by hand.
    pub by_hand: Weight,
    /// The same in an async task: with the executor, which an app with futures has anyway.
    pub async_by_hand: Weight,
    /// With the crate, in an async task.
    pub ours: Weight,
}

pub struct Weight {
    /// Bytes after gzip.
    pub wasm: usize,
    /// Those of wasm-bindgen's JavaScript for it, minified.
    pub glue: usize,
    /// The wasm with the names of its functions, as wasm-bindgen leaves it.
    named: Vec<u8>,
}

/// What a function belongs to, by what its name contains; the first that fits counts.
const PARTS: [(&str, &[&str]); 5] = [
    ("allocator", &["dlmalloc", "__rust_", "memalign"]),
    ("executor", &["js_sys::futures"]),
    ("closing handshake", &["graceful_websocket::closing", "graceful_websocket::browser"]),
    ("socket", &["graceful_websocket::"]),
    ("program", &["minimal_"]),
];

impl Weight {
    /// How many instructions of the wasm belong to what.
    pub fn parts(&self, sh: &Shell) -> anyhow::Result<BTreeMap<&'static str, u64>> {
        let named = format!("{OUT}/named.wasm");
        sh.write_file(&named, &self.named)?;
        build::optimize(sh, &named, &[&build::SMALL[..], &["-g"]].concat())?;
        let wasm = walrus::Module::from_file(named)?;
        let mut parts = BTreeMap::new();
        for (id, function) in wasm.funcs.iter_local() {
            let name = wasm.funcs.get(id).name.as_deref().unwrap_or_default();
            let name = rustc_demangle::demangle(name).to_string();
            let fits = |contained: &[&str]| contained.iter().any(|part| name.contains(part));
            let part = PARTS.iter().find(|(_, contained)| fits(contained));
            *parts.entry(part.map_or("rest", |(part, _)| part)).or_default() += function.size();
        }
        Ok(parts)
    }
}

impl MinimalApps {
    /// Builds them all.
    pub fn weigh(sh: &Shell) -> anyhow::Result<Self> {
        Ok(Self {
            by_hand: weigh(sh, "minimal-by-hand", "")?,
            async_by_hand: weigh(sh, "minimal-by-hand", "executor")?,
            ours: weigh(sh, "minimal-ours", "")?,
        })
    }

    /// How much more wasm it is than by hand in an async task.
    pub const fn added_to_async(&self) -> usize {
        self.ours.wasm.saturating_sub(self.async_by_hand.wasm)
    }

    /// How much more wasm it is than by hand with callbacks.
    const fn added_to_callbacks(&self) -> usize {
        self.ours.wasm.saturating_sub(self.by_hand.wasm)
    }

    pub fn print(&self, budget: usize) {
        for (name, weight) in self.rows() {
            let Weight { wasm, glue, .. } = weight;
            println!(
                "minimal Rust app, {name}: {wasm} bytes gzip, {} with its JavaScript",
                wasm + glue
            );
        }
        println!(
            "the crate in a Rust app: {} bytes gzip more than by hand in an async task (budget \
             {budget}), {} more than with callbacks",
            self.added_to_async(),
            self.added_to_callbacks(),
        );
    }

    pub fn json(&self, budget: usize) -> Value {
        let rows = self.rows().map(|(name, weight)| {
            (
                name.to_owned(),
                json!({ "gzip": weight.wasm, "gzipWithGlue": weight.wasm + weight.glue }),
            )
        });
        json!({
            "apps": Value::Object(rows.into_iter().collect()),
            "gzipOverAsync": self.added_to_async(),
            "gzipOverCallbacks": self.added_to_callbacks(),
            "gzipBudget": budget,
        })
    }

    const fn rows(&self) -> [(&'static str, &Weight); 3] {
        [
            ("by hand with callbacks", &self.by_hand),
            ("by hand in an async task", &self.async_by_hand),
            ("graceful-websocket", &self.ours),
        ]
    }
}

/// Builds an app as one does that is to be small, with Rust's own allocator.
fn weigh(sh: &Shell, package: &str, features: &str) -> anyhow::Result<Weight> {
    cmd!(
        sh,
        "cargo build --quiet --package {package} --features={features} --profile size
        --target {WASM_TARGET}"
    )
    .quiet()
    .env("RUSTFLAGS", build::remap_paths(sh)?)
    .run()?;
    let name = package.replace('-', "_");
    weigh_compiled(sh, &name, &format!("target/{WASM_TARGET}/size/{name}.wasm"))
}

/// Makes a compiled app ready to be published, and weighs it.
pub fn weigh_compiled(sh: &Shell, name: &str, compiled: &str) -> anyhow::Result<Weight> {
    Bindgen::new()
        .input_path(compiled)
        .out_name(name)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_producers_section(true)
        .generate(OUT)
        .context("wasm-bindgen failed")?;
    let wasm = format!("{OUT}/{name}_bg.wasm");
    let named = sh.read_binary_file(&wasm)?;
    build::optimize(sh, &wasm, &build::SMALL)?;
    let glue = format!("{OUT}/{name}.js");
    let glue = cmd!(sh, "node_modules/.bin/esbuild {glue} --minify --format=esm").quiet().read()?;
    Ok(Weight {
        wasm: gzip_len(&sh.read_binary_file(wasm)?)?,
        glue: gzip_len(glue.as_bytes())?,
        named,
    })
}

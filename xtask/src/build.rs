//! From Rust and TypeScript to the npm package in dist/, and the close lab in target/www/.

use std::collections::HashSet;
use std::path::PathBuf;

use anyhow::{Context, ensure};
use wasm_bindgen_cli_support::{Bindgen, Output};
use xshell::{Shell, cmd};

use crate::{setup, step};

/// Where wasm-bindgen's output lies; `js/` imports it from there.
const GLUE: &str = "target/wasm";
const GLUE_JS: &str = "target/wasm/graceful_websocket.js";
const COMPILED: &str = "target/wasm32-unknown-unknown/npm/graceful_websocket.wasm";
const WASM: &str = "target/wasm/graceful_websocket_bg.wasm";

/// What every engine has that has WebSocket in modules, in the way wasm-opt says it.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-multivalue",
];

/// Builds everything that `npm start` and the tests need.
pub fn build(sh: &Shell) -> anyhow::Result<()> {
    setup::wasm_target(sh)?;
    setup::npm_packages(sh)?;
    core(sh)?;
    package(sh)?;
    types(sh)?;
    lab(sh)
}

/// The core: Rust to WebAssembly and its glue.
fn core(sh: &Shell) -> anyhow::Result<()> {
    step("Compiling the core to WebAssembly");
    cmd!(sh, "cargo build --lib --features npm --profile npm --target wasm32-unknown-unknown")
        .env("RUSTFLAGS", remap_paths(sh)?)
        .run()?;
    let mut core = walrus::Module::from_file(COMPILED)?;
    remove_panic_messages(&mut core);
    blank_panic_messages(&mut core);
    let mut glue = Bindgen::new()
        .input_module("graceful_websocket", core)
        .web(true)?
        .typescript(true)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .context("wasm-bindgen failed")?;
    let renamed = shorten_names(&mut glue);
    glue.emit(GLUE)?;
    let js = sh.read_file(GLUE_JS)?;
    let js = renamed.iter().fold(js, |js, (long, short)| js.replace(long, short));
    sh.write_file(GLUE_JS, harden(js)?)?;
    optimize(sh, WASM, &SMALL)?;
    inline(sh)
}

/// What wasm-opt is told, for a wasm file as small as it gets, and for a fast one.
pub const SMALL: [&str; 2] = ["-Oz", "--converge"];
pub const FAST: [&str; 1] = ["-O3"];

/// Has wasm-opt make a wasm file small or fast, in place.
pub fn optimize(sh: &Shell, wasm: &str, goal: &[&str]) -> anyhow::Result<()> {
    let features = WASM_FEATURES;
    cmd!(sh, "node_modules/.bin/wasm-opt {goal...} --strip-target-features --strip-producers {features...} {wasm} -o {wasm}")
        .run()
        .context("wasm-opt failed")
}

/// Keeps the paths of this machine, and what its registry is called, out of what is published.
pub fn remap_paths(sh: &Shell) -> anyhow::Result<String> {
    let here = sh.current_dir();
    let home = home::cargo_home_with_cwd(&here)?;
    let mut remap =
        vec![(here, ".".to_owned()), (home.clone(), "cargo".to_owned()), std_paths(sh)?];
    let registries = home.join("registry/src");
    if registries.is_dir() {
        // The last that fits counts.
        let registries = sh.read_dir(registries)?;
        remap.extend(registries.into_iter().map(|registry| (registry, "crates".to_owned())));
    }
    let flags =
        remap.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
    Ok(flags.collect::<Vec<_>>().join(" "))
}

/// Where the standard library's sources lie if they are installed (the component rust-src), and what
/// they are called if they are not, so that it makes no difference.
fn std_paths(sh: &Shell) -> anyhow::Result<(PathBuf, String)> {
    let version = cmd!(sh, "rustc --version --verbose").quiet().read()?;
    let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: "));
    let commit = commit.context("rustc does not say which commit it is made of")?;
    Ok((setup::std_source(sh)?, format!("/rustc/{commit}")))
}

/// What of Rust's libraries only makes the message of a panic, and an executor that nothing here uses
/// but that a table of wasm-bindgen's holds on to.
const ONLY_FOR_PANICS: [&str; 5] = [
    "core::fmt",
    "core::panicking",
    "std::panicking",
    "js_sys::futures",
    "wasm_bindgen::throw_str",
];

/// Makes a panic of the core a trap without a message. None is reachable, and each would bring the
/// formatting of numbers and text along, a fifth of the whole.
fn remove_panic_messages(wasm: &mut walrus::Module) {
    let is_for_panics = |name: &String| {
        let name = format!("{:#}", rustc_demangle::demangle(name));
        ONLY_FOR_PANICS.iter().any(|path| name.contains(path))
    };
    let functions = wasm.funcs.iter();
    let removed: HashSet<_> = functions
        .filter(|function| function.name.as_ref().is_some_and(is_for_panics))
        .map(|function| function.id())
        .collect();
    for (_, function) in wasm.funcs.iter_local_mut().filter(|(id, _)| removed.contains(id)) {
        let mut body = function.builder_mut().func_body();
        body.instrs_mut().clear();
        body.unreachable();
    }
}

/// Makes what is left of those messages zeros, which no file has to hold. The core has no other text: what it
/// knows by name is JavaScript's.
fn blank_panic_messages(wasm: &mut walrus::Module) {
    const SHORTEST: usize = 16;
    const ALIGNMENT: usize = 4;

    let is_text = |byte: &u8| matches!(byte, b' '..=b'~');
    let segments: Vec<_> = wasm.data.iter().map(walrus::Data::id).collect();
    for segment in segments {
        let mut end = 0;
        for run in
            wasm.data.get_mut(segment).value.chunk_by_mut(|one, next| is_text(one) == is_text(next))
        {
            end += run.len();
            // Its last bytes may be the first of a number that follows.
            let text = run.len().saturating_sub(end % ALIGNMENT);
            if text >= SHORTEST && is_text(&run[0]) {
                run[..text].fill(0);
            }
        }
    }
}

/// Gives the imports and exports names of a letter or two; they stand in the core and in the glue,
/// and their hashes do not compress. What to replace in the glue, the longest first.
fn shorten_names(glue: &mut Output) -> Vec<(String, String)> {
    let mut renamed = Vec::new();
    let wasm = glue.wasm_mut();
    for (index, import) in wasm.imports.iter_mut().enumerate() {
        let long = std::mem::replace(&mut import.name, short_name(index));
        renamed.push((format!("{long}: function"), format!("{}: function", import.name)));
        // They all come from the one module.
        let module = std::mem::replace(&mut import.module, short_name(0));
        renamed.push((format!("\"{module}\":"), format!("{}:", import.module)));
    }
    for (index, export) in wasm.exports.iter_mut().enumerate() {
        let long = std::mem::replace(&mut export.name, short_name(index));
        renamed.push((format!("wasm.{long}"), format!("wasm.{}", export.name)));
    }
    renamed.sort_by_key(|(long, _)| std::cmp::Reverse(long.len()));
    renamed
}

/// Lets nothing that a page can replace stand between the core and what it calls: what is thrown there would
/// pass through the core, or make it panic. No callback of the core's has arguments. And what was not the core
/// must not be taken for it the next time; `js/` knows itself whether it is there, and gives a module always.
fn harden(glue: String) -> anyhow::Result<String> {
    const CHANGES: [(&str, &str); 6] = [
        ("f.apply(this, args)", "f(...args)"),
        ("const real = (...args) =>", "const real = () =>"),
        ("f(a, state.b, ...args)", "f(a, state.b)"),
        ("if (wasm !== undefined) return wasm;", ""),
        ("Object.getPrototypeOf(module) === Object.prototype", "true"),
        ("!(module instanceof WebAssembly.Module)", "false"),
    ];
    CHANGES.iter().try_fold(glue, |glue, (from, to)| {
        ensure!(glue.contains(from), "wasm-bindgen's glue has no {from:?} any more");
        Ok(glue.replace(from, to))
    })
}

/// a, b, … z, aa, ab, …
fn short_name(index: usize) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
    let last = char::from(LETTERS[index % LETTERS.len()]).to_string();
    match index / LETTERS.len() {
        0 => last,
        before => short_name(before - 1) + &last,
    }
}

/// The core as text, for the entry that carries it; `js/core-inline.ts` reads it. A byte below 91, as most
/// are, is one character, and one above is a mark and a character. So gzip finds the bytes again: that
/// takes 2 % more than the bytes alone, hexadecimal 9 %, and base64 30 %.
fn inline(sh: &Shell) -> anyhow::Result<()> {
    const RADIX: u8 = 91;
    const MARKS: [&str; 3] = ["", "!", "~"];

    let bytes = sh.read_binary_file(WASM)?;
    let text: String = bytes
        .iter()
        .flat_map(|byte| {
            // A backslash would have to be escaped.
            let digit = char::from(b'#' + byte % RADIX);
            let digit = if digit == '\\' { ' ' } else { digit };
            MARKS[usize::from(byte / RADIX)].chars().chain([digit])
        })
        .collect();
    sh.write_file("target/wasm/core.ts", format!("export const core = \"{text}\";\n"))?;
    Ok(())
}

/// The package's entries. Each but `register`, which shares the class of the first, is one file.
fn package(sh: &Shell) -> anyhow::Result<()> {
    step("Bundling the npm package");
    sh.remove_path("dist")?;
    bundle(sh, "index", "dist/index.js", &["--format=esm"])?;
    bundle(sh, "index", "dist/index.cjs", &["--format=cjs"])?;
    bundle(sh, "slim", "dist/slim.js", &["--format=esm"])?;
    bundle(sh, "register", "dist/register.js", &["--format=esm", "--external:./index.js"])?;
    bundle(sh, "ws", "dist/ws.js", &["--format=esm"])?;
    bundle(sh, "ws", "dist/ws.cjs", &["--format=cjs"])?;
    bundle(sh, "global", "dist/graceful-websocket.global.js", &["--format=iife"])?;
    sh.copy_file(WASM, "dist/core.wasm")?;
    Ok(())
}

fn bundle(sh: &Shell, entry: &str, out: &str, options: &[&str]) -> anyhow::Result<()> {
    cmd!(
        sh,
        "node_modules/.bin/esbuild js/{entry}.ts --bundle --minify --sourcemap --target=es2022
        {options...} --outfile={out} --log-level=warning"
    )
    .run()?;
    Ok(())
}

/// The package's types, from the same sources; those of CommonJS differ in the names of the files.
fn types(sh: &Shell) -> anyhow::Result<()> {
    sh.remove_path("target/types")?;
    cmd!(sh, "node_modules/.bin/tsc --project tsconfig.json").run()?;
    for module in ["index", "mixin", "types", "slim", "core-separate", "register", "ws"] {
        sh.copy_file(format!("target/types/js/{module}.d.ts"), "dist")?;
    }
    for module in ["index", "mixin", "types", "ws"] {
        let types = sh.read_file(format!("dist/{module}.d.ts"))?;
        sh.write_file(format!("dist/{module}.d.cts"), types.replace(".js\"", ".cjs\""))?;
    }
    let core = "declare const core: WebAssembly.Module;\nexport default core;\n";
    sh.write_file("dist/core.wasm.d.ts", core)?;
    Ok(())
}

/// The close lab, on the package as it is published.
fn lab(sh: &Shell) -> anyhow::Result<()> {
    step("Bundling the close lab");
    sh.remove_path("target/www")?;
    sh.create_dir("target/www")?;
    cmd!(
        sh,
        "node_modules/.bin/esbuild www/lab.ts --bundle --minify --sourcemap --format=esm
        --target=es2022 --alias:graceful-websocket=./dist/index.js
        --outfile=target/www/lab.js --log-level=warning"
    )
    .run()?;
    for file in ["www/index.html", "www/lab.css"] {
        sh.copy_file(file, "target/www")?;
    }
    Ok(())
}

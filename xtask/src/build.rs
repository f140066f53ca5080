//! From Rust and TypeScript to the npm package in dist/, and the close lab in target/www/.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, bail, ensure};
use walrus::ir::{Const, GlobalSet, Instr, Load, Store, Value, Visitor, dfs_in_order};
use walrus::{ConstExpr, DataKind, FunctionId, FunctionKind, GlobalKind};
use wasm_bindgen_cli_support::Bindgen;
use xshell::{Shell, cmd};

use crate::{setup, step};

/// Where the core lies as it is built; `js/closing/` imports it from there.
const CORE: &str = "target/core";
const COMPILED: &str = "target/wasm32-unknown-unknown/npm/graceful_websocket_core.wasm";
const WASM: &str = "target/core/core.wasm";

/// What the core shows of itself; a function more would be one that nothing calls.
const EXPORTS: [&str; 5] = ["memory", "numbers", "state", "stateSize", "step"];

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

/// The core: Rust to WebAssembly, and that to JavaScript.
fn core(sh: &Shell) -> anyhow::Result<()> {
    step("Compiling the core to WebAssembly, and that to JavaScript");
    // The core calls nothing and keeps nothing: a small stack is enough, and lets all of it fit in one page.
    let flags = format!("{} -Clink-arg=-zstack-size=16384", remap_paths(sh)?);
    cmd!(sh, "cargo build --package graceful-websocket-core --profile npm --target wasm32-unknown-unknown")
        .env("RUSTFLAGS", flags)
        .run()?;
    sh.create_dir(CORE)?;
    let mut wasm = Bindgen::new()
        .input_path(COMPILED)
        .web(true)?
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .context("wasm-bindgen failed")?;
    let wasm = wasm.wasm_mut();
    // What wasm-bindgen keeps for objects of JavaScript, none of which come near it.
    wasm.start = None;
    let others: Vec<_> = wasm
        .exports
        .iter()
        .filter(|export| !EXPORTS.contains(&export.name.as_str()))
        .map(|export| export.id())
        .collect();
    for export in others {
        wasm.exports.delete(export);
    }
    walrus::passes::gc::run(wasm);
    delete_data(wasm)?;
    begin_with_an_empty_stack(wasm)?;
    ensure!(wasm.imports.iter().next().is_none(), "the core imports something");
    ensure!(wasm.exports.iter().count() == EXPORTS.len(), "the core does not export {EXPORTS:?}");
    wasm.emit_wasm_file(WASM)?;
    optimize(sh, WASM, &SMALL)?;
    inline(sh)?;
    to_javascript(sh)
}

/// Deletes the data, so that neither form of the core has to carry it: what functions that are gone by now had
/// to say, and the first value of the state, which the first step writes anew. There may be no other that
/// an instruction names the address of.
fn delete_data(wasm: &mut walrus::Module) -> anyhow::Result<()> {
    let numbers_in = |function: FunctionId| {
        let mut numbers = Numbers::default();
        if let FunctionKind::Local(function) = &wasm.funcs.get(function).kind {
            dfs_in_order(&mut numbers, function, function.entry_block());
        }
        numbers.0
    };
    let returned_by = |export| {
        let function = wasm.exports.get_func(export)?;
        numbers_in(function).first().copied().with_context(|| format!("{export} returns no number"))
    };
    let state = returned_by("state")?;
    let state = state..state + returned_by("stateSize")?;
    let numbers: BTreeSet<u32> =
        wasm.funcs.iter_local().flat_map(|(function, _)| numbers_in(function)).collect();
    for data in wasm.data.iter() {
        let DataKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. } = data.kind else {
            bail!("the core has data that is not where it was linked to be");
        };
        for (address, byte) in (start.cast_unsigned()..).zip(&data.value) {
            // An instruction names the beginning of a number.
            let is_read = numbers.range(address & !7..=address).next().is_some();
            ensure!(
                *byte == 0 || state.contains(&address) || !is_read,
                "the core reads data at {address}, which it cannot do without"
            );
        }
    }
    let all: Vec<_> = wasm.data.iter().map(walrus::Data::id).collect();
    for data in all {
        wasm.data.delete(data);
    }
    Ok(())
}

/// Has every step begin with an empty stack, as it does anyway, since the core calls nobody; but where the engine
/// has cut one short, because its own stack was exhausted, the core's would stay as full as it was.
fn begin_with_an_empty_stack(wasm: &mut walrus::Module) -> anyhow::Result<()> {
    let mut pointers = wasm.globals.iter().filter_map(|global| match global.kind {
        GlobalKind::Local(ConstExpr::Value(Value::I32(start))) if global.mutable => {
            Some((global.id(), start))
        }
        _ => None,
    });
    let (Some((pointer, start)), None) = (pointers.next(), pointers.next()) else {
        bail!("the core has not just one global, the stack pointer");
    };
    let step = wasm.exports.get_func("step")?;
    let FunctionKind::Local(step) = &mut wasm.funcs.get_mut(step).kind else {
        bail!("the core exports a step that is not its own");
    };
    let empty: [Instr; 2] =
        [Const { value: Value::I32(start) }.into(), GlobalSet { global: pointer }.into()];
    for (position, instr) in empty.into_iter().enumerate() {
        step.builder_mut().func_body().instr_at(position, instr);
    }
    Ok(())
}

/// The numbers in a function that may be addresses.
#[derive(Default)]
struct Numbers(BTreeSet<u32>);

impl<'instr> Visitor<'instr> for Numbers {
    fn visit_const(&mut self, instr: &Const) {
        if let Value::I32(number) = instr.value {
            self.0.insert(number.cast_unsigned());
        }
    }

    fn visit_load(&mut self, instr: &Load) {
        self.0.insert(instr.arg.offset as u32);
    }

    fn visit_store(&mut self, instr: &Store) {
        self.0.insert(instr.arg.offset as u32);
    }
}

/// The same core as plain JavaScript, for pages without WebAssembly.
fn to_javascript(sh: &Shell) -> anyhow::Result<()> {
    let lowered = format!("{CORE}/lowered.wasm");
    let features = WASM_FEATURES;
    // In a call of its own: together with the conversion it fails.
    cmd!(
        sh,
        "node_modules/.bin/wasm-opt {features...} --signext-lowering --llvm-memory-copy-fill-lowering
        --llvm-nontrapping-fptoint-lowering -Oz {WASM} -o {lowered}"
    )
    .run()
    .context("wasm-opt could not lower the core")?;
    let js =
        cmd!(sh, "node_modules/.bin/wasm2js -Oz {lowered}").read().context("wasm2js failed")?;
    // It would make an instance, with all of its memory, when the module is imported.
    let (instantiate, _) = js
        .split_once("var retasmFunc = asmFunc(")
        .context("wasm2js does not instantiate asmFunc any more")?;
    sh.write_file(
        format!("{CORE}/core.js"),
        format!("{instantiate}export {{ asmFunc as instantiate }};\n"),
    )?;
    sh.write_file(
        format!("{CORE}/core.d.ts"),
        "export declare function instantiate(imports: object): unknown;\n",
    )?;
    Ok(())
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

/// Fails if the published core needs more of WebAssembly than the oldest [`BROWSERS`] have: what Chrome 75, Firefox 79 and
/// Safari 15 had.
pub fn check_features(sh: &Shell) -> anyhow::Result<()> {
    cmd!(
        sh,
        "node_modules/.bin/wasm-opt --mvp-features --enable-bulk-memory --enable-nontrapping-float-to-int
        dist/core.wasm --strip-debug -o target/core/checked.wasm"
    )
    .run()
    .context("the core needs features of WebAssembly that the oldest browsers do not have")
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

/// The core as text, for the entry that carries it; `js/closing/core-inline.ts` reads it. A byte below 91, as most
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
    sh.write_file(format!("{CORE}/text.ts"), format!("export const core = \"{text}\";\n"))?;
    Ok(())
}

/// The package's entries. Each but `register`, which shares the class of the first, is one file.
fn package(sh: &Shell) -> anyhow::Result<()> {
    step("Bundling the npm package");
    sh.remove_path("dist")?;
    bundle(sh, "index", "dist/index.js", &["--format=esm"])?;
    bundle(sh, "index", "dist/index.cjs", &["--format=cjs"])?;
    bundle(sh, "slim", "dist/slim.js", &["--format=esm"])?;
    bundle(sh, "js", "dist/js.js", &["--format=esm"])?;
    bundle(sh, "js", "dist/js.cjs", &["--format=cjs"])?;
    bundle(sh, "register", "dist/register.js", &["--format=esm", "--external:./index.js"])?;
    bundle(sh, "ws", "dist/ws.js", &["--format=esm"])?;
    bundle(sh, "ws", "dist/ws.cjs", &["--format=cjs"])?;
    bundle(sh, "global", "dist/graceful-websocket.global.js", &["--format=iife"])?;
    sh.copy_file(WASM, "dist/core.wasm")?;
    Ok(())
}

/// Members that are nobody's but the package's own, and can have names of a letter.
const INTERNAL: &str = "^(setTimer|clearTimer|isHidden|openPort|listenToPage|post|rest|arm|disarm|task|afterEvents|begin|end|wake|deadline|lateSend|isBegun|sentCode|promise|resolve|reject|theirs|likenessOf)$";

/// The oldest browsers that the package runs in, as README.md names them: they have the syntax, and `Object.hasOwn`.
const BROWSERS: &str = "chrome93,firefox92,safari15.4";

fn bundle(sh: &Shell, entry: &str, out: &str, options: &[&str]) -> anyhow::Result<()> {
    cmd!(
        sh,
        "node_modules/.bin/esbuild js/{entry}.ts --bundle --minify --sourcemap --target={BROWSERS}
        --mangle-props={INTERNAL} {options...} --outfile={out} --log-level=warning"
    )
    .run()?;
    Ok(())
}

/// The package's types, from the same sources; those of CommonJS differ in the names of the files.
fn types(sh: &Shell) -> anyhow::Result<()> {
    sh.remove_path("target/types")?;
    cmd!(sh, "node_modules/.bin/tsc --project tsconfig.json").run()?;
    sh.create_dir("dist/closing")?;
    for module in ["index", "types", "slim", "js", "register", "ws", "closing/core-separate"] {
        sh.copy_file(format!("target/types/js/{module}.d.ts"), format!("dist/{module}.d.ts"))?;
    }
    for module in ["index", "types", "js", "ws"] {
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

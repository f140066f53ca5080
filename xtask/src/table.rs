//! `npm run table`: what every engine and runtime makes of every end, into docs/ and README.md.

use xshell::{Shell, cmd};

use crate::engine::{Browser, Engine};
use crate::{build, setup, step};

/// Builds the package, sets up the browsers, and measures. The runtimes are npm packages, which the script installs.
pub fn table(sh: &Shell) -> anyhow::Result<()> {
    setup::wasm_target(sh)?;
    setup::npm_packages(sh)?;
    build::build(sh)?;
    let browsers = [Engine::Chromium, Engine::Firefox, Engine::Webkit];
    let browsers = Browser::all(sh, &browsers)?;
    // Every row starts a server of its own.
    cmd!(sh, "cargo build --package misbehaving-server").run()?;
    step("Measuring in every engine and runtime, for about three minutes");
    let measure = cmd!(sh, "node tests/table/run.mjs");
    Ok(browsers.iter().fold(measure, |measure, browser| browser.drive(measure)).run()?)
}

//! `npm run table`: what every engine and runtime makes of every end, into docs/ and README.md.

use xshell::{Shell, cmd};

use crate::{build, setup, step};

/// Builds the package, sets up the browsers, and measures. The runtimes are npm packages, which the script installs.
pub fn table(sh: &Shell) -> anyhow::Result<()> {
    setup::wasm_target(sh)?;
    setup::npm_packages(sh)?;
    build::build(sh)?;
    let chromium = setup::chromium(sh)?;
    let firefox = setup::firefox(sh)?;
    let webkit_driver = setup::webkit_driver(sh)?;
    // Every row starts a server of its own.
    cmd!(sh, "cargo build --package misbehaving-server").run()?;
    step("Measuring in every engine and runtime, for about three minutes");
    cmd!(sh, "node tests/table/run.mjs")
        .env("CHROMIUM", chromium)
        .env("FIREFOX", firefox)
        .env("WEBKIT_DRIVER", webkit_driver)
        .run()?;
    Ok(())
}

//! Runs a wasm test binary in a headless browser, as the runner of `cargo test`.
//!
//! wasm-bindgen's own runner serves the page with the tests; the page is driven like every other
//! page here (`tests/browser/drive.mjs`, which gets the variables that say in which browser). So any
//! browser that can be driven to a page can run the tests.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::root;

/// Runs the tests of the binary that is the first argument.
pub fn run(args: &[OsString]) -> anyhow::Result<()> {
    let mut runner = Command::new(std::env::current_exe()?)
        .arg("wasm-bindgen-test-runner")
        .args(args)
        .env("NO_HEADLESS", "1")
        .env("WASM_BINDGEN_TEST_ADDRESS", "127.0.0.1:0")
        .stdout(Stdio::piped())
        .spawn()
        .context("wasm-bindgen's test runner could not be started")?;
    let stdout = runner.stdout.take().context("the test runner has no output")?;
    // Read from until the end: the runner goes on to print, and would fail if nobody could hear it.
    let mut output = BufReader::new(stdout).lines();
    let address = output
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| line.split_once("available at ").map(|(_, address)| address.to_owned()));
    let outcome = match &address {
        Some(address) => Command::new("node")
            .arg(root().join("tests/browser/drive.mjs"))
            .arg(address)
            .status()
            .context("Node could not be started"),
        // No address: there were no tests to serve, or the runner has said what is wrong.
        None => runner.wait().context("the test runner failed"),
    };
    let _ = runner.kill();
    let _ = runner.wait();
    drop(output);
    match outcome? {
        status if status.success() => Ok(()),
        status => bail!("the browser tests ended with {status}"),
    }
}

//! What comes into the repository from elsewhere, by `deny.toml`: licences, sources, duplicates and, where the network
//! allows it, advisories.

use anyhow::{Context, ensure};
use serde_json::Value;
use xshell::{Shell, cmd};

use crate::{setup, step};

/// The crate's workspace, and that of the examples.
const MANIFESTS: [&str; 2] = ["Cargo.toml", "examples/Cargo.toml"];

/// Checks licences and sources of everything, and the duplicates of what the crate brings along.
pub fn test(sh: &Shell) -> anyhow::Result<()> {
    let deny = setup::cargo_deny(sh)?;
    step("Checking licences, sources and duplicates of what comes from elsewhere");
    cmd!(sh, "{deny} --locked check bans licenses sources").run()?;
    for manifest in MANIFESTS {
        cmd!(sh, "{deny} --locked --workspace --manifest-path {manifest} --config deny.toml check licenses sources")
            .run()?;
    }
    no_run_time_packages(sh)
}

/// Looks for known vulnerabilities; the databases are fetched from the network.
pub fn advisories(sh: &Shell) -> anyhow::Result<()> {
    let deny = setup::cargo_deny(sh)?;
    step("Looking for advisories, in databases from the network");
    for manifest in MANIFESTS {
        cmd!(sh, "{deny} --locked --workspace --manifest-path {manifest} --config deny.toml check advisories")
            .run()?;
    }
    Ok(cmd!(sh, "npm audit").run()?)
}

/// The npm package brings nothing along, so that there is nothing to audit.
fn no_run_time_packages(sh: &Shell) -> anyhow::Result<()> {
    let package: Value = serde_json::from_str(&sh.read_file("package.json")?)?;
    let package = package.as_object().context("package.json is no object")?;
    for kind in ["dependencies", "peerDependencies", "optionalDependencies", "bundleDependencies"] {
        ensure!(!package.contains_key(kind), "package.json has {kind}");
    }
    let scripts = package["scripts"].as_object().context("package.json has no scripts")?;
    for name in ["preinstall", "install", "postinstall", "prepare"] {
        ensure!(!scripts.contains_key(name), "package.json runs something at {name}");
    }
    Ok(cmd!(sh, "npm audit --omit=dev").run()?)
}

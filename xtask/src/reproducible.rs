//! Whether the npm package is the same wherever it is built: two copies of the sources, each in a directory of its own
//! with packages and a target directory of its own, and every file compared.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::ensure;
use sha2::{Digest, Sha256};
use xshell::{Shell, cmd};

use crate::{build, step};

/// Paths of different lengths, as those get into what is built in different ways.
const DIRECTORIES: [&str; 2] =
    ["target/reproducible/a", "target/reproducible/another/with-a-longer-path"];

/// Builds twice, compares, and prints the hashes.
pub fn test(sh: &Shell) -> anyhow::Result<()> {
    let first = build_in(sh, DIRECTORIES[0])?;
    let second = build_in(sh, DIRECTORIES[1])?;
    for (file, hash) in &first {
        println!("{hash}  dist/{file}");
    }
    let all = first.keys().chain(second.keys());
    let differ: Vec<_> = all.filter(|file| first.get(*file) != second.get(*file)).collect();
    ensure!(differ.is_empty(), "not the same in another directory: {differ:?}");
    ensure!(first.contains_key("core.wasm"), "the package has no core");
    Ok(sh.remove_path("target/reproducible")?)
}

/// Copies the sources to a directory, builds there, and gives the SHA-256 of every file of the package.
fn build_in(sh: &Shell, directory: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let from = sh.current_dir();
    let to = from.join(directory);
    sh.remove_path(&to)?;
    let sources = cmd!(sh, "git ls-files --cached --others --exclude-standard").quiet().read()?;
    for file in sources.lines().filter(|file| from.join(file).is_file()) {
        sh.create_dir(to.join(file).parent().unwrap_or(&to))?;
        sh.copy_file(file, to.join(file))?;
    }
    step(&format!("Building the npm package in {directory}"));
    let copy = Shell::new()?;
    enter(&copy, &to)?;
    let built = build::build(&copy);
    enter(&copy, &from)?;
    built?;
    let dist = to.join("dist");
    let mut hashes = BTreeMap::new();
    let mut unread = sh.read_dir(&dist)?;
    while let Some(file) = unread.pop() {
        if file.is_dir() {
            unread.extend(sh.read_dir(&file)?);
            continue;
        }
        let hash = Sha256::digest(sh.read_binary_file(&file)?);
        let hash = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        hashes.insert(file.strip_prefix(&dist)?.to_string_lossy().into_owned(), hash);
    }
    Ok(hashes)
}

/// Of the commands, and of what is called as a library.
fn enter(sh: &Shell, directory: &Path) -> anyhow::Result<()> {
    sh.change_dir(directory);
    Ok(std::env::set_current_dir(directory)?)
}

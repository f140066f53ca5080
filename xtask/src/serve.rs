//! `npm start`: the close lab, served by the misbehaving server.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail};
use xshell::{Shell, cmd};

use crate::{build, root, step};

#[derive(clap::Args)]
pub struct Options {
    /// The port on 127.0.0.1; 0 is a free one
    #[arg(long, env = "PORT", default_value_t = 8080)]
    port: u16,
}

/// Builds what is missing, and serves until interrupted.
pub fn serve(sh: &Shell, options: &Options) -> anyhow::Result<()> {
    build::build(sh)?;
    step("Serving the close lab (Ctrl-C ends it)");
    let port = options.port.to_string();
    let program = server(sh)?;
    let status = Command::new(program)
        .current_dir(root())
        .args(["--www", "target/www", "--port", &port])
        .status()
        .context("the server could not be started")?;
    if !status.success() {
        bail!("the server ended with {status}");
    }
    Ok(())
}

/// The misbehaving server's program, compiled.
pub fn server(sh: &Shell) -> anyhow::Result<std::path::PathBuf> {
    cmd!(sh, "cargo build --package misbehaving-server").run()?;
    Ok(root().join("target/debug/misbehaving-server"))
}

/// A misbehaving server on a free port, which ends when this is dropped.
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub address: String,
}

impl Server {
    pub fn start(sh: &Shell) -> anyhow::Result<Self> {
        let mut child = Command::new(server(sh)?)
            .current_dir(root())
            .args(["--port", "0", "--www", "target/www", "--exit-with-stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the server could not be started")?;
        let stdout = child.stdout.take().context("the server has no output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let Some((_, address)) = line.trim_end().split_once("listening on ") else {
            bail!("the server did not say where it listens");
        };
        let address = address.to_owned();
        Ok(Self { child, address })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

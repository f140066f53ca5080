//! The command line of the misbehaving server.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use misbehaving_server::{Options, Server, usage};
use tokio::sync::oneshot;

/// A WebSocket server that misbehaves on purpose, one path per behaviour. It listens on 127.0.0.1 only.
#[derive(Parser)]
#[command(version, after_help = usage())]
struct Arguments {
    /// The port to listen on; 0 is any free one
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// Serve the files of this directory at /
    #[arg(long, value_name = "DIR")]
    www: Option<PathBuf>,

    /// Drop a WebSocket connection that is older than this
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..))]
    max_lifetime: u64,

    /// End when stdin ends, which is when the parent process does
    #[arg(long)]
    exit_with_stdin: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match serve(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(arguments: Arguments) -> Result<(), String> {
    let Arguments { port, www, max_lifetime, exit_with_stdin } = arguments;
    if let Some(www) = www.as_ref().filter(|www| !www.is_dir()) {
        return Err(format!(
            "cannot serve {}: not a directory; choose another with --www",
            www.display()
        ));
    }
    let options = Options { www, max_lifetime: Duration::from_secs(max_lifetime) };
    let server = Server::bind(port, options).await.map_err(|error| cannot_listen(port, &error))?;
    let address = server.address().map_err(|error| cannot_listen(port, &error))?;
    // Before the line that a parent waits for: from then on it may send a signal.
    let interrupted =
        interrupted().map_err(|error| format!("cannot listen for signals: {error}"))?;
    announce(&format!("listening on http://{address}"))
        .map_err(|error| format!("cannot write to stdout: {error}"))?;

    tokio::select! {
        () = server.run() => {}
        () = interrupted => {}
        () = stdin_ended(), if exit_with_stdin => {}
    }
    Ok(())
}

fn cannot_listen(port: u16, error: &io::Error) -> String {
    let why = match error.kind() {
        io::ErrorKind::AddrInUse => "address in use".to_owned(),
        _ => error.to_string(),
    };
    format!("cannot listen on 127.0.0.1:{port}: {why}; choose another with --port")
}

fn announce(line: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}

/// Listens for SIGINT and SIGTERM from now on; the future ends with the first.
#[cfg(unix)]
fn interrupted() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn interrupted() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Waits for the end of stdin, on a thread of its own: tokio would wait for a read that never returns before it ends.
async fn stdin_ended() {
    let (ended, wait) = oneshot::channel::<()>();
    std::thread::spawn(move || {
        let mut ignored = [0; 1024];
        while matches!(io::stdin().read(&mut ignored), Ok(1..)) {}
        drop(ended);
    });
    let _ = wait.await;
}

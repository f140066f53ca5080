//! A WebSocket server that misbehaves on purpose, one URL path per behaviour, and keeps a log of what it saw on the
//! wire, so that a test can assert from the peer's side.
//!
//! ```text
//! misbehaving-server --port 8080 --www ./www
//! ```
//!
//! It prints `listening on http://127.0.0.1:8080`. `--help` lists the paths. A test opens
//! `ws://127.0.0.1:8080/silent?tag=mine`, then asks `http://127.0.0.1:8080/log?tag=mine&until=ended` what
//! became of the connection: the answer comes when TCP has ended. `/log?until=idle` proves that nothing is left.
//!
//! Some paths are pages that a browser can go to, and that do not come, which is misbehaviour too: the log has them beside
//! the connections.
//!
//! It listens on the loopback interface only, on real TCP.

pub mod behaviour;
pub mod log;
pub mod pages;
pub mod paths;
pub mod stalled;
pub mod wire;

mod answer;
mod handshake;
mod log_endpoint;
mod params;
mod site;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::sleep;

pub use params::BadParameter;
use site::Site;

/// Every path for people to read of.
pub fn usage() -> String {
    paths::usage() + &pages::usage() + log_endpoint::USAGE
}

/// How long the server pauses when it cannot accept a connection, which is when it has too many.
const PAUSE_AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(50);

/// What a server can be told.
#[derive(Clone, Debug)]
pub struct Options {
    /// The directory of the files at `/`; none are served without one.
    pub www: Option<PathBuf>,
    /// The age at which a WebSocket connection is dropped, so that nothing is left for ever.
    pub max_lifetime: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { www: None, max_lifetime: Duration::from_secs(300) }
    }
}

/// A server that listens.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    site: Arc<Site>,
}

impl Server {
    /// Listens on `127.0.0.1`. Port 0 is any free port.
    ///
    /// # Errors
    ///
    /// Fails when the system does not give the port, for one because it is taken.
    pub async fn bind(port: u16, options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        Ok(Self { listener, site: Site::new(options) })
    }

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// Fails when the system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Accepts connections for ever. Dropping the future stops that; connections that were accepted live on
    /// until the runtime ends.
    pub async fn run(self) {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    tokio::spawn(self.site.clone().serve(stream));
                }
                Err(error) => {
                    eprintln!("cannot accept a connection: {error}");
                    sleep(PAUSE_AFTER_FAILED_ACCEPT).await;
                }
            }
        }
    }
}

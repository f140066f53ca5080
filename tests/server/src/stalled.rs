//! Learning that a client has ended TCP without reading a single byte that it sent.
//!
//! Three signs are looked for every [`LOOK_EVERY`], because none of them tells everything:
//!
//! 1. The readiness of the socket (`EPOLLRDHUP`, `EPOLLHUP`) tells of a FIN behind unread data, and of a RST.
//! 2. `SO_ERROR` tells the RST from the FIN.
//! 3. The kernel's TCP table, where there is one (`/proc/net/tcp` of Linux), tells of the *client's* socket, which is
//!    on the same machine. It is the only sign when the client has closed while its own data is stuck in front
//!    of the receive window that this server keeps shut: its FIN then waits behind the data and never arrives.

use std::collections::HashMap;
use std::fs;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::log::EndedBy;

/// How long the end of a stalled connection can go unseen.
pub const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Waits for the client to end TCP, without reading.
pub async fn client_end(stream: &TcpStream) -> EndedBy {
    let mut missing_before = false;
    loop {
        // First the pause: a shared look at the table is younger than it, and so younger than the connection.
        sleep(LOOK_EVERY).await;
        if let Some(by) = end_seen_here(stream).await {
            return by;
        }
        match end_seen_there(stream) {
            Some(End::Closed) => return EndedBy::ClientFin,
            // The kernel may skip an entry while the table changes under the reader; never twice in a row.
            Some(End::Missing) if missing_before => return EndedBy::ClientReset,
            Some(End::Missing) => missing_before = true,
            None => missing_before = false,
        }
    }
}

/// What has arrived at the server's socket.
async fn end_seen_here(stream: &TcpStream) -> Option<EndedBy> {
    let now = stream.ready(Interest::READABLE);
    let ready = timeout(Duration::ZERO, now).await.ok()?.ok()?;
    if !ready.is_read_closed() {
        return None;
    }
    let error = stream.take_error().ok().flatten();
    Some(if error.is_some() { EndedBy::ClientReset } else { EndedBy::ClientFin })
}

enum End {
    /// The client's socket is on its way through the states of closing.
    Closed,
    /// The client has no socket any more.
    Missing,
}

/// What has become of the client's own socket; `None` while it is open, or when the system does not tell.
fn end_seen_there(stream: &TcpStream) -> Option<End> {
    let ports =
        Ports { local: stream.peer_addr().ok()?.port(), remote: stream.local_addr().ok()?.port() };
    let states = shared_states()?;
    match states.get(&ports) {
        None => Some(End::Missing),
        Some(&ESTABLISHED) => None,
        Some(_) => Some(End::Closed),
    }
}

/// Enough to name a connection, since both ends are on the loopback interface.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Ports {
    local: u16,
    remote: u16,
}

/// `TCP_ESTABLISHED` of the kernel's `tcp_states.h`.
const ESTABLISHED: u8 = 1;

type States = HashMap<Ports, u8>;

/// One look at the table serves all stalled connections.
fn shared_states() -> Option<Arc<States>> {
    static LAST_LOOK: Mutex<Option<(Instant, Arc<States>)>> = Mutex::new(None);

    let mut last_look = LAST_LOOK.lock().expect("nothing panics while it looks");
    match &*last_look {
        Some((at, states)) if at.elapsed() < LOOK_EVERY / 2 => Some(states.clone()),
        _ => {
            let states = Arc::new(read_states()?);
            *last_look = Some((Instant::now(), states.clone()));
            Some(states)
        }
    }
}

fn read_states() -> Option<States> {
    let mut table = fs::read_to_string("/proc/net/tcp").ok()?;
    // A client may use an IPv6 socket with an IPv4-mapped address.
    table += &fs::read_to_string("/proc/net/tcp6").unwrap_or_default();
    Some(table.lines().filter_map(read_line).collect())
}

/// `   0: 0100007F:9C40 0100007F:1F90 01 …`: slot, local address, remote address, state, all in hexadecimal.
fn read_line(line: &str) -> Option<(Ports, u8)> {
    let mut fields = line.split_ascii_whitespace().skip(1);
    let mut port = || u16::from_str_radix(fields.next()?.rsplit_once(':')?.1, 16).ok();
    let ports = Ports { local: port()?, remote: port()? };
    let state = u8::from_str_radix(fields.next()?, 16).ok()?;
    Some((ports, state))
}

//! What was seen on the wire, connection by connection.

mod connection;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::timeout;

pub use connection::{
    CloseBody, Connection, Direction, DirectionCounts, Ended, EndedBy, Frame,
    MOST_FRAMES_PER_DIRECTION, Opcode, Request, State,
};

/// How many ended connections are remembered; the oldest is forgotten first.
pub const MOST_ENDED_CONNECTIONS: usize = 10_000;

/// The record of all connections to WebSocket paths, and to pages, which have no handshake.
#[derive(Debug)]
pub struct Log {
    started: Instant,
    records: watch::Sender<Records>,
}

#[derive(Debug, Default)]
struct Records {
    next_id: u64,
    open: BTreeMap<u64, Connection>,
    ended: VecDeque<Connection>,
}

/// What a reader of the log can wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// There is a connection, and the handshake of each is done.
    Opened,
    /// There is a connection, and each has received a Close frame.
    Closing,
    /// There is a connection, and TCP of each has ended.
    Ended,
    /// No connection is open, if there ever was one or not.
    Idle,
}

/// Writes the record of one connection. Dropped before [`ended`](Self::ended), it records that the server ended it.
#[derive(Debug)]
pub struct Recorder {
    log: Arc<Log>,
    id: u64,
}

impl Log {
    /// An empty log whose clock starts now.
    pub fn new() -> Arc<Self> {
        let records = watch::Sender::new(Records::default());
        Arc::new(Self { started: Instant::now(), records })
    }

    /// Begins the record of a connection whose request has come.
    pub fn begin(self: &Arc<Self>, request: Request) -> Recorder {
        let started_at = self.now();
        let mut id = 0;
        self.records.send_modify(|records| {
            records.next_id += 1;
            id = records.next_id;
            records.open.insert(id, Connection::new(id, started_at, request));
        });
        Recorder { log: self.clone(), id }
    }

    /// The connections with this tag (all without one), oldest first.
    pub fn connections(&self, tag: Option<&str>) -> Vec<Connection> {
        let records = self.records.borrow();
        let mut found: Vec<Connection> = records.tagged(tag).cloned().collect();
        found.sort_by_key(|connection| connection.id);
        found
    }

    /// Waits for `until`, at most for `longest`. Says if it came true.
    pub async fn wait(&self, tag: Option<&str>, until: Until, longest: Duration) -> bool {
        let mut records = self.records.subscribe();
        let reached = records.wait_for(|records| records.reached(tag, until));
        matches!(timeout(longest, reached).await, Ok(Ok(_)))
    }

    /// Forgets the ended connections with this tag (all without one).
    pub fn forget_ended(&self, tag: Option<&str>) {
        self.records
            .send_modify(|records| records.ended.retain(|connection| !connection.has_tag(tag)));
    }

    /// Milliseconds since the server started, to the microsecond.
    pub fn now(&self) -> f64 {
        (self.started.elapsed().as_secs_f64() * 1e6).round() / 1e3
    }
}

impl Recorder {
    /// The handshake is done.
    pub fn opened(&self, protocol: Option<&str>) {
        self.change(|connection| {
            connection.state = State::Open;
            connection.protocol = protocol.map(str::to_owned);
            true
        });
    }

    /// A whole frame was read or handed to the kernel.
    pub fn frame(&self, direction: Direction, opcode: Opcode, payload: &[u8]) {
        let at = self.log.now();
        let close = (opcode == Opcode::Close).then(|| CloseBody::read(payload));
        // Nobody waits for data frames, so they wake nobody.
        let awaited = close.is_some();
        let frame = Frame { at, direction, opcode, length: payload.len(), close };
        self.change(|connection| {
            connection.add(frame);
            awaited
        });
    }

    /// TCP has ended.
    pub fn ended(self, by: EndedBy) {
        self.end(by);
    }

    fn end(&self, by: EndedBy) {
        let at = self.log.now();
        self.log.records.send_if_modified(|records| {
            let Some(mut connection) = records.open.remove(&self.id) else { return false };
            connection.end(Ended { at, by });
            if records.ended.len() == MOST_ENDED_CONNECTIONS {
                records.ended.pop_front();
            }
            records.ended.push_back(connection);
            true
        });
    }

    /// Changes the record; `change` says if somebody may be waiting for it.
    fn change(&self, change: impl FnOnce(&mut Connection) -> bool) {
        self.log
            .records
            .send_if_modified(|records| records.open.get_mut(&self.id).is_some_and(change));
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.end(EndedBy::Server);
    }
}

impl Records {
    fn tagged(&self, tag: Option<&str>) -> impl Iterator<Item = &Connection> {
        let all = self.ended.iter().chain(self.open.values());
        all.filter(move |connection| connection.has_tag(tag))
    }

    /// A connection that has ended counts as having passed every point before.
    fn reached(&self, tag: Option<&str>, until: Until) -> bool {
        let mut open = self.open.values().filter(|connection| connection.has_tag(tag));
        let passed: fn(&Connection) -> bool = match until {
            Until::Opened => |connection| connection.state == State::Open,
            Until::Closing => Connection::has_received_close,
            Until::Ended => |_| false,
            Until::Idle => return open.next().is_none(),
        };
        open.all(passed) && self.tagged(tag).next().is_some()
    }
}

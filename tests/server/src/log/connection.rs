//! The record of one connection, and its shape in JSON.

use serde::Serialize;

/// How many frames other than Close are kept per connection and direction. Close frames are always kept.
pub const MOST_FRAMES_PER_DIRECTION: u64 = 100;

/// One connection to a WebSocket path, from the request to the end of TCP.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    /// Counts up from 1 in the order of the requests.
    pub id: u64,
    /// The path of the request.
    pub path: String,
    /// The query string as it was sent, without the question mark.
    pub query: String,
    /// The label by which a test finds its own connections.
    pub tag: Option<String>,
    /// The `Origin` header.
    pub origin: Option<String>,
    /// The subprotocol that was accepted.
    pub protocol: Option<String>,
    /// How far the connection has come.
    pub state: State,
    /// When the request came, in milliseconds since the server started.
    pub started_at: f64,
    /// The frames in the order of the wire: every Close frame, and the first
    /// [`MOST_FRAMES_PER_DIRECTION`] others of each direction.
    pub frames: Vec<Frame>,
    /// All text, binary and continuation frames, also those that `frames` does not keep.
    pub data_frames: DirectionCounts,
    /// The payload bytes of all frames that were received whole.
    pub bytes: u64,
    /// The end of TCP; `None` before it.
    pub ended: Option<Ended>,
    /// How many frames of each direction `frames` keeps, Close frames not counted.
    #[serde(skip)]
    kept: DirectionCounts,
}

/// How far a connection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The request has come; it is not answered, or was answered with a refusal.
    Handshake,
    /// The handshake is done.
    Open,
    /// TCP has ended.
    Ended,
}

/// One frame on the wire.
#[derive(Clone, Debug, Serialize)]
pub struct Frame {
    /// When it was read or handed to the kernel, in milliseconds since the server started.
    pub at: f64,
    /// Seen from the server.
    pub direction: Direction,
    /// The kind of frame.
    pub opcode: Opcode,
    /// The payload in bytes.
    pub length: usize,
    /// What a Close frame says; `None` for all others.
    #[serde(flatten)]
    pub close: Option<CloseBody>,
}

/// The direction of a frame, seen from the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From the client.
    Received,
    /// To the client.
    Sent,
}

/// The kind of a frame (RFC 6455, section 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names are the standard's")]
pub enum Opcode {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

/// What the body of a Close frame says (RFC 6455, section 5.5.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CloseBody {
    /// `None` when the body is too short to hold a code.
    pub code: Option<u16>,
    /// Invalid UTF-8 is replaced by U+FFFD.
    pub reason: String,
}

/// A number for each direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DirectionCounts {
    /// From the client.
    pub received: u64,
    /// To the client.
    pub sent: u64,
}

/// The end of TCP.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Ended {
    /// In milliseconds since the server started.
    pub at: f64,
    /// Who was first to end it.
    pub by: EndedBy,
}

/// Who was first to end a TCP connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndedBy {
    /// The client's FIN came before the server's.
    ClientFin,
    /// The client's RST came, or its side of the connection is gone.
    ClientReset,
    /// The server sent its FIN or RST first.
    Server,
    /// The connection reached the server's maximum lifetime.
    Lifetime,
}

/// What a request says about the connection that it begins.
#[derive(Debug, Default)]
pub struct Request {
    /// The path of the request.
    pub path: String,
    /// The query string without the question mark.
    pub query: String,
    /// The value of the parameter `tag`.
    pub tag: Option<String>,
    /// The `Origin` header.
    pub origin: Option<String>,
}

impl Connection {
    pub(super) fn new(id: u64, started_at: f64, request: Request) -> Self {
        let Request { path, query, tag, origin } = request;
        Self {
            id,
            path,
            query,
            tag,
            origin,
            protocol: None,
            state: State::Handshake,
            started_at,
            frames: Vec::new(),
            data_frames: DirectionCounts::default(),
            bytes: 0,
            ended: None,
            kept: DirectionCounts::default(),
        }
    }

    pub(super) fn has_tag(&self, tag: Option<&str>) -> bool {
        tag.is_none() || self.tag.as_deref() == tag
    }

    pub(super) fn has_received_close(&self) -> bool {
        let is_it = |frame: &Frame| frame.direction == Direction::Received && frame.close.is_some();
        self.frames.iter().any(is_it)
    }

    /// Adds a frame, or at least counts it.
    pub(super) fn add(&mut self, frame: Frame) {
        self.count(frame.direction, frame.opcode, frame.length);
        if frame.close.is_some() || self.keeps_another(frame.direction) {
            self.frames.push(frame);
        }
    }

    /// A connection ends once.
    pub(super) fn end(&mut self, ended: Ended) {
        self.state = State::Ended;
        self.ended = Some(ended);
    }

    fn count(&mut self, direction: Direction, opcode: Opcode, length: usize) {
        if matches!(opcode, Opcode::Text | Opcode::Binary | Opcode::Continuation) {
            *self.data_frames.of(direction) += 1;
        }
        if direction == Direction::Received {
            self.bytes += length as u64;
        }
    }

    fn keeps_another(&mut self, direction: Direction) -> bool {
        let kept = self.kept.of(direction);
        let room = *kept < MOST_FRAMES_PER_DIRECTION;
        *kept += u64::from(room);
        room
    }
}

impl DirectionCounts {
    fn of(&mut self, direction: Direction) -> &mut u64 {
        match direction {
            Direction::Received => &mut self.received,
            Direction::Sent => &mut self.sent,
        }
    }
}

impl CloseBody {
    pub(super) fn read(payload: &[u8]) -> Self {
        match payload {
            [high, low, reason @ ..] => Self {
                code: Some(u16::from_be_bytes([*high, *low])),
                reason: String::from_utf8_lossy(reason).into_owned(),
            },
            _ => Self { code: None, reason: String::new() },
        }
    }
}

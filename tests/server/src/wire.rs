//! Frames on a TCP stream, read and written exactly as asked, valid or not, and logged.

use std::io::Cursor;
use std::time::Duration;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::time::timeout;
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Control, Data, OpCode};

use crate::log::{Direction, EndedBy, Opcode, Recorder};

/// How long the server waits for the client's FIN after its own.
pub const LONGEST_WAIT_FOR_FIN: Duration = Duration::from_secs(5);

const READ_BYTES: usize = 64 * 1024;
const WRITE_BYTES: usize = 64 * 1024;

/// A client whose handshake is done.
#[derive(Debug)]
pub struct Peer {
    stream: TcpStream,
    unread: BytesMut,
    unsent: BytesMut,
    record: Recorder,
}

/// The direction from the client.
#[derive(Debug)]
pub struct Reader<'peer> {
    stream: ReadHalf<'peer>,
    unread: &'peer mut BytesMut,
    record: &'peer Recorder,
}

/// The direction to the client.
#[derive(Debug)]
pub struct Writer<'peer> {
    stream: WriteHalf<'peer>,
    unsent: &'peer mut BytesMut,
    record: &'peer Recorder,
}

/// One frame, unmasked.
#[derive(Clone, Debug)]
pub struct Frame {
    /// If it is the last one of its message.
    pub is_final: bool,
    /// The kind of frame.
    pub opcode: Opcode,
    /// The unmasked payload.
    pub payload: Bytes,
}

/// How the server ends TCP when the client did not end it first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// In order, with a FIN.
    Fin,
    /// With a RST.
    Reset,
}

impl Peer {
    /// A client on `stream` of whose frames `unread` has been read already.
    pub fn new(stream: TcpStream, unread: &[u8], record: Recorder) -> Self {
        Self { stream, unread: unread.into(), unsent: BytesMut::new(), record }
    }

    /// Both directions, to be used at the same time.
    pub fn split(&mut self) -> (Reader<'_>, Writer<'_>) {
        let Self { stream, unread, unsent, record } = self;
        let (read_half, write_half) = stream.split();
        let reader = Reader { stream: read_half, unread, record };
        let writer = Writer { stream: write_half, unsent, record };
        (reader, writer)
    }

    /// Ends TCP from the server's side. After a FIN, waits up to [`LONGEST_WAIT_FOR_FIN`] for the client's.
    pub async fn end(mut self, ending: Ending) {
        match ending {
            Ending::Fin => {
                let shut = self.stream.shutdown().await;
                if shut.is_ok() {
                    let client_end = async { self.split().0.end().await };
                    let _ = timeout(LONGEST_WAIT_FOR_FIN, client_end).await;
                }
            }
            Ending::Reset => {
                let set = self.stream.set_zero_linger();
                set.expect("SO_LINGER can be set on an open socket");
            }
        }
        self.ended(EndedBy::Server);
    }

    /// Lets go of TCP, which `by` has ended.
    pub fn ended(self, by: EndedBy) {
        // The log must not say so before it is true.
        drop(self.stream);
        self.record.ended(by);
    }
}

impl Reader<'_> {
    /// The next frame, or who ended TCP. Cancel-safe. A frame that cannot be parsed makes the server end TCP.
    pub async fn next(&mut self) -> Result<Frame, EndedBy> {
        loop {
            if let Some(frame) = parse(self.unread)? {
                self.record.frame(Direction::Received, frame.opcode, &frame.payload);
                return Ok(frame);
            }
            self.unread.reserve(READ_BYTES);
            match self.stream.read_buf(self.unread).await {
                Ok(0) => return Err(EndedBy::ClientFin),
                Ok(_) => {}
                Err(error) => return Err(reset(error)),
            }
        }
    }

    /// Reads until TCP ends. Cancel-safe.
    pub async fn end(&mut self) -> EndedBy {
        loop {
            if let Err(by) = self.next().await {
                return by;
            }
        }
    }

    /// The stream below, for what cannot be learned from frames.
    pub fn stream(&self) -> &TcpStream {
        self.stream.as_ref()
    }
}

impl Writer<'_> {
    /// Sends one frame. Cancel-safe: what was not sent goes out before the next frame.
    pub async fn send(&mut self, frame: Frame) -> Result<(), EndedBy> {
        self.queue(frame);
        self.flush().await
    }

    /// Sends one frame together with the next ones, if they are small. Cancel-safe as well.
    pub async fn send_soon(&mut self, frame: Frame) -> Result<(), EndedBy> {
        self.queue(frame);
        if self.unsent.len() < WRITE_BYTES { Ok(()) } else { self.flush().await }
    }

    fn queue(&mut self, frame: Frame) {
        let header = FrameHeader {
            is_final: frame.is_final,
            opcode: tungstenite_opcode(frame.opcode),
            mask: None,
            ..FrameHeader::default()
        };
        let length = frame.payload.len() as u64;
        let formatted = header.format(length, &mut self.unsent.writer());
        formatted.expect("a buffer takes every header");
        self.unsent.extend_from_slice(&frame.payload);
        self.record.frame(Direction::Sent, frame.opcode, &frame.payload);
    }

    async fn flush(&mut self) -> Result<(), EndedBy> {
        self.stream.write_all_buf(self.unsent).await.map_err(reset)
    }

    /// Sends a whole text message.
    pub async fn text(&mut self, text: String) -> Result<(), EndedBy> {
        self.send(Frame { is_final: true, opcode: Opcode::Text, payload: text.into() }).await
    }

    /// Sends a Close frame with this body, valid or not.
    pub async fn close(&mut self, body: Bytes) -> Result<(), EndedBy> {
        self.send(Frame { is_final: true, opcode: Opcode::Close, payload: body }).await
    }
}

/// The body of a Close frame (RFC 6455, section 5.5.1): empty without a code.
pub fn close_body(code: Option<u16>, reason: &[u8]) -> Bytes {
    match code {
        None => Bytes::new(),
        Some(code) => [&code.to_be_bytes(), reason].concat().into(),
    }
}

/// Who is behind an error of a TCP stream: the client's RST. Its FIN is no error, and our own end comes last.
fn reset(_error: std::io::Error) -> EndedBy {
    EndedBy::ClientReset
}

fn parse(unread: &mut BytesMut) -> Result<Option<Frame>, EndedBy> {
    let mut cursor = Cursor::new(&*unread);
    let parsed = FrameHeader::parse(&mut cursor).map_err(|_| EndedBy::Server)?;
    let Some((header, length)) = parsed else { return Ok(None) };
    let header_length = cursor.position() as usize;
    let length = usize::try_from(length).map_err(|_| EndedBy::Server)?;
    if unread.len() - header_length < length {
        return Ok(None);
    }
    unread.advance(header_length);
    let mut payload = unread.split_to(length);
    if let Some(mask) = header.mask {
        unmask(&mut payload, mask);
    }
    let opcode = opcode(header.opcode).ok_or(EndedBy::Server)?;
    Ok(Some(Frame { is_final: header.is_final, opcode, payload: payload.freeze() }))
}

/// RFC 6455, section 5.3.
fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    for quad in payload.chunks_mut(mask.len()) {
        for (byte, key) in quad.iter_mut().zip(mask) {
            *byte ^= key;
        }
    }
}

fn opcode(opcode: OpCode) -> Option<Opcode> {
    match opcode {
        OpCode::Data(Data::Continue) => Some(Opcode::Continuation),
        OpCode::Data(Data::Text) => Some(Opcode::Text),
        OpCode::Data(Data::Binary) => Some(Opcode::Binary),
        OpCode::Control(Control::Close) => Some(Opcode::Close),
        OpCode::Control(Control::Ping) => Some(Opcode::Ping),
        OpCode::Control(Control::Pong) => Some(Opcode::Pong),
        OpCode::Data(Data::Reserved(_)) | OpCode::Control(Control::Reserved(_)) => None,
    }
}

fn tungstenite_opcode(opcode: Opcode) -> OpCode {
    match opcode {
        Opcode::Continuation => OpCode::Data(Data::Continue),
        Opcode::Text => OpCode::Data(Data::Text),
        Opcode::Binary => OpCode::Data(Data::Binary),
        Opcode::Close => OpCode::Control(Control::Close),
        Opcode::Ping => OpCode::Control(Control::Ping),
        Opcode::Pong => OpCode::Control(Control::Pong),
    }
}

//! A server of its own for each test, and the client that is made by hand.

use std::fmt::Debug;
use std::net::SocketAddr;
use std::time::Duration;

use misbehaving_server::{Options, Server};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longer than anything here takes; a test that waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(10);

pub const TEXT: u8 = 0x1;
pub const BINARY: u8 = 0x2;
pub const CLOSE: u8 = 0x8;
pub const PING: u8 = 0x9;
pub const PONG: u8 = 0xa;

pub struct TestServer {
    address: SocketAddr,
}

pub struct Http {
    pub status: u16,
    /// In lower case.
    pub head: String,
    pub body: String,
}

pub struct Client {
    pub stream: TcpStream,
    unread: Vec<u8>,
    /// The answer to the handshake, in lower case.
    pub head: String,
}

/// What a client sees next.
#[derive(Debug, PartialEq, Eq)]
pub enum Seen {
    Frame(u8, Vec<u8>),
    Fin,
    Reset,
}

impl TestServer {
    pub async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    pub async fn start_with(options: Options) -> Self {
        let server = Server::bind(0, options).await.expect("a port is free");
        let address = server.address().expect("it listens");
        tokio::spawn(server.run());
        Self { address }
    }

    pub fn at(address: SocketAddr) -> Self {
        Self { address }
    }

    /// Completes the handshake.
    pub async fn connect(&self, target: &str) -> Client {
        let client = self.handshake(target, "").await;
        assert!(client.head.starts_with("http/1.1 101 "), "{target}: {}", client.head);
        client
    }

    /// Sends a handshake with more headers, and reads the head of the answer.
    pub async fn handshake(&self, target: &str, headers: &str) -> Client {
        let mut client = self.ask_for_handshake(target, headers).await;
        loop {
            if let Some(end) = find(&client.unread, b"\r\n\r\n") {
                let head: Vec<u8> = client.unread.drain(..end + 4).collect();
                client.head = String::from_utf8(head).expect("a head is ASCII").to_lowercase();
                return client;
            }
            assert_ne!(client.read().await.expect("an answer"), 0, "TCP ended in the handshake");
        }
    }

    /// Sends a handshake and leaves the answer unread.
    pub async fn ask_for_handshake(&self, target: &str, headers: &str) -> Client {
        let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                       Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        self.ask("GET", target, &format!("{upgrade}{headers}")).await
    }

    /// Sends a request and leaves the answer unread.
    pub async fn ask(&self, method: &str, target: &str, headers: &str) -> Client {
        let mut stream = TcpStream::connect(self.address).await.expect("the server listens");
        let request =
            format!("{method} {target} HTTP/1.1\r\nHost: {}\r\n{headers}\r\n", self.address);
        stream.write_all(request.as_bytes()).await.expect("the server reads");
        Client { stream, unread: Vec::new(), head: String::new() }
    }

    /// An ordinary request.
    pub async fn http(&self, method: &str, target: &str) -> Http {
        self.http_with(method, target, "").await
    }

    /// A request with more headers.
    pub async fn http_with(&self, method: &str, target: &str, headers: &str) -> Http {
        let Client { mut stream, .. } = self.ask(method, target, headers).await;
        let mut answer = Vec::new();
        within(stream.read_to_end(&mut answer)).await.expect("an answer");
        let end = find(&answer, b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
        let status = head.split(' ').nth(1).expect("a status").parse().expect("a number");
        Http { status, head, body: String::from_utf8_lossy(&answer[end + 4..]).into_owned() }
    }

    /// The connections that `/log?{query}` answers with, when it answers 200.
    pub async fn log(&self, query: &str) -> Vec<Value> {
        let answer = self.http("GET", &format!("/log?{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        connections(&answer.body)
    }

    /// The only connection, once it has come as far as `until`.
    pub async fn only_connection(&self, until: &str) -> Value {
        let mut connections = self.log(&format!("until={until}")).await;
        assert_eq!(connections.len(), 1, "{connections:?}");
        connections.remove(0)
    }

    /// How many connections with this tag have no handshake yet, once there is one at all.
    pub async fn handshaking(&self, tag: &str) -> usize {
        let poll = async {
            loop {
                let connections = self.log(&format!("tag={tag}")).await;
                if !connections.is_empty() {
                    return connections
                        .iter()
                        .filter(|found| found["state"] == "handshake")
                        .count();
                }
            }
        };
        within(poll).await
    }

    /// Every test ends with this.
    pub async fn ends_idle(self) {
        for connection in self.log("until=idle").await {
            assert_eq!(connection["state"], "ended", "{connection}");
        }
    }
}

impl Client {
    /// Sends one whole masked frame.
    pub async fn send(&mut self, opcode: u8, payload: &[u8]) {
        let frame = frame(opcode, payload);
        within(self.stream.write_all(&frame)).await.expect("the server is there");
    }

    pub async fn close(&mut self, code: u16, reason: &str) {
        self.send(CLOSE, &close_body(code, reason)).await;
    }

    /// The next frame, or the end of TCP.
    pub async fn next(&mut self) -> Seen {
        loop {
            if let Some(frame) = self.take_frame() {
                return frame;
            }
            match self.read().await {
                Ok(0) => return Seen::Fin,
                Ok(_) => {}
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {
                    return Seen::Reset;
                }
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Everything up to the end of TCP.
    pub async fn rest(&mut self) -> Vec<Seen> {
        let mut all = Vec::new();
        loop {
            let seen = self.next().await;
            let ended = matches!(seen, Seen::Fin | Seen::Reset);
            all.push(seen);
            if ended {
                return all;
            }
        }
    }

    /// Sends a FIN and goes on reading.
    pub async fn half_close(&mut self) {
        self.stream.shutdown().await.expect("TCP is open");
    }

    /// Reads the body of an answer that refuses the handshake, up to the end of TCP.
    pub async fn end_of_http(&mut self) {
        while self.read().await.expect("TCP ends in order") > 0 {}
    }

    /// Ends TCP with a FIN, when everything was read.
    pub fn end(self) {
        drop(self.stream);
    }

    /// Ends TCP with a RST.
    pub fn reset(self) {
        self.stream.set_zero_linger().expect("SO_LINGER can be set");
    }

    async fn read(&mut self) -> std::io::Result<usize> {
        within(self.stream.read_buf(&mut self.unread)).await
    }

    fn take_frame(&mut self) -> Option<Seen> {
        let [first, second, ..] = *self.unread else { return None };
        assert_eq!(second & 0x80, 0, "a server never masks");
        let (length, start) = match second {
            126 => (u16::from_be_bytes(self.unread.get(2..4)?.try_into().unwrap()) as usize, 4),
            127 => (u64::from_be_bytes(self.unread.get(2..10)?.try_into().unwrap()) as usize, 10),
            short => (short as usize, 2),
        };
        self.unread.get(start..start + length)?;
        let frame: Vec<u8> = self.unread.drain(..start + length).collect();
        Some(Seen::Frame(first & 0x0f, frame[start..].to_vec()))
    }
}

pub fn text(text: &str) -> Seen {
    Seen::Frame(TEXT, text.into())
}

pub fn close(code: u16, reason: &str) -> Seen {
    Seen::Frame(CLOSE, close_body(code, reason))
}

pub fn close_body(code: u16, reason: &str) -> Vec<u8> {
    [&code.to_be_bytes(), reason.as_bytes()].concat()
}

/// A whole masked frame (RFC 6455, section 5.2).
pub fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [0x12, 0x34, 0x56, 0x78];

    let mut frame = vec![0x80 | opcode];
    match payload.len() {
        short @ 0..=125 => frame.push(0x80 | short as u8),
        middle @ 126..=0xffff => {
            frame.push(0x80 | 126);
            frame.extend((middle as u16).to_be_bytes());
        }
        long => {
            frame.push(0x80 | 127);
            frame.extend((long as u64).to_be_bytes());
        }
    }
    frame.extend(MASK);
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, key)| byte ^ key));
    frame
}

/// `direction opcode` of every logged frame, and what a Close frame says: `received close 1000 bye`.
pub fn frames(connection: &Value) -> Vec<String> {
    let frames = connection["frames"].as_array().expect("a list");
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let line = |frame: &Value| {
        let named =
            ["direction", "opcode", "code", "reason"].iter().filter_map(|name| frame.get(name));
        let words: Vec<String> = named.map(word).filter(|word| !word.is_empty()).collect();
        words.join(" ")
    };
    frames.iter().map(line).collect()
}

pub fn ended_by(connection: &Value) -> &str {
    connection["ended"]["by"].as_str().unwrap_or("nobody")
}

pub fn connections(body: &str) -> Vec<Value> {
    let mut log: Value = serde_json::from_str(body).expect("JSON");
    serde_json::from_value(log["connections"].take()).expect("a list")
}

pub async fn within<T>(future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.expect("this takes too long")
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

//! The WebSocket paths, their parameters, and what they mean. `--help` and every 404 show this table.

use std::fmt::Write;
use std::time::Duration;

use bytes::Bytes;
use hyper::StatusCode;

use crate::behaviour::{Behaviour, Messages, Occasion};
use crate::log::Opcode;
use crate::params::{BadParameter, Parameters};
use crate::wire::{Ending, close_body};

/// How a request for a WebSocket path is answered.
#[derive(Clone, Debug)]
pub enum Plan {
    /// With a handshake, and then this.
    Accept(Behaviour),
    /// With this status instead.
    Reject(StatusCode),
    /// Not at all.
    Hang,
}

/// One WebSocket path.
#[derive(Debug)]
pub struct Path {
    /// With the leading slash.
    pub name: &'static str,
    usage: &'static str,
    does: &'static str,
    plan: fn(&mut Parameters) -> Result<Plan, BadParameter>,
}

/// Every WebSocket path.
pub static PATHS: [Path; 13] = [
    Path {
        name: "/echo",
        usage: "?longest=",
        does: "echoes (messages of at most N bytes), answers pings, answers Close with the same code and reason",
        plan: echo,
    },
    Path {
        name: "/close",
        usage: "?code=1000|none&reason=&after=0&messages=0&bytes=&kind=text|binary",
        does: "closes first, after some ms, with N messages directly before the Close frame, which are their \
               numbers, or of so many bytes",
        plan: close,
    },
    Path {
        name: "/silent",
        usage: "",
        does: "reads everything, answers nothing, never closes",
        plan: |_| accept(Behaviour::Silent),
    },
    Path { name: "/late", usage: "?ms=1000", does: "answers Close after some ms", plan: late },
    Path {
        name: "/no-fin",
        usage: "",
        does: "answers Close, then leaves TCP open",
        plan: |_| accept(Behaviour::NoFin),
    },
    Path {
        name: "/other",
        usage: "?code=4999|none&reason=other",
        does: "answers Close with another code and reason",
        plan: other,
    },
    Path {
        name: "/stall",
        usage: "?for=",
        does: "stops reading, for ever or for some ms, after which it is /silent",
        plan: stall,
    },
    Path {
        name: "/drop",
        usage: "?on=open|close&after=0",
        does: "ends TCP with a FIN and no Close frame, some ms after the handshake or the client's Close",
        plan: |parameters| end(Ending::Fin, parameters),
    },
    Path {
        name: "/reset",
        usage: "?on=open|close&after=0",
        does: "ends TCP with a RST, some ms after the handshake or the client's Close",
        plan: |parameters| end(Ending::Reset, parameters),
    },
    Path {
        name: "/flood",
        usage: "?every=10&bytes=1024",
        does: "sends a text message every so many ms, never answers Close, goes on during closing",
        plan: flood,
    },
    Path {
        name: "/invalid-close",
        usage: "?kind=one-byte|bad-utf8|reserved-code|too-long&on=close|open&after=0",
        does: "answers Close with an invalid Close frame, or sends one first, after some ms",
        plan: invalid_close,
    },
    Path {
        name: "/reject",
        usage: "?status=403",
        does: "answers the handshake with an HTTP status from 400 to 599",
        plan: reject,
    },
    Path {
        name: "/hang",
        usage: "",
        does: "never answers the handshake",
        plan: |_| Ok(Plan::Hang),
    },
];

/// The table for people to read.
pub fn usage() -> String {
    let rows = PATHS.iter().map(|Path { name, usage, does, .. }| (*name, *usage, *does));
    table("WebSocket paths; each also takes tag=, a label that the log shows:", rows)
}

/// A table for people to read: the name of each row, the parameters, and what it does.
pub fn table<'row>(
    head: &str,
    rows: impl Iterator<Item = (&'row str, &'row str, &'row str)>,
) -> String {
    let mut text = format!("{head}\n");
    for (name, usage, does) in rows {
        writeln!(text, "  {name}{usage}\n      {does}").expect("a String takes everything");
    }
    text
}

/// The path of this name.
pub fn find(name: &str) -> Option<&'static Path> {
    PATHS.iter().find(|path| path.name == name)
}

impl Path {
    /// What a query asks of this path, and its tag.
    pub fn plan(&self, query: &str) -> Result<(Plan, Option<String>), BadParameter> {
        plan(query, self.plan)
    }
}

/// What a query asks, as `read` takes it, and its tag.
pub fn plan<T>(
    query: &str,
    read: impl FnOnce(&mut Parameters) -> Result<T, BadParameter>,
) -> Result<(T, Option<String>), BadParameter> {
    let mut parameters = Parameters::parse(query);
    let plan = read(&mut parameters)?;
    let tag = parameters.text("tag")?;
    parameters.finish()?;
    Ok((plan, tag))
}

/// The longest message.
const MOST_BYTES: u64 = 1 << 20;

const OCCASIONS: [(&str, Occasion); 2] = [("open", Occasion::Open), ("close", Occasion::Close)];

fn accept(behaviour: Behaviour) -> Result<Plan, BadParameter> {
    Ok(Plan::Accept(behaviour))
}

fn echo(parameters: &mut Parameters) -> Result<Plan, BadParameter> {
    let longest = parameters.number("longest", 0..=MOST_BYTES)?.map(|bytes| bytes as usize);
    accept(Behaviour::Echo { longest })
}

fn close(parameters: &mut Parameters) -> Result<Plan, BadParameter> {
    const MOST_MESSAGES: u64 = 1_000_000;
    const KINDS: [(&str, Opcode); 2] = [("text", Opcode::Text), ("binary", Opcode::Binary)];

    let body = body(parameters, 1000, "")?;
    let after = parameters.milliseconds("after")?.unwrap_or_default();
    let count = parameters.number("messages", 0..=MOST_MESSAGES)?.unwrap_or_default();
    let bytes = parameters.number("bytes", 0..=MOST_BYTES)?.map(|bytes| bytes as usize);
    let kind = parameters.one_of("kind", &KINDS)?.unwrap_or(Opcode::Text);
    accept(Behaviour::Close { body, after, messages: Messages { count, bytes, kind } })
}

fn late(parameters: &mut Parameters) -> Result<Plan, BadParameter> {
    let by = parameters.milliseconds("ms")?.unwrap_or(Duration::from_millis(1000));
    accept(Behaviour::Late { by })
}

fn other(parameters: &mut Parameters) -> Result<Plan, BadParameter> {
    let body = body(parameters, 4999, "other")?;
    accept(Behaviour::Other { body })
}

fn stall(parameters: &mut Parameters) -> Result<Plan, BadParameter> {
    let resume_after = parameters.milliseconds("for")?;
    accept(Behaviour::Stall { resume_after })
}

fn end(ending: Ending, parameters: &mut Parameters) -> Result<Plan, BadParameter> {
    let on = parameters.one_of("on", &OCCASIONS)?.unwrap_or(Occasion::Open);
    let after = parameters.milliseconds("after")?.unwrap_or_default();
    accept(Behaviour::End { ending, on, after })
}

fn flood(parameters: &mut Parameters) -> Result<Plan, BadParameter> {
    const LONGEST_PAUSE_MS: u64 = 60_000;

    let every = parameters.number("every", 1..=LONGEST_PAUSE_MS)?.unwrap_or(10);
    let bytes = parameters.number("bytes", 0..=MOST_BYTES)?.unwrap_or(1024);
    accept(Behaviour::Flood { every: Duration::from_millis(every), bytes: bytes as usize })
}

fn invalid_close(parameters: &mut Parameters) -> Result<Plan, BadParameter> {
    /// "No status received" must never be sent (RFC 6455, section 7.4.1).
    const RESERVED: u16 = 1005;
    /// One byte more than a control frame may have (RFC 6455, section 5.5).
    const TOO_LONG: [u8; 124] = [b'x'; 124];

    let kinds: [(&str, Bytes); 4] = [
        ("one-byte", Bytes::from_static(b"\x03")),
        ("bad-utf8", close_body(Some(1000), b"\xff\xfe")),
        ("reserved-code", close_body(Some(RESERVED), b"")),
        ("too-long", close_body(Some(1000), &TOO_LONG)),
    ];
    let body = parameters.one_of("kind", &kinds)?.unwrap_or(kinds[0].1.clone());
    let on = parameters.one_of("on", &OCCASIONS)?.unwrap_or(Occasion::Close);
    let after = parameters.milliseconds("after")?.unwrap_or_default();
    accept(Behaviour::InvalidClose { body, on, after })
}

fn reject(parameters: &mut Parameters) -> Result<Plan, BadParameter> {
    let status = parameters.number("status", 400..=599)?.unwrap_or(403);
    let status = StatusCode::from_u16(status as u16).expect("400 to 599 are status codes");
    Ok(Plan::Reject(status))
}

/// The parameters `code` and `reason` of a Close frame.
fn body(parameters: &mut Parameters, code: u16, reason: &str) -> Result<Bytes, BadParameter> {
    let code = parameters.close_code("code")?.unwrap_or(Some(code));
    let given = parameters.reason("reason")?;
    match (code, &given) {
        (None, Some(text)) if !text.is_empty() => {
            Err(BadParameter::new("reason", text, "no reason without a code"))
        }
        _ => Ok(close_body(code, given.as_deref().unwrap_or(reason).as_bytes())),
    }
}

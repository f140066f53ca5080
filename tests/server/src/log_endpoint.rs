//! `/log`: reading the log over HTTP, waiting for it, and clearing it.

use std::time::Duration;

use hyper::header::{
    ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, CACHE_CONTROL, HeaderValue,
};
use hyper::{Method, StatusCode};
use serde::Serialize;

use crate::answer::{self, Answer};
use crate::log::{Connection, Log, Until};
use crate::params::{BadParameter, Parameters};

const DEFAULT_TIMEOUT_MS: u64 = 10_000;
const LONGEST_TIMEOUT_MS: u64 = 60_000;

/// The log for people to read of.
pub const USAGE: &str = "\
What the server has seen, as JSON:
  GET /log?tag=&until=opened|closing|ended|idle&timeout=10000
      waits until all connections with the tag have come so far, or answers 408 after some ms
  DELETE /log?tag=  or  POST /log/clear?tag=
      forgets connections that have ended
";

/// If this path belongs to the log.
pub fn is_log(path: &str) -> bool {
    matches!(path, "/log" | "/log/clear")
}

/// Answers a request for [a path of the log](is_log). Any page may read the answer, whatever its origin.
pub async fn answer(log: &Log, method: &Method, path: &str, query: &str) -> Answer {
    let mut answer = match (path, method) {
        (_, &Method::OPTIONS) => allowed(StatusCode::NO_CONTENT),
        ("/log", &Method::GET) => read(log, query).await.unwrap_or_else(refuse),
        ("/log", &Method::DELETE) | ("/log/clear", &Method::POST) => {
            clear(log, query).unwrap_or_else(refuse)
        }
        _ => allowed(StatusCode::METHOD_NOT_ALLOWED),
    };
    let headers = answer.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

#[derive(Serialize)]
struct Document {
    connections: Vec<Connection>,
    /// The log's clock as the answer is made, so that a reader can relate the clock to its own.
    now: f64,
}

async fn read(log: &Log, query: &str) -> Result<Answer, BadParameter> {
    const POINTS: [(&str, Until); 4] = [
        ("opened", Until::Opened),
        ("closing", Until::Closing),
        ("ended", Until::Ended),
        ("idle", Until::Idle),
    ];

    let mut parameters = Parameters::parse(query);
    let tag = parameters.text("tag")?;
    let until = parameters.one_of("until", &POINTS)?;
    let longest_ms =
        parameters.number("timeout", 0..=LONGEST_TIMEOUT_MS)?.unwrap_or(DEFAULT_TIMEOUT_MS);
    parameters.finish()?;

    let reached = match until {
        None => true,
        Some(until) => log.wait(tag.as_deref(), until, Duration::from_millis(longest_ms)).await,
    };
    let status = if reached { StatusCode::OK } else { StatusCode::REQUEST_TIMEOUT };
    let document = Document { connections: log.connections(tag.as_deref()), now: log.now() };
    let document = serde_json::to_string(&document).expect("a log is always JSON");
    Ok(answer::json(status, document))
}

fn clear(log: &Log, query: &str) -> Result<Answer, BadParameter> {
    let mut parameters = Parameters::parse(query);
    let tag = parameters.text("tag")?;
    parameters.finish()?;
    log.forget_ended(tag.as_deref());
    Ok(answer::empty(StatusCode::NO_CONTENT))
}

fn refuse(bad: BadParameter) -> Answer {
    answer::text(StatusCode::BAD_REQUEST, bad.to_string())
}

fn allowed(status: StatusCode) -> Answer {
    const METHODS: HeaderValue = HeaderValue::from_static("GET, DELETE, POST, OPTIONS");

    let mut answer = answer::empty(status);
    answer.headers_mut().insert(ALLOW, METHODS);
    answer.headers_mut().insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    answer
}

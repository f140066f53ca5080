//! The HTTP responses that several places give.

use std::io;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::header::{CONNECTION, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};

/// A response with a text or a file.
pub type Answer = Response<UnsyncBoxBody<Bytes, io::Error>>;

/// A text for people.
pub fn text(status: StatusCode, text: impl Into<String>) -> Answer {
    with_body(status, "text/plain; charset=utf-8", text.into() + "\n")
}

/// A JSON document.
pub fn json(status: StatusCode, document: String) -> Answer {
    with_body(status, "application/json", document)
}

/// A page.
pub fn html(page: &str) -> Answer {
    with_body(StatusCode::OK, "text/html; charset=utf-8", page.into())
}

/// A file that a browser is to keep under this name, and not to show.
pub fn attachment(name: &str, content: &str) -> Answer {
    let mut answer = with_body(StatusCode::OK, "application/octet-stream", content.into());
    let disposition = format!("attachment; filename=\"{name}\"");
    let disposition = HeaderValue::from_str(&disposition).expect("a name is a part of a header");
    answer.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    answer
}

/// Nothing but a status.
pub fn empty(status: StatusCode) -> Answer {
    let mut answer = Answer::new(whole(Bytes::new()));
    *answer.status_mut() = status;
    answer
}

/// Says that TCP ends after this answer. Every answer but the handshake's does: a browser may send a request again
/// whose connection was used before and which is answered by 408, as a wait for the log can be.
pub fn last_of_connection(mut answer: Answer) -> Answer {
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    answer
}

fn with_body(status: StatusCode, content_type: &'static str, body: String) -> Answer {
    let mut answer = Answer::new(whole(body.into()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer
}

fn whole(body: Bytes) -> UnsyncBoxBody<Bytes, io::Error> {
    Full::new(body).map_err(|never| match never {}).boxed_unsync()
}

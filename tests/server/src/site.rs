//! Who answers which request: the log, a WebSocket path, a page, or a file.

use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{CACHE_CONTROL, HeaderValue, ORIGIN};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::sleep;
use tower_http::services::ServeDir;

use crate::answer::{self, Answer};
use crate::behaviour::{self, Behaviour};
use crate::handshake::Handshake;
use crate::log::{self, EndedBy, Log, Recorder};
use crate::pages;
use crate::paths::{self, Plan};
use crate::wire::Peer;
use crate::{Options, log_endpoint};

/// Everything that requests share.
#[derive(Debug)]
pub struct Site {
    log: Arc<Log>,
    www: Option<PathBuf>,
    max_lifetime: Duration,
}

impl Site {
    /// A site with an empty log.
    pub fn new(options: Options) -> Arc<Self> {
        let Options { www, max_lifetime } = options;
        Arc::new(Self { log: Log::new(), www, max_lifetime })
    }

    /// Answers the requests of one TCP connection until it ends or becomes a WebSocket.
    pub async fn serve(self: Arc<Self>, stream: TcpStream) {
        // Frames go out one by one. Where this fails they go out late.
        let _ = stream.set_nodelay(true);
        let without_handshake = Mutex::new(None);
        let service = service_fn(|request| self.answer(request, &without_handshake));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        let served = connection.with_upgrades().await;
        let record = without_handshake.lock().expect("nothing panics while it writes").take();
        if let Some(record) = record {
            record.ended(match served {
                Ok(()) => EndedBy::Server,
                Err(error) => http_ended_by(&error),
            });
        }
    }

    async fn answer(
        &self,
        request: Request<Incoming>,
        without_handshake: &Mutex<Option<Recorder>>,
    ) -> Result<Answer, LifetimeOver> {
        let (method, uri) = (request.method(), request.uri());
        let (name, query) = (uri.path(), uri.query().unwrap_or_default());
        let answer = if log_endpoint::is_log(name) {
            log_endpoint::answer(&self.log, method, name, query).await
        } else if let Some(path) = paths::find(name) {
            self.websocket(path, request, without_handshake).await?
        } else if let Some(page) = pages::find(name) {
            self.page(page, &request, without_handshake).await?
        } else {
            self.file(request).await
        };
        Ok(answer::last_of_connection(answer))
    }

    /// Answers a request for a WebSocket path. The record of a connection whose handshake is refused or never
    /// answered is left in `without_handshake`, since only the end of HTTP is its end.
    async fn websocket(
        &self,
        path: &paths::Path,
        mut request: Request<Incoming>,
        without_handshake: &Mutex<Option<Recorder>>,
    ) -> Result<Answer, LifetimeOver> {
        let (plan, tag) = match path.plan(request.uri().query().unwrap_or_default()) {
            Ok(planned) => planned,
            Err(bad) => return Ok(answer::text(StatusCode::BAD_REQUEST, bad.to_string())),
        };
        let handshake = match Handshake::read(&request) {
            Ok(handshake) => handshake,
            Err(not_websocket) => return Ok(not_websocket.answer()),
        };
        let record = self.begin(path.name, tag, &request);
        match plan {
            Plan::Accept(behaviour) => {
                // Before the client can know of it, so that no client is ahead of the log.
                record.opened(handshake.protocol.as_deref());
                let upgrade = hyper::upgrade::on(&mut request);
                tokio::spawn(upgraded(upgrade, behaviour, record, self.max_lifetime));
                Ok(handshake.answer())
            }
            Plan::Reject(status) => {
                keep(record, without_handshake);
                Ok(answer::text(status, format!("rejected with {status}, as asked")))
            }
            Plan::Hang => {
                keep(record, without_handshake);
                self.never().await
            }
        }
    }

    /// Answers a request for a page, now, later or never.
    async fn page(
        &self,
        page: &pages::Page,
        request: &Request<Incoming>,
        without_handshake: &Mutex<Option<Recorder>>,
    ) -> Result<Answer, LifetimeOver> {
        let (plan, tag) = match page.plan(request.uri().query().unwrap_or_default()) {
            Ok(planned) => planned,
            Err(bad) => return Ok(answer::text(StatusCode::BAD_REQUEST, bad.to_string())),
        };
        keep(self.begin(page.name, tag, request), without_handshake);
        match plan.after {
            None => self.never().await,
            Some(after) => {
                sleep(after).await;
                let mut answer = (plan.answer)();
                let headers = answer.headers_mut();
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
                Ok(answer)
            }
        }
    }

    /// Begins the record of a connection.
    fn begin(&self, path: &str, tag: Option<String>, request: &Request<Incoming>) -> Recorder {
        let query = request.uri().query().unwrap_or_default().to_owned();
        let origin = request
            .headers()
            .get(ORIGIN)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        self.log.begin(log::Request { path: path.into(), query, tag, origin })
    }

    /// Leaves a request unanswered.
    async fn never(&self) -> Result<Answer, LifetimeOver> {
        sleep(self.max_lifetime).await;
        Err(LifetimeOver)
    }

    async fn file(&self, request: Request<Incoming>) -> Answer {
        let name = request.uri().path().to_owned();
        let Some(www) = &self.www else { return not_found(&name) };
        match ServeDir::new(www).try_call(request).await {
            Ok(found) if found.status() == StatusCode::NOT_FOUND => not_found(&name),
            Ok(found) => {
                let mut answer = found.map(BodyExt::boxed_unsync);
                answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
                answer
            }
            Err(error) if is_not_found(&error) => not_found(&name),
            Err(error) => answer::text(
                StatusCode::INTERNAL_SERVER_ERROR,
                format!("cannot read {name}: {error}"),
            ),
        }
    }
}

/// Leaves a record to be ended when HTTP is.
fn keep(record: Recorder, without_handshake: &Mutex<Option<Recorder>>) {
    *without_handshake.lock().expect("nothing panics while it writes") = Some(record);
}

/// A request stayed unanswered for the maximum lifetime.
#[derive(Debug)]
struct LifetimeOver;

impl std::fmt::Display for LifetimeOver {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the connection has reached its maximum lifetime")
    }
}

impl Error for LifetimeOver {}

async fn upgraded(
    upgrade: OnUpgrade,
    behaviour: Behaviour,
    record: Recorder,
    max_lifetime: Duration,
) {
    match upgrade.await {
        Ok(upgraded) => {
            let (stream, unread) = into_tcp(upgraded);
            behaviour::run(behaviour, Peer::new(stream, &unread, record), max_lifetime).await;
        }
        Err(error) => record.ended(http_ended_by(&error)),
    }
}

/// The TCP stream of an upgraded connection, and what hyper has read of it already.
fn into_tcp(upgraded: Upgraded) -> (TcpStream, bytes::Bytes) {
    let parts = upgraded.downcast::<TokioIo<TcpStream>>();
    let parts = parts.expect("every connection is served on a TcpStream");
    (parts.io.into_inner(), parts.read_buf)
}

/// Who ended a connection that is still HTTP.
fn http_ended_by(error: &hyper::Error) -> EndedBy {
    if error.is_user() {
        return EndedBy::Lifetime;
    }
    match error.source() {
        Some(source) if source.is::<io::Error>() => EndedBy::ClientReset,
        _ => EndedBy::ClientFin,
    }
}

fn is_not_found(error: &io::Error) -> bool {
    use io::ErrorKind::{NotADirectory, NotFound};

    matches!(error.kind(), NotFound | NotADirectory)
}

fn not_found(name: &str) -> Answer {
    answer::text(StatusCode::NOT_FOUND, format!("nothing at {name}\n\n{}", crate::usage()))
}

//! The pages that a browser can go to, and that the log has too.

use std::time::{Duration, Instant};

use misbehaving_server::Options;

use crate::support::*;

#[tokio::test]
async fn a_204_has_nothing_to_show() {
    let server = TestServer::start().await;
    let answer = server.http("GET", "/204?tag=mine").await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    assert!(answer.head.contains("\r\ncache-control: no-store"), "{}", answer.head);
    let connection = server.only_connection("ended").await;
    assert_eq!(connection["path"], "/204");
    assert_eq!(connection["tag"], "mine");
    assert_eq!(ended_by(&connection), "server");
    server.ends_idle().await;
}

#[tokio::test]
async fn a_download_is_a_file_to_keep() {
    let server = TestServer::start().await;
    let answer = server.http("POST", "/download").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "to keep"));
    for header in [
        "content-type: application/octet-stream",
        "content-disposition: attachment; filename=\"download.bin\"",
        "cache-control: no-store",
    ] {
        assert!(answer.head.contains(&format!("\r\n{header}")), "{}", answer.head);
    }
    server.ends_idle().await;
}

#[tokio::test]
async fn slow_answers_with_a_page_after_so_long() {
    const AFTER: Duration = Duration::from_millis(100);

    let server = TestServer::start().await;
    let asked = Instant::now();
    let answer = server.http("GET", "/slow?ms=100").await;
    assert!(asked.elapsed() >= AFTER, "{:?}", asked.elapsed());
    assert_eq!(answer.status, 200);
    assert!(answer.head.contains("\r\ncontent-type: text/html"), "{}", answer.head);
    assert!(answer.body.starts_with("<!doctype html>"), "{}", answer.body);
    server.ends_idle().await;
}

#[tokio::test]
async fn slow_without_a_time_never_answers_and_sees_the_client_go() {
    let server = TestServer::start().await;
    let mut client = server.ask("GET", "/slow?tag=fin", "").await;
    assert_eq!(server.handshaking("fin").await, 1);
    client.half_close().await;
    assert_eq!(client.rest().await, [Seen::Fin]);
    assert_eq!(ended_by(&server.log("tag=fin&until=ended").await[0]), "client-fin");
    server.ends_idle().await;
}

#[tokio::test]
async fn a_request_that_is_too_old_is_dropped() {
    let options = Options { max_lifetime: Duration::from_millis(100), ..Options::default() };
    let server = TestServer::start_with(options).await;
    let mut client = server.ask("GET", "/slow", "").await;
    assert_eq!(client.rest().await, [Seen::Fin]);
    assert_eq!(ended_by(&server.only_connection("ended").await), "lifetime");
    server.ends_idle().await;
}

//! Below the closing handshake: `/stall`, `/drop`, `/reset`, `/flood`, the maximum lifetime,
//! and the opening handshake: `/reject`, `/hang`, subprotocols.

use std::time::Duration;

use misbehaving_server::Options;
use tokio::time::timeout;

use crate::support::*;

#[tokio::test]
async fn stall_reads_nothing_and_sees_the_fin_of_an_idle_client() {
    let server = TestServer::start().await;
    let client = server.connect("/stall").await;
    client.end();
    let connection = server.only_connection("ended").await;
    assert_eq!(ended_by(&connection), "client-fin");
    server.ends_idle().await;
}

#[tokio::test]
async fn stall_sees_the_fin_behind_data_that_it_never_reads() {
    let server = TestServer::start().await;
    let mut client = server.connect("/stall").await;
    client.send(TEXT, b"hello").await;
    client.close(1000, "").await;
    client.end();
    let connection = server.only_connection("ended").await;
    assert_eq!(frames(&connection), [""; 0]);
    assert_eq!(connection["bytes"], 0);
    assert_eq!(ended_by(&connection), "client-fin");
    server.ends_idle().await;
}

#[tokio::test]
async fn stall_sees_the_end_of_a_client_whose_data_is_stuck() {
    let server = TestServer::start().await;
    let client = server.connect("/stall").await;
    write_until_stuck(&client).await;
    client.end();
    let connection = server.only_connection("ended").await;
    assert_eq!(ended_by(&connection), "client-fin");
    server.ends_idle().await;
}

#[tokio::test]
async fn stall_sees_a_reset_as_a_reset() {
    let server = TestServer::start().await;
    let client = server.connect("/stall").await;
    write_until_stuck(&client).await;
    client.reset();
    let connection = server.only_connection("ended").await;
    assert_eq!(ended_by(&connection), "client-reset");
    server.ends_idle().await;
}

#[tokio::test]
async fn stall_reads_again_after_its_time_and_answers_nothing() {
    const STALLED_MS: f64 = 150.0;

    let server = TestServer::start().await;
    let mut client = server.connect(&format!("/stall?for={STALLED_MS}")).await;
    client.send(TEXT, b"hello").await;
    client.close(1000, "").await;
    let closing = server.only_connection("closing").await;
    let passed =
        closing["frames"][0]["at"].as_f64().unwrap() - closing["startedAt"].as_f64().unwrap();
    assert!(passed >= STALLED_MS, "{closing}");
    client.end();
    let connection = server.only_connection("ended").await;
    assert_eq!(frames(&connection), ["received text", "received close 1000"]);
    server.ends_idle().await;
}

#[tokio::test]
async fn drop_ends_tcp_without_a_close_frame() {
    let server = TestServer::start().await;
    let mut client = server.connect("/drop").await;
    assert_eq!(client.rest().await, [Seen::Fin]);
    client.end();
    let connection = server.only_connection("ended").await;
    assert_eq!(frames(&connection), [""; 0]);
    assert_eq!(ended_by(&connection), "server");
    server.ends_idle().await;
}

#[tokio::test]
async fn drop_and_reset_never_answer_a_close_frame_that_comes_before_their_time() {
    let server = TestServer::start().await;
    for (target, end) in [("/drop?after=100", Seen::Fin), ("/reset?after=100", Seen::Reset)] {
        let mut client = server.connect(target).await;
        client.send(TEXT, b"hello").await;
        client.close(1000, "").await;
        assert_eq!(client.rest().await, [text("hello"), end], "{target}");
    }
    server.ends_idle().await;
}

#[tokio::test]
async fn drop_and_reset_on_close_wait_for_the_close_frame() {
    let server = TestServer::start().await;
    for (target, end) in [("/drop?on=close", Seen::Fin), ("/reset?on=close", Seen::Reset)] {
        let mut client = server.connect(target).await;
        client.send(TEXT, b"hello").await;
        assert_eq!(client.next().await, text("hello"), "{target}");
        client.close(1000, "").await;
        assert_eq!(client.rest().await, [end], "{target}");
    }
    for connection in server.log("until=ended").await {
        assert_eq!(ended_by(&connection), "server");
    }
    server.ends_idle().await;
}

#[tokio::test]
async fn reset_ends_tcp_with_a_reset() {
    let server = TestServer::start().await;
    let mut client = server.connect("/reset").await;
    assert_eq!(client.rest().await, [Seen::Reset]);
    let connection = server.only_connection("ended").await;
    assert_eq!(ended_by(&connection), "server");
    server.ends_idle().await;
}

#[tokio::test]
async fn flood_goes_on_during_closing_and_never_answers() {
    const BYTES: usize = 300;
    const MESSAGES: usize = 10;

    let server = TestServer::start().await;
    let mut client = server.connect(&format!("/flood?every=1&bytes={BYTES}")).await;
    let message = text(&"x".repeat(BYTES));
    assert_eq!(client.next().await, message);
    client.close(1000, "").await;
    server.only_connection("closing").await;
    for _ in 0..MESSAGES {
        assert_eq!(client.next().await, message);
    }
    client.half_close().await;
    let connection = server.only_connection("ended").await;
    assert_eq!(ended_by(&connection), "client-fin");
    assert!(
        !frames(&connection).iter().any(|frame| frame.starts_with("sent close")),
        "{connection}"
    );
    server.ends_idle().await;
}

#[tokio::test]
async fn reject_answers_the_handshake_with_its_status() {
    let server = TestServer::start().await;
    for (target, status) in [("/reject", 403), ("/reject?status=503", 503)] {
        let mut client = server.handshake(target, "").await;
        assert!(client.head.starts_with(&format!("http/1.1 {status} ")), "{}", client.head);
        client.end_of_http().await;
    }
    for connection in server.log("until=ended").await {
        assert_eq!(ended_by(&connection), "server", "{connection}");
    }
    server.ends_idle().await;
}

#[tokio::test]
async fn hang_never_answers_the_handshake_and_sees_the_client_go() {
    let server = TestServer::start().await;
    let mut client = server.ask_for_handshake("/hang?tag=fin", "").await;
    assert_eq!(server.handshaking("fin").await, 1);
    client.half_close().await;
    assert_eq!(client.rest().await, [Seen::Fin]);
    assert_eq!(ended_by(&server.log("tag=fin&until=ended").await[0]), "client-fin");

    let client = server.ask_for_handshake("/hang?tag=reset", "").await;
    assert_eq!(server.handshaking("reset").await, 1);
    client.reset();
    assert_eq!(ended_by(&server.log("tag=reset&until=ended").await[0]), "client-reset");
    server.ends_idle().await;
}

#[tokio::test]
async fn a_connection_that_is_too_old_is_dropped() {
    let options = Options { max_lifetime: Duration::from_millis(100), ..Options::default() };
    let server = TestServer::start_with(options).await;
    let mut silent = server.connect("/silent").await;
    let mut stalled = server.connect("/stall").await;
    let mut hanging = server.ask_for_handshake("/hang", "").await;
    for client in [&mut silent, &mut stalled, &mut hanging] {
        assert_eq!(client.rest().await, [Seen::Fin]);
    }
    for connection in server.log("until=ended").await {
        assert_eq!(ended_by(&connection), "lifetime", "{connection}");
    }
    server.ends_idle().await;
}

#[tokio::test]
async fn the_first_offered_subprotocol_is_accepted() {
    let server = TestServer::start().await;
    let offer = "Sec-WebSocket-Protocol: chat, superchat\r\nOrigin: http://example.org\r\n";
    let client = server.handshake("/echo", offer).await;
    assert!(client.head.contains("\r\nsec-websocket-protocol: chat\r\n"), "{}", client.head);
    // The example of RFC 6455, section 1.3.
    assert!(
        client.head.contains("\r\nsec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"),
        "{}",
        client.head
    );
    let connection = server.only_connection("opened").await;
    assert_eq!(connection["protocol"], "chat");
    assert_eq!(connection["origin"], "http://example.org");
    client.end();
    server.ends_idle().await;
}

/// Fills the server's receive buffer and the client's send buffer.
async fn write_until_stuck(client: &Client) {
    /// The kernel takes far less time to find room when there is any.
    const NO_ROOM: Duration = Duration::from_millis(200);
    static CHUNK: [u8; 65_536] = [0; 65_536];

    while timeout(NO_ROOM, client.stream.writable()).await.is_ok() {
        // Full buffers show as an error here, and as time passing above.
        let _ = client.stream.try_write(&CHUNK);
    }
}

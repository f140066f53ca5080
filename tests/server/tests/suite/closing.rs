//! Closing handshakes, one for each way in which they go wrong:
//! `/echo`, `/close`, `/silent`, `/late`, `/no-fin`, `/other`, `/invalid-close`.

use crate::support::*;

#[tokio::test]
async fn echo_returns_text_as_text_and_binary_as_binary_and_a_ping_as_a_pong() {
    let server = TestServer::start().await;
    let mut client = server.connect("/echo").await;
    let large = vec![0xab; 70_000];
    client.send(TEXT, "grüß dich".as_bytes()).await;
    client.send(BINARY, &large).await;
    client.send(PING, b"there?").await;
    assert_eq!(client.next().await, text("grüß dich"));
    assert_eq!(client.next().await, Seen::Frame(BINARY, large));
    assert_eq!(client.next().await, Seen::Frame(PONG, b"there?".to_vec()));
    client.end();
    server.ends_idle().await;
}

#[tokio::test]
async fn echo_answers_close_with_the_same_code_and_reason_and_ends_tcp() {
    let server = TestServer::start().await;
    let mut client = server.connect("/echo").await;
    client.close(4000, "bye").await;
    assert_eq!(client.rest().await, [close(4000, "bye"), Seen::Fin]);
    client.end();
    let connection = server.only_connection("ended").await;
    assert_eq!(frames(&connection), ["received close 4000 bye", "sent close 4000 bye"]);
    assert_eq!(ended_by(&connection), "server");
    server.ends_idle().await;
}

#[tokio::test]
async fn echo_answers_a_close_without_body_without_body() {
    let server = TestServer::start().await;
    let mut client = server.connect("/echo").await;
    client.send(CLOSE, b"").await;
    assert_eq!(client.rest().await, [Seen::Frame(CLOSE, vec![]), Seen::Fin]);
    client.end();
    let connection = server.only_connection("ended").await;
    assert_eq!(frames(&connection), ["received close null", "sent close null"]);
    server.ends_idle().await;
}

#[tokio::test]
async fn close_closes_first_with_1000_and_ends_tcp_after_the_answer() {
    let server = TestServer::start().await;
    let mut client = server.connect("/close").await;
    assert_eq!(client.next().await, close(1000, ""));
    client.close(1000, "").await;
    assert_eq!(client.rest().await, [Seen::Fin]);
    client.end();
    let connection = server.only_connection("ended").await;
    assert_eq!(frames(&connection), ["sent close 1000", "received close 1000"]);
    assert_eq!(ended_by(&connection), "server");
    server.ends_idle().await;
}

#[tokio::test]
async fn close_takes_its_code_and_reason_and_the_time_before_from_the_url() {
    const AFTER_MS: f64 = 50.0;

    let server = TestServer::start().await;
    let mut client =
        server.connect(&format!("/close?code=4001&reason=gr%C3%BC%C3%9Fe&after={AFTER_MS}")).await;
    assert_eq!(client.next().await, close(4001, "grüße"));
    client.end();
    let connection = server.only_connection("ended").await;
    let passed =
        connection["frames"][0]["at"].as_f64().unwrap() - connection["startedAt"].as_f64().unwrap();
    assert!(passed >= AFTER_MS, "{connection}");
    assert_eq!(ended_by(&connection), "client-fin");
    server.ends_idle().await;
}

#[tokio::test]
async fn close_sends_no_body_with_code_none() {
    let server = TestServer::start().await;
    let mut client = server.connect("/close?code=none").await;
    assert_eq!(client.next().await, Seen::Frame(CLOSE, vec![]));
    client.end();
    server.ends_idle().await;
}

#[tokio::test]
async fn echo_drops_what_is_longer_than_the_longest_and_echoes_the_rest() {
    let server = TestServer::start().await;
    let mut client = server.connect("/echo?longest=4").await;
    client.send(TEXT, b"12345").await;
    client.send(BINARY, b"1234").await;
    client.send(PING, b"there?").await;
    assert_eq!(client.next().await, Seen::Frame(BINARY, b"1234".to_vec()));
    assert_eq!(client.next().await, Seen::Frame(PONG, b"there?".to_vec()));
    client.end();
    server.ends_idle().await;
}

#[tokio::test]
async fn close_sends_messages_of_the_size_and_the_kind_that_the_url_says() {
    let server = TestServer::start().await;
    let mut client = server.connect("/close?messages=2&bytes=3&kind=binary").await;
    let message = Seen::Frame(BINARY, b"xxx".to_vec());
    for expected in [&message, &message, &close(1000, "")] {
        assert_eq!(client.next().await, *expected);
    }
    client.end();
    server.ends_idle().await;
}

#[tokio::test]
async fn close_sends_messages_directly_before_the_close_frame() {
    let server = TestServer::start().await;
    let mut client = server.connect("/close?messages=3").await;
    for expected in [text("1"), text("2"), text("3"), close(1000, "")] {
        assert_eq!(client.next().await, expected);
    }
    client.end();
    server.ends_idle().await;
}

#[tokio::test]
async fn close_answers_a_client_that_closes_before_it() {
    let server = TestServer::start().await;
    let mut client = server.connect("/close?after=60000&code=4001").await;
    client.close(3000, "first").await;
    assert_eq!(client.rest().await, [close(3000, "first"), Seen::Fin]);
    client.end();
    server.ends_idle().await;
}

#[tokio::test]
async fn silent_answers_nothing_and_leaves_the_end_to_the_client() {
    let server = TestServer::start().await;
    let mut client = server.connect("/silent").await;
    client.send(TEXT, b"hello").await;
    client.send(PING, b"").await;
    client.close(1000, "").await;
    let closing = server.only_connection("closing").await;
    assert_eq!(closing["state"], "open");
    client.half_close().await;
    assert_eq!(client.rest().await, [Seen::Fin]);
    let connection = server.only_connection("ended").await;
    assert_eq!(frames(&connection), ["received text", "received ping", "received close 1000"]);
    assert_eq!(ended_by(&connection), "client-fin");
    server.ends_idle().await;
}

#[tokio::test]
async fn late_answers_close_after_its_time() {
    const MS: f64 = 80.0;

    let server = TestServer::start().await;
    let mut client = server.connect(&format!("/late?ms={MS}")).await;
    client.send(TEXT, b"hello").await;
    client.close(1000, "bye").await;
    assert_eq!(client.rest().await, [text("hello"), close(1000, "bye"), Seen::Fin]);
    client.end();
    let connection = server.only_connection("ended").await;
    let at = |index: usize| connection["frames"][index]["at"].as_f64().unwrap();
    assert_eq!(frames(&connection)[2..], ["received close 1000 bye", "sent close 1000 bye"]);
    assert!(at(3) - at(2) >= MS, "{connection}");
    server.ends_idle().await;
}

#[tokio::test]
async fn late_notices_a_client_that_does_not_wait() {
    let server = TestServer::start().await;
    let mut client = server.connect("/late?ms=60000").await;
    client.close(1000, "").await;
    client.end();
    let connection = server.only_connection("ended").await;
    assert_eq!(frames(&connection), ["received close 1000"]);
    assert_eq!(ended_by(&connection), "client-fin");
    server.ends_idle().await;
}

#[tokio::test]
async fn no_fin_answers_close_and_leaves_the_end_to_the_client() {
    let server = TestServer::start().await;
    let mut client = server.connect("/no-fin").await;
    client.close(1000, "bye").await;
    assert_eq!(client.next().await, close(1000, "bye"));
    client.half_close().await;
    assert_eq!(client.rest().await, [Seen::Fin]);
    let connection = server.only_connection("ended").await;
    assert_eq!(ended_by(&connection), "client-fin");
    server.ends_idle().await;
}

#[tokio::test]
async fn other_answers_with_another_code_and_reason() {
    let server = TestServer::start().await;
    for (target, expected) in [
        ("/other", close(4999, "other")),
        ("/other?code=1001&reason=going", close(1001, "going")),
        ("/other?code=none", Seen::Frame(CLOSE, vec![])),
    ] {
        let mut client = server.connect(target).await;
        client.close(1000, "mine").await;
        assert_eq!(client.rest().await, [expected, Seen::Fin], "{target}");
    }
    server.ends_idle().await;
}

#[tokio::test]
async fn invalid_close_answers_with_each_kind_of_invalid_frame() {
    let server = TestServer::start().await;
    for (kind, body) in invalid_bodies() {
        let mut client = server.connect(&format!("/invalid-close?kind={kind}")).await;
        client.close(1000, "").await;
        assert_eq!(client.rest().await, [Seen::Frame(CLOSE, body), Seen::Fin], "{kind}");
    }
    server.ends_idle().await;
}

#[tokio::test]
async fn invalid_close_on_open_sends_the_invalid_frame_first() {
    let server = TestServer::start().await;
    for (kind, body) in invalid_bodies() {
        let mut client = server.connect(&format!("/invalid-close?on=open&kind={kind}")).await;
        assert_eq!(client.next().await, Seen::Frame(CLOSE, body), "{kind}");
        client.close(1002, "").await;
        assert_eq!(client.rest().await, [Seen::Fin], "{kind}");
    }
    server.ends_idle().await;
}

fn invalid_bodies() -> [(&'static str, Vec<u8>); 4] {
    [
        ("one-byte", vec![3]),
        ("bad-utf8", [&1000_u16.to_be_bytes()[..], b"\xff\xfe"].concat()),
        ("reserved-code", close_body(1005, "")),
        ("too-long", close_body(1000, &"x".repeat(124))),
    ]
}

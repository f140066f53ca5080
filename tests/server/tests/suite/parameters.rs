//! Every request that is refused: bad parameters, unknown paths, no upgrade.

use crate::support::*;

#[tokio::test]
async fn a_bad_parameter_is_answered_by_what_was_given_and_what_is_allowed() {
    let server = TestServer::start().await;
    let long_reason = format!("/close?reason={}", "x".repeat(124));
    for (target, name, given, allowed) in [
        ("/close?code=abc", "code", "abc", "1000 to 4999, or none"),
        ("/close?code=999", "code", "999", "1000 to 4999, or none"),
        ("/close?code=70000", "code", "70000", "1000 to 4999, or none"),
        ("/close?code=", "code", "", "1000 to 4999, or none"),
        ("/close?code=none&reason=x", "reason", "x", "no reason without a code"),
        (&long_reason, "reason", "xxx", "at most 123 bytes of UTF-8"),
        ("/close?after=-1", "after", "-1", "0 to 300000"),
        ("/close?after=1.5", "after", "1.5", "0 to 300000"),
        ("/close?messages=many", "messages", "many", "0 to 1000000"),
        ("/close?code=1000&code=1001", "code", "1001", "once only"),
        ("/late?ms=-1", "ms", "-1", "0 to 300000"),
        ("/late?ms=300001", "ms", "300001", "0 to 300000"),
        ("/other?code=5000", "code", "5000", "1000 to 4999, or none"),
        ("/stall?for=ever", "for", "ever", "0 to 300000"),
        ("/drop?on=never", "on", "never", "open, close"),
        ("/drop?after=x", "after", "x", "0 to 300000"),
        ("/reset?on=", "on", "", "open, close"),
        ("/flood?every=0", "every", "0", "1 to 60000"),
        ("/flood?bytes=1048577", "bytes", "1048577", "0 to 1048576"),
        ("/invalid-close?kind=foo", "kind", "foo", "one-byte, bad-utf8, reserved-code, too-long"),
        ("/invalid-close?on=foo", "on", "foo", "open, close"),
        ("/reject?status=200", "status", "200", "400 to 599"),
        ("/reject?status=600", "status", "600", "400 to 599"),
        ("/hang?ms=1", "ms", "1", "the parameters tag"),
        ("/echo?colour=red", "colour", "red", "the parameters longest, tag"),
        ("/echo?longest=1048577", "longest", "1048577", "0 to 1048576"),
        ("/close?bytes=1048577", "bytes", "1048577", "0 to 1048576"),
        ("/close?kind=ping", "kind", "ping", "text, binary"),
        ("/no-fin?code=1000", "code", "1000", "the parameters tag"),
        ("/silent?ms=1", "ms", "1", "the parameters tag"),
        (
            "/close?ms=1",
            "ms",
            "1",
            "the parameters code, reason, after, messages, bytes, kind, tag",
        ),
        ("/204?ms=1", "ms", "1", "the parameters tag"),
        ("/download?name=x", "name", "x", "the parameters tag"),
        ("/slow?ms=300001", "ms", "300001", "0 to 300000"),
        ("/log?until=never", "until", "never", "opened, closing, ended, idle"),
        ("/log?timeout=60001", "timeout", "60001", "0 to 60000"),
        ("/log?code=1000", "code", "1000", "the parameters tag, until, timeout"),
    ] {
        let answer = server.http("GET", target).await;
        assert_eq!(answer.status, 400, "{target}");
        assert!(answer.head.contains("\r\ncontent-type: text/plain"), "{target}");
        let start = format!("bad parameter {name}: given \"{given}");
        assert!(answer.body.starts_with(&start), "{target}: {}", answer.body);
        let end = format!(", allowed: {allowed}\n");
        assert!(answer.body.ends_with(&end), "{target}: {}", answer.body);
    }
    assert_eq!(server.log("").await.len(), 0, "a refused request is no connection");
    server.ends_idle().await;
}

#[tokio::test]
async fn a_bad_parameter_refuses_a_handshake_too() {
    let server = TestServer::start().await;
    let client = server.handshake("/close?code=70000", "").await;
    assert!(client.head.starts_with("http/1.1 400 "), "{}", client.head);
    assert_eq!(server.log("").await.len(), 0);
    server.ends_idle().await;
}

#[tokio::test]
async fn an_unknown_path_is_answered_by_the_list_of_paths() {
    let server = TestServer::start().await;
    for target in ["/", "/ehco", "/echo/"] {
        let answer = server.http("GET", target).await;
        assert_eq!(answer.status, 404, "{target}");
        for path in
            ["/echo", "/invalid-close?kind=one-byte|bad-utf8", "/204", "/slow?ms=", "/log?tag="]
        {
            assert!(answer.body.contains(path), "{target}: {}", answer.body);
        }
    }
    server.ends_idle().await;
}

#[tokio::test]
async fn a_websocket_path_without_upgrade_is_answered_by_426() {
    let server = TestServer::start().await;
    for path in &misbehaving_server::paths::PATHS {
        let answer = server.http("GET", path.name).await;
        assert_eq!(answer.status, 426, "{}", path.name);
        assert!(answer.body.contains("Upgrade: websocket"), "{}", answer.body);
        assert!(answer.head.contains("\r\nupgrade: websocket"), "{}", answer.head);
    }
    server.ends_idle().await;
}

#[tokio::test]
async fn a_handshake_of_another_version_is_answered_by_426_and_one_without_key_by_400() {
    let server = TestServer::start().await;
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    for (headers, status) in [
        (format!("{upgrade}Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: x\r\n"), 426),
        (format!("{upgrade}Sec-WebSocket-Version: 13\r\n"), 400),
    ] {
        let answer = server.http_with("GET", "/echo", &headers).await;
        assert_eq!(answer.status, status, "{headers}");
    }
    server.ends_idle().await;
}

//! What `/log` shows, waits for and forgets.

use misbehaving_server::log::{
    EndedBy, Log, MOST_ENDED_CONNECTIONS, MOST_FRAMES_PER_DIRECTION, Request,
};
use serde_json::{Value, json};

use crate::support::*;

#[tokio::test]
async fn a_connection_is_logged_from_its_request_to_its_end() {
    let server = TestServer::start().await;
    let mut client = server.connect("/echo?tag=a%20b").await;
    let opened = server.only_connection("opened").await;
    assert_eq!((&opened["state"], &opened["ended"]), (&json!("open"), &Value::Null));
    client.send(TEXT, b"hello").await;
    client.close(4000, "bye").await;
    client.rest().await;
    client.end();

    let mut connection = server.only_connection("ended").await;
    let mut last = connection["startedAt"].as_f64().expect("a time");
    for frame in connection["frames"].as_array_mut().expect("a list") {
        let at = frame.as_object_mut().unwrap().remove("at").unwrap().as_f64().unwrap();
        assert!(at >= last, "{frame}");
        last = at;
    }
    assert!(connection["ended"]["at"].as_f64().unwrap() >= last);
    connection.as_object_mut().unwrap().remove("startedAt");
    connection["ended"].as_object_mut().unwrap().remove("at");
    let expected = json!({
        "id": 1,
        "path": "/echo",
        "query": "tag=a%20b",
        "tag": "a b",
        "origin": null,
        "protocol": null,
        "state": "ended",
        "frames": [
            { "direction": "received", "opcode": "text", "length": 5 },
            { "direction": "sent", "opcode": "text", "length": 5 },
            { "direction": "received", "opcode": "close", "length": 5, "code": 4000, "reason": "bye" },
            { "direction": "sent", "opcode": "close", "length": 5, "code": 4000, "reason": "bye" },
        ],
        "dataFrames": { "received": 1, "sent": 1 },
        "bytes": 10,
        "ended": { "by": "server" },
    });
    assert_eq!(connection, expected);
    server.ends_idle().await;
}

#[tokio::test]
async fn the_log_is_json_that_every_origin_may_read() {
    let server = TestServer::start().await;
    let answer = server.http("GET", "/log").await;
    let log: Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!((answer.status, &log["connections"]), (200, &json!([])));
    assert!(answer.head.contains("\r\ncontent-type: application/json"), "{}", answer.head);
    assert!(answer.head.contains("\r\naccess-control-allow-origin: *"), "{}", answer.head);
    let preflight = server.http("OPTIONS", "/log").await;
    assert_eq!(preflight.status, 204);
    assert!(
        preflight.head.contains("\r\naccess-control-allow-methods: get, delete"),
        "{}",
        preflight.head
    );
    assert_eq!(server.http("PUT", "/log").await.status, 405);
    server.ends_idle().await;
}

#[tokio::test]
async fn the_log_tells_its_clock_so_that_a_reader_can_relate_it_to_another() {
    let server = TestServer::start().await;
    let clock = async || {
        let answer = server.http("GET", "/log").await;
        let log: Value = serde_json::from_str(&answer.body).expect("JSON");
        log["now"].as_f64().expect("milliseconds")
    };
    let before = clock().await;
    let client = server.connect("/echo").await;
    let started_at = server.only_connection("opened").await["startedAt"].as_f64().expect("a time");
    assert!(before <= started_at && started_at <= clock().await);
    client.end();
    server.ends_idle().await;
}

#[tokio::test]
async fn a_tag_finds_only_its_own_connections() {
    let server = TestServer::start().await;
    let mine = server.connect("/silent?tag=mine").await;
    let yours = server.connect("/silent?tag=yours").await;
    assert_eq!(server.log("").await.len(), 2);
    let found = server.log("tag=mine").await;
    assert_eq!((found.len(), &found[0]["tag"]), (1, &json!("mine")));
    mine.end();
    assert_eq!(ended_by(&server.log("tag=mine&until=ended").await[0]), "client-fin");
    server.log("tag=mine&until=idle").await;
    assert_eq!(server.log("tag=yours").await[0]["state"], "open");
    yours.end();
    server.ends_idle().await;
}

#[tokio::test]
async fn waiting_is_answered_when_the_last_connection_has_come_so_far() {
    let server = TestServer::start().await;
    let mut first = server.connect("/silent").await;
    let mut second = server.connect("/silent").await;
    first.close(1000, "").await;
    let unfinished = server.http("GET", "/log?until=closing&timeout=50").await;
    assert_eq!(unfinished.status, 408, "only one of two has closed");

    let (connections, ()) = tokio::join!(server.log("until=closing"), second.close(1000, ""));
    for connection in connections {
        assert_eq!(frames(&connection), ["received close 1000"]);
    }
    first.end();
    second.end();
    server.ends_idle().await;
}

#[tokio::test]
async fn waiting_in_vain_is_answered_by_408_and_the_log_as_it_is() {
    let server = TestServer::start().await;
    let client = server.connect("/silent?tag=mine").await;
    for query in
        ["tag=mine&until=closing", "tag=mine&until=ended", "until=idle", "tag=none&until=opened"]
    {
        let answer = server.http("GET", &format!("/log?{query}&timeout=20")).await;
        assert_eq!(answer.status, 408, "{query}");
        let expected = usize::from(!query.starts_with("tag=none"));
        assert_eq!(connections(&answer.body).len(), expected, "{query}");
    }
    client.end();
    server.ends_idle().await;
}

#[tokio::test]
async fn a_flood_leaves_its_first_frames_and_every_close_frame() {
    let most = MOST_FRAMES_PER_DIRECTION as usize;
    let server = TestServer::start().await;
    let mut client = server.connect("/flood?every=1&bytes=0").await;
    for _ in 0..most + 50 {
        assert_eq!(client.next().await, text(""));
    }
    client.close(1000, "").await;
    let connection = server.only_connection("closing").await;
    assert_eq!(frames(&connection).len(), most + 1);
    assert_eq!(frames(&connection)[most], "received close 1000");
    assert!(connection["dataFrames"]["sent"].as_u64().unwrap() > MOST_FRAMES_PER_DIRECTION);
    client.reset();
    assert_eq!(ended_by(&server.only_connection("ended").await), "client-reset");
    server.ends_idle().await;
}

#[tokio::test]
async fn clearing_forgets_ended_connections_only() {
    let server = TestServer::start().await;
    for tag in ["a", "a", "b"] {
        server.connect(&format!("/echo?tag={tag}")).await.end();
    }
    server.log("until=ended").await;
    let open = server.connect("/echo?tag=a").await;

    assert_eq!(server.http("DELETE", "/log?tag=a").await.status, 204);
    let tags: Vec<Value> = server.log("").await.iter().map(|found| found["tag"].clone()).collect();
    assert_eq!(tags, ["b", "a"]);
    assert_eq!(server.http("POST", "/log/clear").await.status, 204);
    assert_eq!(server.only_connection("opened").await["id"], 4);
    open.end();
    server.ends_idle().await;
}

#[test]
fn only_so_many_ended_connections_are_remembered() {
    let log = Log::new();
    for _ in 0..MOST_ENDED_CONNECTIONS + 1 {
        log.begin(Request::default()).ended(EndedBy::ClientFin);
    }
    let remembered = log.connections(None);
    assert_eq!(remembered.len(), MOST_ENDED_CONNECTIONS);
    assert_eq!(remembered[0].id, 2, "the oldest is forgotten first");
}

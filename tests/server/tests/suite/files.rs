//! The static files at `/`.

use std::fs;
use std::path::Path;

use misbehaving_server::Options;

use crate::support::*;

#[tokio::test]
async fn files_have_their_content_types_and_are_never_taken_from_a_cache_unasked() {
    let www = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("www-{}", std::process::id()));
    fs::create_dir_all(&www).unwrap();
    for name in ["index.html", "lab.js", "core.wasm", "style.css"] {
        fs::write(www.join(name), format!("this is {name}")).unwrap();
    }
    let options = Options { www: Some(www.clone()), ..Options::default() };
    let server = TestServer::start_with(options).await;

    for (target, content_type, body) in [
        ("/", "text/html", "this is index.html"),
        ("/lab.js", "text/javascript", "this is lab.js"),
        ("/core.wasm", "application/wasm", "this is core.wasm"),
        ("/style.css", "text/css", "this is style.css"),
    ] {
        let answer = server.http("GET", target).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, body), "{target}");
        assert!(
            answer.head.contains(&format!("\r\ncontent-type: {content_type}")),
            "{}",
            answer.head
        );
        assert!(answer.head.contains("\r\ncache-control: no-cache"), "{}", answer.head);
    }
    for target in ["/missing.js", "/lab.js/missing.js", "/../Cargo.toml", "/%2e%2e/Cargo.toml"] {
        let answer = server.http("GET", target).await;
        assert_eq!(answer.status, 404, "{target}");
        assert!(answer.body.contains("/echo"), "{}", answer.body);
    }
    assert_eq!(server.log("").await.len(), 0, "files are not logged");
    server.ends_idle().await;
    fs::remove_dir_all(www).unwrap();
}

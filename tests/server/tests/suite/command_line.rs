//! The binary: the line it prints, the ports it refuses, the ways it ends.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use crate::support::*;

#[tokio::test]
async fn it_says_where_it_listens_and_ends_with_its_stdin() {
    let (mut child, mut stdout, url) = start(&["--exit-with-stdin"]);
    let server = TestServer::at(url.strip_prefix("http://").unwrap().parse().unwrap());
    let mut client = server.connect("/close").await;
    assert_eq!(client.next().await, close(1000, ""));
    client.close(1000, "").await;
    assert_eq!(client.rest().await, [Seen::Fin]);
    client.end();
    server.ends_idle().await;

    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    let mut more = String::new();
    stdout.read_to_string(&mut more).unwrap();
    assert_eq!(more, "", "it prints exactly one line");
}

#[cfg(unix)]
#[test]
fn it_ends_on_sigint_and_on_sigterm() {
    for signal in ["-INT", "-TERM"] {
        // Its stdin stays open and must not keep it.
        let (mut child, _stdout, _url) = start(&[]);
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        assert!(child.wait().unwrap().success(), "{signal}");
    }
}

#[test]
fn a_taken_port_is_a_clear_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = fail(&["--port", &port]);
    let expected =
        format!("cannot listen on 127.0.0.1:{port}: address in use; choose another with --port\n");
    assert_eq!(String::from_utf8_lossy(&output.stderr), expected);
}

#[test]
fn a_missing_directory_is_a_clear_error() {
    let output = fail(&["--www", "no/such/directory"]);
    let expected = "cannot serve no/such/directory: not a directory; choose another with --www\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), expected);
}

#[test]
fn help_lists_the_paths() {
    let output = binary().arg("--help").output().unwrap();
    let help = String::from_utf8_lossy(&output.stdout).into_owned();
    for path in &misbehaving_server::paths::PATHS {
        assert!(help.contains(path.name), "{help}");
    }
    for page in &misbehaving_server::pages::PAGES {
        assert!(help.contains(page.name), "{help}");
    }
}

fn start(arguments: &[&str]) -> (Child, BufReader<ChildStdout>, String) {
    let mut command = binary();
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).expect("it prints a line");
    let url = line.strip_prefix("listening on ").expect("it says where").trim_end().to_owned();
    (child, stdout, url)
}

fn fail(arguments: &[&str]) -> Output {
    let output = binary().args(arguments).stdin(Stdio::null()).output().expect("the binary starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    output
}

fn binary() -> Command {
    Command::new(env!("CARGO_BIN_EXE_misbehaving-server"))
}

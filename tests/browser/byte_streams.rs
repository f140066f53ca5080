//! The socket as a stream of bytes:
//!
//! ✔ a megabyte there and back, by buffers of any size, and as lines
//! ✔ it ends after a clean close of the peer's; any other end is an error that says which
//! ✔ a text message, and what was too much to keep, are errors
//! ✔ a write is one message of at most 64 KiB; none is possible after the close
//! ✔ flushing waits until all has left, and closing for the end

use std::io::ErrorKind;

use futures_util::future::join;
use futures_util::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, StreamExt};
use graceful_websocket::{ByteStream, Overflow, SendError, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::peer::close_frame;
use crate::support::{Engine, Facts, Peer, TIMEOUT, event};

const KIBIBYTE: usize = 1 << 10;
const MEGABYTE: usize = 1 << 20;

async fn open(peer: &Peer) -> ByteStream {
    WebSocket::builder(peer.url()).open().await.unwrap().into_byte_stream()
}

#[wasm_bindgen_test]
async fn a_megabyte_comes_back_as_it_was() {
    const WRITTEN_AT_ONCE: usize = 5_000;
    const READ_AT_ONCE: usize = 777;

    let peer = Peer::at("/echo");
    let mut stream = open(&peer).await;
    let bytes: Vec<u8> = (0..MEGABYTE).map(|index| (index % 251) as u8).collect();
    for chunk in bytes.chunks(WRITTEN_AT_ONCE) {
        stream.write_all(chunk).await.unwrap();
    }
    stream.flush().await.unwrap();
    let mut received = Vec::new();
    let mut buffer = [0; READ_AT_ONCE];
    while received.len() < bytes.len() {
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(read > 0);
        received.extend_from_slice(&buffer[..read]);
    }
    assert!(received == bytes);
    stream.close().await.unwrap();
    assert_eq!(read_error(&mut stream).await, ErrorKind::ConnectionAborted);
    let seen = peer.ended().await;
    assert_eq!(seen.data_frames() as usize, MEGABYTE.div_ceil(WRITTEN_AT_ONCE));
    assert_eq!(seen.close_frames(), [close_frame(1000, "")]);
}

#[wasm_bindgen_test]
async fn it_can_be_read_in_lines_and_by_halves() {
    let (reading, mut writing) = open(&Peer::at("/echo")).await.split();
    for part in ["one\ntw", "o\n", "", "three", "\nfour"] {
        writing.write_all(part.as_bytes()).await.unwrap();
    }
    let lines = futures_util::io::BufReader::new(reading).lines().take(3);
    let lines: Vec<_> = lines.map(Result::unwrap).collect().await;
    assert_eq!(lines, ["one", "two", "three"]);
    writing.close().await.unwrap();
}

#[wasm_bindgen_test]
async fn reading_again_goes_on_where_it_was_and_skips_empty_messages() {
    let mut stream = open(&Peer::at("/echo")).await;
    for message in [&b"abc"[..], b"", b"", b"de"] {
        stream.socket().send(message).unwrap();
    }
    assert_eq!(stream.fill_buf().await.unwrap(), b"abc");
    stream.consume_unpin(1);
    assert_eq!(stream.fill_buf().await.unwrap(), b"bc");
    stream.consume_unpin(usize::MAX);
    assert_eq!(stream.fill_buf().await.unwrap(), b"de");
    let mut rest = [0; 2];
    stream.read_exact(&mut rest).await.unwrap();
    assert_eq!(&rest, b"de");
}

#[wasm_bindgen_test]
async fn it_ends_when_the_peer_closes_cleanly() {
    let mut stream = open(&Peer::at("/close?after=50&code=4001&reason=over")).await;
    let mut received = Vec::new();
    assert_eq!(stream.read_to_end(&mut received).await.unwrap(), 0);
    let report = stream.socket().close_report().unwrap();
    assert_eq!(Facts::of(&report), Facts::begun_by_peer(4001, "over"));
}

#[wasm_bindgen_test]
async fn any_other_end_is_an_error_that_says_which() {
    for (path, kind) in [
        ("/drop?after=50", ErrorKind::ConnectionReset),
        ("/reset?after=50", ErrorKind::ConnectionReset),
        ("/invalid-close?on=open&kind=bad-utf8&after=50", ErrorKind::ConnectionReset),
    ] {
        assert_eq!(read_error(&mut open(&Peer::at(path)).await).await, kind, "{path}");
    }
    let mut stream = open(&Peer::at("/silent")).await;
    stream.socket().set_close_timeout(TIMEOUT);
    stream.close().await.unwrap();
    assert_eq!(read_error(&mut stream).await, ErrorKind::TimedOut);
    let mut stream = open(&Peer::at("/late?ms=300")).await;
    drop(stream.socket().terminate());
    assert_eq!(read_error(&mut stream).await, ErrorKind::ConnectionAborted);
    let native = Peer::at("/reject").native();
    let mut stream = WebSocket::from(native).into_byte_stream();
    assert_eq!(read_error(&mut stream).await, ErrorKind::ConnectionReset);
}

/// The kind of error that reading gives, however often.
async fn read_error(stream: &mut ByteStream) -> ErrorKind {
    let first = stream.read(&mut [0; 8]).await.unwrap_err().kind();
    assert_eq!(stream.read(&mut [0; 8]).await.unwrap_err().kind(), first);
    first
}

#[wasm_bindgen_test]
async fn what_comes_after_a_close_on_this_side_never_looks_complete() {
    let long = vec![7; 4 * MEGABYTE];
    for request in [&b"short"[..], &long] {
        let (mut reading, mut writing) = open(&Peer::at("/echo")).await.split();
        let mut received = Vec::new();
        let (read, ()) = join(reading.read_to_end(&mut received), async {
            writing.write_all(request).await.unwrap();
            writing.close().await.unwrap();
        })
        .await;
        assert_eq!(read.unwrap_err().kind(), ErrorKind::ConnectionAborted, "{}", request.len());
    }
}

#[wasm_bindgen_test]
async fn a_text_message_is_no_bytes() {
    let mut stream = open(&Peer::at("/echo")).await;
    stream.socket().send("text").unwrap();
    let error = stream.read(&mut [0; 8]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    assert_eq!(error.to_string(), "a text message in a stream of bytes");
}

#[wasm_bindgen_test]
async fn what_was_too_much_to_keep_never_looks_complete() {
    for overflow in [Overflow::Close, Overflow::DropOldest] {
        let builder = WebSocket::builder(Peer::at("/echo").url()).receive_limit(0, overflow);
        let mut stream = builder.open().await.unwrap().into_byte_stream();
        for message in [b"first", b"other", b"third"] {
            stream.socket().send(message).unwrap();
        }
        stream.socket().closed().await;
        let mut received = Vec::new();
        let error = stream.read_to_end(&mut received).await.unwrap_err();
        assert_eq!((received.as_slice(), error.kind()), (&b"first"[..], ErrorKind::InvalidData));
    }
}

#[wasm_bindgen_test]
async fn a_write_is_one_message_of_at_most_64_kibibytes() {
    let peer = Peer::at("/echo");
    let mut stream = open(&peer).await;
    let long = vec![7; 100 * KIBIBYTE];
    assert_eq!(stream.write(&long).await.unwrap(), 64 * KIBIBYTE);
    assert_eq!(stream.write(&long[..KIBIBYTE]).await.unwrap(), KIBIBYTE);
    assert_eq!(stream.write(&[]).await.unwrap(), 0);
    let mut echo = vec![0; 65 * KIBIBYTE];
    stream.read_exact(&mut echo).await.unwrap();
    assert!(echo.iter().all(|byte| *byte == 7));
    stream.close().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_write_before_the_opening_waits_and_one_after_the_close_is_an_error() {
    let peer = Peer::at("/echo");
    let native = peer.native();
    let mut stream = WebSocket::from(native).into_byte_stream();
    assert_eq!(stream.write(b"early").await.unwrap(), 5);
    let closing = stream.socket().close(4000, "bye").unwrap();
    let error = stream.write(b"late").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    assert_eq!(error.get_ref().unwrap().downcast_ref(), Some(&SendError::Closing));
    closing.await;
    assert_eq!(stream.write(b"too late").await.unwrap_err().kind(), ErrorKind::BrokenPipe);
    assert_eq!(peer.ended().await.data_frames(), 1);
}

#[wasm_bindgen_test]
async fn closing_waits_for_the_end() {
    let peer = Peer::at("/late?ms=100");
    let native = peer.native();
    event(&native, "open").await.unwrap();
    let mut stream = WebSocket::from(native).into_byte_stream();
    stream.close().await.unwrap();
    let report = stream.socket().close_report().expect("it has ended");
    assert_eq!(Facts::of(&report), Facts::echoed(1000, ""));
}

#[wasm_bindgen_test]
async fn closing_and_flushing_fail_when_not_all_has_left() {
    const MORE_THAN_THE_SYSTEM_TAKES: usize = 16 * MEGABYTE;

    let peer = Peer::at("/stall?for=5000");
    let mut stream = open(&peer).await;
    stream.socket().set_close_timeout(TIMEOUT);
    stream.socket().send(vec![7; MORE_THAN_THE_SYSTEM_TAKES]).unwrap();
    for result in [stream.close().await, stream.flush().await] {
        let kind = result.err().map(|error| error.kind());
        // Where bufferedAmount does not count them, they have left as far as anyone can tell.
        let expected = Engine::this().counts_unread().then_some(ErrorKind::ConnectionAborted);
        assert_eq!(kind, expected);
    }
}

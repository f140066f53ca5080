//! What a close is when the connection breaks, or was never there:
//!
//! ✔ TCP ends (FIN, RST) while open: nobody began it, and it ended while open
//! ✔ TCP ends (FIN, RST) instead of an answer: unclean, and not a timeout
//! ✔ an invalid Close frame as the answer, or from a peer that closes first: what the browser takes it
//!   for, which is no Close frame at all in most
//! ✔ the opening handshake is refused: it was never open
//! ✔ a close when it has ended and only the event is on its way (in the error handler): changes
//!   nothing of what had happened
//! ✔ closing while the opening handshake hangs: it was never open, nothing was sent, TCP ends

use core::time::Duration;

use graceful_websocket::Outcome::Unclean;
use graceful_websocket::{Initiator, ReadyState, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::peer::close_frame;
use crate::support::{Engine, Facts, Peer, ROOM, Watched, event};

/// Every way to make a Close frame invalid.
const INVALID: [&str; 4] = ["one-byte", "bad-utf8", "reserved-code", "too-long"];

#[wasm_bindgen_test]
async fn tcp_that_ends_while_open_ended_by_itself() {
    for path in ["/drop?on=open&after=100", "/reset?on=open&after=100"] {
        let peer = Peer::at(path);
        let socket = Watched::open(&peer, ROOM).await;
        let report = socket.end().await;
        assert_eq!(Facts::of(&report), Facts::dropped(), "{path}");
        assert_eq!(report.elapsed, Duration::ZERO, "{path}");
        let seen = peer.ended().await;
        assert_eq!((seen.close_frames(), seen.ended_by().as_str()), (vec![], "server"), "{path}");
    }
}

#[wasm_bindgen_test]
async fn tcp_that_ends_instead_of_an_answer_is_unclean_and_no_timeout() {
    for path in ["/drop?on=close&after=100", "/reset?on=close&after=100"] {
        let peer = Peer::at(path);
        let socket = Watched::open(&peer, ROOM).await;
        socket.close_with_bye();
        let report = socket.end().await;
        assert_eq!(Facts::of(&report), Facts::unanswered(4000, "bye", Unclean), "{path}");
        assert!(report.elapsed < ROOM, "{path}: {report:?}");
        assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "bye")], "{path}");
    }
}

#[wasm_bindgen_test]
async fn an_invalid_answer_is_what_the_browser_takes_it_for() {
    let too_long = "x".repeat(124);
    for kind in INVALID {
        let peer = Peer::at(format!("/invalid-close?kind={kind}&on=close"));
        let socket = Watched::open(&peer, ROOM).await;
        socket.close_with_bye();
        let report = socket.end().await;
        let echoed = Facts::echoed(4000, "bye");
        let unclean = Facts::unanswered(4000, "bye", Unclean);
        let expected = match (Engine::this(), kind) {
            (Engine::Firefox, "one-byte" | "reserved-code") => {
                Facts { code: 1005, reason: "", ..echoed }
            }
            (Engine::WebKit, "bad-utf8") => Facts { code: 1000, ..unclean },
            (Engine::WebKit, "reserved-code") => Facts { code: 1005, ..unclean },
            (Engine::WebKit, "too-long") => Facts { code: 1000, reason: &too_long, ..echoed },
            _ => unclean,
        };
        assert_eq!(Facts::of(&report), expected, "{kind}");
        assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "bye")], "{kind}");
    }
}

#[wasm_bindgen_test]
async fn an_invalid_close_frame_from_a_peer_that_closes_first_is_what_the_browser_takes_it_for() {
    for kind in INVALID {
        let peer = Peer::at(format!("/invalid-close?kind={kind}&on=open&after=100"));
        let socket = Watched::open(&peer, ROOM).await;
        let report = socket.end().await;
        let seen = peer.ended().await;
        let codes = seen.close_frames().into_iter().map(|(code, _)| code).collect::<Vec<_>>();
        let (expected, answers) = match (Engine::this(), kind) {
            (Engine::Firefox, "one-byte" | "reserved-code") => {
                (Facts::begun_by_peer(1005, ""), vec![None])
            }
            (Engine::Firefox, _) => (Facts::dropped(), vec![]),
            _ => (Facts::dropped(), vec![Some(1002)]),
        };
        assert_eq!(Facts::of(&report), expected, "{kind}");
        assert_eq!(codes, answers, "the browser's answer or complaint, {kind}: {seen:?}");
    }
}

#[wasm_bindgen_test]
async fn a_refused_handshake_is_never_opened() {
    for status in [400, 401, 403, 404, 500, 503] {
        let peer = Peer::at(format!("/reject?status={status}"));
        let socket = Watched::new(WebSocket::from(peer.native()));
        let report = socket.end().await;
        assert_eq!(Facts::of(&report), Facts::never_opened(Initiator::Transport), "{status}");
        assert_eq!(report.elapsed, Duration::ZERO, "{status}");
    }
}

#[wasm_bindgen_test]
async fn a_close_in_the_error_event_changes_nothing_of_what_had_happened() {
    let peer = Peer::at("/reject");
    let native = peer.native();
    let socket = Watched::new(WebSocket::from(native.clone()));
    event(&native, "error").await.unwrap();
    assert_eq!((socket.ready_state(), socket.close_report()), (ReadyState::Closed, None));
    socket.close_with_bye();
    let report = socket.end().await;
    assert_eq!(Facts::of(&report), Facts::never_opened(Initiator::Transport));
}

#[wasm_bindgen_test]
async fn closing_a_handshake_that_hangs_ends_it_and_sends_nothing() {
    let peer = Peer::at("/hang");
    let socket = Watched::new(WebSocket::from(peer.native()));
    peer.requested().await;
    socket.close_with_bye();
    let report = socket.end().await;
    assert_eq!(Facts::of(&report), Facts::never_opened(Initiator::Local));
    assert!(report.elapsed < ROOM, "{report:?}");
    peer.given_up().await;
}

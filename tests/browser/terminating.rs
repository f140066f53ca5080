//! Giving up, in every state:
//!
//! ✔ connecting: it was never open, and TCP ends
//! ✔ open: the report comes in the next task, and a Close frame without a body was sent
//! ✔ closing: the report comes in the next task, with the frame of the close
//! ✔ closing by the peer: the peer is said to have begun
//! ✔ closed: nothing comes of it
//! ✔ neither a close nor a close timeout afterwards changes anything

use core::time::Duration;

use graceful_websocket::Outcome::Terminated;
use graceful_websocket::{Initiator, Outcome, Phase, ReadyState, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::peer::{WITHOUT_BODY, close_frame};
use crate::support::{Engine, Facts, Peer, ROOM, Watched, watched};

#[wasm_bindgen_test]
async fn while_connecting_it_was_never_open() {
    let peer = Peer::at("/hang");
    let socket = Watched::new(WebSocket::from(peer.native()));
    peer.requested().await;
    let terminating = socket.terminate();
    assert_eq!(socket.close_report(), None);
    let report = socket.end().await;
    assert_eq!(terminating.await, report);
    // The browser's own event may be the next task.
    assert!(matches!(report.outcome, Terminated | Outcome::NeverOpened), "{report:?}");
    let never_opened = Facts::never_opened(Initiator::Local);
    assert_eq!(Facts::of(&report), Facts { outcome: report.outcome, ..never_opened });
    peer.given_up().await;
}

#[wasm_bindgen_test]
async fn while_open_it_settles_in_the_next_task() {
    let peer = Peer::at("/silent");
    let socket = Watched::open(&peer, None).await;
    let terminating = socket.terminate();
    assert_eq!((socket.close_report(), socket.ready_state()), (None, ReadyState::Closing));
    let report = socket.end().await;
    assert_eq!(terminating.await, report);
    assert_eq!(Facts::of(&report), Facts::unanswered(1005, "", Terminated));
    assert!(report.elapsed < ROOM, "{report:?}");
    assert_eq!(peer.closing().await.close_frames(), [WITHOUT_BODY]);
    socket.assert_told_once(&report);
}

#[wasm_bindgen_test]
async fn while_closing_it_settles_with_the_frame_of_the_close() {
    let peer = Peer::at("/silent");
    let socket = Watched::open(&peer, None).await;
    let closing = socket.close_with_bye();
    socket.terminate();
    socket.close(4001, "again").unwrap();
    socket.terminate();
    // A close timeout that is set now puts nothing off.
    socket.set_close_timeout(Duration::from_secs(60));
    socket.set_close_timeout(None);
    let report = socket.end().await;
    assert_eq!(closing.await, report);
    assert_eq!(Facts::of(&report), Facts::unanswered(4000, "bye", Terminated));
    assert!(report.elapsed < ROOM, "{report:?}");
    assert_eq!(peer.closing().await.close_frames(), [close_frame(4000, "bye")]);
}

#[wasm_bindgen_test]
async fn while_the_peer_closes_the_peer_began_it() {
    let (peer, socket) = watched::closing_by_peer().await;
    socket.terminate();
    let report = socket.end().await;
    assert_eq!(report.sent, None);
    match (report.outcome, report.initiator) {
        // Without the event, nobody knows whose Close frame it was where the browser closes by itself.
        (Terminated, Initiator::Browser) if Engine::this() == Engine::Firefox => {}
        (Terminated, Initiator::Remote) => {
            assert_eq!((report.code.get(), report.phase), (1006, Phase::Handshake));
        }
        // The browser's own event may be the next task.
        (Outcome::Clean, Initiator::Remote) => assert_eq!(report.code.get(), 4002),
        other => panic!("{other:?}"),
    }
    let seen = peer.ended().await;
    assert_eq!(seen.close_frames().len(), 1, "the browser's answer: {seen:?}");
    assert_eq!(seen.close_frames()[0].0, Some(4002));
}

#[wasm_bindgen_test]
async fn when_closed_nothing_comes_of_it() {
    let peer = Peer::at("/echo");
    let socket = Watched::open(&peer, ROOM).await;
    socket.close_with_bye();
    let report = socket.end().await;
    assert_eq!(socket.terminate().await, report);
    socket.assert_told_once(&report);
    assert_eq!(Facts::of(&report), Facts::echoed(4000, "bye"));
}

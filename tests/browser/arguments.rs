//! The arguments of a close:
//!
//! ✔ a code is a literal, a `CloseCode` or a `SendableCloseCode`; a reason is any text
//! ✔ every code that a page may send is sent as it is, and so are 123 bytes of any text
//! ✔ an illegal code, then an illegal reason, is a typed error in every state
//! ✔ after an error nothing has changed and nothing was sent
//! ✔ the arguments of a close that joins another are checked all the same

use graceful_websocket::{
    CloseCode, CloseError, CloseReason, Closed, ReadyState, SendableCloseCode, WebSocket,
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::peer::close_frame;
use crate::support::{Facts, Peer, ROOM, Watched, event};

const ILLEGAL_CODES: [u16; 12] =
    [0, 1, 999, 1001, 1004, 1005, 1006, 1015, 2999, 5000, 5001, u16::MAX];

#[wasm_bindgen_test]
async fn a_code_is_a_literal_or_a_close_code_or_a_sendable_close_code() {
    assert_closes_with(4001, |socket| socket.close(4001, "x")).await;
    assert_closes_with(1000, |socket| socket.close(CloseCode::NORMAL, String::from("x"))).await;
    assert_closes_with(3008, |socket| socket.close(CloseCode::TIMEOUT, "x")).await;
    let checked = SendableCloseCode::of::<4001>();
    assert_closes_with(4001, |socket| socket.close(checked, "x")).await;
}

/// Checks that a close is one with this code and the reason "x", on both sides.
async fn assert_closes_with(
    code: u16,
    close: impl FnOnce(&WebSocket) -> Result<Closed, CloseError>,
) {
    let peer = Peer::at("/echo");
    let socket = Watched::open(&peer, ROOM).await;
    let closing = close(&socket).unwrap();
    assert_eq!(Facts::of(&closing.await), Facts::echoed(code, "x"));
    assert_eq!(peer.ended().await.close_frames(), [close_frame(code, "x")]);
}

#[wasm_bindgen_test]
async fn the_first_and_the_last_legal_codes_and_the_longest_reasons_are_sent_as_they_are() {
    let reasons = ["", "x", &"x".repeat(123), &format!("{}x", "é".repeat(61)), &"漢".repeat(41)];
    for (code, reason) in [1000, 3000, 3999, 4000, 4999].into_iter().zip(reasons) {
        let peer = Peer::at("/echo");
        let socket = Watched::open(&peer, ROOM).await;
        socket.close(code, reason).unwrap();
        assert_eq!(Facts::of(&socket.end().await), Facts::echoed(code, reason));
        assert_eq!(peer.ended().await.close_frames(), [close_frame(code, reason)]);
    }
}

#[wasm_bindgen_test]
async fn illegal_arguments_are_errors_in_every_state_and_change_nothing() {
    let peer = Peer::at("/late?ms=100");
    let native = peer.native();
    let socket = Watched::new(WebSocket::from(native.clone()));
    assert_refused_in(&socket, ReadyState::Connecting);
    event(&native, "open").await.unwrap();
    assert_refused_in(&socket, ReadyState::Open);
    socket.close_with_bye();
    assert_refused_in(&socket, ReadyState::Closing);
    let report = socket.end().await;
    assert_refused_in(&socket, ReadyState::Closed);
    assert_eq!(Facts::of(&report), Facts::echoed(4000, "bye"));
    socket.assert_told_once(&report);
    assert_eq!(peer.ended().await.close_frames(), [close_frame(4000, "bye")]);
}

/// Closes with everything illegal, in this state.
#[track_caller]
fn assert_refused_in(socket: &WebSocket, state: ReadyState) {
    let too_long = "é".repeat(CloseReason::MAX_BYTES / 2 + 1);
    for code in ILLEGAL_CODES {
        // The code is looked at first.
        for reason in ["", &too_long] {
            match socket.close(code, reason) {
                Err(CloseError::Code(error)) => assert_eq!(error.code.get(), code),
                other => panic!("{code} is not refused: {other:?}"),
            }
        }
        assert!(matches!(socket.close(CloseCode::new(code), ""), Err(CloseError::Code(_))));
    }
    match socket.close(4001, &too_long) {
        Err(CloseError::Reason(error)) => assert_eq!(error.bytes, too_long.len()),
        other => panic!("{} bytes are not refused: {other:?}", too_long.len()),
    }
    assert_eq!(socket.ready_state(), state);
}

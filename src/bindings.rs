//! What the npm package sees of Rust: one [`ClosingHandshake`] per socket, and [`validate`].
//!
//! The other side is `js/closing.ts`. No text crosses, so that no decoder is needed: the state machine
//! does not read reasons, the JavaScript side has them at hand, and a word of the report is the number
//! of its variant. Times are milliseconds.

use std::rc::Rc;

#[cfg(target_arch = "wasm32")]
use lol_alloc::{FreeListAllocator, LockedAllocator};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::browser::{Handshake, Shell, duration_from_millis, millis_from_duration};
use crate::closing::{
    CloseCode, CloseFrame, CloseReason, CloseReport, DEFAULT_CLOSE_TIMEOUT, Input, ReadyState,
    SendableCloseCode,
};

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: LockedAllocator<FreeListAllocator> =
    LockedAllocator::new(FreeListAllocator::new());

#[wasm_bindgen]
extern "C" {
    /// The JavaScript side of one socket.
    pub type Socket;

    #[wasm_bindgen(method, js_name = bufferedAmount)]
    fn buffered_amount(this: &Socket) -> f64;

    #[wasm_bindgen(method, js_name = sendClose)]
    fn send_close(this: &Socket, code: Option<u16>);

    #[allow(clippy::too_many_arguments, reason = "one call, not an object built field by field")]
    #[wasm_bindgen(method)]
    fn settle(
        this: &Socket,
        synthetic: bool,
        code: u16,
        was_clean: bool,
        outcome: u8,
        initiator: u8,
        phase: u8,
        sent_code: Option<u16>,
        elapsed: f64,
        unsent_bytes: f64,
    );

    #[wasm_bindgen(method, js_name = resumeWaiters)]
    fn resume_waiters(this: &Socket);
}

impl Shell for Socket {
    type Reason = ();

    fn buffered_amount(&self) -> u64 {
        self.buffered_amount() as u64
    }

    fn send_close(&self, frame: Option<CloseFrame<()>>) {
        self.send_close(frame.map(|frame| frame.code.get()));
    }

    fn settle(&self, report: CloseReport<()>, synthetic: bool) {
        self.settle(
            synthetic,
            report.code.get(),
            report.was_clean,
            report.outcome as u8,
            report.initiator as u8,
            report.phase as u8,
            report.sent.map(|frame| frame.code.get()),
            millis_from_duration(report.elapsed),
            report.unsent_bytes as f64,
        );
    }

    fn resume_waiters(&self) {
        self.resume_waiters();
    }
}

/// The closing handshake of one socket that is CONNECTING.
#[wasm_bindgen]
pub struct ClosingHandshake(Rc<Handshake<Socket>>);

#[wasm_bindgen]
impl ClosingHandshake {
    /// The handshake of the socket whose JavaScript side this is.
    #[wasm_bindgen(constructor)]
    pub fn new(socket: Socket) -> Self {
        Self(Handshake::new(socket, ReadyState::Connecting))
    }

    /// Gives up connecting after so many milliseconds from now.
    #[wasm_bindgen(js_name = setOpenTimeout)]
    pub fn set_open_timeout(&self, millis: f64) {
        self.0.input(Input::OpenTimeout(duration_from_millis(millis)));
    }

    /// Settles so many milliseconds after the local close.
    #[wasm_bindgen(js_name = setCloseTimeout)]
    pub fn set_close_timeout(&self, millis: f64) {
        self.0.input(Input::CloseTimeout(duration_from_millis(millis)));
    }

    /// The `open` event.
    pub fn opened(&self) {
        self.0.input(Input::Opened);
    }

    /// Begins the end, or joins it. The arguments have passed [`validate`].
    pub fn close(&self, code: Option<u16>, native_state: u16) {
        let frame = code.map(|code| CloseFrame { code: CloseCode::new(code), reason: () });
        self.0.input(Input::Close { frame, native: ReadyState::from_number(native_state) });
    }

    /// Gives up.
    pub fn terminate(&self, native_state: u16) {
        self.0.input(Input::Terminate { native: ReadyState::from_number(native_state) });
    }

    /// So many bytes were sent after the end had begun.
    #[wasm_bindgen(js_name = lateSend)]
    pub fn late_send(&self, bytes: f64) {
        self.0.input(Input::LateSend(bytes as u64));
    }

    /// The `error` event. Whether it is to be kept from everyone else.
    #[wasm_bindgen(js_name = nativeError)]
    pub fn native_error(&self) -> bool {
        self.0.input(Input::NativeError)
    }

    /// The `close` event. Whether it is to be kept from everyone else.
    #[wasm_bindgen(js_name = nativeClose)]
    pub fn native_close(&self, code: u16, was_clean: bool) -> bool {
        let code = CloseCode::new(code);
        self.0.input(Input::NativeClose { code, reason: (), was_clean })
    }
}

/// The close timeout of a socket that was given none, in milliseconds.
#[wasm_bindgen(js_name = defaultCloseTimeout)]
pub fn default_close_timeout() -> f64 {
    millis_from_duration(DEFAULT_CLOSE_TIMEOUT)
}

/// What is wrong with the arguments of a close.
#[wasm_bindgen]
pub enum Invalid {
    /// The code is neither 1000 nor from 3000 to 4999.
    Code = 1,
    /// The reason has more than 123 bytes.
    Reason = 2,
}

/// Checks the arguments of `close()`, the code before the reason (WHATWG WebSockets, `close()`,
/// steps 1 and 2).
#[wasm_bindgen]
pub fn validate(code: Option<u16>, reason_bytes: usize) -> Option<Invalid> {
    if code.is_some_and(|code| SendableCloseCode::new(code).is_err()) {
        return Some(Invalid::Code);
    }
    (reason_bytes > CloseReason::MAX_BYTES).then_some(Invalid::Reason)
}

//! How a socket is described, and opened.

use core::future::poll_fn;
use core::mem;
use core::task::{Poll, ready};
use core::time::Duration;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

use super::error::Thrown;
use super::inbox::Inbox;
use super::outbox::Outbox;
use super::waiters::Who;
use super::{OpenError, Overflow, SendableCloseFrame, WebSocket};
use crate::browser::{HAS_JAVASCRIPT, Listener, NoDocument, Realm, global, has_web_socket};
use crate::closing::{DEFAULT_CLOSE_TIMEOUT, Input};
use crate::time::Millis;

/// The description of a socket that is not there yet. [`Self::open`] makes it.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `open` is awaited"]
pub struct Builder(Box<Description>);

#[derive(Clone, Debug)]
struct Description {
    url: String,
    protocols: Vec<String>,
    /// What the constructor is given for them. A function, so that a program without subprotocols is not
    /// larger for it.
    offer: fn(&[String]) -> JsValue,
    /// The first that cannot be offered.
    invalid_protocol: Option<String>,
    open_timeout: Millis,
    close_timeout: Millis,
    high_water_mark: u64,
    receive_limit: usize,
    overflow: Overflow,
    close_on_overflow: Option<SendableCloseFrame>,
    close_on_drop: Option<SendableCloseFrame>,
    /// How a realm is opened for the socket, if it is to have one. A function, so that a program
    /// without disposable sockets is not larger for them; the same goes for the next.
    in_realm: Option<Open>,
    on_page_hide: Option<(Listen, Option<SendableCloseFrame>)>,
}

type Open = fn(&str, &JsValue) -> Result<WebSocket, Refusal>;
type Listen = fn(&WebSocket, Option<SendableCloseFrame>);

/// Why the browser's socket could not be made.
enum Refusal {
    Thrown(JsValue),
    NoDocument,
}

impl Builder {
    pub(super) fn new(url: String) -> Self {
        Self(Box::new(Description {
            url,
            protocols: Vec::new(),
            offer: |_| JsValue::UNDEFINED,
            invalid_protocol: None,
            open_timeout: Millis::ENDLESS,
            close_timeout: DEFAULT_CLOSE_TIMEOUT,
            high_water_mark: Outbox::DEFAULT_HIGH_WATER_MARK,
            receive_limit: Inbox::DEFAULT_LIMIT_BYTES,
            overflow: Overflow::default(),
            close_on_overflow: None,
            close_on_drop: None,
            in_realm: None,
            on_page_hide: None,
        }))
    }

    /// Offers a subprotocol, after those offered before. Default: none.
    pub fn protocol(mut self, protocol: impl Into<String>) -> Self {
        let protocol = protocol.into();
        let Description { protocols, offer, invalid_protocol, .. } = &mut *self.0;
        *offer = |protocols| protocols.iter().map(JsValue::from).collect::<Array>().into();
        if is_token(&protocol) && !protocols.contains(&protocol) {
            protocols.push(protocol);
        } else {
            invalid_protocol.get_or_insert(protocol);
        }
        self
    }

    /// Offers subprotocols, after those offered before.
    pub fn protocols(self, protocols: impl IntoIterator<Item = impl Into<String>>) -> Self {
        protocols.into_iter().fold(self, Self::protocol)
    }

    /// Gives up connecting after this long. Default, and `None`: when the browser does.
    ///
    /// The connection is then failed, and has the close timeout to end.
    pub fn open_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.0.open_timeout = Millis::from(timeout.into());
        self
    }

    /// The close timeout: see [`WebSocket::set_close_timeout`]. Default: 10 seconds.
    pub fn close_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.0.close_timeout = Millis::from(timeout.into());
        self
    }

    /// Above so many bytes of `bufferedAmount` the socket, as a `Sink`, is not ready. Default: 1 MiB.
    ///
    /// [`WebSocket::send`] does not wait, and is not refused.
    pub fn high_water_mark(mut self, bytes: u64) -> Self {
        self.0.high_water_mark = bytes;
        self
    }

    /// How many bytes may wait to be taken before something has to give: see [`Overflow`].
    /// Default: 64 MiB; `usize::MAX` is no limit.
    ///
    /// A message counts with what keeping it costs besides its content, and there is always room for
    /// one, of any length.
    pub fn receive_limit(mut self, bytes: usize, overflow: Overflow) -> Self {
        self.0.receive_limit = bytes;
        self.0.overflow = overflow;
        self
    }

    /// What the socket closes with when it has to because of a lost message: see [`Overflow::Close`].
    /// Default: a Close frame without a code.
    pub fn close_on_overflow(mut self, frame: impl Into<Option<SendableCloseFrame>>) -> Self {
        self.0.close_on_overflow = frame.into();
        self
    }

    /// What is sent if the socket is still open when it is dropped: see
    /// [`WebSocket::set_close_on_drop`]. Default: a Close frame without a code.
    pub fn close_on_drop(mut self, frame: impl Into<Option<SendableCloseFrame>>) -> Self {
        self.0.close_on_drop = frame.into();
        self
    }

    /// Cuts the connection too when the socket settles, after the close timeout or after
    /// [`terminate`](WebSocket::terminate): at once, in whatever state it is. Default: `false`; the
    /// browser then ends the connection by its own rules ([`WebSocket::released`]).
    ///
    /// For that the socket is made in a hidden `iframe` of its own, which goes when the socket
    /// settles. It costs a few milliseconds and some 0.4 MB per socket. In Firefox, which has no way
    /// to cut a connection, it changes nothing. Where there is no document,
    /// [`OpenError::NotDisposable`] comes of it: in a worker, end the worker instead.
    pub fn disposable(mut self, disposable: bool) -> Self {
        self.0.in_realm = disposable.then_some(open_in_realm);
        self
    }

    /// Closes the socket with this frame (`None`: without a code) when the page goes away
    /// (`pagehide`), perhaps into the back-forward cache; when the page comes back, the close is
    /// settled truthfully. Default: the connection is left to the browser, which cuts it or closes
    /// it with code 1001. (Firefox does that before it tells the page, so there it is 1001 always.)
    pub fn close_on_page_hide(mut self, frame: impl Into<Option<SendableCloseFrame>>) -> Self {
        self.0.on_page_hide = Some((close_when_hidden, frame.into()));
        self
    }

    /// Opens the socket.
    ///
    /// Nothing happens before the first poll. Dropping the future at any point closes the socket.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(self) -> impl Future<Output = Result<WebSocket, OpenError>> {
        let mut builder = Some(self);
        let mut opening = None;
        poll_fn(move |context| {
            if let Some(builder) = builder.take() {
                opening = Some(builder.connect()?);
            }
            let Some(socket) = &opening else { return Poll::Pending };
            // Nobody else can wait for a socket that nobody has got yet.
            let opened = ready!(socket.owner.lifecycle().poll_open(Who::SINK, context));
            let opened = opened.map_err(OpenError::ended);
            let Some(socket) = opening.take() else { return Poll::Pending };
            Poll::Ready(opened.map(|()| socket))
        })
    }

    /// Begins to open the socket, and gives it while it is CONNECTING, so that others can be given
    /// a [`Closer`](crate::Closer) by then. [`WebSocket::opened`] waits until it is open.
    ///
    /// # Errors
    /// [`OpenError::InvalidUrl`], [`OpenError::InvalidProtocol`], [`OpenError::Blocked`],
    /// [`OpenError::NoWebSocket`] and [`OpenError::NotDisposable`].
    #[allow(clippy::result_large_err, reason = "it is smaller where it is used: 32-bit wasm")]
    pub fn connect(self) -> Result<WebSocket, OpenError> {
        let mut this = self.0;
        if !HAS_JAVASCRIPT {
            return Err(OpenError::NoWebSocket);
        }
        if let Some(protocol) = this.invalid_protocol.take() {
            return Err(OpenError::InvalidProtocol { protocol });
        }
        let protocols = (this.offer)(&this.protocols);
        let socket = match this.in_realm.unwrap_or(open_here)(&this.url, &protocols) {
            Ok(socket) => socket,
            Err(Refusal::NoDocument) => return Err(OpenError::NotDisposable),
            Err(Refusal::Thrown(thrown)) => return Err(refused(mem::take(&mut this.url), thrown)),
        };
        if let Some((listen, frame)) = this.on_page_hide.take() {
            listen(&socket, frame);
        }
        socket.set_close_on_drop(this.close_on_drop.take());
        let lifecycle = socket.owner.lifecycle();
        let audience = lifecycle.audience();
        audience.outbox.high_water_mark.set(this.high_water_mark);
        audience.inbox.limit_bytes.set(this.receive_limit);
        audience.inbox.overflow.set(this.overflow);
        audience.inbox.close_frame.set(this.close_on_overflow.take());
        lifecycle.input(Input::CloseTimeout(this.close_timeout));
        lifecycle.input(Input::OpenTimeout(this.open_timeout));
        Ok(socket)
    }
}

fn open_here(url: &str, protocols: &JsValue) -> Result<WebSocket, Refusal> {
    let native = web_sys::WebSocket::new_with_str_sequence(url, protocols);
    native.map(WebSocket::new).map_err(Refusal::Thrown)
}

fn open_in_realm(url: &str, protocols: &JsValue) -> Result<WebSocket, Refusal> {
    match Realm::open() {
        Ok(Some(realm)) => {
            let native = realm.new_socket(url, protocols).map_err(Refusal::Thrown)?;
            let socket = WebSocket::new(native);
            socket.owner.lifecycle().keep(realm);
            Ok(socket)
        }
        Ok(None) => open_here(url, protocols),
        Err(NoDocument) => Err(Refusal::NoDocument),
    }
}

/// Closes the socket when the page goes.
pub(super) fn close_when_hidden(socket: &WebSocket, frame: Option<SendableCloseFrame>) {
    let closer = socket.closer();
    let close = move |_| drop(closer.close_with(frame.clone()));
    let listener = Listener::new(global(), "pagehide", Box::new(close));
    socket.owner.lifecycle().keep(listener);
}

/// What the browser's constructor throws, which it does for its arguments only.
fn refused(url: String, thrown: JsValue) -> OpenError {
    /// Web IDL, "error names".
    const SYNTAX_ERROR: u16 = 12;

    let thrown: Thrown = thrown.unchecked_into();
    if !has_web_socket() {
        OpenError::NoWebSocket
    } else if thrown.code() == Some(SYNTAX_ERROR) {
        OpenError::InvalidUrl { url }
    } else {
        OpenError::Blocked { message: thrown.message() }
    }
}

/// Whether a subprotocol's name is a token: RFC 6455, section 4.1, as RFC 2616, section 2.2, has it.
fn is_token(name: &str) -> bool {
    const SEPARATORS: &[u8] = b"()<>@,;:\\\"/[]?={}";
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_graphic() && !SEPARATORS.contains(&byte))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use core::pin::pin;
    use core::task::{Context, Waker};

    use super::*;

    #[test]
    fn on_a_target_without_a_browser_opening_is_an_error_that_says_so() {
        let builder = || WebSocket::builder("wss://localhost").protocol("chat").disposable(true);
        assert_eq!(builder().connect().unwrap_err(), OpenError::NoWebSocket);
        let opened = pin!(builder().open()).poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(opened, Poll::Ready(Err(OpenError::NoWebSocket))));
        assert!(OpenError::NoWebSocket.to_string().starts_with("there is no WebSocket here"));
    }
}

//! Close codes: every one that can be received, and the few that a page may send.

use core::fmt;

/// A close code as it stands in a `close` event: any number that fits the wire's two bytes.
///
/// RFC 6455, section 7.4, and the IANA WebSocket Close Code Number Registry. Making one never
/// fails, because a peer may send anything; [`SendableCloseCode`] is the type for what we send.
///
/// ```
/// use graceful_websocket::CloseCode;
///
/// let code = CloseCode::from(1001);
/// assert_eq!(code, CloseCode::GOING_AWAY);
/// assert_eq!(code.name(), Some("Going Away"));
/// assert!(!code.is_sendable());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CloseCode(u16);

/// One row a registered code: constant, number, registered name, what it says.
macro_rules! registry {
    ($($constant:ident = $code:literal, $name:literal, $description:literal;)+) => {
        impl CloseCode {
            $(
                #[doc = concat!(stringify!($code), " ", $name, ": ", $description)]
                pub const $constant: Self = Self($code);
            )+

            /// Every code of the registry, in order.
            pub const REGISTERED: &'static [Self] = &[$(Self::$constant),+];

            /// The name in the IANA registry, if the code is registered.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($code => Some($name),)+
                    _ => None,
                }
            }

            /// What the code says: of a registered code its own meaning, of any other the meaning
            /// of its range (RFC 6455, section 7.4.2).
            pub const fn description(self) -> &'static str {
                match self.0 {
                    $($code => $description,)+
                    0..=999 => "not used",
                    1000..=2999 => "reserved for the protocol and its extensions",
                    3000..=3999 => "for libraries, frameworks and applications, by registration with IANA",
                    4000..=4999 => "for private use, by agreement between the two applications",
                    5000.. => "outside every defined range",
                }
            }
        }
    };
}

registry! {
    NORMAL = 1000, "Normal Closure",
        "the purpose of the connection has been fulfilled";
    GOING_AWAY = 1001, "Going Away",
        "an endpoint goes away: a server shuts down, or a browser leaves the page";
    PROTOCOL_ERROR = 1002, "Protocol error",
        "an endpoint ends the connection because of a protocol error";
    UNSUPPORTED_DATA = 1003, "Unsupported Data",
        "an endpoint received a kind of data that it cannot accept";
    RESERVED = 1004, "Reserved",
        "reserved; a meaning might be defined in the future";
    NO_STATUS_RECEIVED = 1005, "No Status Rcvd",
        "the Close frame carried no code; never on the wire";
    ABNORMAL = 1006, "Abnormal Closure",
        "the connection ended without a Close frame; never on the wire";
    INVALID_PAYLOAD = 1007, "Invalid frame payload data",
        "a message held data that does not fit its type, such as text that is not UTF-8";
    POLICY_VIOLATION = 1008, "Policy Violation",
        "a message violated the endpoint's policy; the code to use when no other fits";
    MESSAGE_TOO_BIG = 1009, "Message Too Big",
        "a message is too big to process";
    MANDATORY_EXTENSION = 1010, "Mandatory Ext.",
        "the client expected an extension that the server did not negotiate";
    INTERNAL_ERROR = 1011, "Internal Error",
        "the server met an unexpected condition";
    SERVICE_RESTART = 1012, "Service Restart",
        "the service is restarted; a client may reconnect after a random delay";
    TRY_AGAIN_LATER = 1013, "Try Again Later",
        "the service is overloaded; a client should go elsewhere or wait for the user";
    BAD_GATEWAY = 1014, "Bad Gateway",
        "a gateway received an invalid response from the server behind it";
    TLS_HANDSHAKE = 1015, "TLS handshake",
        "the TLS handshake failed; never on the wire";
    UNAUTHORIZED = 3000, "Unauthorized",
        "the client has to authenticate itself first";
    FORBIDDEN = 3003, "Forbidden",
        "the client is known, and is not allowed to do this";
    TIMEOUT = 3008, "Timeout",
        "an endpoint waited too long for the other";
}

impl CloseCode {
    /// The code with this number.
    pub const fn new(code: u16) -> Self {
        Self(code)
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// Whether a page may send it: 1000, and 3000 to 4999 (WHATWG WebSockets, `close()`, step 1).
    pub const fn is_sendable(self) -> bool {
        matches!(self.0, 1000 | 3000..=4999)
    }
}

impl From<u16> for CloseCode {
    fn from(code: u16) -> Self {
        Self(code)
    }
}

impl From<CloseCode> for u16 {
    fn from(code: CloseCode) -> Self {
        code.0
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{} ({name})", self.0),
            None => write!(f, "{}", self.0),
        }
    }
}

impl fmt::Debug for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CloseCode({self})")
    }
}

/// A close code that a page may send: 1000, or 3000 to 4999. No other can be made.
///
/// ```
/// use graceful_websocket::{CloseCode, SendableCloseCode};
///
/// let logged_out = SendableCloseCode::of::<4001>();            // checked by the compiler
/// assert_eq!(SendableCloseCode::new(4001), Ok(logged_out));    // checked when it runs
/// assert!(SendableCloseCode::new(1001).is_err());
/// assert_eq!(SendableCloseCode::try_from(CloseCode::NORMAL), Ok(SendableCloseCode::NORMAL));
/// ```
///
/// ```compile_fail
/// let going_away = graceful_websocket::SendableCloseCode::of::<1001>();
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SendableCloseCode(CloseCode);

impl SendableCloseCode {
    /// 1000 Normal Closure: the purpose of the connection has been fulfilled.
    pub const NORMAL: Self = Self::of::<1000>();

    /// The code with this number.
    ///
    /// # Errors
    /// [`InvalidCloseCode`], if a page may not send it.
    pub const fn new(code: u16) -> Result<Self, InvalidCloseCode> {
        let code = CloseCode::new(code);
        if code.is_sendable() { Ok(Self(code)) } else { Err(InvalidCloseCode { code }) }
    }

    /// The code with this number, which the compiler checks: an illegal one does not build.
    pub const fn of<const CODE: u16>() -> Self {
        const {
            assert!(
                CloseCode::new(CODE).is_sendable(),
                "a page may send the close codes 1000 and 3000 to 4999 only"
            );
        }
        Self(CloseCode::new(CODE))
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0.get()
    }
}

impl TryFrom<u16> for SendableCloseCode {
    type Error = InvalidCloseCode;

    fn try_from(code: u16) -> Result<Self, InvalidCloseCode> {
        Self::new(code)
    }
}

impl TryFrom<CloseCode> for SendableCloseCode {
    type Error = InvalidCloseCode;

    fn try_from(code: CloseCode) -> Result<Self, InvalidCloseCode> {
        Self::new(code.get())
    }
}

impl From<SendableCloseCode> for CloseCode {
    fn from(code: SendableCloseCode) -> Self {
        code.0
    }
}

impl fmt::Display for SendableCloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The caller gave a close code that a page may not send.
///
/// The browser's own name for it is `InvalidAccessError` (WHATWG WebSockets, `close()`, step 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidCloseCode {
    /// The code that was given.
    pub code: CloseCode,
}

impl fmt::Display for InvalidCloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the close code must be 1000 or from 3000 to 4999, and is {}", self.code)
    }
}

impl core::error::Error for InvalidCloseCode {}

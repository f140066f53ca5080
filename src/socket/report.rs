//! The close report: all that is known of how a connection ended.

use core::fmt;
use core::time::Duration;

use crate::closing::{CloseCode, CloseFrame, Ending, Initiator, Outcome, Phase};

/// How a connection ended: the same for everyone who waits for it, and never invented.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CloseReport {
    /// The code that was *received*, as in the `close` event: 1005 if the peer's Close frame had
    /// none, 1006 if no Close frame came (RFC 6455, section 7.1.5).
    pub code: CloseCode,
    /// The reason that was *received*; empty if none (RFC 6455, section 7.1.6).
    pub reason: String,
    /// Whether the closing handshake was completed, as in the `close` event; never with code 1006.
    pub was_clean: bool,
    /// What came of it, in one word.
    pub outcome: Outcome,
    /// Who began.
    pub initiator: Initiator,
    /// The Close frame that we sent, with code 1005 if it had no body; `None` if none left: never
    /// asked for, not connected yet, or still queued behind unsent data.
    ///
    /// A browser that answers the peer's Close frame does so by itself; that is not counted here.
    pub sent: Option<CloseFrame>,
    /// Where it ended.
    pub phase: Phase,
    /// How long the connection was being established, from the making (or adopting) of the socket to its
    /// `open` event, or to the beginning of the end.
    pub time_connecting: Duration,
    /// How long it was open, until the end began; zero if it never was.
    pub time_open: Duration,
    /// From the beginning of the end, as far as it could be seen (the local close, or the moment at which
    /// the browser was found CLOSING), to the end; zero if nothing was seen before.
    pub elapsed: Duration,
    /// `bufferedAmount` at the end, in bytes: what was given to `send` and did not leave.
    pub unsent_bytes: u64,
    /// How many messages were received and lost by then, because nobody took them in time or they could not
    /// be read: see [`Overflow`](crate::Overflow). If any, and the initiator is local, that may be why.
    pub lost_messages: u64,
}

/// In one line, as for a log: what came of it, who began, the code and the reason that were received, how
/// long it took, and what was lost.
impl fmt::Display for CloseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, begun by {}: code {}", self.outcome, self.initiator, self.code)?;
        if !self.reason.is_empty() {
            write!(f, " {:?}", self.reason)?;
        }
        write!(f, ", after {:?}", self.elapsed)?;
        if self.unsent_bytes > 0 {
            write!(f, ", {} bytes not sent", self.unsent_bytes)?;
        }
        if self.lost_messages > 0 {
            write!(f, ", {} messages lost", self.lost_messages)?;
        }
        Ok(())
    }
}

impl CloseReport {
    /// The report of an ending, with the reasons of the frames, which the state machine does not read.
    pub(super) fn new(
        ending: &Ending<()>,
        reason: &str,
        sent_reason: &str,
        lost_messages: u64,
    ) -> Self {
        let sent = ending.sent.as_ref();
        Self {
            code: ending.received.code,
            reason: reason.to_owned(),
            was_clean: ending.was_clean,
            outcome: ending.outcome,
            initiator: ending.initiator,
            sent: sent.map(|sent| CloseFrame { code: sent.code, reason: sent_reason.to_owned() }),
            phase: ending.phase,
            time_connecting: ending.time_connecting.into(),
            time_open: ending.time_open.into(),
            elapsed: ending.elapsed.into(),
            unsent_bytes: u64::from(ending.unsent_bytes),
            lost_messages,
        }
    }
}

/// As the report of the npm package is as JSON: the same names and words, and times in milliseconds. What
/// that has not is `lostMessages`.
#[cfg(feature = "serde")]
impl serde::Serialize for CloseReport {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;

        struct Sent<'a>(&'a CloseFrame);

        impl serde::Serialize for Sent<'_> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut sent = serializer.serialize_struct("CloseFrame", 2)?;
                sent.serialize_field("code", &self.0.code.get())?;
                sent.serialize_field("reason", &self.0.reason)?;
                sent.end()
            }
        }

        let millis = |time: Duration| time.as_secs_f64() * 1_000.0;
        let mut report = serializer.serialize_struct("CloseReport", 12)?;
        report.serialize_field("code", &self.code.get())?;
        report.serialize_field("reason", &self.reason)?;
        report.serialize_field("wasClean", &self.was_clean)?;
        report.serialize_field("outcome", self.outcome.as_str())?;
        report.serialize_field("initiator", self.initiator.as_str())?;
        report.serialize_field("sent", &self.sent.as_ref().map(Sent))?;
        report.serialize_field("phase", self.phase.as_str())?;
        report.serialize_field("timeConnecting", &millis(self.time_connecting))?;
        report.serialize_field("timeOpen", &millis(self.time_open))?;
        report.serialize_field("elapsed", &millis(self.elapsed))?;
        report.serialize_field("unsentBytes", &self.unsent_bytes)?;
        report.serialize_field("lostMessages", &self.lost_messages)?;
        report.end()
    }
}

#[cfg(all(test, feature = "serde", not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::time::Millis;

    #[test]
    fn as_json_it_is_what_it_is_in_javascript() {
        let mut ending = Ending {
            received: CloseFrame { code: CloseCode::ABNORMAL, reason: () },
            was_clean: false,
            outcome: Outcome::TimedOut,
            initiator: Initiator::Local,
            phase: Phase::Handshake,
            sent: Some(CloseFrame { code: CloseCode::new(4000), reason: () }),
            time_connecting: Millis::new(12.0),
            time_open: Millis::new(1_500.0),
            elapsed: Millis::new(3_000.0),
            unsent_bytes: 5,
        };
        let report = CloseReport::new(&ending, "", "bye", 2);
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "code": 1006, "reason": "", "wasClean": false, "outcome": "timed-out", "initiator": "local",
                "sent": { "code": 4000, "reason": "bye" }, "phase": "handshake",
                "timeConnecting": 12.0, "timeOpen": 1500.0, "elapsed": 3000.0, "unsentBytes": 5,
                "lostMessages": 2,
            })
        );
        ending.sent = None;
        let json = serde_json::to_value(CloseReport::new(&ending, "", "", 0)).unwrap();
        assert_eq!(json["sent"], serde_json::Value::Null);
    }
}

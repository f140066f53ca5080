//! Query parameters with types, and the answer to those that are wrong.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

/// The longest text that fits into a Close frame beside its code, in bytes (RFC 6455, section 5.5).
const MOST_REASON_BYTES: usize = 123;

const LONGEST_MS: u64 = 300_000;

/// The parameters of one request. Take every one that is known, then [`finish`](Self::finish).
#[derive(Debug)]
pub struct Parameters {
    left: Vec<(String, String)>,
    known: Vec<&'static str>,
}

/// A parameter that is unknown, unparsable or out of range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadParameter {
    name: String,
    given: String,
    allowed: String,
}

impl Parameters {
    /// Takes a query string apart, without its question mark.
    pub fn parse(query: &str) -> Self {
        let left = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Self { left, known: Vec::new() }
    }

    /// Any text.
    pub fn text(&mut self, name: &'static str) -> Result<Option<String>, BadParameter> {
        self.known.push(name);
        let Some(index) = self.left.iter().position(|(key, _)| key == name) else {
            return Ok(None);
        };
        let (_, value) = self.left.remove(index);
        match self.left.iter().find(|(key, _)| key == name) {
            None => Ok(Some(value)),
            Some((_, again)) => Err(BadParameter::new(name, again, "once only")),
        }
    }

    /// A whole number.
    pub fn number(
        &mut self,
        name: &'static str,
        allowed: RangeInclusive<u64>,
    ) -> Result<Option<u64>, BadParameter> {
        let Some(given) = self.text(name)? else { return Ok(None) };
        match given.parse() {
            Ok(number) if allowed.contains(&number) => Ok(Some(number)),
            _ => {
                let range = format!("{} to {}", allowed.start(), allowed.end());
                Err(BadParameter::new(name, &given, range))
            }
        }
    }

    /// A time in milliseconds, at most five minutes.
    pub fn milliseconds(&mut self, name: &'static str) -> Result<Option<Duration>, BadParameter> {
        Ok(self.number(name, 0..=LONGEST_MS)?.map(Duration::from_millis))
    }

    /// One of some words.
    pub fn one_of<T: Clone>(
        &mut self,
        name: &'static str,
        words: &[(&str, T)],
    ) -> Result<Option<T>, BadParameter> {
        let Some(given) = self.text(name)? else { return Ok(None) };
        match words.iter().find(|(word, _)| *word == given) {
            Some((_, value)) => Ok(Some(value.clone())),
            None => {
                let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                Err(BadParameter::new(name, &given, words.join(", ")))
            }
        }
    }

    /// A close code, or `Some(None)` for the word "none".
    pub fn close_code(&mut self, name: &'static str) -> Result<Option<Option<u16>>, BadParameter> {
        let Some(given) = self.text(name)? else { return Ok(None) };
        match given.parse() {
            _ if given == "none" => Ok(Some(None)),
            Ok(code @ 1000..=4999) => Ok(Some(Some(code))),
            _ => Err(BadParameter::new(name, &given, "1000 to 4999, or none")),
        }
    }

    /// The reason of a Close frame.
    pub fn reason(&mut self, name: &'static str) -> Result<Option<String>, BadParameter> {
        let Some(given) = self.text(name)? else { return Ok(None) };
        if given.len() > MOST_REASON_BYTES {
            let allowed = format!("at most {MOST_REASON_BYTES} bytes of UTF-8");
            return Err(BadParameter::new(name, &given, allowed));
        }
        Ok(Some(given))
    }

    /// Complains about a parameter that was not taken.
    pub fn finish(self) -> Result<(), BadParameter> {
        match self.left.first() {
            None => Ok(()),
            Some((name, given)) => {
                let allowed = format!("the parameters {}", self.known.join(", "));
                Err(BadParameter::new(name, given, allowed))
            }
        }
    }
}

impl BadParameter {
    /// Says that `name` may not be `given`, only what is `allowed`.
    pub fn new(name: &str, given: &str, allowed: impl Into<String>) -> Self {
        Self { name: name.into(), given: given.into(), allowed: allowed.into() }
    }
}

impl fmt::Display for BadParameter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, given, allowed } = self;
        write!(formatter, "bad parameter {name}: given {given:?}, allowed: {allowed}")
    }
}

impl std::error::Error for BadParameter {}

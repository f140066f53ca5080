//! The paths that a browser can go to, and what becomes of that. `--help` and every 404 show this table.

use std::time::Duration;

use hyper::StatusCode;

use crate::answer::{self, Answer};
use crate::params::{BadParameter, Parameters};
use crate::paths;

/// How a request for a page is answered.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How long after it has come; `None` is never.
    pub after: Option<Duration>,
    /// With what.
    pub answer: fn() -> Answer,
}

/// One page.
#[derive(Debug)]
pub struct Page {
    /// With the leading slash.
    pub name: &'static str,
    usage: &'static str,
    does: &'static str,
    plan: fn(&mut Parameters) -> Result<Plan, BadParameter>,
}

/// Every page.
pub static PAGES: [Page; 3] = [
    Page {
        name: "/204",
        usage: "",
        does: "answers that there is nothing to go to: the page stays",
        plan: |_| at_once(|| answer::empty(StatusCode::NO_CONTENT)),
    },
    Page {
        name: "/download",
        usage: "",
        does: "answers with a file to keep: the page stays",
        plan: |_| at_once(|| answer::attachment("download.bin", "to keep")),
    },
    Page {
        name: "/slow",
        usage: "?ms=",
        does: "answers with a page after some ms, or never: the page stays until then",
        plan: slow,
    },
];

/// The table for people to read.
pub fn usage() -> String {
    let rows = PAGES.iter().map(|Page { name, usage, does, .. }| (*name, *usage, *does));
    paths::table("Pages to go to; each also takes tag=, a label that the log shows:", rows)
}

/// The page of this name.
pub fn find(name: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.name == name)
}

impl Page {
    /// What a query asks of this page, and its tag.
    pub fn plan(&self, query: &str) -> Result<(Plan, Option<String>), BadParameter> {
        paths::plan(query, self.plan)
    }
}

fn at_once(answer: fn() -> Answer) -> Result<Plan, BadParameter> {
    Ok(Plan { after: Some(Duration::ZERO), answer })
}

fn slow(parameters: &mut Parameters) -> Result<Plan, BadParameter> {
    let after = parameters.milliseconds("ms")?;
    Ok(Plan { after, answer: || answer::html("<!doctype html><title>Slow</title>") })
}

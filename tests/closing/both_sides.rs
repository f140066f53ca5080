//! What both sides know is the same on both, Rust and JavaScript:
//!
//! - the words for what there is one of, in the order of their numbers
//! - the numbers of the inputs
//! - the limits of what may be sent, and the default of the close timeout
//! - by what Gecko is told from other browsers

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use graceful_websocket::CloseReason;
use graceful_websocket::closing::{CloseCode, DEFAULT_CLOSE_TIMEOUT, Initiator, Outcome, Phase};

const CORE: &str = "js/closing/core.ts";
const LIMITS: &str = "js/closing/limits.ts";
const GECKO: &str = "js/browser/engine.ts";
/// Where the Rust side reads the numbers of the inputs.
const STEP: &str = "npm/src/lib.rs";
/// The first input, which makes a machine and so is none of the machine's.
const NEW: (&str, u32) = ("New", 0);
/// What only Gecko has.
const IN_GECKO_ONLY: &str = "InternalError";

#[test]
fn the_words_are_in_the_same_order() {
    let words = [
        ("OUTCOMES", Outcome::ALL.iter().map(|outcome| outcome.as_str()).collect::<Vec<_>>()),
        ("INITIATORS", Initiator::ALL.iter().map(|initiator| initiator.as_str()).collect()),
        ("PHASES", Phase::ALL.iter().map(|phase| phase.as_str()).collect()),
    ];
    let source = code(CORE);
    for (name, words) in words {
        assert_eq!(array(CORE, &source, name), words, "{name} in {CORE}");
    }
}

#[test]
fn the_inputs_have_the_same_numbers() {
    let theirs = numbers(CORE, &code(CORE), "Input");
    assert_eq!(theirs, inputs_of_the_step(), "Input in {CORE}, and the inputs of {STEP}");
}

#[test]
fn the_same_may_be_sent() {
    let source = code(LIMITS);
    let limit = |name| number(LIMITS, &source, name);
    assert_eq!(limit("NORMAL"), f64::from(CloseCode::NORMAL.get()));
    let is_private = limit("FIRST_PRIVATE")..=limit("LAST_PRIVATE");
    for code in (0..=u16::MAX).map(CloseCode::new).filter(|code| *code != CloseCode::NORMAL) {
        assert_eq!(is_private.contains(&f64::from(code.get())), code.is_sendable(), "{code}");
    }
    assert_eq!(limit("MAX_REASON_BYTES"), CloseReason::MAX_BYTES as f64);
}

#[test]
fn the_default_of_the_close_timeout_is_the_same() {
    let millis = number(LIMITS, &code(LIMITS), "DEFAULT_CLOSE_TIMEOUT");
    assert_eq!(millis, DEFAULT_CLOSE_TIMEOUT.get());
}

#[test]
fn gecko_is_told_by_the_same_name() {
    assert!(code(GECKO).contains(IN_GECKO_ONLY), "{GECKO} does not ask for {IN_GECKO_ONLY}");
    let directory = root().join("src/browser");
    let files = fs::read_dir(&directory).expect("src/browser is there");
    let paths = files.map(|file| file.expect("a file").path());
    let is_there = paths.into_iter().any(|path| {
        let source = fs::read_to_string(&path).expect("a source file");
        without_comments(&source).contains(IN_GECKO_ONLY)
    });
    assert!(is_there, "no file of src/browser asks for {IN_GECKO_ONLY}");
}

#[test]
fn what_is_read_is_what_is_written() {
    let source = without_comments(
        "/** export const A = 1; */ export const AB = 2; // A = 3\n\
         const A = 10_000;\nexport const WORDS = [\"one\", 'two-b', ] as const;\n\
         enum Input { New, Next, }\nexport enum Numbers { New, Next }",
    );
    assert_eq!(number("", &source, "A"), 10_000.0);
    assert_eq!(number("", &source, "AB"), 2.0);
    assert_eq!(array("", &source, "WORDS"), ["one", "two-b"]);
    let expected = [("New", 0), ("Next", 1)].map(|(name, number)| (name.to_owned(), number));
    assert_eq!(numbers("", &source, "Numbers"), BTreeMap::from(expected));
}

/// The inputs as the core numbers them: a line `7 => Input::NativeError,` each, and the last is for all numbers
/// that are left.
fn inputs_of_the_step() -> BTreeMap<String, u32> {
    let source = code(STEP);
    let mut inputs = BTreeMap::from([(NEW.0.to_owned(), NEW.1)]);
    for line in source.lines() {
        let Some((number, input)) = line.trim().split_once(" => Input::") else { continue };
        let name = input.split(|c: char| !c.is_ascii_alphanumeric()).next().expect("a name");
        let next = u32::try_from(inputs.len()).expect("a few inputs");
        assert!(number == "_" || number.parse() == Ok(next), "{STEP}: {number} is not {next}");
        inputs.insert(name.to_owned(), next);
    }
    assert!(source.contains("_ => Input::"), "{STEP}: no input is for the numbers that are left");
    inputs
}

/// The number in `const NAME = 10_000;`.
fn number(file: &str, source: &str, name: &str) -> f64 {
    let value = value(file, source, name, ';').replace('_', "");
    let number = value.trim().parse();
    number.unwrap_or_else(|_| panic!("{file}: {name} is not a number, but {value}"))
}

/// The words in `const NAME = ["one", "two"] as const;`.
fn array<'a>(file: &str, source: &'a str, name: &str) -> Vec<&'a str> {
    let value = value(file, source, name, ']');
    let words = value.trim().strip_prefix('[');
    let words = words.unwrap_or_else(|| panic!("{file}: {name} is not an array, but {value}"));
    let words = words.split(',').map(|word| word.trim().trim_matches(['"', '\'']));
    words.filter(|word| !word.is_empty()).collect()
}

/// The numbers in `enum NAME { One, Two }`, which are those of their order.
fn numbers(file: &str, source: &str, name: &str) -> BTreeMap<String, u32> {
    let members = source.split_once(&format!("enum {name} {{"));
    let (_, members) = members.unwrap_or_else(|| panic!("{file} has no enum {name}"));
    let (members, _) =
        members.split_once('}').unwrap_or_else(|| panic!("{file}: {name} has no end"));
    let members = members.split(',').map(str::trim).filter(|member| !member.is_empty());
    let is_plain = |member: &str| member.chars().all(char::is_alphanumeric);
    let named = members.inspect(|member| assert!(is_plain(member), "{file}: {name} has {member}"));
    named.zip(0..).map(|(member, number)| (member.to_owned(), number)).collect()
}

/// What stands between `const NAME =` and this character; perhaps there is a type before the sign.
fn value<'a>(file: &str, source: &'a str, name: &str, end: char) -> &'a str {
    let is_name = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let declared = source
        .split("const ")
        .filter_map(|rest| rest.trim_start().strip_prefix(name))
        .find(|rest| is_name(rest));
    let declared = declared.unwrap_or_else(|| panic!("{file} has no constant {name}"));
    let (_, value) =
        declared.split_once('=').unwrap_or_else(|| panic!("{file}: {name} has no value"));
    let (value, _) = value.split_once(end).unwrap_or_else(|| panic!("{file}: {name} has no end"));
    value
}

/// A file of the project, without comments.
fn code(path: &str) -> String {
    let source = fs::read_to_string(root().join(path));
    without_comments(&source.unwrap_or_else(|error| panic!("{path}: {error}")))
}

/// A source without its comments. No text in it looks like one.
fn without_comments(source: &str) -> String {
    let lines = source.lines().map(|line| line.split("//").next().unwrap_or_default());
    let mut code = String::new();
    let mut rest = &*lines.collect::<Vec<_>>().join("\n");
    while let Some((before, comment)) = rest.split_once("/*") {
        code += before;
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    code + rest
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

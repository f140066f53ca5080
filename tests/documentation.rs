//! What the documentation says of other files is so:
//!
//! - the code on a framework's page is quoted from that framework's example
//! - the tests that the table of pains names are there

#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::Path;

/// In a quotation, this line leaves something out.
const ELLIPSIS: &str = "// …";
const PAINS: usize = 15;

#[test]
fn the_code_on_the_page_of_leptos_is_quoted_from_its_example() {
    assert_quotes("leptos");
}

#[test]
fn the_code_on_the_page_of_yew_is_quoted_from_its_example() {
    assert_quotes("yew");
}

#[test]
fn the_code_on_the_page_of_dioxus_is_quoted_from_its_example() {
    assert_quotes("dioxus");
}

#[test]
fn every_pain_has_a_test_that_is_there() {
    let sources = [
        "tests/browser/pains/closing.rs",
        "tests/browser/pains/connecting.rs",
        "tests/browser/pains/living.rs",
        "tests/shared-memory/main.rs",
    ]
    .map(read)
    .concat();
    let guide = read("docs/rust.md");
    let (_, pains) = guide.split_once("\n## Fifteen pains\n").expect("the section is there");
    let rows: Vec<_> = pains.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert_eq!(rows.len(), PAINS, "rows in the table");
    for (row, number) in rows.into_iter().zip(1..) {
        assert!(row.starts_with(&format!("| {number} | ")), "{row}");
        let tests: Vec<_> = row.split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty(), "no test in {row}");
        for test in tests {
            assert!(sources.contains(&format!("async fn {test}()")), "there is no test {test}");
        }
    }
    let named = sources.matches("async fn pain_").count();
    assert_eq!(pains.matches("`pain_").count(), named, "tests of pains, in the table and in all");
}

/// The Rust blocks of a framework's page occur in its example, but for white space.
fn assert_quotes(framework: &str) {
    let page = read(&format!("docs/{framework}.md"));
    let example = ["use_graceful_websocket.rs", "main.rs"]
        .map(|file| words(&read(&format!("examples/{framework}/src/{file}"))))
        .concat();
    let blocks: Vec<_> = page.split("\n```rust\n").skip(1).collect();
    assert!(!blocks.is_empty(), "the page quotes nothing");
    for block in blocks {
        let (block, _) = block.split_once("\n```").expect("the block has an end");
        for quotation in block.split(ELLIPSIS) {
            assert!(example.contains(&words(quotation)), "not in the example: {quotation}");
        }
    }
}

fn words(code: &str) -> String {
    code.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

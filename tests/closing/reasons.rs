//! Close reasons:
//!
//! - 123 bytes of UTF-8 fit, 124 do not, however many characters they are
//! - what does not fit can be truncated, between two characters
//! - an error says what is allowed, and what was given

use graceful_websocket::{CloseReason, CloseReasonTooLong};

/// Characters of one, two, three and four bytes of UTF-8.
const CHARACTERS: [char; 4] = ['a', 'é', '€', '🦀'];

/// A text of so many bytes that ends in this character, with as few one-byte characters as it takes.
fn text(bytes: usize, character: char) -> String {
    let width = character.len_utf8();
    let mut text = "a".repeat(bytes % width);
    text.extend(core::iter::repeat_n(character, bytes / width));
    text
}

#[test]
fn the_longest_reason_fits_and_one_byte_more_does_not() {
    for character in CHARACTERS {
        let longest = text(CloseReason::MAX_BYTES, character);
        assert_eq!(CloseReason::new(&*longest).expect("123 bytes").as_str(), longest);
        let too_long = text(CloseReason::MAX_BYTES + 1, character);
        let error = CloseReason::new(too_long).unwrap_err();
        assert_eq!(error.bytes, CloseReason::MAX_BYTES + 1);
    }
}

#[test]
fn a_close_frame_leaves_123_bytes() {
    assert_eq!(CloseReason::MAX_BYTES, 125 - 2);
}

#[test]
fn a_reason_is_the_text_that_it_was_made_of() {
    let reason = CloseReason::new("done").expect("short");
    assert_eq!(reason.as_str(), "done");
    assert_eq!(&*reason, "done");
    assert_eq!(reason.to_string(), "done");
    assert_eq!(CloseReason::try_from("done").as_ref(), Ok(&reason));
    assert_eq!(CloseReason::try_from("done".to_owned()).as_ref(), Ok(&reason));
    assert_eq!(String::from(reason), "done");
    assert_eq!(CloseReason::default().as_str(), "");
}

#[test]
fn a_text_that_is_too_long_is_refused_in_every_way() {
    let too_long = text(CloseReason::MAX_BYTES + 1, 'a');
    let refused = |made: Result<CloseReason, CloseReasonTooLong>| {
        made.is_err_and(|error| error.bytes == too_long.len())
    };
    assert!(refused(CloseReason::new(&*too_long)));
    assert!(refused(CloseReason::try_from(&*too_long)));
    assert!(refused(CloseReason::try_from(too_long.clone())));
}

#[test]
fn what_fits_is_not_truncated() {
    for character in CHARACTERS {
        let longest = text(CloseReason::MAX_BYTES, character);
        assert_eq!(CloseReason::truncated(&longest).as_str(), longest);
    }
    assert_eq!(CloseReason::truncated("").as_str(), "");
}

#[test]
fn truncation_never_halves_a_character() {
    for character in CHARACTERS {
        let width = character.len_utf8();
        for offset in 0..width {
            let too_long = "a".repeat(offset) + &text(CloseReason::MAX_BYTES * width, character);
            let reason = CloseReason::truncated(&too_long);
            assert!(too_long.starts_with(reason.as_str()));
            assert!((CloseReason::MAX_BYTES - reason.len()) < width, "{} bytes", reason.len());
        }
    }
}

#[test]
fn the_error_names_what_is_allowed_and_what_was_given() {
    let error = CloseReason::new(text(CloseReason::MAX_BYTES + 1, 'é')).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the close reason must have at most 123 bytes of UTF-8, and has 124"
    );
}

//! Close codes:
//!
//! - every number that fits the wire can be a [`CloseCode`], which is what it was
//! - 1000 and 3000 to 4999 may be sent, and no other
//! - the registry is complete and in order, and each of its codes is named and described
//! - [`SendableCloseCode`] is made from the same numbers, in each of its ways
//! - an error says what is allowed, and what was given

use std::collections::HashSet;

use graceful_websocket::closing::{CloseCode, InvalidCloseCode, SendableCloseCode};

/// The IANA WebSocket Close Code Number Registry.
const REGISTRY: [u16; 19] = [
    1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1015,
    3000, 3003, 3008,
];

/// The numbers on both sides of each border of RFC 6455, section 7.4.2, and what the ranges say.
const RANGES: [(u16, u16, &str); 5] = [
    (0, 999, "not used"),
    (1016, 2999, "reserved for the protocol and its extensions"),
    (3009, 3999, "for libraries, frameworks and applications, by registration with IANA"),
    (4000, 4999, "for private use, by agreement between the two applications"),
    (5000, u16::MAX, "outside every defined range"),
];

/// Whether a page may send it (WHATWG WebSockets, `close()`, step 1).
fn may_be_sent(number: u16) -> bool {
    number == 1000 || (3000..=4999).contains(&number)
}

#[test]
fn every_number_makes_a_code_that_is_that_number() {
    for number in 0..=u16::MAX {
        let code = CloseCode::new(number);
        assert_eq!(code.get(), number);
        assert_eq!(CloseCode::from(number), code);
        assert_eq!(u16::from(code), number);
        assert!(!code.description().is_empty());
    }
}

#[test]
fn only_1000_and_3000_to_4999_may_be_sent() {
    for number in 0..=u16::MAX {
        let code = CloseCode::new(number);
        assert_eq!(code.is_sendable(), may_be_sent(number), "{code}");
    }
}

#[test]
fn the_registry_is_complete_and_in_order() {
    let numbers: Vec<u16> = CloseCode::REGISTERED.iter().map(|code| code.get()).collect();
    assert_eq!(numbers, REGISTRY);
    assert!(numbers.is_sorted());
}

#[test]
fn the_codes_of_the_registry_and_no_others_have_a_name() {
    for number in 0..=u16::MAX {
        let name = CloseCode::new(number).name();
        assert_eq!(name.is_some(), REGISTRY.contains(&number), "{number}: {name:?}");
        assert_ne!(name, Some(""));
    }
}

#[test]
fn no_two_codes_of_the_registry_have_the_same_name_or_description() {
    let codes = CloseCode::REGISTERED;
    let names: HashSet<_> = codes.iter().map(|code| code.name()).collect();
    let descriptions: HashSet<_> = codes.iter().map(|code| code.description()).collect();
    assert_eq!(names.len(), REGISTRY.len());
    assert_eq!(descriptions.len(), REGISTRY.len());
}

#[test]
fn a_constant_is_the_code_that_it_is_named_after() {
    assert_eq!(CloseCode::NORMAL.get(), 1000);
    assert_eq!(CloseCode::NO_STATUS_RECEIVED.get(), 1005);
    assert_eq!(CloseCode::ABNORMAL.get(), 1006);
    assert_eq!(CloseCode::TIMEOUT.get(), 3008);
    assert_eq!(CloseCode::GOING_AWAY.name(), Some("Going Away"));
}

#[test]
fn a_code_without_a_name_is_described_by_its_range() {
    for (first, last, description) in RANGES {
        assert_eq!(CloseCode::new(first).description(), description);
        assert_eq!(CloseCode::new(last).description(), description);
    }
}

#[test]
fn a_code_is_shown_with_its_name_if_it_has_one() {
    assert_eq!(CloseCode::GOING_AWAY.to_string(), "1001 (Going Away)");
    assert_eq!(CloseCode::new(4000).to_string(), "4000");
    assert_eq!(format!("{:?}", CloseCode::GOING_AWAY), "CloseCode(1001 (Going Away))");
    assert_eq!(SendableCloseCode::NORMAL.to_string(), "1000 (Normal Closure)");
}

#[test]
fn a_sendable_code_is_made_of_exactly_the_numbers_that_may_be_sent() {
    for number in 0..=u16::MAX {
        let code = CloseCode::new(number);
        let made = SendableCloseCode::new(number);
        assert_eq!(SendableCloseCode::try_from(number), made);
        assert_eq!(SendableCloseCode::try_from(code), made);
        match made {
            Ok(sendable) => {
                assert!(may_be_sent(number), "{number}");
                assert_eq!(sendable.get(), number);
                assert_eq!(CloseCode::from(sendable), code);
            }
            Err(InvalidCloseCode { code: given, .. }) => {
                assert!(!may_be_sent(number), "{number}");
                assert_eq!(given, code);
            }
        }
    }
}

#[test]
fn a_sendable_code_can_be_made_by_the_compiler() {
    const BYE: SendableCloseCode = SendableCloseCode::of::<4000>();
    assert_eq!(Ok(BYE), SendableCloseCode::new(4000));
    assert_eq!(SendableCloseCode::of::<1000>(), SendableCloseCode::NORMAL);
    assert_eq!(SendableCloseCode::of::<3000>().get(), 3000);
    assert_eq!(SendableCloseCode::of::<4999>().get(), 4999);
}

#[test]
fn the_error_names_what_is_allowed_and_what_was_given() {
    let error = SendableCloseCode::new(1001).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the close code must be 1000 or from 3000 to 4999, and is 1001 (Going Away)"
    );
    let error = SendableCloseCode::new(5000).unwrap_err();
    assert!(error.to_string().ends_with("and is 5000"));
}

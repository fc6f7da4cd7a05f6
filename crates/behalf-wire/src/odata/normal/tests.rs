use std::borrow::Cow;

use super::{path, query};
use crate::odata::limits::Limits;
use crate::odata::names::Names;
use crate::odata::parse::query_options;

#[test]
fn letters_digits_and_marks_are_decoded_and_nothing_else() {
    assert_eq!(
        path("%50arcels%28%271%2F2%27%29%2d%7E"),
        "Parcels%28%271%2F2%27%29-~"
    );
    assert_eq!(path("%2527%27%zz%4"), "%2527%27%zz%4");
    assert!(matches!(path("Parcels(1)"), Cow::Borrowed(_)));
}

#[test]
fn what_a_literal_cannot_hold_plainly_is_encoded_within_it() {
    assert_eq!(
        query("$filter=a/b eq 'c/d e?f'"),
        "$filter=a/b eq 'c%2Fd%20e%3Ff'"
    );
    assert_eq!(
        query("$filter=a eq 'it''s/é' and b/c"),
        "$filter=a eq 'it''s%2F%C3%A9' and b/c"
    );
    assert_eq!(
        query("$filter=a eq %27c/d%27 and b/c"),
        "$filter=a eq %27c%2Fd%27 and b/c"
    );
    assert_eq!(
        query("$search=\"it's a/b\"&$filter=a/b"),
        "$search=\"it's a/b\"&$filter=a/b"
    );
    assert_eq!(
        query("$search=it's&$filter=a/b"),
        "$search=it's&$filter=a/b"
    );
}

#[test]
fn encoded_delimiters_stay_encoded_so_that_no_literal_ends_elsewhere() {
    let sly = "$filter=a eq 'x%26$filter=b' and c eq 'y%27 or 1 eq 1'";
    assert_eq!(query(sly), sly);
    assert!(query_options(&query(sly), &Names::open(), Limits::default()).is_err());
    let plain = query("$filter=a eq 'c/d'&$top=1");
    assert_eq!(
        query_options(&plain, &Names::open(), Limits::default())
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn normalising_twice_changes_nothing_more() {
    for text in ["$filter=a eq 'c/d e'", "%2541", "'%", "%E2%82%AC'€'"] {
        let once = query(text).into_owned();
        if !text.contains("%25") {
            assert_eq!(query(&once), once, "{text}");
        }
    }
    assert_eq!(path("%2541"), "%2541", "a percent sign is not unreserved");
}

use super::*;

#[test]
fn foreign_text_is_one_short_line_without_anything_like_a_token() {
    assert_eq!(foreign_text(" a\r\n b\tc "), "a b c");
    let token = "eyJ0".repeat(40);
    assert_eq!(foreign_text(&format!("got {token} here")), "got (…) here");
    let long = foreign_text(&"word ".repeat(1_000));
    assert!(long.len() < 420 && long.ends_with("(…)"));
    assert_eq!(foreign_text("\u{0}\u{1b}"), "");
}

#[test]
fn an_error_says_what_why_and_how_to_fix_it() {
    let error = Error::new(ErrorKind::Api, "It failed", "of this", "do that");
    assert_eq!(error.to_string(), "It failed: of this. To fix it: do that.");
    assert_eq!(
        (error.what(), error.why(), error.fix()),
        ("It failed", "of this", "do that")
    );
}

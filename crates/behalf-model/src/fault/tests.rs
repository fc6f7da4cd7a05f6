use super::*;
use std::collections::HashSet;

#[test]
fn codes_and_names_are_unique_and_complete() {
    let (mut codes, mut names) = (HashSet::new(), HashSet::new());
    for kind in all() {
        assert!(codes.insert(kind.code), "{} twice", kind.code);
        assert!(names.insert(kind.name), "{} twice", kind.name);
        assert!(
            kind.code.len() == 6 && kind.code.starts_with("BH"),
            "{}",
            kind.code
        );
        assert!((400..600).contains(&kind.http), "{}", kind.code);
        for text in [kind.title, kind.cause, kind.remedy] {
            assert!(!text.is_empty(), "{}", kind.code);
            // Entra's error_description must contain nothing that JSON escapes (entra.md, decision 5).
            assert!(
                !text.contains(['"', '\\', '\r', '\n']),
                "{}: {text}",
                kind.code
            );
        }
    }
}

//! Texts that are of a rule, and texts that are not, against the warehouse.
//!
//! The tables stand in `cases/`: `# rule` begins a rule, `+ text` is of it, `- text` is not; a text is all of its line
//! after the sign and one space.

use super::super::by_rule;
use super::warehouse;
use crate::odata::limits::Limits;
use crate::odata::names::NameKind;

const TABLES: [(&str, &str); 13] = [
    ("aggregation", include_str!("cases/aggregation.txt")),
    (
        "expand_and_select",
        include_str!("cases/expand_and_select.txt"),
    ),
    ("expressions", include_str!("cases/expressions.txt")),
    ("headers", include_str!("cases/headers.txt")),
    ("moments", include_str!("cases/moments.txt")),
    (
        "names_and_contexts",
        include_str!("cases/names_and_contexts.txt"),
    ),
    (
        "numbers_and_words",
        include_str!("cases/numbers_and_words.txt"),
    ),
    ("query_options", include_str!("cases/query_options.txt")),
    ("resource_paths", include_str!("cases/resource_paths.txt")),
    ("searches", include_str!("cases/searches.txt")),
    ("shapes", include_str!("cases/shapes.txt")),
    (
        "texts_and_enumerations",
        include_str!("cases/texts_and_enumerations.txt"),
    ),
    ("urls", include_str!("cases/urls.txt")),
];

fn is_of_rule(rule: &str, text: &str) -> bool {
    let found = by_rule(rule, text, &warehouse(), Limits::default());
    found.unwrap_or_else(|| panic!("{rule} is offered")).is_ok()
}

#[test]
fn every_text_of_the_tables_is_taken_or_refused_as_they_say() {
    let mut wrong = Vec::new();
    for (table, lines) in TABLES {
        let mut rule = "";
        for line in lines.lines() {
            let (sign, text) = line.split_once(' ').unwrap_or((line, ""));
            match sign {
                "#" => rule = text,
                "+" | "-" if is_of_rule(rule, text) == (sign == "+") => {}
                _ => wrong.push(format!("{table}, {rule}: {line}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn limits_of_lengths_and_line_ends_are_kept() {
    assert!(is_of_rule("odataIdentifier", &"a".repeat(128)));
    assert!(!is_of_rule("odataIdentifier", &"a".repeat(129)));
    assert!(!is_of_rule("header", "OData-Version: 4.0\r\nX: y"));
    assert!(!is_of_rule("prefer", "Prefer: wait=1\n"));
}

#[test]
fn every_kind_of_name_is_a_rule_and_unknown_rules_are_not_offered() {
    let names = warehouse();
    for kind in NameKind::ALL {
        assert!(
            by_rule(kind.rule(), "x", &names, Limits::default()).is_some(),
            "{}",
            kind.rule()
        );
    }
    assert!(by_rule("noRuleOfThisName", "x", &names, Limits::default()).is_none());
}

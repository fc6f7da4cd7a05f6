//! No text may make the parser panic, hang or answer more than one line.
#![no_main]

use behalf_wire::odata::parse_line::ParseLines;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let mut lines = ParseLines::new();
    for rule in ["odataRelativeUri", "queryOptions", "filter", "commonExpr"] {
        let question = serde_json::json!({ "rule": rule, "input": input });
        let answer = lines.answer(&question.to_string()).unwrap_or_default();
        assert!(answer.starts_with("{\"ok\":") && !answer.contains('\n'));
    }
});

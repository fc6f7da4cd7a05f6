use super::ParseLines;

fn ask(lines: &mut ParseLines, rule: &str, input: &str) -> String {
    let line = serde_json::json!({ "rule": rule, "input": input }).to_string();
    lines.answer(&line).unwrap()
}

#[test]
fn answers_yes_no_and_not_offered() {
    let mut lines = ParseLines::new();
    assert_eq!(
        ask(&mut lines, "filter", "$filter=Price gt 5"),
        r#"{"ok":true}"#
    );
    assert_eq!(
        ask(&mut lines, "filter", "$filter=Price gt"),
        r#"{"ok":false}"#
    );
    assert_eq!(ask(&mut lines, "noSuchRule", "x"), r#"{"ok":null}"#);
}

#[test]
fn constraints_are_taken_without_an_answer_and_replace_earlier_ones() {
    let mut lines = ParseLines::new();
    assert_eq!(lines.answer(r#"{"constraints":{"entitySetName":["Orders"],"singletonEntity":[],
        "actionImport":[],"entityColFunctionImport":[],"entityFunctionImport":[],"complexColFunctionImport":[],
        "complexFunctionImport":[],"primitiveColFunctionImport":[],"primitiveFunctionImport":[]}}"#), None);
    assert_eq!(ask(&mut lines, "resourcePath", "Orders"), r#"{"ok":true}"#);
    assert_eq!(
        ask(&mut lines, "resourcePath", "Invoices"),
        r#"{"ok":false}"#
    );
    assert_eq!(lines.answer(r#"{"constraints":{}}"#), None);
    assert_eq!(
        ask(&mut lines, "resourcePath", "Invoices"),
        r#"{"ok":true}"#
    );
}

#[test]
fn rule_names_do_not_depend_on_letter_case() {
    assert_eq!(
        ask(&mut ParseLines::new(), "BOOLCOMMONEXPR", "1 eq 1"),
        r#"{"ok":true}"#
    );
}

#[test]
fn a_line_that_asks_nothing_gets_a_reason_and_an_empty_one_nothing() {
    let mut lines = ParseLines::new();
    assert_eq!(lines.answer("  "), None);
    for bad in [
        "garbage",
        "[]",
        "{}",
        r#"{"rule":"filter"}"#,
        r#"{"rule":1,"input":"x"}"#,
    ] {
        let answer: serde_json::Value = serde_json::from_str(&lines.answer(bad).unwrap()).unwrap();
        assert!(answer["ok"].is_null(), "{bad}");
        assert!(
            answer["reason"].as_str().unwrap().contains("'rule'"),
            "{bad}"
        );
    }
}

/// The OASIS test cases are not part of the project; whoever has them names the file.
#[test]
fn the_oasis_cases_are_answered_as_they_say_where_they_are_at_hand() {
    let Ok(file) = std::env::var("BEHALF_ODATA_VECTORS") else {
        return;
    };
    let suite: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut lines = ParseLines::new();
    lines.answer(&serde_json::json!({ "constraints": suite["Constraints"] }).to_string());
    let mut wrong = Vec::new();
    for case in suite["TestCases"].as_array().unwrap() {
        let (rule, input) = (
            case["Rule"].as_str().unwrap(),
            case["Input"].as_str().unwrap(),
        );
        let expected = format!(r#"{{"ok":{}}}"#, case.get("FailAt").is_none());
        if ask(&mut lines, rule, input) != expected {
            wrong.push(format!("{rule}: {input}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

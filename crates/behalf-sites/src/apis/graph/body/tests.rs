use super::*;
use http::HeaderValue;
use serde_json::json;

fn read(text: &str) -> Result<Value, Fault> {
    values(text.as_bytes(), 1000).map(Value::Object)
}

#[test]
fn both_forms_give_the_same_values() {
    let wanted = json!({"Color": "Red", "Price": "12.50"});
    assert_eq!(
        read(r#"{ "Color": "Red", "Price": "12.50" }"#).unwrap(),
        wanted
    );
    assert_eq!(
        read(r#"{"fields":{"Color":"Red","Price":"12.50"}}"#).unwrap(),
        wanted
    );
}

#[test]
fn annotations_are_dropped_everywhere() {
    let wanted = json!({"Color": "Red"});
    let flat = r##"{"@odata.type":"#microsoft.graph.fieldValueSet","Color@odata.type":"x","Color":"Red"}"##;
    assert_eq!(read(flat).unwrap(), wanted);
    let nested = r##"{"@odata.type":"#microsoft.graph.listItem","fields":{"@odata.type":"y","Color":"Red"}}"##;
    assert_eq!(read(nested).unwrap(), wanted);
    assert_eq!(
        read(r#"{"fields":{"@odata.etag":"z"}}"#).unwrap(),
        json!({})
    );
}

#[test]
fn a_column_named_fields_is_still_a_column() {
    assert_eq!(
        read(r#"{"fields":"wheat"}"#).unwrap(),
        json!({"fields": "wheat"})
    );
}

#[test]
fn what_is_ambiguous_or_broken_is_refused() {
    for text in [
        "",
        "null",
        "[]",
        "\"x\"",
        "{",
        r#"{"Color":"Red""#,
        r#"{"Color":"Red","Color":"Blue"}"#,
        r#"{"fields":{"Color":"Red","Color":"Blue"}}"#,
        r#"{"fields":{"Color":"Red"},"Price":1}"#,
        r#"{"Color":"Red"} x"#,
        "{\"Color\":\"\u{1}\"}",
    ] {
        assert!(read(text).unwrap_err().is(&MALFORMED), "{text}");
    }
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(100), "]".repeat(100));
    assert!(read(&deep).unwrap_err().is(&MALFORMED));
    assert!(
        read(&format!("{{\"a\":\"{}\"}}", "x".repeat(1000)))
            .unwrap_err()
            .is(&TOO_LARGE)
    );
}

#[test]
fn only_json_is_read() {
    let is = |value: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(value));
        is_json(&headers)
    };
    assert!(
        is("application/json")
            && is("Application/JSON; charset=utf-8")
            && is("application/json;odata.metadata=none")
    );
    assert!(
        !is("text/plain")
            && !is("application/x-www-form-urlencoded")
            && !is("")
            && !is("application/jsonx")
    );
    assert!(!is_json(&HeaderMap::new()));
}

//! The golden vectors of the reference, section 3.4: every one of them.

use super::*;

const SITE: &str = "contoso.sharepoint.com,2C712604-1370-44E7-A1F5-426573FDA80A,2D2244C3-251A-49EA-93A8-39E1C3A060FE";

fn example_1() -> Ready {
    ready(EXAMPLE_1, example_1_fields())
}

/// The path of example 1 with this item id.
fn item_path(item: &str) -> Result<String, RenderError> {
    let inputs = serde_json::json!({ "Site Id": "s", "Item Id": item }).to_string();
    let request = example_1().render(&inputs)?;
    Ok(request.path_and_query().to_owned())
}

fn example_1_body(color: &str, rest: &str) -> String {
    let color = serde_json::Value::from(color);
    example_1().body(&format!(
        r#"{{"Site Id":"s","Item Id":"7","Color":{color}{rest}}}"#
    ))
}

#[test]
fn example_1_path_keeps_the_commas_of_a_graph_site_id() {
    let inputs =
        serde_json::json!({ "Site Id": SITE, "Item Id": "7", "Color": "Red", "Price": "12.50" });
    let request = example_1().render(&inputs.to_string()).unwrap();
    assert_eq!(
        request.url,
        format!("{GRAPH}/sites/{SITE}/lists/Products/items/7")
    );
    assert_eq!(request.verb, http::Method::PATCH);
    assert_eq!(request.body, r#"{"Color":"Red","Price":"12.50"}"#);
    assert_eq!(request.header("content-type").unwrap(), "application/json");
    assert_eq!(request.timeout_ms, 30_000);
}

#[test]
fn a_path_value_stays_inside_its_segment() {
    let vectors = [
        ("1/../../x", "1%2F..%2F..%2Fx"),
        ("7?x=1", "7%3Fx%3D1"),
        ("7#f", "7%23f"),
        ("a b", "a%20b"),
        ("7;x", "7%3Bx"),
        ("a\\b", "a%5Cb"),
        ("%2e%2e", "%252e%252e"),
        ("é", "%C3%A9"),
    ];
    for (item, segment) in vectors {
        assert_eq!(
            item_path(item).unwrap(),
            format!("/sites/s/lists/Products/items/{segment}")
        );
    }
}

#[test]
fn a_path_value_that_would_walk_or_vanish_is_refused() {
    let vectors = [
        (
            "..",
            "`Item Id` is `.` or `..`, which would leave the path of the method",
        ),
        (
            ".",
            "`Item Id` is `.` or `..`, which would leave the path of the method",
        ),
        ("", "`Item Id` is empty, and the path needs it"),
        (
            "7\r\nX: 1",
            "`Item Id` has control characters, which a path cannot carry",
        ),
        (
            "7\u{0}",
            "`Item Id` has control characters, which a path cannot carry",
        ),
    ];
    for (item, message) in vectors {
        assert_eq!(item_path(item).unwrap_err().to_string(), message);
    }
    let missing = example_1().render(r#"{"Site Id":"s"}"#).unwrap_err();
    assert_eq!(
        missing.to_string(),
        "`Item Id` is missing, and the path needs it"
    );
}

#[test]
fn quotes_in_a_value_stay_in_its_json_string() {
    assert_eq!(
        example_1_body(r#"red", "Price": "0"#, r#","Price":"1""#),
        r#"{"Color":"red\", \"Price\": \"0","Price":"1"}"#
    );
}

#[test]
fn a_placeholder_in_a_value_is_not_scanned_again() {
    assert_eq!(
        example_1_body("{$Price}", r#","Price":"9""#),
        r#"{"Color":"{$Price}","Price":"9"}"#
    );
}

#[test]
fn a_missing_optional_member_is_omitted() {
    assert_eq!(example_1_body("x", ""), r#"{"Color":"x"}"#);
}

fn typed(missing: &str) -> Ready {
    let list = FieldType::List(Box::new(FieldType::Text));
    let fields = vec![
        Field::new("Price", FieldType::Number),
        Field::new("Tags", list),
    ];
    let script = format!(
        "Method=POST\nPath=/x\nMissing={missing}\nBody={{ \"Price\": {{$Price}}, \"Tags\": {{$Tags}} }}"
    );
    ready(&script, fields)
}

#[test]
fn an_unquoted_placeholder_keeps_its_type() {
    assert_eq!(
        typed("omit").body(r#"{"Price":12.5,"Tags":["a","b"]}"#),
        r#"{"Price":12.5,"Tags":["a","b"]}"#
    );
}

#[test]
fn missing_null_writes_null() {
    assert_eq!(typed("null").body("{}"), r#"{"Price":null,"Tags":null}"#);
    assert_eq!(typed("omit").body("{}"), "{}");
    assert_eq!(typed("empty").body("{}"), r#"{"Price":null,"Tags":[]}"#);
    let error = typed("error").render("{}").unwrap_err();
    assert_eq!(error.to_string(), "`Price` is missing");
}

#[test]
fn example_2_keeps_the_member_name_with_a_space() {
    let ready = ready(EXAMPLE_2, texts(&["Customer Id", "Order Reference"]));
    let inputs = serde_json::json!({ "Customer Id": "C-42", "Order Reference": "PO \"7\" / é" });
    let request = ready.render(&inputs.to_string()).unwrap();
    assert_eq!(request.verb, http::Method::POST);
    assert_eq!(request.url, format!("{GRAPH}/orders"));
    assert_eq!(
        request.body,
        r#"{"CustomerId":"C-42","Order Reference":"PO \"7\" / é"}"#
    );
}

#[test]
fn a_placeholder_as_member_name_does_not_compile() {
    let error = refusal("Method=POST\nPath=/x\nBody={ \"{$K}\": 1 }", texts(&["K"]));
    assert_eq!(error.message, "a placeholder cannot stand in a member name");
    assert_eq!((error.line, error.column), (3, 8));
}

#[test]
fn a_header_value_with_a_line_break_is_refused() {
    let ready = ready("Method=GET\nPath=/x\nHeader.X-Tag={$Tag}", texts(&["Tag"]));
    for tag in ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\u{0}b", "\u{7f}"] {
        let inputs = serde_json::json!({ "Tag": tag }).to_string();
        assert_eq!(
            ready.render(&inputs).unwrap_err().to_string(),
            "`Tag` has control characters, which a header cannot carry"
        );
    }
}

/// What makes the final check necessary: URL libraries undo the encoding of dots.
#[test]
fn url_libraries_collapse_dots_that_are_merely_encoded() {
    let parse = |path: &str| {
        url::Url::parse(&format!("{GRAPH}{path}"))
            .unwrap()
            .path()
            .to_owned()
    };
    assert_eq!(parse("/sites/../lists"), "/v1.0/lists");
    assert_eq!(parse("/sites/%2E%2E/lists"), "/v1.0/lists");
    assert_eq!(parse("/sites/%2e./lists"), "/v1.0/lists");
}

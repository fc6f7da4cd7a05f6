use behalf_model::method::{Field, FieldType, Method, Policy};
use http::HeaderMap;
use proptest::prelude::*;
use serde_json::value::RawValue;

use super::*;

fn field(name: &str, field_type: FieldType, path: &str) -> Field {
    let mut field = Field::new(name, field_type);
    field.path = (!path.is_empty()).then(|| path.to_owned());
    field
}

fn method(output: Vec<Field>) -> Method {
    Method {
        object: "Product".to_owned(),
        name: "List".to_owned(),
        label: None,
        description: None,
        kind: None,
        profiles: Vec::new(),
        input: Vec::new(),
        output,
        policy: Policy::default(),
        script: String::new(),
        allow_raw: Vec::new(),
        lenient: false,
        passthrough: false,
    }
}

/// Outputs of example 1.
fn example_1() -> Vec<Field> {
    vec![
        field("Item Id", FieldType::Text, "id"),
        field("Color", FieldType::Text, "fields.Color"),
        field("Price", FieldType::Currency, "fields.Price"),
    ]
}

fn read(method: &Method, result: Option<&str>, body: &str) -> Result<Rows, RowError> {
    let result = result.map(|path| path.parse().unwrap());
    let outputs = Outputs::compile(method, result).unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("etag", "\"v1\"".parse().unwrap());
    headers.insert("content-type", "text/html".parse().unwrap());
    outputs.read(&Answer {
        status: 201,
        headers: &headers,
        body: body.as_bytes(),
    })
}

fn json(rows: &Rows) -> String {
    let mut out = Vec::new();
    rows.write_json(&mut out);
    String::from_utf8(out).unwrap()
}

fn read_json(output: Vec<Field>, result: Option<&str>, body: &str) -> String {
    json(&read(&method(output), result, body).unwrap())
}

#[test]
fn the_answer_of_example_1_becomes_one_row_with_every_digit() {
    let body = r#"{"@odata.etag":"x","id":"7","fields":{"Price":12.500000000000000001,"Color":"Red","Other":[{}]}}"#;
    assert_eq!(
        read_json(example_1(), None, body),
        r#"[{"Item Id":"7","Color":"Red","Price":12.500000000000000001}]"#
    );
}

#[test]
fn rows_are_an_array_or_where_result_says() {
    let id = || vec![field("Id", FieldType::Text, "")];
    let rows = r#"[{"Id":"1"},{"Id":2},{}]"#;
    let expected = r#"[{"Id":"1"},{"Id":"2"},{"Id":null}]"#;
    assert_eq!(read_json(id(), None, rows), expected);
    let nested = format!(r#"{{"value":{rows},"count":3}}"#);
    for path in ["$.value", "$.value[*]", "$['value']", "$[\"value\"][*]"] {
        assert_eq!(read_json(id(), Some(path), &nested), expected, "{path}");
    }
    assert_eq!(
        read_json(id(), Some("$.value[1]"), &nested),
        r#"[{"Id":"2"}]"#
    );
    let groups = r#"{"g":[{"na me":[{"Id":"a"}]},{},{"na me":[{"Id":"b"}]}]}"#;
    assert_eq!(
        read_json(id(), Some("$.g[*]['na me'][*]"), groups),
        r#"[{"Id":"a"},{"Id":"b"}]"#
    );
    assert_eq!(read_json(id(), Some("$.value"), r#"{"value":[]}"#), "[]");
    assert_eq!(read_json(id(), Some("$.value"), r#"{"value":null}"#), "[]");
}

#[test]
fn a_result_path_that_leads_nowhere_is_an_error() {
    let id = method(vec![field("Id", FieldType::Text, "")]);
    let error = read(&id, Some("$.items.rows"), r#"{"items":{}}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the answer has nothing at `$['items']['rows']`, where Result= expects the rows"
    );
}

#[test]
fn no_body_is_no_rows() {
    for body in ["", "  \r\n", "\u{feff}"] {
        assert!(
            read(&method(example_1()), Some("$.value"), body)
                .unwrap()
                .is_empty()
        );
    }
    assert!(
        read(&method(Vec::new()), None, "<html>")
            .unwrap()
            .is_empty()
    );
}

#[test]
fn headers_and_status_are_outputs_too() {
    let output = vec![
        field("Tag", FieldType::Text, "header:ETag"),
        field("Code", FieldType::Integer, "status"),
        field("Gone", FieldType::Text, "header:X-Gone"),
    ];
    let expected = r#"[{"Tag":"\"v1\"","Code":201,"Gone":null}]"#;
    assert_eq!(read_json(output.clone(), None, ""), expected);
    let mut with_body = output;
    with_body.push(field("status", FieldType::Text, ""));
    assert_eq!(
        read_json(with_body, None, r#"{"status":"open"}"#),
        r#"[{"Tag":"\"v1\"","Code":201,"Gone":null,"status":"open"}]"#
    );
}

#[test]
fn odd_names_are_reached_in_brackets() {
    let output = vec![
        field("Tag", FieldType::Text, "$['@odata.etag']"),
        field("First", FieldType::Integer, "$.list[0].n"),
        field(
            "All",
            FieldType::List(Box::new(FieldType::Integer)),
            "list2",
        ),
        field("Whole", FieldType::Json, "$"),
    ];
    assert_eq!(
        read_json(
            output,
            None,
            r#"{"@odata.etag":"e","list":[{"n":5}],"list2":[1,"2"]}"#
        ),
        r#"[{"Tag":"e","First":5,"All":[1,2],"Whole":{"@odata.etag":"e","list":[{"n":5}],"list2":[1,"2"]}}]"#
    );
}

#[test]
fn external_names_with_dots_reach_into_objects() {
    let mut street = Field::new("Street", FieldType::Text);
    street.external_name = Some("Location.Address".to_owned());
    assert_eq!(
        read_json(
            vec![street],
            None,
            r#"{"Location":{"Address":"Kerkstraat 1"}}"#
        ),
        r#"[{"Street":"Kerkstraat 1"}]"#
    );
}

#[test]
fn rows_in_rows_take_our_names() {
    let mut lines = field("Lines", FieldType::List(Box::new(FieldType::Row)), "lines");
    let mut amount = Field::new("Amount", FieldType::Currency);
    amount.external_name = Some("amt".to_owned());
    lines.fields = vec![amount];
    assert_eq!(
        read_json(vec![lines], None, r#"{"lines":[{"amt":1.10,"x":0},{}]}"#),
        r#"[{"Lines":[{"Amount":1.10},{}]}]"#
    );
}

#[test]
fn a_value_of_the_wrong_type_names_row_and_field() {
    let body = r#"[{"fields":{"Price":1}},{"fields":{"Price":"a lot of\nmoney"}}]"#;
    let error = read(&method(example_1()), None, body).unwrap_err();
    assert_eq!(
        error.to_string(),
        "row 2, field `Price`: an exact decimal such as 12.50 is expected, found \"a lot of\\nmoney\""
    );
    let mut output = example_1();
    output[2].sensitive = true;
    let error = read(&method(output), None, body).unwrap_err();
    assert_eq!(error.found.as_deref(), Some("***"));
    assert!(!error.to_string().contains("money"));
}

#[test]
fn lenient_methods_get_null_and_a_warning() {
    let mut lenient = method(example_1());
    lenient.lenient = true;
    let rows = read(&lenient, None, r#"{"id":"7","fields":{"Price":"x"}}"#).unwrap();
    assert_eq!(
        json(&rows),
        r#"[{"Item Id":"7","Color":null,"Price":null}]"#
    );
    assert_eq!(rows.warnings.len(), 1);
    assert!(rows.warnings[0].starts_with("row 1, field `Price`: "));
}

#[test]
fn a_required_output_must_be_there() {
    let mut output = example_1();
    output[0].required = true;
    for body in [r#"{"fields":{}}"#, r#"{"id":null}"#] {
        let error = read(&method(output.clone()), None, body).unwrap_err();
        assert_eq!(
            error.to_string(),
            "row 1, field `Item Id`: a required output is missing in the answer"
        );
    }
}

#[test]
fn passthrough_gives_the_body_as_it_came() {
    let mut whole = method(vec![
        field("Code", FieldType::Integer, "status"),
        field("Body", FieldType::Json, ""),
    ]);
    whole.passthrough = true;
    let rows = read(&whole, None, r#"[1.10, {"Body": null}]"#).unwrap();
    assert_eq!(
        json(&rows),
        r#"[{"Code":201,"Body":[1.10, {"Body": null}]}]"#
    );
    let mut none = method(example_1());
    none.passthrough = true;
    let problems = Outputs::compile(&none, None).unwrap_err();
    assert_eq!(
        problems[0].message,
        "passthrough needs an output of type Json"
    );
}

#[test]
fn garbage_is_named_as_such() {
    for body in [
        "<html>secret</html>",
        "{\"id\":",
        "{} {}",
        "\u{0}",
        "{\"a\":\"\u{1}\"}",
    ] {
        let error = read(&method(example_1()), None, body).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the answer is not JSON, although it succeeded; its type is `text/html`"
        );
    }
    let error = read(&method(example_1()), None, "7").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the answer is neither a JSON object nor an array"
    );
    let answer = Answer {
        status: 200,
        headers: &HeaderMap::new(),
        body: b"{\"id\":\"\xff\"}",
    };
    let outputs = Outputs::compile(&method(example_1()), None).unwrap();
    assert_eq!(
        outputs.read(&answer).unwrap_err().to_string(),
        "the answer is not JSON, although it succeeded"
    );
}

#[test]
fn deep_and_broken_members_nobody_asked_for_cost_nothing() {
    let deep = format!(
        r#"{{"x":{}{},"id":"7"}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert_eq!(
        read_json(vec![field("Id", FieldType::Text, "id")], None, &deep),
        r#"[{"Id":"7"}]"#
    );
    let asked = method(vec![field("X", FieldType::Json, "x")]);
    let error = read(&asked, None, &deep).unwrap_err();
    assert_eq!(error.message, "the JSON is nested too deeply");
    assert!(error.found.unwrap().chars().count() <= 61);
}

#[test]
fn senseless_outputs_do_not_compile() {
    for (path, message) in [
        (
            "$.a[*].b",
            "an output names one place; [*] belongs in Result=",
        ),
        ("$a", "a step starts with `.` or `[`"),
        (
            "a..b",
            "`a..b` is not a path: write names joined by dots, or $['na.me']",
        ),
        ("header:a b", "`a b` is not a header name"),
    ] {
        let problems = Outputs::compile(&method(vec![field("A", FieldType::Text, path)]), None);
        assert_eq!(problems.unwrap_err()[0].message, message);
    }
    let twins = vec![
        field("A b", FieldType::Text, ""),
        field("a_B", FieldType::Text, ""),
    ];
    assert_eq!(
        Outputs::compile(&method(twins), None).unwrap_err()[0].message,
        "the name `a_B` is empty or taken"
    );
}

#[test]
fn messages_of_refusals_are_found_and_shortened() {
    let path: ResultPath = "$.error.message".parse().unwrap();
    let message = |body: &str| error_message(&path, body.as_bytes(), &[]);
    assert_eq!(
        message(r#"{"error":{"code":"x","message":"Item\r\nnot found"}}"#).as_deref(),
        Some("Item  not found")
    );
    assert_eq!(
        message(r#"{"error":{"message":{"a":1}}}"#).as_deref(),
        Some(r#"{"a":1}"#)
    );
    assert_eq!(message(r#"{"error":{"message":null}}"#), None);
    assert_eq!(message("<html>"), None);
    let long = format!(r#"{{"error":{{"message":"{}"}}}}"#, "é".repeat(600));
    assert_eq!(message(&long).unwrap().chars().count(), 501);
}

#[test]
fn paths_outside_the_subset_are_refused() {
    for path in [
        "",
        "a",
        "$.",
        "$..a",
        "$.*",
        "$[",
        "$[a]",
        "$[-1]",
        "$[1:2]",
        "$[?@.a]",
        "$['a",
        "$['a\\x']",
        "$.a b",
    ] {
        assert!(path.parse::<ResultPath>().is_err(), "{path}");
    }
}

/// Small JSON documents over few names, so that paths often hit.
fn document() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i32>().prop_map(serde_json::Value::from),
        "[a-c\"\\\\é\n]{0,3}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            prop::collection::btree_map("[ab]|na me|q'\\\\x", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

fn path_text() -> impl Strategy<Value = String> {
    let step = prop_oneof![
        Just(".a".to_owned()),
        Just(".b".to_owned()),
        Just("['na me']".to_owned()),
        Just("[\"q'\\\\x\"]".to_owned()),
        Just("[0]".to_owned()),
        Just("[2]".to_owned()),
        Just("[*]".to_owned()),
    ];
    prop::collection::vec(step, 0..5).prop_map(|steps| format!("${}", steps.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// The walk over text finds what a JSONPath library (RFC 9535) finds in the tree.
    #[test]
    fn paths_select_what_rfc_9535_says(document in document(), path in path_text()) {
        let text = document.to_string();
        let raw: &RawValue = serde_json::from_str(&text).unwrap();
        let ours: Vec<serde_json::Value> = path
            .parse::<ResultPath>()
            .unwrap()
            .select(raw)
            .into_iter()
            .map(|raw| serde_json::from_str(raw.get()).unwrap())
            .collect();
        let library = serde_json_path::JsonPath::parse(&path).unwrap();
        let theirs: Vec<serde_json::Value> =
            library.query(&document).all().into_iter().cloned().collect();
        prop_assert_eq!(ours, theirs);
    }

    #[test]
    fn any_body_is_rows_or_an_error(body in any::<String>(), document in document()) {
        let method = method(example_1());
        let _ = read(&method, None, &body);
        let _ = read(&method, Some("$.a[*]"), &document.to_string());
    }
}

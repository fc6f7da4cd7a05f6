//! Bodies: JSON shapes, forms, XML, text, and the default body.

use super::*;

#[test]
fn an_empty_body_sends_the_unused_inputs_under_their_external_names() {
    let mut fields = texts(&["Item Id", "Color"]);
    fields[1].external_name = Some("colour".to_owned());
    fields.push(Field::new("Price", FieldType::Currency));
    let unused = ready("Method=PATCH\nPath=/items/{$Item Id}", fields.clone());
    assert_eq!(
        unused.body(r#"{"Item Id":"7","Color":"Red","Price":12.50}"#),
        r#"{"colour":"Red","Price":12.50}"#
    );
    assert_eq!(unused.body(r#"{"Item Id":"7"}"#), "{}");
    let all = ready("Method=PATCH\nPath=/items/{$Item Id}\nBody=*", fields);
    assert_eq!(
        all.body(r#"{"Item Id":"7","Color":"Red"}"#),
        r#"{"Item Id":"7","colour":"Red"}"#
    );
}

#[test]
fn no_inputs_no_body() {
    let request = ready("Method=POST\nPath=/publish", Vec::new())
        .render("{}")
        .unwrap();
    assert!(request.body.is_empty());
    assert_eq!(request.header("content-type"), None);
}

#[test]
fn every_type_unquoted_and_quoted() {
    let types = [
        (FieldType::Text, r#""a\"b""#, r#""a\"b""#, r#""a\"b""#),
        (FieldType::Integer, "-7", "-7", r#""-7""#),
        (
            FieldType::Integer64,
            "9007199254740993",
            "9007199254740993",
            r#""9007199254740993""#,
        ),
        (FieldType::Number, "1.0", "1", r#""1""#),
        (FieldType::Number, "1e300", "1e300", r#""1e300""#),
        (
            FieldType::Currency,
            "0.10000000000000000001",
            "0.10000000000000000001",
            r#""0.10000000000000000001""#,
        ),
        (FieldType::Currency, r#""12.50""#, "12.50", r#""12.50""#),
        (FieldType::YesNo, "true", "true", r#""true""#),
        (
            FieldType::DateTime,
            r#""2026-03-01T10:00:00+02:00""#,
            r#""2026-03-01T08:00:00Z""#,
            r#""2026-03-01T08:00:00Z""#,
        ),
        (
            FieldType::Date,
            r#""2026-03-01""#,
            r#""2026-03-01""#,
            r#""2026-03-01""#,
        ),
        (
            FieldType::Time,
            r#""08:30:00""#,
            r#""08:30:00""#,
            r#""08:30:00""#,
        ),
        (FieldType::Media, r#""AQI=""#, r#""AQI=""#, r#""AQI=""#),
        (
            FieldType::Guid,
            r#""2C712604-1370-44E7-A1F5-426573FDA80A""#,
            r#""2c712604-1370-44e7-a1f5-426573fda80a""#,
            r#""2c712604-1370-44e7-a1f5-426573fda80a""#,
        ),
        (
            FieldType::Link,
            r#""https://x.example/?a=1""#,
            r#""https://x.example/?a=1""#,
            r#""https://x.example/?a=1""#,
        ),
    ];
    for (field_type, given, unquoted, quoted) in types {
        let ready = ready(
            "Method=POST\nBody={\"u\":{$F},\"q\":\"{$F}\"}",
            vec![Field::new("F", field_type.clone())],
        );
        assert_eq!(
            ready.body(&format!(r#"{{"F":{given}}}"#)),
            format!(r#"{{"u":{unquoted},"q":{quoted}}}"#),
            "{field_type}"
        );
    }
}

#[test]
fn json_lists_and_rows_keep_their_shape() {
    let mut row = Field::new("Line", FieldType::List(Box::new(FieldType::Row)));
    let mut amount = Field::new("Amount", FieldType::Currency);
    amount.external_name = Some("amt".to_owned());
    row.fields = vec![text("Sku"), amount];
    let fields = vec![Field::new("Any", FieldType::Json), row];
    let ready = ready(
        "Method=POST\nBody=[ {$Any}, {$Line} , \"{$Any|json}\"]",
        fields,
    );
    assert_eq!(
        ready.body(r#"{"Any":{"x":[1.10,null]},"Line":[{"Sku":"s","Amount":1.10}]}"#),
        r#"[{"x":[1.10,null]},[{"Sku":"s","amt":1.10}],"{\"x\":[1.10,null]}"]"#
    );
    assert_eq!(ready.body("{}"), "[]");
}

#[test]
fn an_explicit_null_is_sent_as_null() {
    let mut field = text("Color");
    field.nullable = true;
    let ready = ready(
        "Method=PATCH\nBody={\"a\":\"{$Color}\",\"b\":{$Color},\"c\":\"x{$Color}\"}",
        vec![field],
    );
    assert_eq!(
        ready.body(r#"{"Color":null}"#),
        r#"{"a":null,"b":null,"c":"x"}"#
    );
    assert_eq!(ready.body("{}"), r#"{"c":"x"}"#);
}

#[test]
fn literals_of_the_template_keep_their_digits_and_lose_their_blanks() {
    let script = r#"Method=POST
Body={ "n": 1.10, "t": [ true , null, {} ], "s": "é\u00e9\n", "e": { "deep": "{$A}" } }"#;
    let ready = ready(script, texts(&["A"]));
    assert_eq!(
        ready.body(r#"{"A":"v"}"#),
        r#"{"n":1.10,"t":[true,null,{}],"s":"éé\n","e":{"deep":"v"}}"#
    );
}

#[test]
fn a_form_is_data_like_a_query() {
    let script = "Method=POST\nPath=/f\nBody=grant=x+y&a={$A}&b={$B}";
    let ready = ready(script, texts(&["A", "B"]));
    let request = ready.render(r#"{"A":"1&b=2+é"}"#).unwrap();
    assert_eq!(request.body, "grant=x+y&a=1%26b%3D2%2B%C3%A9");
    assert_eq!(
        request.header("content-type").unwrap(),
        "application/x-www-form-urlencoded"
    );
}

#[test]
fn xml_values_are_escaped_and_missing_elements_dropped() {
    let script =
        "Method=POST\nBody=<o xmlns=\"urn:o\" a=\"{$A}\"><n>{$B}</n><m>{$C}</m><t>x {$C}</t></o>";
    let ready = ready(script, texts(&["A", "B", "C"]));
    let request = ready.render(r#"{"A":"\"'\n","B":"</n><evil>&"}"#).unwrap();
    assert_eq!(
        request.body,
        "<o xmlns=\"urn:o\" a=\"&quot;&apos;&#10;\"><n>&lt;/n&gt;&lt;evil&gt;&amp;</n><t>x </t></o>"
    );
    assert_eq!(
        request.header("content-type").unwrap(),
        "application/xml; charset=utf-8"
    );
    let error = ready.render(r#"{"B":"\u0001"}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`B` has a character that XML cannot carry"
    );
}

#[test]
fn raw_needs_the_word_of_an_administrator_and_still_gives_json() {
    let script = "Method=POST\nBody={\"q\": {$Q|raw}, \"s\": \"a{$Q|raw}\"}";
    let mut allowed = method(script, texts(&["Q"]));
    let error = compile(&allowed).unwrap_err().remove(0);
    assert_eq!(error.message, "the filter raw is not allowed for `Q`");
    allowed.allow_raw = vec!["q".to_owned()];
    let ready = of(&allowed, &Profile::new("Graph OBO", GRAPH));
    assert_eq!(ready.body(r#"{"Q":"12"}"#), r#"{"q":12,"s":"a12"}"#);
    let error = ready.render(r#"{"Q":"1, \"x\": "}"#).unwrap_err();
    assert_eq!(
        error.message,
        "the body is no longer JSON once the raw values stand in it"
    );
}

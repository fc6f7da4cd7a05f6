//! Caller inputs → typed values.

use serde_json::json;

use super::*;

fn inputs(fields: Vec<Field>) -> Ready {
    ready("Method=POST\nPath=/x", fields)
}

/// The messages for one field and one value.
fn refused(field: Field, given: serde_json::Value) -> String {
    let name = field.name.clone();
    let errors = inputs(vec![field])
        .bind(&json!({ name: given }).to_string())
        .unwrap_err();
    assert_eq!(errors.len(), 1);
    errors[0].to_string()
}

fn typed(field_type: FieldType) -> Field {
    Field::new("F", field_type)
}

#[test]
fn names_and_identifiers_are_accepted_in_any_case() {
    let ready = inputs(texts(&["Site Id", "Größe"]));
    for name in ["Site Id", "Site_Id", "site id", "SITE_ID"] {
        let body = ready.body(&json!({ name: "v" }).to_string());
        assert_eq!(body, r#"{"Site Id":"v"}"#, "{name}");
    }
    assert_eq!(ready.body(r#"{"GRÖßE":"1"}"#), r#"{"Größe":"1"}"#);
}

#[test]
fn unknown_repeated_and_missing_inputs_are_all_reported_at_once() {
    let mut fields = texts(&["Color", "Size"]);
    fields[1].required = true;
    let errors = inputs(fields)
        .bind(r#"{"Colour":"x","Color":"a","color":"b","bad\nname":1}"#)
        .unwrap_err();
    let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        messages,
        [
            "`Colour`: is not an input of this method; did you mean `Color`?",
            "`badname`: is not an input of this method",
            "`Color`: is given twice",
            "`Size`: is required",
        ]
    );
}

#[test]
fn the_caller_wins_over_the_default_and_the_default_over_nothing() {
    let mut field = text("Color");
    field.default = Some(json!("grey"));
    field.required = true;
    let ready = inputs(vec![field]);
    assert_eq!(ready.body("{}"), r#"{"Color":"grey"}"#);
    assert_eq!(ready.body(r#"{"Color":""}"#), r#"{"Color":""}"#);
}

#[test]
fn json_types_are_strict() {
    assert_eq!(
        refused(typed(FieldType::Text), json!(7)),
        "`F`: a JSON string is expected"
    );
    assert_eq!(
        refused(typed(FieldType::Text), json!({"a": 1})),
        "`F`: a single value is expected, not an object or a list"
    );
    assert_eq!(
        refused(typed(FieldType::Integer), json!("7")),
        "`F`: a JSON number is expected, without quotes"
    );
    for given in [
        json!(7.5),
        json!(3_000_000_000_i64),
        json!(1e30),
        json!(true),
    ] {
        assert_eq!(
            refused(typed(FieldType::Integer), given),
            "`F`: a whole number of 32 bits is expected"
        );
    }
    assert_eq!(
        refused(typed(FieldType::YesNo), json!(1)),
        "`F`: true or false is expected"
    );
    assert_eq!(
        refused(typed(FieldType::Text), json!(null)),
        "`F`: may not be null; leave it out instead"
    );
    assert_eq!(
        refused(
            typed(FieldType::List(Box::new(FieldType::Integer))),
            json!([1, "x"])
        ),
        "`F`: item 2: a JSON number is expected, without quotes"
    );
    for link in ["javascript:alert(1)", "no url", "DATA:text/html,x", "x"] {
        assert!(
            refused(typed(FieldType::Link), json!(link)).contains("URL"),
            "{link}"
        );
    }
    for media in ["a", "####", "AQI", "A==="] {
        assert!(
            refused(typed(FieldType::Media), json!(media)).contains("base64"),
            "{media}"
        );
    }
    for (field_type, given) in [
        (FieldType::DateTime, "2026-03-01T08:30:00"),
        (FieldType::DateTime, "2026-13-01T08:30:00Z"),
        (FieldType::Date, "2026-02-30"),
        (FieldType::Date, "2026-03-01T08:30:00"),
        (FieldType::Time, "25:00:00"),
        (FieldType::Guid, "2C71"),
        (FieldType::Char, "ab"),
        (FieldType::Char, ""),
        (FieldType::Currency, "1,5"),
        (FieldType::Currency, "NaN"),
        (FieldType::Currency, "1e999"),
        (FieldType::Number, "x"),
    ] {
        assert!(
            refused(typed(field_type.clone()), json!(given)).contains("is expected"),
            "{given}"
        );
    }
}

#[test]
fn deeply_nested_json_is_refused() {
    let deep = format!(r#"{{"F":{}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    let errors = inputs(vec![typed(FieldType::Json)])
        .bind(&deep)
        .unwrap_err();
    assert_eq!(errors[0].message, "the JSON is nested too deeply");
}

#[test]
fn yes_no_and_other_types_read_their_text_forms() {
    let fields = vec![
        Field::new("Yes", FieldType::YesNo),
        Field::new("N", FieldType::Integer),
        Field::new("Tags", FieldType::List(Box::new(FieldType::Text))),
    ];
    let ready = inputs(fields);
    for (word, value) in [
        ("true", true),
        ("YES", true),
        ("1", true),
        ("No", false),
        ("0", false),
    ] {
        let given = [("yes", RawInput::from(word)), ("N", RawInput::from("-3"))];
        let bound = ready.inputs.bind(given).unwrap();
        let context = ProvenContext::anonymous("r", now());
        let request = render(&ready.script, &bound, &context, &ready.target).unwrap();
        assert_eq!(request.body, format!(r#"{{"Yes":{value},"N":-3}}"#));
    }
    let given = [("Tags", RawInput::from("a")), ("tags", RawInput::from("b"))];
    let bound = ready.inputs.bind(given).unwrap();
    assert_eq!(
        bound.values()[2].as_ref().unwrap().to_json(),
        r#"["a","b"]"#
    );
    let errors = ready
        .inputs
        .bind([("Yes", RawInput::from("maybe"))])
        .unwrap_err();
    assert_eq!(
        errors[0].to_string(),
        "`Yes`: true or false (yes, no, 1, 0) is expected"
    );
}

#[test]
fn limits_patterns_and_allowed_values() {
    let mut price = typed(FieldType::Currency);
    price.min = Some(json!(0));
    price.max = Some(json!("100.00"));
    assert_eq!(
        refused(price.clone(), json!("-0.01")),
        "`F`: must be at least 0"
    );
    assert_eq!(
        refused(price.clone(), json!(100.01)),
        "`F`: must be at most 100.00"
    );
    assert_eq!(inputs(vec![price]).body(r#"{"F":100}"#), r#"{"F":100}"#);

    let mut date = typed(FieldType::Date);
    date.min = Some(json!("2026-01-01"));
    assert_eq!(
        refused(date, json!("2025-12-31")),
        "`F`: must be at least 2026-01-01"
    );

    let mut name = text("F");
    name.min_length = Some(2);
    name.max_length = Some(3);
    assert_eq!(
        refused(name.clone(), json!("é")),
        "`F`: must have at least 2 characters"
    );
    assert_eq!(
        refused(name.clone(), json!("éééé")),
        "`F`: must have at most 3 characters"
    );
    assert!(inputs(vec![name]).bind(r#"{"F":"ééé"}"#).is_ok());

    let mut media = typed(FieldType::Media);
    media.max_length = Some(2);
    assert_eq!(
        refused(media.clone(), json!("AQID")),
        "`F`: must have at most 2 bytes"
    );
    assert!(inputs(vec![media]).bind(r#"{"F":"AQI="}"#).is_ok());

    let mut code = text("F");
    code.pattern = Some("[A-Z]{2}|x".to_owned());
    for bad in ["ABC", "aAB", "AB\n", "xx"] {
        assert_eq!(
            refused(code.clone(), json!(bad)),
            "`F`: does not match the pattern of the field"
        );
    }
    assert!(inputs(vec![code]).bind(r#"{"F":"AB"}"#).is_ok());

    let mut color = text("F");
    color.values = vec![json!("Red"), json!("Blue")];
    assert_eq!(
        refused(color, json!("red")),
        "`F`: must be one of Red, Blue"
    );

    let mut mail = text("F");
    mail.validate = Some("email".to_owned());
    mail.convert = Some("trim|lower".to_owned());
    assert_eq!(
        refused(mail.clone(), json!("a@@b")),
        "`F`: must be an email address"
    );
    assert_eq!(
        inputs(vec![mail]).body(r#"{"F":" Ada@Contoso.COM "}"#),
        r#"{"F":"ada@contoso.com"}"#
    );
}

#[test]
fn messages_never_repeat_the_value() {
    let mut pin = text("F");
    pin.pattern = Some("[0-9]+".to_owned());
    assert!(!refused(pin, json!("hunter2")).contains("hunter2"));
    assert!(!refused(typed(FieldType::Guid), json!("hunter2")).contains("hunter2"));
}

#[test]
fn senseless_fields_do_not_compile() {
    let problem = |change: fn(&mut Field)| {
        let mut field = text("F");
        change(&mut field);
        let problems = Inputs::compile(&[field]).unwrap_err();
        (problems[0].attribute, problems[0].message.clone())
    };
    assert_eq!(problem(|f| f.min = Some(json!(1))).0, "min");
    assert_eq!(problem(|f| f.pattern = Some("[".to_owned())).0, "pattern");
    assert_eq!(problem(|f| f.default = Some(json!([1]))).0, "default");
    assert_eq!(
        problem(|f| f.validate = Some("phone".to_owned())).0,
        "validate"
    );
    assert_eq!(
        problem(|f| f.convert = Some("reverse".to_owned())).0,
        "convert"
    );
    assert_eq!(problem(|f| f.name = "a{b".to_owned()).0, "name");
    assert_eq!(
        problem(|f| {
            f.field_type = FieldType::Integer;
            f.max_length = Some(1);
        })
        .0,
        "max_length"
    );
    let twins = Inputs::compile(&texts(&["Site Id", "site-id"])).unwrap_err();
    assert_eq!(
        twins[0].message,
        "`site-id` and `Site Id` have the same identifier `site_id`"
    );
}

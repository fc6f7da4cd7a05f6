use serde_json::value::RawValue;

use super::*;

fn json(field_type: FieldType, text: &str, reading: Reading) -> Result<String, String> {
    let raw: &RawValue = serde_json::from_str(text).unwrap();
    from_json(&field_type, &[], raw, reading)
        .map(|value| value.to_json())
        .map_err(|why| why.to_string())
}

#[test]
fn slugs_and_identifiers() {
    for (name, as_slug, as_identifier) in [
        ("Update Product", "update-product", "Update_Product"),
        ("  Site   Id ", "site-id", "Site___Id"),
        ("Größe (m²)", "größe-m²", "Größe__m²_"),
        ("2nd Line", "2nd-line", "_2nd_Line"),
        ("--", "", "__"),
        ("", "", ""),
    ] {
        assert_eq!(slug(name), as_slug);
        assert_eq!(identifier(name), as_identifier);
    }
    assert_eq!(identifier(&"é".repeat(200)).chars().count(), 128);
}

#[test]
fn types_are_read_by_both_names_and_written_by_ours() {
    for (text, expected) in [
        ("Text", "Text"),
        ("string", "Text"),
        ("yes/no", "YesNo"),
        ("DECIMAL", "Currency"),
        ("List of text", "List of Text"),
        ("list of Int32", "List of Integer"),
        (" Guid ", "Guid"),
    ] {
        assert_eq!(text.parse::<FieldType>().unwrap().to_string(), expected);
    }
    assert!("List of List of Text".parse::<FieldType>().is_err());
    let error = "Money".parse::<FieldType>().unwrap_err();
    assert!(error.starts_with("unknown type `Money`: expected Text, "));
}

#[test]
fn decimals_are_exact_and_canonical() {
    for (text, canonical) in [
        ("12.50", "12.50"),
        ("+7", "7"),
        ("007.10", "7.10"),
        ("-0.00", "0.00"),
        ("-0", "0"),
        ("1e3", "1000"),
        ("1.25E-4", "0.000125"),
        ("12.5e1", "125"),
        (
            "0.10000000000000000000000000001",
            "0.10000000000000000000000000001",
        ),
    ] {
        assert_eq!(
            text.parse::<Decimal>().unwrap().as_str(),
            canonical,
            "{text}"
        );
    }
    for text in [
        "", "-", ".5", "5.", "1,5", "1e", "1e999", "1e-999", "0x1", "١", "NaN", "1 ", "--1",
        "1.2.3",
    ] {
        assert!(text.parse::<Decimal>().is_err(), "{text}");
    }
    assert!("9".repeat(129).parse::<Decimal>().is_err());
}

#[test]
fn decimals_compare_as_numbers() {
    let ascending = [
        "-10.5", "-10", "-0.1", "0", "0.09", "0.1", "1.5", "2", "10", "10.01",
    ];
    for pair in ascending.windows(2) {
        let (low, high): (Decimal, Decimal) = (pair[0].parse().unwrap(), pair[1].parse().unwrap());
        assert!(
            low.cmp_value(&high).is_lt() && high.cmp_value(&low).is_gt(),
            "{pair:?}"
        );
    }
    let (a, b): (Decimal, Decimal) = ("1.50".parse().unwrap(), "1.5".parse().unwrap());
    assert!(a.cmp_value(&b).is_eq());
}

#[test]
fn answers_are_read_liberally_and_inputs_strictly() {
    for (field_type, text, liberal, strict) in [
        (
            FieldType::Text,
            "7.10",
            Ok("\"7.10\""),
            Err("a JSON string is expected"),
        ),
        (
            FieldType::Text,
            "true",
            Ok("\"true\""),
            Err("a JSON string is expected"),
        ),
        (
            FieldType::Integer,
            "\"7\"",
            Ok("7"),
            Err("a JSON number is expected, without quotes"),
        ),
        (FieldType::Integer, "7.00", Ok("7"), Ok("7")),
        (
            FieldType::Integer64,
            "\"9007199254740993\"",
            Ok("9007199254740993"),
            Ok("9007199254740993"),
        ),
        (
            FieldType::Number,
            "\"1.5\"",
            Ok("1.5"),
            Err("a JSON number is expected, without quotes"),
        ),
        (FieldType::Currency, "0.30", Ok("0.30"), Ok("0.30")),
        (
            FieldType::YesNo,
            "1",
            Ok("true"),
            Err("true or false is expected"),
        ),
        (FieldType::YesNo, "\"Yes\"", Ok("true"), Ok("true")),
        (
            FieldType::Text,
            "\"\\ud800\"",
            Err("the text is not valid Unicode"),
            Err("the text is not valid Unicode"),
        ),
    ] {
        let owned = |result: Result<&str, &str>| result.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(
            json(field_type.clone(), text, Reading::Liberal),
            owned(liberal),
            "{text}"
        );
        assert_eq!(
            json(field_type, text, Reading::Strict),
            owned(strict),
            "{text}"
        );
    }
}

#[test]
fn numbers_have_the_shortest_text() {
    for (number, text) in [
        (12.0, "12"),
        (0.1, "0.1"),
        (1e21, "1e21"),
        (-1.5e-9, "-1.5e-9"),
        (0.0, "0"),
    ] {
        assert_eq!(Value::Number(number).to_json(), text);
        assert_eq!(text.parse::<f64>().unwrap(), number);
    }
}

#[test]
fn rows_refuse_members_that_are_not_declared() {
    let mut name = Field::new("Name", FieldType::Text);
    name.required = true;
    name.external_name = Some("n".to_owned());
    let read = |text: &str, reading| {
        let raw: &RawValue = serde_json::from_str(text).unwrap();
        from_json(&FieldType::Row, std::slice::from_ref(&name), raw, reading)
            .map(|value| value.to_json())
            .map_err(|why| why.to_string())
    };
    assert_eq!(
        read(r#"{"Name":"a"}"#, Reading::Strict).unwrap(),
        r#"{"n":"a"}"#
    );
    assert_eq!(
        read(r#"{"n":"a","x":1}"#, Reading::Liberal).unwrap(),
        r#"{"Name":"a"}"#
    );
    assert_eq!(
        read(r#"{"Name":"a","x":1}"#, Reading::Strict).unwrap_err(),
        "the object has members that are not declared"
    );
    assert_eq!(
        read("{}", Reading::Strict).unwrap_err(),
        "member `Name` is missing"
    );
    assert_eq!(
        read("[]", Reading::Strict).unwrap_err(),
        "a JSON object is expected"
    );
}

#[test]
fn a_value_serialises_without_losing_a_digit() {
    let row = Value::Row(vec![
        (
            "Price".to_owned(),
            Value::Currency("0.10000000000000000001".parse().unwrap()),
        ),
        (
            "Tags".to_owned(),
            Value::List(vec![Value::Text("a\"b".to_owned()), Value::Null]),
        ),
    ]);
    let expected = r#"{"Price":0.10000000000000000001,"Tags":["a\"b",null]}"#;
    assert_eq!(row.to_json(), expected);
    assert_eq!(serde_json::to_string(&row).unwrap(), expected);
}

#[test]
fn policies_say_who_in_four_ways() {
    let policy: Policy = serde_json::from_str(
        r#"{"allow":["group:Sales","user:ada@contoso.com","app: 1111","claim:dep=R&D=x"]}"#,
    )
    .unwrap();
    assert!(!policy.anonymous);
    assert_eq!(
        policy.allow,
        [
            Allow::Group("Sales".to_owned()),
            Allow::User("ada@contoso.com".to_owned()),
            Allow::App("1111".to_owned()),
            Allow::Claim {
                name: "dep".to_owned(),
                value: "R&D=x".to_owned()
            },
        ]
    );
    assert_eq!(
        serde_json::to_string(&policy).unwrap(),
        r#"{"anonymous":false,"allow":["group:Sales","user:ada@contoso.com","app:1111","claim:dep=R&D=x"]}"#
    );
    for text in ["Sales", "group:", "role:x", "claim:x", "claim:=x"] {
        assert!(text.parse::<Allow>().is_err(), "{text}");
    }
}

#[test]
fn documents_survive_the_store_and_refuse_unknown_members() {
    let text = r#"{"object":"Product","name":"Update Product","profiles":["Graph OBO"],"script":"Method=GET",
        "input":[{"name":"Price","type":"Currency","min":0,"enum":["1.50",2],"default":null}]}"#;
    let method: Method = serde_json::from_str(text).unwrap();
    assert_eq!(
        (method.object_slug(), method.slug()),
        ("product".to_owned(), "update-product".to_owned())
    );
    let stored = serde_json::to_string(&method).unwrap();
    assert_eq!(serde_json::from_str::<Method>(&stored).unwrap(), method);
    let unknown = text.replace("\"min\"", "\"minimum\"");
    let error = serde_json::from_str::<Method>(&unknown)
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("unknown field `minimum`"), "{error}");
}

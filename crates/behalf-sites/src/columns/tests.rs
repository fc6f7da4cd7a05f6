use super::*;
use behalf_model::TenantId;
use serde_json::json;
use uuid::Uuid;

fn products() -> List {
    let column = |name: &str, kind, required| Column {
        name: name.to_owned(),
        kind,
        required,
    };
    List {
        tenant: TenantId(Uuid::nil()),
        site: Uuid::from_u128(1),
        id: Uuid::from_u128(2),
        title: "Products".to_owned(),
        columns: vec![
            column("Title", ColumnKind::Text, true),
            column("Color", ColumnKind::Text, false),
            column("Price", ColumnKind::Number, false),
            column("In Stock", ColumnKind::Boolean, false),
            column("Since", ColumnKind::DateTime, false),
        ],
    }
}

fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}

fn made(value: Value) -> Result<Value, Fault> {
    let mut sent = map(value);
    sent.entry("Title").or_insert_with(|| "Chair".into());
    create(&products(), sent).map(Value::Object)
}

#[test]
fn values_of_the_right_type_are_kept() {
    let sent = json!({"Title": "Chair", "Color": "", "Price": 12.5, "In Stock": true, "Since": "2026-01-01"});
    let kept = json!({"Title": "Chair", "Color": "", "Price": 12.5, "In Stock": true, "Since": "2026-01-01T00:00:00Z"});
    assert_eq!(made(sent).unwrap(), kept);
    assert_eq!(
        made(json!({"Since": "2026-01-01T02:00:00.5+02:00"})).unwrap()["Since"],
        "2026-01-01T00:00:00Z"
    );
}

#[test]
fn a_number_may_be_written_as_text() {
    for (text, number) in [
        ("12.50", json!(12.5)),
        ("7", json!(7)),
        ("-0.25", json!(-0.25)),
        ("1e3", json!(1000.0)),
    ] {
        assert_eq!(
            made(json!({ "Price": text })).unwrap()["Price"],
            number,
            "{text}"
        );
    }
    for text in [
        "", " 7", "7 ", "12,50", "nan", "inf", "0x10", "007", ".5", "5.", "1e999", "--1", "1 000",
        "NaN", "7\n",
    ] {
        assert!(
            made(json!({ "Price": text })).unwrap_err().is(&COLUMN_TYPE),
            "{text:?}"
        );
    }
}

#[test]
fn values_of_the_wrong_type_are_refused() {
    for sent in [
        json!({"Color": 5}),
        json!({"Color": ["red"]}),
        json!({"Color": {"a": 1}}),
        json!({"Price": true}),
        json!({"In Stock": "true"}),
        json!({"In Stock": 1}),
        json!({"Since": 0}),
        json!({"Since": "tomorrow"}),
    ] {
        let fault = made(sent.clone()).unwrap_err();
        assert!(fault.is(&COLUMN_TYPE), "{sent}");
    }
    let fault = made(json!({"Price": "cheap"})).unwrap_err();
    assert_eq!(fault.detail, "The column 'Price' takes a number.");
}

#[test]
fn unknown_columns_are_refused_by_exact_name() {
    for name in ["Colour", "color", "id", "fields", "", "Title "] {
        let fault = made(json!({ name: "x" })).unwrap_err();
        assert!(fault.is(&COLUMN_UNKNOWN), "{name}");
    }
    let fault = made(json!({ format!("a\r\n{}", "b".repeat(100)): 1 })).unwrap_err();
    assert_eq!(
        fault.detail,
        format!("The list 'Products' has no column 'a{}'.", "b".repeat(63))
    );
}

#[test]
fn required_columns_need_a_value() {
    for sent in [json!({}), json!({"Title": null}), json!({"Title": ""})] {
        let fault = create(&products(), map(sent.clone())).unwrap_err();
        assert!(fault.is(&COLUMN_REQUIRED), "{sent}");
        assert_eq!(fault.detail, "The column 'Title' needs a value.");
    }
}

#[test]
fn a_change_replaces_clears_and_keeps() {
    let current = map(json!({"Title": "Chair", "Color": "Red", "Price": 1}));
    let changed = change(
        &products(),
        &current,
        map(json!({"Color": null, "Price": "2"})),
    )
    .unwrap();
    assert_eq!(
        Value::Object(changed),
        json!({"Title": "Chair", "Price": 2})
    );
    for empty in [json!({"Title": null}), json!({"Title": ""})] {
        assert!(
            change(&products(), &current, map(empty))
                .unwrap_err()
                .is(&COLUMN_REQUIRED)
        );
    }
}

#[test]
fn an_item_older_than_a_requirement_can_be_changed_elsewhere() {
    let changed = change(&products(), &Map::new(), map(json!({"Color": "Red"}))).unwrap();
    assert_eq!(Value::Object(changed), json!({"Color": "Red"}));
}

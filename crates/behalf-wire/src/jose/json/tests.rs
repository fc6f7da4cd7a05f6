use super::*;

#[test]
fn objects_are_read_with_all_their_values() {
    let text = r#" {"a":1,"b":-2,"c":1.5,"d":"x\u00e4","e":[true,null,{"a":1}],"f":{"a":{}}} "#;
    let object = parse_object(text.as_bytes()).unwrap();
    let expected: Value = serde_json::from_str(text).unwrap();
    assert_eq!(Value::Object(object), expected);
}

#[test]
fn what_two_parsers_could_read_differently_is_refused() {
    let duplicate = JsonFault::DuplicateMember;
    let syntax = JsonFault::Syntax;
    for (text, fault) in [
        (r#"{"a":1,"a":1}"#, duplicate),
        (r#"{"a":1,"\u0061":2}"#, duplicate),
        (r#"{"x":{"a":1,"b":2,"a":3}}"#, duplicate),
        (r#"{"x":[{"a":1,"a":3}]}"#, duplicate),
        (r#"{"a":1}{"b":2}"#, syntax),
        (r#"{"a":1} x"#, syntax),
        (r#"{"a":1,}"#, syntax),
        (r#"{a:1}"#, syntax),
        (r#"{'a':1}"#, syntax),
        (r#"{"a":01}"#, syntax),
        (r#"{"a":1e999}"#, syntax),
        (r#"{"a":NaN}"#, syntax),
        (r#"{"a":"\ud800"}"#, syntax),
        ("{\"a\":\"\n\"}", syntax),
        ("{\"a\":\"\0\"}", syntax),
        ("\u{feff}{}", syntax),
        ("{} // x", syntax),
        ("", syntax),
        ("{", syntax),
        ("[]", JsonFault::NotAnObject),
        ("null", JsonFault::NotAnObject),
        ("\"a\"", JsonFault::NotAnObject),
    ] {
        assert_eq!(parse_object(text.as_bytes()), Err(fault), "{text:?}");
    }
    assert_eq!(parse_object(b"{\"a\":\"\xff\"}"), Err(syntax));
}

#[test]
fn depth_and_size_are_limited() {
    let nested = |depth: usize| format!("{}{}", r#"{"a":"#.repeat(depth) + "1", "}".repeat(depth));
    assert!(parse_object(nested(MAX_DEPTH).as_bytes()).is_ok());
    assert_eq!(
        parse_object(nested(MAX_DEPTH + 1).as_bytes()),
        Err(JsonFault::TooDeep)
    );
    let arrays = format!(r#"{{"a":{}{}}}"#, "[".repeat(30_000), "]".repeat(30_000));
    assert_eq!(parse_object(arrays.as_bytes()), Err(JsonFault::TooDeep));
    let sized = |length: usize| format!(r#"{{"a":"{}"}}"#, "x".repeat(length - 8));
    assert!(parse_object(sized(MAX_BYTES).as_bytes()).is_ok());
    assert_eq!(
        parse_object(sized(MAX_BYTES + 1).as_bytes()),
        Err(JsonFault::TooLarge)
    );
}

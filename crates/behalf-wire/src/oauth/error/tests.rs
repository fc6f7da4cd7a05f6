use super::*;

#[test]
fn descriptions_hold_nothing_that_json_escapes() {
    assert_eq!(description("a \"b\"\\c\r\nd é"), "a 'b'/c  d ?");
    let text = description("\u{0}\u{7f}\u{2028}");
    assert_eq!(serde_json::to_string(&text).unwrap(), format!("\"{text}\""));
}

#[test]
fn shape() {
    let answer = ErrorAnswer {
        error: "invalid_grant",
        error_description: "BH2060 no",
        error_uri: None,
        request_id: Some("7"),
    };
    let text = String::from_utf8(answer.to_json()).unwrap();
    assert_eq!(
        text,
        r#"{"error":"invalid_grant","error_description":"BH2060 no","request_id":"7"}"#
    );
}

use super::*;

const ERROR: EntraError<'_> = EntraError {
    error: "invalid_grant",
    code: 65001,
    text: "The user or administrator has not consented to use the application with ID 'a' named 'B \"x\\\n'.",
    suberror: Some("consent_required"),
    claims: None,
    trace_id: "11111111-1111-1111-1111-111111111111",
    correlation_id: "22222222-2222-2222-2222-222222222222",
    timestamp: "2026-01-01 00:00:00Z",
    public_url: "https://login.test",
};

#[test]
fn the_whole_body() {
    assert_eq!(
        String::from_utf8(ERROR.to_json()).unwrap(),
        concat!(
            r#"{"error":"invalid_grant","error_description":"AADSTS65001: The user or administrator has not consented "#,
            r#"to use the application with ID 'a' named 'B 'x/ '. Trace ID: 11111111-1111-1111-1111-111111111111 "#,
            r#"Correlation ID: 22222222-2222-2222-2222-222222222222 Timestamp: 2026-01-01 00:00:00Z","#,
            r#""error_codes":[65001],"timestamp":"2026-01-01 00:00:00Z","trace_id":"11111111-1111-1111-1111-111111111111","#,
            r#""correlation_id":"22222222-2222-2222-2222-222222222222","error_uri":"https://login.test/error?code=65001","#,
            r#""suberror":"consent_required"}"#
        )
    );
}

#[test]
fn a_borrowing_parser_can_read_the_description() {
    #[derive(serde::Deserialize)]
    struct Borrowing<'a> {
        error_description: &'a str,
    }
    let json = EntraError {
        text: "tab\t \u{7f} \u{0} \"quoted\" back\\slash é",
        ..ERROR
    }
    .to_json();
    let parsed: Borrowing<'_> = serde_json::from_slice(&json).unwrap();
    assert!(
        parsed.error_description.contains("'quoted' back/slash é"),
        "{}",
        parsed.error_description
    );
}

#[test]
fn a_challenge_is_a_json_string() {
    let challenge = r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#;
    let json = EntraError {
        claims: Some(challenge),
        ..ERROR
    }
    .to_json();
    let value: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(value["claims"].as_str(), Some(challenge));
}

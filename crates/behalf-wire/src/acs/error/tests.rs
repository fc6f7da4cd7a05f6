use super::*;

#[test]
fn the_body_is_exactly_what_clients_look_for() {
    let error = AcsError {
        error: "invalid_client",
        causes: &[
            (70002, "Error validating credentials."),
            (50012, "Invalid client secret is provided."),
        ],
        trace_id: "t",
        correlation_id: "c",
        timestamp: "2026-01-01 00:00:00Z",
        public_url: "https://sts.corp.lan",
    };
    let body = error.to_json();
    assert!(body.starts_with(br#"{"error""#));
    assert_eq!(
        String::from_utf8(body.clone()).unwrap(),
        r#"{"error":"invalid_client","error_description":"AADSTS70002: Error validating credentials. AADSTS50012: Invalid client secret is provided.\r\nTrace ID: t\r\nCorrelation ID: c\r\nTimestamp: 2026-01-01 00:00:00Z","error_codes":[70002,50012],"timestamp":"2026-01-01 00:00:00Z","trace_id":"t","correlation_id":"c","error_uri":"https://sts.corp.lan/error?code=70002"}"#
    );
    let read = ReceivedError::parse(&body).unwrap();
    assert_eq!(
        (
            read.error.as_str(),
            read.error_codes.as_slice(),
            read.trace_id.as_deref()
        ),
        ("invalid_client", &[70002, 50012][..], Some("t"))
    );
    assert_eq!(ReceivedError::parse(b"<html>"), None);
    assert_eq!(
        ReceivedError::parse(br#"{"error":"x"}"#).unwrap().error,
        "x"
    );
}

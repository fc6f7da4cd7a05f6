use super::*;
use behalf_model::profile::{Grant, Profile};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use serde_json::json;

fn route() -> Route {
    let mut profile = Profile::new("Orders", "https://erp.test");
    profile.oauth_url =
        Some("https://login.test/aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee/oauth2/v2.0/token".into());
    profile.oauth_client_id = Some("11111111-2222-3333-4444-555555555555".into());
    profile.oauth_scope = "api://orders/read api://orders/write".into();
    profile.oauth_grant = Some(Grant::JwtBearer);
    profile.oauth_on_behalf_of = true;
    Route::new(&profile)
}

fn response(status: u16, body: impl Into<Bytes>) -> OutboundResponse {
    OutboundResponse {
        status: StatusCode::from_u16(status).unwrap(),
        headers: HeaderMap::new(),
        body: body.into(),
    }
}

fn refused(status: u16, body: &Value) -> Refused {
    of(&response(status, body.to_string()), &route(), None)
}

fn fact<'f>(fault: &'f Fault, name: &str) -> Option<&'f str> {
    fault
        .facts
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.as_str())
}

const NO_CONSENT: &str = "AADSTS65001: The user or administrator has not consented to use the application with ID \
    '11111111-2222-3333-4444-555555555555' named 'Ometa Framework'. Send an interactive authorization request for \
    this user and resource.";

#[test]
fn missing_consent_is_told_in_the_words_of_the_seed() {
    for trailer in [
        " Trace ID: 0d1c Correlation ID: 9f2e Timestamp: 2024-06-20 11:53:16Z",
        "\r\nTrace ID: 0d1c\r\nCorrelation ID: 9f2e",
        "",
    ] {
        let body = json!({
            "error": "invalid_grant", "error_description": format!("{NO_CONSENT}{trailer}"),
            "error_codes": [65001], "suberror": "consent_required",
            "trace_id": "0d1c", "correlation_id": "9f2e", "timestamp": "2024-06-20 11:53:16Z",
        });
        let refused = refused(400, &body);
        assert!(refused.lasting);
        let fault = refused.fault;
        assert_eq!(
            fault.detail,
            format!(
                "Requesting an access token failed: BadRequest Bad Request invalid_grant {NO_CONSENT}"
            )
        );
        assert_eq!(
            (fault.kind.name, fault.kind.http),
            ("obo.token_request_failed", 403)
        );
        assert_eq!(fact(&fault, "trace_id"), Some("0d1c"));
        assert_eq!(fact(&fault, "correlation_id"), Some("9f2e"));
        assert_eq!(fact(&fault, "error_codes"), Some("65001"));
        assert_eq!(
            fact(&fault, "admin_consent_url"),
            Some(
                "https://login.test/aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee/v2.0/adminconsent?client_id=\
                 11111111-2222-3333-4444-555555555555&scope=api%3A%2F%2Forders%2Fread+api%3A%2F%2Forders%2Fwrite"
            )
        );
    }
}

#[test]
fn every_refusal_finds_the_party_that_can_mend_it() {
    let entra = |code: i64, error: &str| json!({"error": error, "error_description": format!("AADSTS{code}: x")});
    let cases = [
        // status, body, kind, remembered
        (
            400,
            entra(65001, "invalid_grant"),
            "obo.token_request_failed",
            true,
        ),
        (
            400,
            entra(50079, "invalid_grant"),
            "obo.interaction_required",
            true,
        ),
        (
            400,
            entra(53003, "invalid_grant"),
            "obo.policy_blocked",
            true,
        ),
        (400, entra(50057, "invalid_grant"), "obo.user_refused", true),
        (
            400,
            entra(50013, "invalid_grant"),
            "obo.assertion_refused",
            true,
        ),
        (
            400,
            entra(500_131, "invalid_grant"),
            "obo.assertion_refused",
            true,
        ),
        (
            400,
            entra(7_000_114, "unauthorized_client"),
            "preflight.app_only",
            true,
        ),
        (
            400,
            entra(240_002, "invalid_request"),
            "preflight.id_token",
            true,
        ),
        (
            401,
            entra(7_000_215, "invalid_client"),
            "obo.client_refused",
            false,
        ),
        (
            401,
            entra(7_000_222, "invalid_client"),
            "obo.client_refused",
            false,
        ),
        (
            400,
            entra(650_057, "invalid_client"),
            "obo.scope_refused",
            false,
        ),
        (
            400,
            entra(70011, "invalid_scope"),
            "obo.scope_refused",
            false,
        ),
        // Other servers: only the error of RFC 6749 and RFC 8693.
        (
            400,
            json!({"error": "invalid_grant"}),
            "obo.assertion_refused",
            true,
        ),
        (
            400,
            json!({"error": "invalid_target"}),
            "obo.scope_refused",
            false,
        ),
        (
            401,
            json!({"error": "invalid_client"}),
            "obo.client_refused",
            false,
        ),
        (
            400,
            json!({"error": "interaction_required"}),
            "obo.interaction_required",
            true,
        ),
        (
            400,
            json!({"error": "consent_required"}),
            "obo.token_request_failed",
            true,
        ),
        (
            400,
            json!({"error": "brand_new"}),
            "token_request.refused",
            false,
        ),
        (
            400,
            json!({"error": "invalid_grant", "suberror": "basic_action"}),
            "obo.interaction_required",
            true,
        ),
        (
            503,
            json!({"error": "temporarily_unavailable"}),
            "token_request.unavailable",
            false,
        ),
        (
            429,
            json!({"error": "invalid_grant"}),
            "token_request.unavailable",
            false,
        ),
        (
            400,
            json!({"message": "no"}),
            "token_request.garbage",
            false,
        ),
    ];
    for (status, body, kind, lasting) in cases {
        let refused = refused(status, &body);
        assert_eq!(
            (refused.fault.kind.name, refused.lasting),
            (kind, lasting),
            "{body}"
        );
    }
    let page = of(&response(200 + 204, "<html>"), &route(), None);
    assert_eq!(page.fault.kind.name, "token_request.garbage");
    let outage = of(&response(502, "<html>"), &route(), None);
    assert_eq!(outage.fault.kind.name, "token_request.unavailable");
}

#[test]
fn a_claims_challenge_is_carried_on() {
    let claims = r#"{"access_token":{"polids":{"essential":true,"values":["p"]}}}"#;
    let body = json!({"error": "interaction_required", "error_description": "AADSTS50079: x", "claims": claims});
    let fault = refused(400, &body).fault;
    assert_eq!(
        (fault.kind.name, fault.kind.http),
        ("obo.interaction_required", 401)
    );
    assert_eq!(fault.claims.as_deref(), Some(claims));
    // Text that is no JSON object is not passed on as claims.
    let body = json!({"error": "invalid_grant", "claims": "\" onload=x"});
    assert_eq!(refused(400, &body).fault.claims, None);
    // Nor is one with a token in it.
    let body = json!({"error": "invalid_grant", "claims": {"x": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln"}});
    assert_eq!(refused(400, &body).fault.claims, None);
}

#[test]
fn members_that_are_null_are_members_left_out() {
    let body = json!({"error": "invalid_grant", "error_description": null, "error_codes": null, "suberror": null});
    let fault = refused(400, &body).fault;
    assert_eq!(fault.kind.name, "obo.assertion_refused");
    assert_eq!(
        fault.detail,
        "Requesting an access token failed: BadRequest Bad Request invalid_grant"
    );
}

#[test]
fn nothing_secret_comes_back_in_a_message() {
    let jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.c2ln";
    let body = json!({
        "error": "invalid_client",
        "error_description": format!("AADSTS7000215: bad hunter2-secret and assertion={jwt}\u{7} here"),
    });
    let secret = Secret::new("hunter2-secret");
    let refused = of(&response(401, body.to_string()), &route(), Some(&secret));
    let shown = format!("{:?}", refused.fault);
    assert!(
        !shown.contains("hunter2") && !shown.contains("eyJ"),
        "{shown}"
    );
    assert_eq!(
        refused.fault.detail,
        "Requesting an access token failed: Unauthorized Unauthorized invalid_client AADSTS7000215: bad *** and assertion=*** here"
    );
}

#[test]
fn a_challenge_of_the_back_end_is_recognised() {
    let with = |challenge: &'static str| {
        let mut response = response(401, "");
        response
            .headers
            .insert("www-authenticate", HeaderValue::from_static(challenge));
        challenge_of(&response)
    };
    let challenge =
        r#"Bearer realm="", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnt9fQ==""#;
    assert_eq!(with(challenge).as_deref(), Some(r#"{"access_token":{}}"#));
    assert_eq!(
        with(r#"Bearer claims="eyJhY2Nlc3NfdG9rZW4iOnt9fQ""#).as_deref(),
        Some(r#"{"access_token":{}}"#)
    );
    for other in [
        r#"Bearer error="invalid_token""#,
        r#"Bearer claims="!!!""#,
        r#"Bearer claims="W10=""#,
        "Basic",
    ] {
        assert_eq!(with(other), None, "{other}");
    }
}

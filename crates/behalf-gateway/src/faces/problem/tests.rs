use super::*;
use behalf_model::fault::{
    INVALID_TOKEN, OBO_INTERACTION_REQUIRED, OBO_NO_ACCESS_TOKEN, POLICY_DENIED,
};
use http_body_util::BodyExt;

const METADATA: &str = "https://gw.test/.well-known/oauth-protected-resource";

async fn read(response: Response) -> Value {
    serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap()
}

fn challenge_for(fault: &Fault) -> String {
    response(fault, "r", METADATA).headers()[header::WWW_AUTHENTICATE]
        .to_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_fault_is_a_problem_document_with_everything_that_helps() {
    let fault = OBO_NO_ACCESS_TOKEN
        .plain()
        .fact("profile", "Orders")
        .because("internal words");
    let response = response(&fault, "req-1", METADATA);
    assert_eq!(response.status(), 401);
    assert_eq!(
        response.headers()[header::CONTENT_TYPE],
        "application/problem+json"
    );
    let body = read(response).await;
    assert_eq!(body["type"], "urn:behalf:fault:BH3002");
    assert_eq!(body["title"], "No Access Token Is Present");
    assert_eq!(body["detail"], "No Access Token Is Present");
    assert_eq!(body["code"], "obo.no_access_token");
    assert_eq!(body["request_id"], "req-1");
    assert_eq!(body["profile"], "Orders");
    assert!(
        body["hint"]
            .as_str()
            .unwrap()
            .contains("block anonymous requests")
    );
    assert!(!body.to_string().contains("internal words"));
}

#[test]
fn challenges_follow_the_rfcs() {
    let metadata = format!("Bearer resource_metadata=\"{METADATA}\"");
    assert_eq!(challenge_for(&TOKEN_MISSING.plain()), metadata);
    assert_eq!(
        challenge_for(&INVALID_TOKEN.with("Not \"good\"\\\r\nSet-Cookie: é")),
        format!(
            "{metadata}, error=\"invalid_token\", error_description=\"Not 'good'   Set-Cookie:  \""
        )
    );
    let fault = OBO_INTERACTION_REQUIRED
        .plain()
        .claims(r#"{"access_token":{}}"#);
    assert_eq!(
        challenge_for(&fault),
        format!(
            "{metadata}, error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnt9fQ==\""
        )
    );
    let denied = response(&POLICY_DENIED.plain(), "r", METADATA);
    assert!(!denied.headers().contains_key(header::WWW_AUTHENTICATE));
}

//! Serving: readiness, TLS with the local authority, the rooms at their addresses, a clean end.

use crate::site::{JOB, JOB_SECRET, Site, TENANT};
use serde_json::Value;

const TOKEN: &str = "/example.lan/oauth2/v2.0/token";

fn job_token(secret: &str) -> String {
    format!(
        "grant_type=client_credentials&client_id={JOB}&client_secret={secret}&scope=api%3A%2F%2Fgateway%2F.default"
    )
}

#[test]
fn from_nothing_to_a_token_over_tls_and_to_a_clean_end() {
    let site = Site::new();
    let server = site.serve(&[]);
    assert_eq!(
        server.ready,
        format!(
            "ready https://127.0.0.1:{} authority gateway sites",
            server.port
        )
    );

    let discovery = server.get("/EXAMPLE.lan/v2.0/.well-known/openid-configuration");
    assert_eq!(discovery.status, 200);
    let metadata = discovery.json();
    // From the configuration, whatever the Host header says.
    assert_eq!(
        metadata["issuer"],
        format!("https://localhost:8443/{TENANT}/v2.0")
    );
    let keys = server.get(&format!("/{TENANT}/discovery/v2.0/keys")).json();
    assert_eq!(keys["keys"][0]["kty"], "RSA");

    let answer = server.post_form(TOKEN, &job_token(JOB_SECRET));
    assert_eq!(
        (answer.status, &answer.json()["token_type"]),
        (200, &Value::from("Bearer")),
        "{}",
        answer.body
    );

    let (code, log) = server.stop();
    assert_eq!(code, Some(0));
    assert!(
        log.contains(
            "method=POST path=\"/example.lan/oauth2/v2.0/token\" room=authority status=200"
        ),
        "{log}"
    );
    assert!(!log.contains(JOB_SECRET) && !log.contains("eyJ"), "{log}");
}

#[test]
fn every_room_answers_at_its_address_and_refuses_in_its_own_format() {
    let site = Site::new();
    let server = site.serve(&[]);
    assert_eq!(server.get("/healthz").body, "{\"status\":\"ok\"}");
    assert!(server.get("/").body.contains("delegated access server"));
    assert_eq!(server.get("/openapi.json").json()["openapi"], "3.1.0");
    let resource = server.get("/.well-known/oauth-protected-resource").json();
    assert_eq!(
        resource["authorization_servers"][0],
        format!("https://localhost:8443/{TENANT}/oidc")
    );

    let call = server.post_form("/api/clock/read-clock", "");
    assert!(
        call.head.contains("content-type: application/problem+json"),
        "{}",
        call.head
    );
    let item = server.get("/v1.0/sites/root/lists");
    assert_eq!(
        (item.status, item.json()["error"]["code"].is_string()),
        (401, true),
        "{}",
        item.body
    );
    let missing = server.get("/example.lan/no/such/thing");
    assert_eq!(missing.status, 404);
    let wrong_method = server.get(TOKEN);
    assert_eq!(
        (
            wrong_method.status,
            wrong_method.json()["error"].is_string()
        ),
        (405, true)
    );
    for answer in [call, item, missing, wrong_method] {
        assert!(answer.head.contains("x-request-id: "), "{}", answer.head);
    }
}

#[test]
fn what_is_applied_while_running_counts_at_once() {
    let site = Site::new();
    let server = site.serve(&[]);
    assert_eq!(
        server
            .post_form(TOKEN, &job_token("another-secret-0123456789"))
            .status,
        401
    );
    let added = site.run_with_input(
        &[
            "app",
            "secret",
            "add",
            JOB,
            "--tenant",
            "example.lan",
            "--id",
            "second",
            "--value-stdin",
        ],
        "another-secret-0123456789\n",
    );
    assert_eq!(
        (added.code, added.out.as_str()),
        (0, "second\n"),
        "{}",
        added.err
    );
    until(|| {
        server
            .post_form(TOKEN, &job_token("another-secret-0123456789"))
            .status
            == 200
    });
    assert_eq!(
        server.post_form(TOKEN, &job_token(JOB_SECRET)).status,
        200,
        "both secrets work"
    );
    site.done(&[
        "app",
        "secret",
        "remove",
        JOB,
        "first",
        "--tenant",
        "example.lan",
    ]);
    until(|| server.post_form(TOKEN, &job_token(JOB_SECRET)).status == 401);

    site.done(&["key", "rotate", "--tenant", "example.lan"]);
    let before = server.get(&format!("/{TENANT}/discovery/v2.0/keys")).json()["keys"]
        .as_array()
        .unwrap()
        .len();
    assert!(before >= 2, "old and new keys are published: {before}");
    assert_eq!(
        server
            .post_form(TOKEN, &job_token("another-secret-0123456789"))
            .status,
        200
    );
    site.done(&["seal", "rotate"]);
    assert_eq!(
        server
            .post_form(TOKEN, &job_token("another-secret-0123456789"))
            .status,
        200
    );
}

/// Another process sees a change within milliseconds; the answer itself takes that long.
fn until(holds: impl Fn() -> bool) {
    assert!((0..200).any(|_| holds()), "never happened");
}

#[test]
fn plain_http_on_loopback_when_asked_for() {
    let site = Site::new();
    let server = site.serve(&["--dev-http"]);
    assert!(
        server.ready.starts_with("ready http://127.0.0.1:"),
        "{}",
        server.ready
    );
    assert_eq!(server.get("/healthz").status, 200);
    let (code, log) = server.stop();
    assert_eq!(code, Some(0));
    assert!(log.contains("for development only"), "{log}");
}

#[test]
fn who_was_told_that_it_is_ready_may_end_it_at_once() {
    let site = Site::new();
    for _ in 0..3 {
        let (code, log) = site.serve(&[]).stop();
        assert_eq!(code, Some(0), "{log}");
    }
}

#[test]
fn a_taken_port_is_named() {
    let site = Site::new();
    let server = site.serve(&[]);
    site.write(
        "behalf.toml",
        &include_str!("behalf.toml").replace("127.0.0.1:0", &format!("127.0.0.1:{}", server.port)),
    );
    let said = site.run(&["serve"]);
    assert_eq!(said.code, 1);
    assert!(
        said.err
            .contains(&format!("127.0.0.1:{} cannot be listened on", server.port)),
        "{}",
        said.err
    );
    assert!(
        said.err.contains("stop the program that has it"),
        "{}",
        said.err
    );
}

//! Credentials other than on-behalf-of of Entra, profiles, natural addresses, and what `doctor` says.

use crate::fakes::{answer, field, header, json as reply_with};
use crate::world::{CLIENT, ORDERS_OBO, World, assertion, user};
use behalf_gateway::explain::{Outcome, Question, Step, explain};
use behalf_model::ports::VaultMiss;
use behalf_model::source::SourceKind;
use serde_json::json;

/// `POST /orders` on the given profile.
async fn call_on(world: &World, profile: &str, bearer: Option<&str>) -> crate::world::Reply {
    world.source(SourceKind::Profile, "p", profile).await;
    let method = "object = \"Thing\"\nname = \"Do\"\nprofiles = [\"P\"]\npolicy = { anonymous = true }\n\
        output = [{ name = \"Id\", path = \"id\" }]\nscript = \"Method=POST\\nPath=/do\\nBody={}\"";
    world.source(SourceKind::Method, "thing/do", method).await;
    world.call("POST", "/api/thing/do", bearer, None).await
}

const OAUTH: &str = r#"
name = "P"
url = "https://erp.ometa.net"
oauth_url = "https://sts.test/token"
oauth_client_id = "gateway id"
oauth_client_secret = "secret:s"
"#;

#[tokio::test]
async fn none_basic_and_api_keys_are_sent_as_the_profile_says() {
    let world = World::new().await;
    world.put_secret("s", "pass:word").await;
    let base = "name = \"P\"\nurl = \"https://erp.ometa.net\"\n";
    assert_eq!(call_on(&world, base, None).await.status, 200);
    let basic = format!("{base}username = \"svc\"\npassword = \"secret:s\"");
    call_on(&world, &basic, None).await;
    let key = format!("{base}auth = \"api_key\"\napi_key = \"secret:s\"\napi_key_name = \"X-Key\"");
    call_on(&world, &key, None).await;
    call_on(
        &world,
        &format!("{key}\napi_key_in = \"query\"").replace("X-Key", "key"),
        None,
    )
    .await;
    let calls = world.network.calls();
    assert_eq!(header(&calls[0], "authorization"), "");
    assert_eq!(
        header(&calls[1], "authorization"),
        "Basic c3ZjOnBhc3M6d29yZA=="
    );
    assert_eq!(header(&calls[2], "x-key"), "pass:word");
    assert_eq!(calls[3].url, "https://erp.ometa.net/do?key=pass%3Aword");
    assert!(world.network.exchanges().is_empty());
}

#[tokio::test]
async fn client_credentials_are_one_token_for_everybody() {
    let world = World::new().await;
    world.put_secret("s", "p&w").await;
    let profile = format!(
        "{OAUTH}oauth_grant = \"client_credentials\"\noauth_scope = \"api://x/.default\"\noauth_auth_style = \"basic\"\n\
         oauth_extra = {{ audience = \"x\" }}\noauth_param_names = {{ scope = \"my_scope\" }}"
    );
    let (_, bearer) = world.user(1, "Alice").await;
    assert_eq!(call_on(&world, &profile, Some(&bearer)).await.status, 200);
    assert_eq!(call_on(&world, &profile, None).await.status, 200);
    let exchanges = world.network.exchanges();
    assert_eq!(exchanges.len(), 1);
    assert_eq!(
        field(&exchanges[0], "grant_type").unwrap(),
        "client_credentials"
    );
    assert_eq!(
        field(&exchanges[0], "my_scope").unwrap(),
        "api://x/.default"
    );
    assert_eq!(field(&exchanges[0], "audience").unwrap(), "x");
    assert_eq!(field(&exchanges[0], "client_secret"), None);
    // RFC 6749 section 2.3.1: form-encoded before they are joined.
    assert_eq!(
        header(&exchanges[0], "authorization"),
        "Basic Z2F0ZXdheStpZDpwJTI2dw=="
    );
    assert_eq!(
        header(&world.network.calls()[0], "authorization"),
        "Bearer for.application"
    );
}

#[tokio::test]
async fn a_claims_challenge_to_the_application_is_not_the_callers() {
    let world = World::new().await;
    world.put_secret("s", "p&w").await;
    let challenge = "Bearer error=\"insufficient_claims\", claims=\"eyJhIjoxfQ==\"";
    world
        .network
        .on_call(move |_| answer(401, &[("www-authenticate", challenge)], ""));
    let app =
        format!("{OAUTH}oauth_grant = \"client_credentials\"\noauth_scope = \"api://x/.default\"");
    let plain = "name = \"P\"\nurl = \"https://erp.ometa.net\"";
    for profile in [app.as_str(), plain] {
        let reply = call_on(&world, profile, None).await;
        assert_eq!(reply.problem().1, "backend.unauthorized");
        assert!(!reply.headers.contains_key("www-authenticate"));
        assert!(reply.body.get("claims").is_none());
    }
}

/// A certificate with its private key, as an administrator pastes it into a named secret.
fn certificate() -> String {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["gateway.test".to_owned()]).unwrap();
    let pem = certificate.self_signed(&key).unwrap().pem();
    format!("{pem}{}", key.serialize_pem())
}

#[tokio::test]
async fn a_certificate_signs_what_a_secret_would_prove() {
    use behalf_wire::jose::{Certificate, JwsAlg, Keyring, VerifyingKey};
    let world = World::new().await;
    let pem = certificate();
    world.put_secret("s", &pem).await;
    let profile = format!(
        "{OAUTH}oauth_grant = \"client_credentials\"\noauth_client_certificate = \"secret:s\""
    )
    .replace("oauth_client_secret = \"secret:s\"", "");
    let reply = call_on(&world, &profile, None).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let exchange = &world.network.exchanges()[0];
    assert_eq!(field(exchange, "client_secret"), None);
    assert_eq!(
        field(exchange, "client_assertion_type").unwrap(),
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    let key = VerifyingKey::from_certificate(&Certificate::from_pem(&pem).unwrap()).unwrap();
    let compact = field(exchange, "client_assertion").unwrap();
    let (header, claims) = Keyring::new(vec![key])
        .verify_jwt(&compact, &[JwsAlg::PS256])
        .unwrap();
    assert_eq!(
        header.x5t_s256(),
        Some(Certificate::from_pem(&pem).unwrap().x5t_s256().as_str())
    );
    assert_eq!(
        (claims.iss(), claims.sub()),
        (Some("gateway id"), Some("gateway id"))
    );
    assert_eq!(claims.audiences(), ["https://sts.test/token"]);
    assert_eq!(claims.exp().unwrap(), Some(crate::world::NOW.0 + 300));
    // A secret that is no certificate is named, not shown.
    world.put_secret("s", "not-a-pem-text").await;
    world.clock.advance_s(3600);
    let reply = call_on(&world, &profile, None).await;
    assert_eq!(
        (reply.problem().0, reply.problem().1),
        (500, "secret.missing")
    );
    assert!(!reply.body.to_string().contains("not-a-pem"));
}

#[tokio::test]
async fn token_exchange_sends_the_fields_of_rfc_8693() {
    let world = World::new().await;
    world.put_secret("s", "pw").await;
    let profile = format!(
        "{OAUTH}oauth_grant = \"urn:ietf:params:oauth:grant-type:token-exchange\"\noauth_on_behalf_of = true\n\
         oauth_extra = {{ resource = \"https://erp.ometa.net/\" }}"
    );
    let (alice, bearer) = world.user(1, "Alice").await;
    let reply = call_on(&world, &profile, Some(&bearer)).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let exchange = &world.network.exchanges()[0];
    for (name, value) in [
        (
            "grant_type",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ),
        ("subject_token", &assertion(&alice.upn)),
        (
            "subject_token_type",
            "urn:ietf:params:oauth:token-type:access_token",
        ),
        (
            "requested_token_type",
            "urn:ietf:params:oauth:token-type:access_token",
        ),
        ("resource", "https://erp.ometa.net/"),
        ("client_id", "gateway id"),
        ("client_secret", "pw"),
    ] {
        assert_eq!(field(exchange, name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(field(exchange, "assertion"), None);
    assert_eq!(field(exchange, "scope"), None);
}

#[tokio::test]
async fn an_on_behalf_of_call_never_falls_back_to_the_application() {
    let world = World::new().await;
    let (alice, bearer) = world.user(1, "Alice").await;
    world.network.on_token_request(|request| {
        assert_ne!(field(request, "grant_type").unwrap(), "client_credentials");
        reply_with(
            400,
            r#"{"error":"invalid_grant","error_description":"AADSTS65001: x"}"#,
        )
    });
    assert_eq!(world.create_order(Some(&bearer)).await.status, 403);
    world
        .vault
        .0
        .lock()
        .unwrap()
        .insert(alice.id, Err(VaultMiss::NoToken));
    assert_eq!(world.create_order(Some(&bearer)).await.status, 401);
    assert!(world.network.calls().is_empty());
}

#[tokio::test]
async fn a_caller_chooses_among_the_profiles_of_the_method_only() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    let body = || Some(json!({"Customer Id": "c", "Order Reference": "r"}));
    let on = async |profile: &str| {
        let path = format!("/api/order/create-order?profile={profile}");
        world.call("POST", &path, Some(&bearer), body()).await
    };
    assert_eq!(on("Order%20System%20OBO").await.status, 200);
    assert_eq!(on("order-system-obo").await.status, 200);
    for other in ["Graph%20OBO", "nothing", ""] {
        let reply = on(other).await;
        assert_eq!(
            (reply.problem().0, reply.problem().1),
            (403, "gateway.profile_not_allowed"),
            "{other}"
        );
    }
    assert_eq!(on("a&profile=b").await.problem().1, "gateway.input_invalid");
}

#[tokio::test]
async fn addresses_that_lead_nowhere_answer_in_our_format() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    for (verb, path, expected) in [
        (
            "POST",
            "/api/nothing/at-all",
            (404, "gateway.object_not_found"),
        ),
        (
            "POST",
            "/api/order/nothing",
            (404, "gateway.method_not_found"),
        ),
        ("GET", "/api/order/7", (404, "gateway.method_not_found")),
        (
            "DELETE",
            "/api/product/7",
            (404, "gateway.method_not_found"),
        ),
        ("GET", "/elsewhere", (404, "request.not_found")),
        ("DELETE", "/api/order", (405, "request.method_not_allowed")),
        ("POST", "/openapi.json", (405, "request.method_not_allowed")),
        ("POST", "/api/%ff/x", (400, "request.malformed")),
    ] {
        let reply = world.call(verb, path, Some(&bearer), None).await;
        assert_eq!(
            (reply.problem().0, reply.problem().1),
            expected,
            "{verb} {path}"
        );
        assert_eq!(reply.body["request_id"], reply.header("x-request-id"));
    }
    let reply = world.call("DELETE", "/api/order", None, None).await;
    assert!(reply.header("allow").contains("POST"));
}

#[tokio::test]
async fn a_method_is_listed_for_those_who_may_call_it() {
    let world = World::new().await;
    let (mut alice, bearer) = world.user(1, "Alice").await;
    let names = async |bearer: Option<&str>| {
        let reply = world.call("GET", "/api", bearer, None).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let objects = reply.body["objects"].as_array().unwrap().clone();
        objects
            .iter()
            .map(|o| o["methods"][0]["href"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let both = [
        "https://gw.test/api/order/create-order",
        "https://gw.test/api/product/update-product",
    ];
    assert_eq!(names(Some(&bearer)).await, both);
    alice.groups.clear();
    world.put(&alice).await;
    assert_eq!(names(Some(&bearer)).await, both[..1]);
    assert!(names(None).await.is_empty());
}

#[tokio::test]
async fn metadata_tells_where_tokens_come_from() {
    let world = World::new().await;
    let reply = world
        .call("GET", "/.well-known/oauth-protected-resource", None, None)
        .await;
    assert_eq!(reply.body["resource"], "https://gw.test");
    assert_eq!(
        reply.body["authorization_servers"],
        json!(["https://id.test/home"])
    );
    let reply = world.call("GET", "/openapi.json", None, None).await;
    assert!(reply.body["paths"]["/api/order/create-order"]["post"].is_object());
    assert_eq!(reply.body["servers"][0]["url"], "https://gw.test");
}

fn outcomes(steps: &[Step]) -> Vec<String> {
    let one = |step: &Step| match &step.outcome {
        Outcome::Passed(_) => format!("{} ok", step.error),
        Outcome::Failed(fault) => format!("{} {}", step.error, fault.kind.name),
        Outcome::NotReached => format!("{} -", step.error),
    };
    steps
        .iter()
        .filter(|step| step.check > 0)
        .map(one)
        .collect()
}

#[tokio::test]
async fn the_doctor_walks_the_same_seven_checks() {
    let world = World::new().await;
    let (mut alice, _) = world.user(1, "Alice").await;
    let windows = user(2, "windows", "Wendy");
    world.put(&windows).await;
    let ask = async |user: &str, exchange: bool| {
        let question = Question {
            user,
            method: "Order/Create Order",
            profile: None,
            exchange,
        };
        outcomes(&explain(&world.gateway, question, "doctor").await.unwrap())
    };
    let all = ["E2 ok", "E4 ok", "E5 ok", "E3 ok", "E6 ok", "E7 ok"];
    let with = |last: &'static str| [all.as_slice(), &[last]].concat();
    assert_eq!(ask("ALICE@contoso.test", true).await, with("E1 ok"));
    assert_eq!(ask(&windows.id.to_string(), false).await, with("E1 -"));
    assert_eq!(
        ask("nobody@contoso.test", true).await[2..4],
        ["E5 obo.user_not_found", "E3 -"]
    );
    world.network.on_token_request(|_| {
        reply_with(
            400,
            r#"{"error":"invalid_grant","suberror":"consent_required"}"#,
        )
    });
    assert_eq!(
        ask("alice@contoso.test", true).await,
        with("E1 obo.token_request_failed")
    );
    world
        .vault
        .0
        .lock()
        .unwrap()
        .insert(alice.id, Err(VaultMiss::Expired));
    assert_eq!(
        ask("alice@contoso.test", true).await[5..],
        ["E7 obo.no_provider_token", "E1 -"]
    );
    alice.active = false;
    world.put(&alice).await;
    assert_eq!(
        ask("alice@contoso.test", true).await[3..5],
        ["E3 obo.user_inactive", "E6 -"]
    );
    // The back-end was never called, and nothing the doctor got was kept.
    assert!(world.network.calls().is_empty());
}

#[tokio::test]
async fn the_doctor_names_what_was_used_and_what_is_not_his_business() {
    let world = World::new().await;
    let (mut alice, _) = world.user(1, "Alice").await;
    alice.groups.clear();
    world.put(&alice).await;
    let question = Question {
        user: "alice@contoso.test",
        method: "product/update-product",
        profile: None,
        exchange: true,
    };
    let steps = explain(&world.gateway, question, "doctor").await.unwrap();
    let Outcome::Passed(about) = &steps[0].outcome else {
        panic!("{steps:?}")
    };
    assert!(
        about.contains(CLIENT) && about.contains("Sites.ReadWrite.All"),
        "{about}"
    );
    let Outcome::Failed(fault) = &steps[1].outcome else {
        panic!("{steps:?}")
    };
    assert_eq!(fault.kind.name, "gateway.policy_denied");
    let unknown = Question {
        method: "product/nothing",
        ..question
    };
    assert!(explain(&world.gateway, unknown, "doctor").await.is_err());
    assert!(ORDERS_OBO.contains(CLIENT));
}

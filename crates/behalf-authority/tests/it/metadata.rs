use crate::world::*;
use serde_json::{Value, json};

#[tokio::test]
async fn entra_discovery_by_name_speaks_of_the_guid() {
    let world = World::new().await;
    for segment in [
        TENANT.to_owned(),
        DOMAIN.to_owned(),
        DOMAIN.to_uppercase(),
        TENANT.to_uppercase(),
    ] {
        let answer = world
            .get_url(&format!("/{segment}/v2.0/.well-known/openid-configuration"))
            .await;
        let body = answer.ok();
        let base = format!("{PUBLIC}/{TENANT}");
        for (name, value) in [
            ("issuer", format!("{base}/v2.0")),
            ("token_endpoint", format!("{base}/oauth2/v2.0/token")),
            (
                "authorization_endpoint",
                format!("{base}/oauth2/v2.0/authorize"),
            ),
            ("end_session_endpoint", format!("{base}/oauth2/v2.0/logout")),
            ("jwks_uri", format!("{base}/discovery/v2.0/keys")),
            ("userinfo_endpoint", format!("{base}/openid/userinfo")),
            ("cloud_instance_name", "login.test".to_owned()),
        ] {
            assert_eq!(body[name], value, "{name}");
        }
        assert_eq!(body["subject_types_supported"], json!(["pairwise"]));
        assert_eq!(
            body["id_token_signing_alg_values_supported"],
            json!(["RS256"])
        );
        assert_eq!(
            body["response_modes_supported"],
            json!(["query", "fragment", "form_post"])
        );
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("cache-control"), "max-age=86400, private");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
    }
}

#[tokio::test]
async fn v1_discovery_differs_in_issuer_and_endpoints() {
    let world = World::new().await;
    let body = world
        .get_url(&format!("/{TENANT}/.well-known/openid-configuration"))
        .await
        .ok();
    let base = format!("{PUBLIC}/{TENANT}");
    assert_eq!(body["issuer"], format!("{base}/"));
    assert_eq!(body["token_endpoint"], format!("{base}/oauth2/token"));
    assert_eq!(body["jwks_uri"], format!("{base}/discovery/keys"));
}

#[tokio::test]
async fn common_has_a_template_as_issuer() {
    let world = World::new().await;
    let body = world
        .get_url("/common/v2.0/.well-known/openid-configuration")
        .await
        .ok();
    assert_eq!(body["issuer"], format!("{PUBLIC}/{{tenantid}}/v2.0"));
    assert_eq!(
        body["token_endpoint"],
        format!("{PUBLIC}/common/oauth2/v2.0/token")
    );
    world
        .get_url("/nobody.example/v2.0/.well-known/openid-configuration")
        .await
        .refused(400, "invalid_request", 90002);
}

#[tokio::test]
async fn openid_discovery_and_rfc_8414_are_one_document() {
    let world = World::new().await;
    let issuer = format!("{PUBLIC}/{TENANT}/oidc");
    let oidc = world
        .get_url(&format!("/{TENANT}/oidc/.well-known/openid-configuration"))
        .await
        .ok();
    let rfc8414 = world
        .get_url(&format!(
            "/.well-known/oauth-authorization-server/{TENANT}/oidc"
        ))
        .await
        .ok();
    assert_eq!(oidc, rfc8414);
    for (name, path) in [
        ("token_endpoint", "token"),
        ("authorization_endpoint", "authorize"),
        ("userinfo_endpoint", "userinfo"),
        ("jwks_uri", "jwks"),
        ("end_session_endpoint", "logout"),
    ] {
        assert_eq!(oidc[name], format!("{issuer}/{path}"));
    }
    assert_eq!(oidc["issuer"], issuer);
    assert_eq!(oidc["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(oidc["authorization_response_iss_parameter_supported"], true);
}

#[tokio::test]
async fn the_host_header_changes_nothing() {
    let world = World::new().await;
    let path = format!("/{TENANT}/v2.0/.well-known/openid-configuration");
    let request = http::Request::get(&path)
        .header("host", "evil.test")
        .header("x-forwarded-host", "evil.test");
    let body = world
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    assert!(!body.text.contains("evil"));
}

#[tokio::test]
async fn key_sets_at_all_their_addresses() {
    let world = World::new().await;
    let mut first: Option<Value> = None;
    for path in ["discovery/v2.0/keys", "discovery/keys", "oidc/jwks"] {
        let body = world.get_url(&format!("/{DOMAIN}/{path}")).await.ok();
        assert_eq!(*first.get_or_insert(body.clone()), body);
    }
    let key = &first.unwrap()["keys"][0];
    assert_eq!(
        (&key["kty"], &key["use"], &key["alg"]),
        (&json!("RSA"), &json!("sig"), &json!("RS256"))
    );
    assert_eq!(key["kid"], key["x5t"]);
    assert!(
        key["x5c"][0].as_str().unwrap().len() > 500 && key["n"].is_string() && key["e"] == "AQAB"
    );
    assert!(key.get("d").is_none());

    let all = world.get_url("/common/discovery/v2.0/keys").await.ok();
    let issuers: Vec<&str> = all["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["issuer"].as_str().unwrap())
        .collect();
    let expected = [TENANT, OTHER_TENANT].map(|tenant| format!("{PUBLIC}/{tenant}/v2.0"));
    assert_eq!(issuers, expected);
}

#[tokio::test]
async fn instance_discovery_knows_our_host_with_and_without_port() {
    let world = World::new().await;
    let endpoint =
        |host: &str| format!("https%3A%2F%2F{host}%2F{DOMAIN}%2Foauth2%2Fv2.0%2Fauthorize");
    let path = "/common/discovery/instance?api-version=1.1&authorization_endpoint=";
    let body = world
        .get_url(&format!("{path}{}", endpoint("login.test")))
        .await
        .ok();
    assert_eq!(body["api-version"], "1.1");
    assert_eq!(
        body["tenant_discovery_endpoint"],
        format!("{PUBLIC}/{TENANT}/v2.0/.well-known/openid-configuration")
    );
    assert_eq!(body["metadata"][0]["aliases"], json!(["login.test"]));
    world
        .get_url(&format!("{path}{}", endpoint("login.test%3A8443")))
        .await
        .ok();
    for other in [
        endpoint("login.other.test"),
        String::new(),
        "nonsense".into(),
        "%zz".into(),
    ] {
        world
            .get_url(&format!("{path}{other}"))
            .await
            .refused(400, "invalid_instance", 50049);
    }
    world
        .get_url("/common/discovery/instance")
        .await
        .refused(400, "invalid_instance", 50049);
}

#[tokio::test]
async fn error_codes_are_explained() {
    let world = World::new().await;
    for code in ["65001", "AADSTS65001", "BH2086"] {
        let answer = world.get_url(&format!("/error?code={code}")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (200, "text/plain; charset=utf-8")
        );
        assert!(
            answer.text.contains("BH2086") && answer.text.contains("Remedy: Grant admin consent"),
            "{}",
            answer.text
        );
    }
    for code in ["", "0", "1", "%3Cb%3E", "BH9999"] {
        assert_eq!(
            world.get_url(&format!("/error?code={code}")).await.status,
            404,
            "{code}"
        );
    }
}

#[tokio::test]
async fn every_user_of_our_domains_is_managed() {
    let world = World::new().await;
    let body = world
        .get_url("/common/userrealm/alice@corp.example?api-version=1.0")
        .await
        .ok();
    assert_eq!(
        (&body["account_type"], &body["ver"]),
        (&json!("Managed"), &json!("1.0"))
    );
    assert_eq!(
        (&body["login"], &body["domain_name"]),
        (&json!("alice@corp.example"), &json!("corp.example"))
    );
    let same = world
        .get_url("/common/userrealm/nobody@corp.example?api-version=1.0")
        .await
        .ok();
    assert_eq!(
        same["account_type"], "Managed",
        "whether a user exists is not told"
    );
    for other in ["alice@other.test", "alice"] {
        assert_eq!(
            world
                .get_url(&format!("/common/userrealm/{other}"))
                .await
                .status,
            404
        );
    }
}

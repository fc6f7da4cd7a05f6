//! Certificates as SDKs use them (entra.md 8.4).

use crate::world::*;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use behalf_authority::keys::{SelfSigned, self_signed};
use behalf_model::UnixTime;
use behalf_model::env::fixed::START_S;
use behalf_model::principal::{CertificateCredential, Principal};
use behalf_wire::jose::backend::{generate_pkcs8, sha256};
use behalf_wire::jose::jws::{HeaderExtras, sign_compact};
use behalf_wire::jose::{JwsAlg, KeyKind, SigningKey, base64url};
use serde_json::{Value, json};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

struct Certified {
    pkcs8: Vec<u8>,
    certificate: SelfSigned,
}

impl Certified {
    fn new() -> Self {
        let pkcs8 = generate_pkcs8(KeyKind::Rsa2048).unwrap().to_vec();
        let key = SigningKey::from_pkcs8(JwsAlg::RS256, None, &pkcs8).unwrap();
        let certificate = self_signed(
            &key,
            "client",
            UnixTime(START_S),
            UnixTime(START_S + 86_400),
        )
        .unwrap();
        Self { pkcs8, certificate }
    }

    fn der(&self) -> Vec<u8> {
        STANDARD.decode(&self.certificate.base64).unwrap()
    }

    fn credential(&self) -> CertificateCredential {
        CertificateCredential {
            x5t: self.certificate.thumbprint.clone(),
            x5t_s256: base64url::encode(sha256(&self.der())),
            pem: self.certificate.pem(),
            starts_at: UnixTime(START_S),
            expires_at: UnixTime(START_S + 86_400),
        }
    }

    fn sign(&self, alg: JwsAlg, extras: &HeaderExtras<'_>, claims: &Value) -> String {
        let key = SigningKey::from_pkcs8(alg, Some("ignored".into()), &self.pkcs8).unwrap();
        sign_compact(extras, claims.to_string().as_bytes(), &key).unwrap()
    }
}

async fn world() -> (World, Certified) {
    let (world, certified) = (World::new().await, Certified::new());
    world
        .put(&Principal {
            certificates: vec![certified.credential()],
            ..world.get(WEB).await
        })
        .await;
    (world, certified)
}

fn claims() -> Value {
    json!({
        "aud": format!("{PUBLIC}/{TENANT}/oauth2/v2.0/token"), "iss": WEB, "sub": WEB,
        "exp": START_S + 600, "nbf": START_S, "iat": START_S, "jti": "1"
    })
}

fn changed(name: &str, value: Value) -> Value {
    let mut claims = claims();
    match value {
        Value::Null => claims.as_object_mut().unwrap().remove(name),
        value => claims.as_object_mut().unwrap().insert(name.into(), value),
    };
    claims
}

async fn ask(world: &World, assertion: &str) -> Answer {
    world.entra(&form(assertion)).await
}

fn form(assertion: &str) -> Vec<(&str, &str)> {
    vec![
        ("grant_type", "client_credentials"),
        ("client_id", WEB),
        ("client_assertion_type", TYPE),
        ("client_assertion", assertion),
        ("scope", "api://orders/.default"),
    ]
}

#[tokio::test]
async fn every_spelling_of_the_thumbprint_and_both_paddings_of_rsa() {
    let (world, certified) = world().await;
    let (sha1, sha256) = (
        base64url::decode(&certified.certificate.thumbprint, "").unwrap(),
        sha256(&certified.der()),
    );
    let x5t = [
        URL_SAFE.encode(&sha1),
        STANDARD.encode(&sha1),
        base64url::encode(&sha1),
    ];
    let x5t_s256 = [
        URL_SAFE.encode(sha256),
        STANDARD.encode(sha256),
        base64url::encode(sha256),
    ];
    for alg in [JwsAlg::PS256, JwsAlg::RS256] {
        for (one, other) in x5t.iter().zip(&x5t_s256) {
            let typ = Some("JWT");
            for extras in [
                HeaderExtras {
                    typ,
                    x5t: Some(one),
                    ..HeaderExtras::default()
                },
                HeaderExtras {
                    typ,
                    x5t_s256: Some(other),
                    ..HeaderExtras::default()
                },
                HeaderExtras {
                    x5t: Some(one),
                    x5t_s256: Some(other),
                    ..HeaderExtras::default()
                },
                HeaderExtras::default(),
            ] {
                let body = ask(&world, &certified.sign(alg, &extras, &claims()))
                    .await
                    .ok();
                assert_eq!(
                    world.claims(&body["access_token"]).await.text("azpacr"),
                    Some("2")
                );
            }
        }
    }
}

#[tokio::test]
async fn times_as_sdks_write_them() {
    let (world, certified) = world().await;
    for good in [
        changed("exp", json!(START_S as f64 + 600.764701)),
        changed("nbf", json!(START_S + 1)),
        changed("iat", json!(START_S + 299)),
        changed("nbf", Value::Null),
        changed("iat", Value::Null),
        changed("jti", Value::Null),
        changed("exp", json!(START_S - 299)),
        changed("exp", json!(START_S + 10 * 365 * 86_400)),
    ] {
        ask(
            &world,
            &certified.sign(JwsAlg::PS256, &HeaderExtras::default(), &good),
        )
        .await
        .ok();
    }
    for bad in [
        changed("exp", json!(START_S - 300)),
        changed("nbf", json!(START_S + 301)),
        changed("iat", json!(START_S + 301)),
        changed("exp", Value::Null),
        changed("exp", json!("soon")),
        changed("exp", json!(1e300)),
    ] {
        let assertion = certified.sign(JwsAlg::PS256, &HeaderExtras::default(), &bad);
        ask(&world, &assertion)
            .await
            .refused(401, "invalid_client", 700024);
    }
}

#[tokio::test]
async fn the_audience_is_this_tenants_token_endpoint_or_issuer_and_only_that() {
    let (world, certified) = world().await;
    let sign = |claims: &Value| certified.sign(JwsAlg::RS256, &HeaderExtras::default(), claims);
    for good in [
        format!("{PUBLIC}/{DOMAIN}/oauth2/v2.0/token"),
        format!("{PUBLIC}/{}/oauth2/v2.0/token", TENANT.to_uppercase()),
        format!("{PUBLIC}/{TENANT}/oauth2/token"),
        format!("{PUBLIC}/{TENANT}/oidc/token"),
        format!("{PUBLIC}/{TENANT}/v2.0"),
        format!("{PUBLIC}/{TENANT}/"),
        format!("{PUBLIC}/{TENANT}/oidc"),
    ] {
        ask(&world, &sign(&changed("aud", json!(good)))).await.ok();
        ask(&world, &sign(&changed("aud", json!([good]))))
            .await
            .ok();
    }
    for bad in [
        json!("https://login.other.test/x/oauth2/v2.0/token"),
        json!(format!("{PUBLIC}/{OTHER_TENANT}/oauth2/v2.0/token")),
        json!(format!("{PUBLIC}.evil.test/{TENANT}/oauth2/v2.0/token")),
        json!(format!("http://login.test/{TENANT}/oauth2/v2.0/token")),
        json!(PUBLIC),
        json!(""),
        json!([]),
        json!(7),
        Value::Null,
    ] {
        ask(&world, &sign(&changed("aud", bad)))
            .await
            .refused(401, "invalid_client", 700023);
    }
    let two = json!([format!("{PUBLIC}/{TENANT}/v2.0"), "https://other.test"]);
    ask(&world, &sign(&changed("aud", two)))
        .await
        .refused(401, "invalid_client", 5002741);
}

#[tokio::test]
async fn it_speaks_for_the_client_itself() {
    let (world, certified) = world().await;
    for name in ["iss", "sub"] {
        for value in [json!(MIDDLE), Value::Null, json!("")] {
            let assertion = certified.sign(
                JwsAlg::RS256,
                &HeaderExtras::default(),
                &changed(name, value),
            );
            ask(&world, &assertion)
                .await
                .refused(401, "invalid_client", 700021);
        }
    }
    // The client id may be left out: the subject stands for it.
    let assertion = certified.sign(JwsAlg::RS256, &HeaderExtras::default(), &claims());
    world
        .entra(&without(form(&assertion), "client_id"))
        .await
        .ok();
    world
        .entra(&with(form(&assertion), "client_assertion_type", "saml"))
        .await
        .refused(401, "invalid_client", 700027);
    world
        .entra(&with(form(&assertion), "client_id", FRONT))
        .await
        .refused(401, "invalid_client", 700025);
}

#[tokio::test]
async fn forgeries() {
    let (world, certified) = world().await;
    let good = certified.sign(JwsAlg::RS256, &HeaderExtras::default(), &claims());
    let parts: Vec<&str> = good.split('.').collect();
    let stranger = Certified::new();
    let thumbprint = HeaderExtras {
        x5t: Some(&stranger.certificate.thumbprint),
        ..HeaderExtras::default()
    };
    // Key confusion: the public certificate as an HMAC secret.
    let pem = certified.certificate.pem();
    let hmac = SigningKey::from_secret(JwsAlg::HS256, None, pem.as_bytes()).unwrap();
    let confused = sign_compact(
        &HeaderExtras::default(),
        claims().to_string().as_bytes(),
        &hmac,
    )
    .unwrap();
    let none = base64url::encode(r#"{"alg":"none"}"#);
    for bad in [
        stranger.sign(JwsAlg::RS256, &HeaderExtras::default(), &claims()),
        stranger.sign(JwsAlg::RS256, &thumbprint, &claims()),
        certified.sign(JwsAlg::RS512, &HeaderExtras::default(), &claims()),
        confused,
        format!("{none}.{}.", parts[1]),
        format!("{}.{}.{}", parts[0], parts[1], &parts[2][4..]),
        format!("{}.{}", parts[0], parts[1]),
        "nonsense".into(),
    ] {
        let text = ask(&world, &bad)
            .await
            .refused(401, "invalid_client", 700027);
        assert!(!text.contains("eyJ"), "{text}");
    }
}

#[tokio::test]
async fn outdated_certificates() {
    let (world, certified) = world().await;
    let sign = |exp: i64| {
        certified.sign(
            JwsAlg::RS256,
            &HeaderExtras::default(),
            &changed("exp", json!(exp)),
        )
    };
    world.clock.advance_s(86_399);
    ask(&world, &sign(START_S + 86_500)).await.ok();
    world.clock.advance_s(1);
    let text = ask(&world, &sign(START_S + 86_500))
        .await
        .refused(401, "invalid_client", 700027);
    assert!(text.contains("validity"), "{text}");
}

#[tokio::test]
async fn the_oauth_dialect_counts_an_assertion_once_and_entras_as_its_sdks_need() {
    let (world, certified) = world().await;
    let assertion = certified.sign(JwsAlg::PS256, &HeaderExtras::default(), &claims());
    world.oauth(&form(&assertion)).await.ok();
    let again = world.oauth(&form(&assertion)).await;
    assert_eq!(
        (again.status.as_u16(), &again.json()["error"]),
        (401, &json!("invalid_client"))
    );
    assert!(again.text.contains("BH2033"), "{}", again.text);
    // MSAL for Python sends one assertion with every request for nine minutes.
    ask(&world, &assertion).await.ok();
    ask(&world, &assertion).await.ok();
    let other = certified.sign(
        JwsAlg::PS256,
        &HeaderExtras::default(),
        &changed("jti", json!("2")),
    );
    world.oauth(&form(&other)).await.ok();
}

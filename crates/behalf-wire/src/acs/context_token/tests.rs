use super::*;
use crate::acs::testing::*;
use crate::jose::SigningKey;
use crate::jose::jws::{HeaderExtras, sign_compact};
use serde_json::{Value, json};

const STS: &str = "https://sts.corp.lan:8443/tokens/OAuth/2";

fn domain() -> Host {
    Host::parse("app.corp.lan:3333").unwrap()
}

fn new_token(domain: &Host) -> NewContextToken<'_> {
    NewContextToken {
        client_id: CLIENT_ID,
        app_host_domain: domain,
        realm: REALM,
        cache_key: "KQAy+OtlIQ==",
        security_token_service_uri: STS,
        refresh_token: "IAAAAkFz",
        is_browser_hosted_app: true,
        not_before_s: NOW_S,
        host_web: None,
    }
}

fn checked(
    token: &str,
    secrets: &[AppSecret],
    now_s: i64,
) -> Result<ContextToken, ContextTokenError> {
    let check = ContextTokenCheck {
        secrets,
        client_id: CLIENT_ID,
        app_host_domains: &[domain()],
        realm: None,
        clock_skew_s: 300,
    };
    verify(token, &check, now_s)
}

/// A token with claims of the test's choice under the right secret.
fn signed(claims: &Value) -> String {
    let extras = HeaderExtras::default();
    sign_compact(&extras, claims.to_string().as_bytes(), secret(1).key()).unwrap()
}

fn claims() -> Value {
    let (_, payload) = opened(&new_token(&domain()).sign(&secret(1)).unwrap());
    serde_json::from_str(&payload).unwrap()
}

#[test]
fn the_token_is_byte_for_byte_what_another_implementation_makes() {
    let bytes: Vec<u8> = (0..32).collect();
    let secret =
        AppSecret::parse(&AppSecret::text_of(bytes.as_slice().try_into().unwrap())).unwrap();
    assert_eq!(
        secret.expose(),
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    );
    let token = new_token(&domain()).sign(&secret).unwrap();
    assert_eq!(token, include_str!("golden.txt").trim_end());
    assert!(has_token_shape(&token) && !token.contains('='));
    assert_eq!(opened(&token).0, r#"{"typ":"JWT","alg":"HS256"}"#);
}

#[test]
fn a_verified_token_tells_what_was_signed() {
    let domain = domain();
    let new = NewContextToken {
        is_browser_hosted_app: false,
        host_web: Some(HostWeb {
            user: "alice",
            url: "https://sites.corp.lan",
        }),
        ..new_token(&domain)
    };
    let token = new.sign(&secret(1)).unwrap();
    let read = checked(&token, &[secret(9), secret(1)], NOW_S + 10).unwrap();
    assert_eq!(
        read.audience().to_string(),
        format!("{CLIENT_ID}/app.corp.lan:3333@{REALM}")
    );
    assert_eq!((read.realm(), read.secret_index()), (REALM, 1));
    assert_eq!(
        (read.not_before_s(), read.expires_at_s()),
        (NOW_S, NOW_S + 43_200)
    );
    assert_eq!(
        (read.cache_key(), read.security_token_service_uri()),
        ("KQAy+OtlIQ==", STS)
    );
    assert_eq!(read.expose_refresh_token(), "IAAAAkFz");
    assert_eq!(
        (read.user(), read.host_web_url()),
        (Some("alice"), Some("https://sites.corp.lan"))
    );
    assert!(!read.is_browser_hosted_app());
    assert!(!format!("{read:?}").contains("IAAAA"));
}

#[test]
fn only_a_secret_of_the_app_fits() {
    let token = new_token(&domain()).sign(&secret(1)).unwrap();
    let refused = |secrets: &[AppSecret]| checked(&token, secrets, NOW_S).unwrap_err();
    assert_eq!(
        refused(&[secret(2), secret(3)]),
        ContextTokenError::Signature
    );
    assert_eq!(refused(&[]), ContextTokenError::Signature);
    let parts: Vec<_> = token.split('.').collect();
    let changed = [parts[0], "eyJhdWQiOiJ4In0", parts[2]].join(".");
    assert_eq!(
        checked(&changed, &[secret(1)], NOW_S).unwrap_err(),
        ContextTokenError::Signature
    );
}

#[test]
fn other_algorithms_are_refused() {
    let payload = claims().to_string();
    let none = jwt::unsigned(jwt::NONE, &claims());
    assert!(matches!(
        checked(&none, &[secret(1)], NOW_S),
        Err(ContextTokenError::Malformed(JoseError::AlgNone))
    ));
    let rs256 = sign_compact(&HeaderExtras::default(), payload.as_bytes(), &rsa_key()).unwrap();
    assert_eq!(
        checked(&rs256, &[secret(1)], NOW_S).unwrap_err(),
        ContextTokenError::Malformed(JoseError::AlgNotAllowed(JwsAlg::RS256))
    );
    let hs512 = SigningKey::from_secret(JwsAlg::HS512, None, &[1; 64]).unwrap();
    let hs512 = sign_compact(&HeaderExtras::default(), payload.as_bytes(), &hs512).unwrap();
    assert!(matches!(
        checked(&hs512, &[secret(1)], NOW_S),
        Err(ContextTokenError::Malformed(_))
    ));
    for garbage in ["", "a.b", "a.b.c", "....", "ä.b.c"] {
        assert!(
            matches!(
                checked(garbage, &[secret(1)], NOW_S),
                Err(ContextTokenError::Malformed(_))
            ),
            "{garbage}"
        );
        assert!(!has_token_shape(garbage) || garbage == "a.b.c");
    }
}

#[test]
fn lifetime_has_the_skew_at_both_ends_and_errors_name_both_clocks() {
    let token = new_token(&domain()).sign(&secret(1)).unwrap();
    let at = |now_s| checked(&token, &[secret(1)], now_s).map(|_| ());
    let exp = NOW_S + 43_200;
    assert_eq!(at(NOW_S - 300), Ok(()));
    assert_eq!(
        at(NOW_S - 301),
        Err(ContextTokenError::NotYetValid {
            from_s: NOW_S,
            now_s: NOW_S - 301
        })
    );
    assert_eq!(at(exp + 299), Ok(()));
    assert_eq!(
        at(exp + 300),
        Err(ContextTokenError::Expired {
            at_s: exp,
            now_s: exp + 300
        })
    );
}

#[test]
fn the_audience_is_this_app_at_one_of_its_domains_without_letter_case() {
    let token = |domain: &str, client_id, realm| {
        let domain = Host::parse(domain).unwrap();
        let new = NewContextToken {
            client_id,
            realm,
            ..new_token(&domain)
        };
        new.sign(&secret(1)).unwrap()
    };
    let upper = CLIENT_ID.to_uppercase();
    let hosts = [domain(), Host::parse("app.example").unwrap()];
    let verified = |token: &str, realm| {
        let check = ContextTokenCheck {
            secrets: &[secret(1)],
            client_id: CLIENT_ID,
            app_host_domains: &hosts,
            realm,
            clock_skew_s: 0,
        };
        verify(token, &check, NOW_S).map(|_| ())
    };
    assert_eq!(
        verified(&token("APP.corp.lan:3333", &upper, REALM), Some(REALM)),
        Ok(())
    );
    assert_eq!(
        verified(&token("app.example:443", CLIENT_ID, OTHER_REALM), None),
        Ok(())
    );
    for (token, realm) in [
        (token("app.corp.lan", CLIENT_ID, REALM), None),
        (token("app.corp.lan:3334", CLIENT_ID, REALM), None),
        (token("evil.corp.lan:3333", CLIENT_ID, REALM), None),
        (token("app.corp.lan:3333", "another-app", REALM), None),
        (
            token("app.corp.lan:3333", CLIENT_ID, OTHER_REALM),
            Some(REALM),
        ),
    ] {
        let Err(ContextTokenError::Audience { expected, .. }) = verified(&token, realm) else {
            panic!("accepted");
        };
        assert!(expected.starts_with(&format!("{CLIENT_ID}/app.corp.lan:3333@")));
        assert!(expected.contains(&format!(";{CLIENT_ID}/app.example@")));
    }
}

#[test]
fn claims_of_another_shape_are_refused() {
    for (name, value, named) in [
        ("nbf", json!("1767225600"), "nbf"),
        ("exp", json!("1767268800"), "exp"),
        ("exp", json!(1_767_268_800.5), "exp"),
        ("exp", Value::Null, "exp"),
        ("iss", Value::Null, "iss"),
        ("aud", json!(["a"]), "aud"),
        ("aud", json!("no realm"), "aud"),
        ("refreshtoken", Value::Null, "refreshtoken"),
        (
            "appctx",
            json!({"CacheKey": "k", "SecurityTokenServiceUri": STS}),
            "appctx",
        ),
        ("appctx", json!("{\"CacheKey\":\"k\"}"), "appctx"),
        (
            "appctx",
            json!("{\"CacheKey\":\"\",\"SecurityTokenServiceUri\":\"x\"}"),
            "appctx",
        ),
        (
            "appctx",
            json!("{\"CacheKey\":\"k\",\"CacheKey\":\"l\",\"SecurityTokenServiceUri\":\"x\"}"),
            "appctx",
        ),
        ("appctx", json!("not JSON"), "appctx"),
    ] {
        let mut claims = claims();
        claims[name] = value.clone();
        assert_eq!(
            checked(&signed(&claims), &[secret(1)], NOW_S).unwrap_err(),
            ContextTokenError::Claim(named),
            "{name} {value}"
        );
    }
    assert!(checked(&signed(&claims()), &[secret(1)], NOW_S).is_ok());
}

#[test]
fn a_cache_key_tells_users_apps_and_realms_apart_and_not_letter_case() {
    let issuer = "urn:federation:microsoftonline";
    let key = cache_key("10030000A@live.com", issuer, CLIENT_ID, REALM);
    assert_eq!(key, "lX6AdzcEcWF6J1WqHZ6Q4rHK/DhiSysW41jdFh2YrYE=");
    assert_eq!(
        cache_key("10030000a@LIVE.com", issuer, CLIENT_ID, REALM),
        key
    );
    for other in [
        cache_key("another", issuer, CLIENT_ID, REALM),
        cache_key("10030000A@live.com", issuer, "another", REALM),
        cache_key("10030000A@live.com", issuer, CLIENT_ID, OTHER_REALM),
    ] {
        assert_ne!(other, key);
    }
    assert_ne!(cache_key("a,b", "c", "", ""), cache_key("a", "b,c", "", ""));
}

#[test]
fn a_secret_is_base64_of_at_least_32_bytes_and_never_shown() {
    for text in ["", "short", "AAECAw==", "not base64!", &"A".repeat(43)] {
        assert!(AppSecret::parse(text).is_err(), "{text}");
    }
    assert_eq!(format!("{:?}", secret(1)), "AppSecret(***)");
}

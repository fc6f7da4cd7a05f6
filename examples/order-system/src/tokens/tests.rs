use super::*;
use crate::testing::*;
use behalf_wire::jose::SigningKey;
use serde_json::{Value, json};
use std::sync::Arc;

fn tokens(key: &SigningKey) -> Tokens {
    let issuer = Arc::new(FakeIssuer::default());
    issuer.publish(&[key]);
    let issuers = [ISSUER, ISSUER_V1].map(|name| IssuerKeys::new(name.to_owned(), issuer.clone()));
    Tokens::new(
        vec![AUDIENCE.to_owned(), APP_ID_URI.to_owned()],
        issuers.into(),
    )
}

async fn check(claims: Value, scope: &'static str) -> Result<Caller, Refusal> {
    let key = key("k1");
    let header = format!("Bearer {}", sign(&key, &claims));
    tokens(&key).check(Some(&header), scope, NOW_S).await
}

async fn refusal(changes: Value) -> Refusal {
    let claims = with(claims_v2(), changes.clone());
    check(claims, "order.write")
        .await
        .expect_err(&changes.to_string())
}

fn is_invalid(refusal: &Refusal, text: &str) -> bool {
    matches!(refusal, Refusal::Invalid(why) if why.contains(text))
}

#[tokio::test]
async fn both_token_versions_name_user_and_app() {
    let wanted = |name: &str| Caller {
        id: ALICE.to_owned(),
        name: name.to_owned(),
        via: GATEWAY.to_owned(),
        scopes: vec!["order.read".to_owned(), "order.write".to_owned()],
    };
    assert_eq!(check(claims_v2(), "order.write").await, Ok(wanted("Alice")));
    assert_eq!(
        check(claims_v1(), "order.write").await,
        Ok(wanted("alice@corp.lan"))
    );
    let array = with(claims_v2(), json!({"aud": ["other", AUDIENCE]}));
    assert_eq!(check(array, "order.read").await, Ok(wanted("Alice")));
}

#[tokio::test]
async fn the_audience_must_be_this_api_letter_by_letter() {
    for aud in [
        json!("api://another"),
        json!(AUDIENCE.to_uppercase()),
        json!("api://Ometa.order.system"),
        json!("api://ometa.order.system/"),
        json!([]),
        json!(5),
        Value::Null,
    ] {
        let refusal = refusal(json!({ "aud": aud })).await;
        assert_eq!(
            refusal,
            Refusal::Invalid("the token was issued for another API".to_owned()),
            "{aud}"
        );
    }
}

#[tokio::test]
async fn times_must_fit_within_a_minute() {
    assert!(is_invalid(
        &refusal(json!({"exp": NOW_S - 60})).await,
        "expired"
    ));
    assert!(is_invalid(&refusal(json!({"exp": null})).await, "exp"));
    assert!(is_invalid(&refusal(json!({"exp": "soon"})).await, "exp"));
    assert!(is_invalid(
        &refusal(json!({"nbf": NOW_S + 61})).await,
        "not valid before"
    ));
    assert!(is_invalid(
        &refusal(json!({"nbf": NOW_S + 300, "iat": NOW_S + 300})).await,
        "not valid before"
    ));
    assert!(
        check(with(claims_v2(), json!({"exp": NOW_S - 59})), "order.read")
            .await
            .is_ok()
    );
    assert!(
        check(with(claims_v2(), json!({"nbf": NOW_S + 60})), "order.read")
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn the_issuer_must_be_trusted_exactly() {
    for iss in [
        json!("https://evil.example/v2.0"),
        json!(ISSUER.to_uppercase()),
        json!(format!("{ISSUER}/")),
        Value::Null,
    ] {
        assert!(
            is_invalid(
                &refusal(json!({ "iss": iss })).await,
                "issuer is not trusted"
            ),
            "{iss}"
        );
    }
}

#[tokio::test]
async fn each_call_needs_its_own_scope() {
    assert_eq!(
        check(claims_v2(), "order.delete").await,
        Err(Refusal::MissingScope("order.delete"))
    );
    for scp in [
        "order.write.all",
        "Order.Write",
        "order.read",
        "xorder.write",
    ] {
        assert_eq!(
            refusal(json!({ "scp": scp })).await,
            Refusal::MissingScope("order.write"),
            "{scp}"
        );
    }
}

#[tokio::test]
async fn an_application_by_itself_is_no_user() {
    let app = json!({"scp": null, "roles": ["order.write"], "sub": "app-oid", "oid": "app-oid"});
    assert_eq!(refusal(app).await, Refusal::UsersOnly);
    assert_eq!(refusal(json!({"idtyp": "app"})).await, Refusal::UsersOnly);
    assert_eq!(refusal(json!({"sub": GATEWAY})).await, Refusal::UsersOnly);
    assert!(is_invalid(
        &refusal(json!({"azp": null})).await,
        "names no client"
    ));
    assert!(is_invalid(
        &refusal(json!({"oid": null, "sub": null})).await,
        "names no user"
    ));
}

#[tokio::test]
async fn only_the_issuers_own_key_counts() {
    let (own, foreign) = (key("k1"), key("k1"));
    let tokens = tokens(&own);
    let check = async |token: &str| {
        tokens
            .check(Some(&format!("Bearer {token}")), "order.write", NOW_S)
            .await
    };
    let good = sign(&own, &claims_v2());
    assert!(check(&good).await.is_ok());

    assert!(is_invalid(
        &check(&sign(&foreign, &claims_v2())).await.unwrap_err(),
        "signature does not match"
    ));
    assert!(is_invalid(
        &check(&sign(&key("k2"), &claims_v2())).await.unwrap_err(),
        "key that is not known"
    ));
    let (header, rest) = good.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let other = sign(&own, &with(claims_v2(), json!({"oid": "mallory"})));
    let swapped = format!("{header}.{}.{signature}", other.split('.').nth(1).unwrap());
    assert!(is_invalid(
        &check(&swapped).await.unwrap_err(),
        "signature does not match"
    ));

    let encode = |text: &str| behalf_wire::jose::base64url::encode(text);
    let none = format!("{}.{payload}.", encode(r#"{"alg":"none","typ":"JWT"}"#));
    assert!(is_invalid(&check(&none).await.unwrap_err(), "none"));
    // Key confusion: the public key taken for an HMAC secret.
    let hmac = format!(
        "{}.{payload}.{signature}",
        encode(r#"{"alg":"HS256","kid":"k1"}"#)
    );
    assert!(is_invalid(&check(&hmac).await.unwrap_err(), "HS256"));
    for broken in [
        &good[..good.len() - 10],
        &good[..20],
        "opaque",
        "a.b.c",
        "....",
    ] {
        assert!(
            matches!(check(broken).await, Err(Refusal::Invalid(_))),
            "{broken}"
        );
    }
}

#[tokio::test]
async fn no_refusal_shows_the_token() {
    let own = key("k1");
    let token = sign(&key("k1"), &claims_v2());
    let refusal = tokens(&own)
        .check(Some(&format!("Bearer {token}")), "order.write", NOW_S)
        .await
        .unwrap_err();
    let shown = format!("{refusal:?}");
    assert!(
        token.split('.').all(|part| !shown.contains(part)),
        "{shown}"
    );
}

#[tokio::test]
async fn anything_but_a_bearer_token_is_no_token() {
    let tokens = tokens(&key("k1"));
    for header in [
        None,
        Some(""),
        Some("Bearer"),
        Some("Bearer "),
        Some("Basic YTpi"),
        Some("Bearerx y"),
    ] {
        assert_eq!(
            tokens.check(header, "order.read", NOW_S).await,
            Err(Refusal::NoToken),
            "{header:?}"
        );
    }
}

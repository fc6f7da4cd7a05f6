use super::*;
use behalf_wire::jose::backend::generate_pkcs8;
use behalf_wire::jose::jws::{HeaderExtras, sign_compact};
use behalf_wire::jose::{JwsAlg, KeyKind, Keyring, SigningKey};
use serde_json::{Value, json};

fn parsed(typ: Option<&str>, claims: &Value) -> (Header, Claims) {
    let key = SigningKey::from_pkcs8(
        JwsAlg::EdDSA,
        Some("k".into()),
        &generate_pkcs8(KeyKind::Ed25519).unwrap(),
    )
    .unwrap();
    let extras = HeaderExtras {
        typ,
        ..HeaderExtras::default()
    };
    let token = sign_compact(&extras, claims.to_string().as_bytes(), &key).unwrap();
    Keyring::new(vec![key.verifying_key()])
        .verify_jwt(&token, &[JwsAlg::EdDSA])
        .unwrap()
}

#[test]
fn only_types_of_access_tokens_pass() {
    for typ in [
        None,
        Some("JWT"),
        Some("jwt"),
        Some("at+jwt"),
        Some("application/at+jwt"),
        Some("application/JWT"),
    ] {
        check_type(&parsed(typ, &json!({})).0).unwrap();
    }
    for typ in [
        "logout+jwt",
        "secevent+jwt",
        "dpop+jwt",
        "application/json",
        "é",
        "applicatioñ/jwt",
    ] {
        assert!(
            check_type(&parsed(Some(typ), &json!({})).0)
                .unwrap_err()
                .is(&INVALID_TOKEN),
            "{typ}"
        );
    }
}

#[test]
fn who_the_token_is_about() {
    let subject = |claims: Value, of: SubjectClaim| token_subject(of, &parsed(None, &claims).1);
    let user = |id: &str| TokenSubject::User {
        subject: id.into(),
        upn: None,
        name: None,
    };
    assert_eq!(
        subject(
            json!({"oid": "o", "sub": "s", "scp": "x"}),
            SubjectClaim::Oid
        )
        .unwrap(),
        user("o")
    );
    assert_eq!(
        subject(
            json!({"oid": "o", "sub": "s", "scp": "x"}),
            SubjectClaim::Sub
        )
        .unwrap(),
        user("s")
    );
    assert_eq!(
        subject(
            json!({"sub": "s", "client_id": "c", "scope": "x"}),
            SubjectClaim::Oid
        )
        .unwrap(),
        user("s")
    );
    for app in [
        json!({"idtyp": "app", "oid": "o", "sub": "s"}),
        json!({"oid": "same", "sub": "same", "azp": "c"}),
        json!({"sub": "c", "client_id": "c", "scope": "x"}),
        json!({"oid": "o", "sub": "s", "roles": ["r"]}),
    ] {
        assert_eq!(
            subject(app.clone(), SubjectClaim::Oid).unwrap(),
            TokenSubject::Application,
            "{app}"
        );
    }
    for nobody in [
        json!({"scp": "x"}),
        json!({"scp": "x", "oid": ""}),
        json!({"scp": "x", "oid": "o".repeat(256)}),
    ] {
        let refused = subject(nobody, SubjectClaim::Oid).unwrap_err();
        assert!(refused.is(&INVALID_TOKEN));
    }
}

#[test]
fn roles_do_not_make_an_access_token_of_an_id_token() {
    let is_id = |claims: Value| {
        let (header, claims) = parsed(Some("JWT"), &claims);
        is_id_token(&header, &claims)
    };
    for id in [
        json!({"roles": ["Admin"], "nonce": "n", "azp": "c"}),
        json!({"roles": ["Admin"], "at_hash": "h", "azp": "c"}),
        json!({"roles": ["Admin"], "name": "Alice"}),
    ] {
        assert!(is_id(id.clone()), "{id}");
    }
    for access in [
        json!({"roles": ["Read.All"], "azp": "c"}),
        json!({"roles": ["Read.All"], "idtyp": "app"}),
        json!({"scp": "x", "nonce": "n"}),
    ] {
        assert!(!is_id(access.clone()), "{access}");
    }
}

#[test]
fn a_provider_that_delegates_nothing_names_no_user() {
    let claims = json!({"oid": "o", "sub": "s", "name": "Alice", "azp": "c", "exp": 1});
    let provider = || Issuer::Provider {
        tenant: behalf_model::TenantId(uuid::Uuid::nil()),
        provider: "p".into(),
    };
    let subject = |issuer: Issuer, of: SubjectClaim| {
        let claims = parsed(None, &claims).1;
        verified(issuer, &of, &claims, "t", [0; 32])
            .unwrap()
            .subject
    };
    let is_user = |subject| matches!(subject, TokenSubject::User { .. });
    assert!(!is_user(subject(provider(), SubjectClaim::Oid)));
    // Other issuers need not speak of scopes.
    assert!(is_user(subject(provider(), SubjectClaim::Sub)));
    let own = Issuer::Tenant(behalf_model::TenantId(uuid::Uuid::nil()));
    assert!(is_user(subject(own, SubjectClaim::Oid)));
}

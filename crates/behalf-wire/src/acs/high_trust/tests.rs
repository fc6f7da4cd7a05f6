use super::*;
use crate::acs::SHAREPOINT_PRINCIPAL;
use crate::acs::jwt;
use crate::acs::testing::*;
use serde_json::{Value, json};

const ISSUER: &str = "11111111-2222-3333-4444-555555555555";

fn host() -> Host {
    Host::parse("sites.corp.lan").unwrap()
}

fn new_actor(host: &Host) -> NewActorToken<'_> {
    NewActorToken {
        issuer_id: ISSUER,
        client_id: CLIENT_ID,
        realm: REALM,
        host,
        not_before_s: NOW_S,
        expires_at_s: NOW_S + 43_200,
    }
}

fn new_outer(host: &Host) -> NewOuterToken<'_> {
    NewOuterToken {
        actor: new_actor(host),
        user: User {
            name_id: Some("S-1-5-21-9"),
            upn: None,
            name_id_issuer: NII_ACTIVE_DIRECTORY,
        },
    }
}

fn broker() -> TrustedIssuer {
    TrustedIssuer {
        certificates: vec![certificate(rsa_pkcs8(), 25, 30)],
        is_trust_broker: true,
    }
}

fn verified(token: &str) -> Result<HighTrustToken, HighTrustError> {
    verified_with(token, Some(broker()), NOW_S)
}

fn verified_with(
    token: &str,
    trusted: Option<TrustedIssuer>,
    now_s: i64,
) -> Result<HighTrustToken, HighTrustError> {
    let hosts = [Host::parse("sites.corp.lan:8443").unwrap()];
    let check = HighTrustCheck {
        realm: REALM,
        hosts: &hosts,
        clock_skew_s: 300,
    };
    verify(
        token,
        &check,
        |id| trusted.clone().filter(|_| id == ISSUER),
        now_s,
    )
}

/// Claims of the outer token and of the actor, to be changed by a test.
fn parts() -> (Value, Value) {
    let outer: Value =
        serde_json::from_str(&opened(&new_outer(&host()).sign(&high_trust_key()).unwrap()).1)
            .unwrap();
    let actor = opened(outer["actortoken"].as_str().unwrap()).1;
    (outer, serde_json::from_str(&actor).unwrap())
}

fn sign_actor(claims: &Value) -> String {
    let x5t = certificate(rsa_pkcs8(), 25, 30).x5t();
    jwt::signed(&jwt::rs256(&x5t), claims, &rsa_key()).unwrap()
}

fn outer_of(mut outer: Value, actor: &Value) -> String {
    outer["actortoken"] = sign_actor(actor).into();
    jwt::unsigned(jwt::NONE, &outer)
}

#[test]
fn an_outer_token_is_written_as_documented_and_names_user_and_app() {
    let token = new_outer(&host()).sign(&high_trust_key()).unwrap();
    assert!(token.ends_with('.') && token.matches('.').count() == 2);
    assert_eq!(opened(&token).0, r#"{"typ":"JWT","alg":"none"}"#);
    let (mut outer, actor) = parts();
    let audience = format!("{SHAREPOINT_PRINCIPAL}/sites.corp.lan@{REALM}");
    outer.as_object_mut().unwrap().remove("actortoken");
    assert_eq!(
        outer,
        json!({"aud": audience, "iss": format!("{CLIENT_ID}@{REALM}"), "nbf": NOW_S, "exp": NOW_S + 43_200,
            "nameid": "s-1-5-21-9", "nii": NII_ACTIVE_DIRECTORY})
    );
    assert_eq!(
        actor,
        json!({"aud": audience, "iss": format!("{ISSUER}@{REALM}"), "nbf": NOW_S, "exp": NOW_S + 43_200,
            "nameid": format!("{CLIENT_ID}@{REALM}"), "trustedfordelegation": "true"})
    );
    let read = verified(&token).unwrap();
    assert_eq!((read.client_id(), read.issuer_id()), (CLIENT_ID, ISSUER));
    assert_eq!(
        read.user(),
        Some(&VerifiedUser {
            name_id: Some("s-1-5-21-9".into()),
            upn: None,
            name_id_issuer: NII_ACTIVE_DIRECTORY.into()
        })
    );
    assert!(is_high_trust(&Unverified::peek(&token).unwrap()));
}

#[test]
fn an_actor_token_alone_is_app_only() {
    let token = new_actor(&host()).sign(&high_trust_key()).unwrap();
    let (header, payload) = opened(&token);
    let x5t = certificate(rsa_pkcs8(), 25, 30).x5t();
    assert_eq!(
        header,
        format!(r#"{{"typ":"JWT","alg":"RS256","x5t":"{x5t}"}}"#)
    );
    assert!(!payload.contains("trustedfordelegation"));
    let read = verified(&token).unwrap();
    assert_eq!((read.client_id(), read.user()), (CLIENT_ID, None));
    assert!(is_high_trust(&Unverified::peek(&token).unwrap()));
}

#[test]
fn what_a_javascript_client_sends_is_accepted() {
    // A boolean, `iat`, half a day into the past and the future.
    let (_, mut actor) = parts();
    actor["trustedfordelegation"] = json!(true);
    actor["iat"] = json!(NOW_S);
    actor["nbf"] = json!(NOW_S - 43_200);
    assert_eq!(verified(&sign_actor(&actor)).unwrap().user(), None);
    let (outer, _) = parts();
    let read = verified(&outer_of(outer, &actor)).unwrap();
    assert!(read.user().is_some());
    actor["exp"] = json!(NOW_S + 43_201);
    assert_eq!(
        verified(&sign_actor(&actor)),
        Err(HighTrustError::Span(Part::Actor))
    );
}

#[test]
fn an_unsigned_token_needs_a_signed_actor() {
    let (mut outer, actor) = parts();
    outer.as_object_mut().unwrap().remove("actortoken");
    assert_eq!(
        verified(&jwt::unsigned(jwt::NONE, &outer)),
        Err(HighTrustError::NoActor)
    );
    outer["actortoken"] = json!(5);
    assert_eq!(
        verified(&jwt::unsigned(jwt::NONE, &outer)),
        Err(HighTrustError::NoActor)
    );
    outer["actortoken"] = jwt::unsigned(jwt::NONE, &actor).into();
    assert_eq!(
        verified(&jwt::unsigned(jwt::NONE, &outer)),
        Err(HighTrustError::Token(
            Part::Actor,
            JoseError::HeaderType("x5t")
        ))
    );
    let none_with_x5t = r#"{"typ":"JWT","alg":"none","x5t":"AAAA"}"#;
    outer["actortoken"] = jwt::unsigned(none_with_x5t, &actor).into();
    assert_eq!(
        verified(&jwt::unsigned(jwt::NONE, &outer)),
        Err(HighTrustError::Token(Part::Actor, JoseError::AlgNone))
    );
}

#[test]
fn an_outer_token_with_another_algorithm_or_a_signature_is_refused() {
    let (mut outer, actor) = parts();
    outer["actortoken"] = sign_actor(&actor).into();
    assert_eq!(
        verified(&sign_actor(&outer)),
        Err(HighTrustError::OuterSigned)
    );
    let signed = jwt::unsigned(jwt::NONE, &outer) + "AAAA";
    assert_eq!(verified(&signed), Err(HighTrustError::OuterSigned));
    let spelled = jwt::unsigned(r#"{"typ":"JWT","alg":"NONE"}"#, &outer);
    assert_eq!(verified(&spelled), Err(HighTrustError::OuterSigned));
    // An actor that carries an actor: no chain of trust is built from it.
    let (second_outer, _) = parts();
    outer["iss"] = actor["iss"].clone();
    assert_eq!(
        verified(&outer_of(second_outer, &outer)),
        Err(HighTrustError::NestedActor)
    );
}

#[test]
fn only_a_registered_issuer_with_a_valid_certificate_counts() {
    let token = new_actor(&host()).sign(&high_trust_key()).unwrap();
    let unknown = verified_with(&token, None, NOW_S);
    assert_eq!(unknown, Err(HighTrustError::IssuerUnknown(ISSUER.into())));
    let with = |certificates| {
        let trusted = TrustedIssuer {
            certificates,
            is_trust_broker: true,
        };
        verified_with(&token, Some(trusted), NOW_S).map(|_| ())
    };
    let foreign = other_pkcs8();
    assert_eq!(
        with(vec![certificate(&foreign, 25, 30)]),
        Err(HighTrustError::CertificateUnknown(ISSUER.into()))
    );
    let both = vec![
        certificate(&foreign, 25, 30),
        certificate(rsa_pkcs8(), 25, 30),
    ];
    assert_eq!(with(both), Ok(()));

    let expired = HighTrustKey::new(certificate(rsa_pkcs8(), 20, 25), rsa_pkcs8()).unwrap();
    let trusted = TrustedIssuer {
        certificates: vec![expired.certificate().clone()],
        is_trust_broker: true,
    };
    let token = new_actor(&host()).sign(&expired).unwrap();
    assert_eq!(
        verified_with(&token, Some(trusted), NOW_S),
        Err(HighTrustError::CertificateExpired(ISSUER.into()))
    );
    // The registered certificate's thumbprint over a signature of another key.
    let key = crate::jose::SigningKey::from_pkcs8(JwsAlg::RS256, None, &foreign).unwrap();
    let x5t = certificate(rsa_pkcs8(), 25, 30).x5t();
    let forged = jwt::signed(&jwt::rs256(&x5t), &parts().1, &key).unwrap();
    assert_eq!(
        verified(&forged),
        Err(HighTrustError::Token(
            Part::Actor,
            JoseError::SignatureInvalid
        ))
    );
}

#[test]
fn an_issuer_that_is_no_broker_vouches_only_for_itself() {
    let own = TrustedIssuer {
        is_trust_broker: false,
        ..broker()
    };
    let token = new_actor(&host()).sign(&high_trust_key()).unwrap();
    assert_eq!(
        verified_with(&token, Some(own.clone()), NOW_S),
        Err(HighTrustError::NotBroker {
            issuer_id: ISSUER.into(),
            client_id: CLIENT_ID.into()
        })
    );
    let host = host();
    let itself = NewActorToken {
        client_id: ISSUER,
        ..new_actor(&host)
    };
    let token = itself.sign(&high_trust_key()).unwrap();
    assert_eq!(
        verified_with(&token, Some(own), NOW_S).unwrap().client_id(),
        ISSUER
    );
}

#[test]
fn each_claim_of_the_actor_is_checked() {
    let other_realm = |id: &str| json!(format!("{id}@{OTHER_REALM}"));
    for (name, value, error) in [
        (
            "iss",
            other_realm(ISSUER),
            HighTrustError::Realm(Part::Actor),
        ),
        (
            "nameid",
            other_realm(CLIENT_ID),
            HighTrustError::Realm(Part::Actor),
        ),
        (
            "nameid",
            json!("no realm"),
            HighTrustError::Name(Part::Actor, NameError::NoRealm),
        ),
        (
            "nameid",
            json!(null),
            HighTrustError::Token(Part::Actor, JoseError::ClaimType("nameid")),
        ),
        (
            "nbf",
            json!((NOW_S).to_string()),
            HighTrustError::Token(Part::Actor, JoseError::ClaimType("nbf")),
        ),
        (
            "exp",
            json!(NOW_S - 300),
            HighTrustError::Token(Part::Actor, JoseError::Expired { at: NOW_S - 300 }),
        ),
        (
            "aud",
            json!(format!("{SHAREPOINT_PRINCIPAL}/evil.lan@{REALM}")),
            HighTrustError::Audience {
                found: format!("{SHAREPOINT_PRINCIPAL}/evil.lan@{REALM}"),
            },
        ),
        (
            "trustedfordelegation",
            json!("false"),
            HighTrustError::NoDelegation,
        ),
        (
            "trustedfordelegation",
            json!(1),
            HighTrustError::NoDelegation,
        ),
        (
            "trustedfordelegation",
            json!(null),
            HighTrustError::NoDelegation,
        ),
    ] {
        let (outer, mut actor) = parts();
        actor[name] = value.clone();
        assert_eq!(
            verified(&outer_of(outer, &actor)),
            Err(error),
            "{name} {value}"
        );
    }
}

#[test]
fn each_claim_of_the_outer_token_is_checked() {
    for (name, value, error) in [
        (
            "iss",
            json!(format!("{ISSUER}@{REALM}")),
            HighTrustError::OuterIssuer,
        ),
        (
            "iss",
            json!(format!("{CLIENT_ID}@{OTHER_REALM}")),
            HighTrustError::Realm(Part::Outer),
        ),
        (
            "aud",
            json!(format!(
                "{SHAREPOINT_PRINCIPAL}/sites.corp.lan:8443@{REALM}"
            )),
            HighTrustError::OuterAudience,
        ),
        ("nameid", json!(""), HighTrustError::NoUser),
        ("nii", json!(null), HighTrustError::NoUser),
        ("nii", json!("urn:anything"), HighTrustError::NoUser),
        ("nii", json!("trusted:"), HighTrustError::NoUser),
        (
            "exp",
            json!(NOW_S - 300),
            HighTrustError::Token(Part::Outer, JoseError::Expired { at: NOW_S - 300 }),
        ),
        (
            "exp",
            json!(NOW_S + 86_401),
            HighTrustError::Span(Part::Outer),
        ),
    ] {
        let (mut outer, actor) = parts();
        outer[name] = value.clone();
        assert_eq!(
            verified(&outer_of(outer, &actor)),
            Err(error),
            "{name} {value}"
        );
    }
}

#[test]
fn users_of_other_providers_are_named_by_upn() {
    let host = host();
    let outer = NewOuterToken {
        user: User {
            name_id: None,
            upn: Some("Alice@corp.lan"),
            name_id_issuer: "trusted:Behalf",
        },
        ..new_outer(&host)
    };
    let read = verified(&outer.sign(&high_trust_key()).unwrap()).unwrap();
    let user = read.user().unwrap();
    assert_eq!(
        (
            user.name_id.as_deref(),
            user.upn.as_deref(),
            user.name_id_issuer.as_str()
        ),
        (None, Some("alice@corp.lan"), "trusted:behalf")
    );
}

#[test]
fn a_key_must_be_the_certificates() {
    let foreign = other_pkcs8();
    let error = HighTrustKey::new(certificate(rsa_pkcs8(), 25, 30), &foreign).unwrap_err();
    assert!(matches!(error, JoseError::KeyInvalid(_)));
    for text in [
        "",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ] {
        assert!(HighTrustKey::from_pem("", text).is_err());
    }
    for garbage in ["", "a.b.c", "undefined"] {
        assert!(verified(garbage).is_err());
    }
}

use super::*;
use crate::acs::testing::*;
use crate::jose::VerifyingKey;
use crate::jose::jws::{HeaderExtras, sign_compact};
use serde_json::{Value, json};

fn host(text: &str) -> Host {
    Host::parse(text).unwrap()
}

fn user(host: &Host) -> NewAccessToken<'_> {
    NewAccessToken {
        realm: REALM,
        host,
        client_id: CLIENT_ID,
        caller: NewCaller::UserAndApp {
            name_id: "S-1-5-21-9",
            identity_provider: "urn:office:idp:activedirectory",
        },
        not_before_s: NOW_S,
        expires_at_s: NOW_S + LIFETIME_S,
    }
}

fn signed(new: &NewAccessToken<'_>) -> String {
    let x5t = certificate(rsa_pkcs8(), 25, 30).x5t();
    new.sign(&rsa_key(), &x5t).unwrap()
}

fn verified(token: &str, hosts: &[Host], now_s: i64) -> Result<AccessToken, AccessTokenError> {
    let certificate = certificate(rsa_pkcs8(), 25, 30);
    let keys = Keyring::new(vec![VerifyingKey::from_certificate(&certificate).unwrap()]);
    let check = AccessTokenCheck {
        keys: &keys,
        realm: REALM,
        hosts,
        clock_skew_s: 300,
    };
    verify(token, &check, now_s)
}

#[test]
fn a_token_of_user_and_app_names_both_in_lower_case_and_no_scopes() {
    let host = host("Sites.corp.lan:8443");
    let token = signed(&user(&host));
    let (header, payload) = opened(&token);
    let x5t = certificate(rsa_pkcs8(), 25, 30).x5t();
    assert_eq!(
        header,
        format!(r#"{{"typ":"JWT","alg":"RS256","x5t":"{x5t}"}}"#)
    );
    assert_eq!(
        serde_json::from_str::<Value>(&payload).unwrap(),
        json!({
            "aud": format!("{SHAREPOINT_PRINCIPAL}/sites.corp.lan:8443@{REALM}"),
            "iss": format!("{ACS_PRINCIPAL}@{REALM}"),
            "nbf": NOW_S, "exp": NOW_S + 43_200,
            "nameid": "s-1-5-21-9",
            "actor": format!("{CLIENT_ID}@{REALM}"),
            "identityprovider": "urn:office:idp:activedirectory"
        })
    );
    let read = verified(&token, &[host], NOW_S).unwrap();
    assert_eq!(
        *read.caller(),
        Caller::UserAndApp {
            client_id: CLIENT_ID.into(),
            name_id: "s-1-5-21-9".into(),
            identity_provider: "urn:office:idp:activedirectory".into(),
        }
    );
    assert_eq!(read.expires_at_s(), NOW_S + LIFETIME_S);
}

#[test]
fn an_app_only_token_has_no_actor() {
    let host = host("sites.corp.lan");
    let token = signed(&NewAccessToken {
        caller: NewCaller::AppOnly { object_id: "0B-1D" },
        ..user(&host)
    });
    let payload: Value = serde_json::from_str(&opened(&token).1).unwrap();
    assert_eq!(payload["nameid"], format!("{CLIENT_ID}@{REALM}"));
    assert_eq!(
        (&payload["sub"], &payload["oid"]),
        (&json!("0b-1d"), &json!("0b-1d"))
    );
    assert_eq!(payload["trustedfordelegation"], "false");
    assert_eq!(payload["identityprovider"], payload["iss"]);
    assert!(payload.get("actor").is_none());
    let read = verified(&token, &[host], NOW_S).unwrap();
    assert_eq!(
        *read.caller(),
        Caller::AppOnly {
            client_id: CLIENT_ID.into()
        }
    );
}

#[test]
fn the_host_is_met_with_and_without_port_and_no_other() {
    let with_port = [host("sites.corp.lan:8443"), host("alias.corp.lan")];
    for (named, ok) in [
        ("sites.corp.lan:8443", true),
        ("sites.corp.lan", true),
        ("alias.corp.lan", true),
        ("sites.corp.lan:8444", false),
        ("other.corp.lan", false),
    ] {
        let token = signed(&user(&host(named)));
        let result = verified(&token, &with_port, NOW_S);
        assert_eq!(result.is_ok(), ok, "{named}");
        if !ok {
            assert_eq!(
                result.unwrap_err().to_string(),
                format!("Invalid audience Uri '{SHAREPOINT_PRINCIPAL}/{named}@{REALM}'.")
            );
        }
    }
}

#[test]
fn tokens_of_others_and_at_other_times_are_refused() {
    let host = host("sites.corp.lan");
    let hosts = [host.clone()];
    let at = |now_s| verified(&signed(&user(&host)), &hosts, now_s).unwrap_err();
    let end = NOW_S + LIFETIME_S;
    assert_eq!(at(end + 300), JoseError::Expired { at: end }.into());
    assert_eq!(
        at(NOW_S - 301),
        JoseError::NotYetValid { from: NOW_S }.into()
    );

    let other = signed(&NewAccessToken {
        realm: OTHER_REALM,
        ..user(&host)
    });
    assert_eq!(
        verified(&other, &hosts, NOW_S).unwrap_err(),
        AccessTokenError::Issuer
    );

    let foreign = other_pkcs8();
    let foreign_key = SigningKey::from_pkcs8(JwsAlg::RS256, None, &foreign).unwrap();
    let unknown = user(&host)
        .sign(&foreign_key, &certificate(&foreign, 25, 30).x5t())
        .unwrap();
    assert_eq!(
        verified(&unknown, &hosts, NOW_S).unwrap_err(),
        JoseError::KeyUnknown.into()
    );
    let confused = user(&host)
        .sign(&foreign_key, &certificate(rsa_pkcs8(), 25, 30).x5t())
        .unwrap();
    assert_eq!(
        verified(&confused, &hosts, NOW_S).unwrap_err(),
        JoseError::SignatureInvalid.into()
    );
}

#[test]
fn claims_of_another_shape_are_refused_even_when_signed() {
    let host = host("sites.corp.lan");
    let hosts = [host.clone()];
    let x5t = certificate(rsa_pkcs8(), 25, 30).x5t();
    let payload: Value = serde_json::from_str(&opened(&signed(&user(&host))).1).unwrap();
    let with = |name: &str, value: Value, x5t: Option<&str>| {
        let mut claims = payload.clone();
        claims[name] = value;
        let extras = HeaderExtras {
            x5t,
            ..HeaderExtras::default()
        };
        let token = sign_compact(&extras, claims.to_string().as_bytes(), &rsa_key()).unwrap();
        verified(&token, &hosts, NOW_S)
    };
    let named = Some(x5t.as_str());
    assert!(with("extra", json!(1), named).is_ok());
    assert!(with("extra", json!(1), None).is_err());
    for (name, value) in [
        ("nameid", json!(null)),
        ("actor", json!(5)),
        ("actor", json!(format!("{CLIENT_ID}@{OTHER_REALM}"))),
        ("identityprovider", json!(null)),
        ("nbf", json!("1")),
        ("aud", json!([payload["aud"]])),
        ("aud", json!(format!("{CLIENT_ID}/sites.corp.lan@{REALM}"))),
        ("aud", json!(format!("{SHAREPOINT_PRINCIPAL}@{REALM}"))),
        ("actortoken", json!("x")),
        ("iss", json!(format!("{CLIENT_ID}@{REALM}"))),
    ] {
        assert!(with(name, value.clone(), named).is_err(), "{name} {value}");
    }
}

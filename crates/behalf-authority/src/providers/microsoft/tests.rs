use super::*;
use behalf_wire::jose::base64url;

fn upstream(audiences: &[&str]) -> Upstream {
    Upstream {
        issuer: "https://login.test/t/v2.0".to_owned(),
        client_id: "gateway".to_owned(),
        client_secret: "secret:gateway".to_owned(),
        scopes: vec!["api://gateway/access_as_user".to_owned()],
        audiences: audiences.iter().map(ToString::to_string).collect(),
    }
}

fn token(aud: &str) -> Secret {
    let part = |json: &str| base64url::encode(json);
    Secret::new(format!(
        "{}.{}.{}",
        part(r#"{"alg":"RS256"}"#),
        part(&format!(r#"{{"aud":"{aud}"}}"#)),
        part("x")
    ))
}

#[test]
fn the_token_must_be_for_the_gateway() {
    let set = upstream(&["api://gw"]);
    assert!(check_audience(&set, Some(&token("api://gw"))).is_ok());
    let fault =
        check_audience(&set, Some(&token("00000003-0000-0000-c000-000000000000"))).unwrap_err();
    assert!(fault.is(&UPSTREAM_AUDIENCE));
    assert!(
        fault
            .detail
            .contains("'00000003-0000-0000-c000-000000000000', not for 'api://gw'"),
        "{fault}"
    );
    assert!(
        check_audience(&set, Some(&token("api://GW"))).is_err(),
        "letter by letter"
    );
}

#[test]
fn without_set_audiences_the_applications_own_names_count() {
    for audience in ["gateway", "api://gateway"] {
        assert!(
            check_audience(&upstream(&[]), Some(&token(audience))).is_ok(),
            "{audience}"
        );
    }
    assert!(
        check_audience(&upstream(&[]), Some(&token("other")))
            .unwrap_err()
            .is(&UPSTREAM_AUDIENCE)
    );
}

#[test]
fn a_missing_or_opaque_token_is_named() {
    assert!(
        check_audience(&upstream(&[]), None)
            .unwrap_err()
            .is(&UPSTREAM_ANSWER)
    );
    let fault =
        check_audience(&upstream(&[]), Some(&Secret::new("opaque-secret-value"))).unwrap_err();
    assert!(
        fault.is(&UPSTREAM_ANSWER) && !fault.to_string().contains("opaque-secret-value"),
        "{fault}"
    );
}

use super::*;

fn life(body: &str) -> Result<(i64, Option<i64>), &'static str> {
    read(body.as_bytes()).map(|fresh| (fresh.expires_in_s, fresh.refresh_in_s))
}

#[test]
fn numbers_are_read_in_every_spelling_that_issuers_use() {
    let with = |rest: &str| {
        life(&format!(
            r#"{{"access_token":"t","token_type":"Bearer"{rest}}}"#
        ))
    };
    assert_eq!(with(r#","expires_in":3599"#), Ok((3599, None)));
    assert_eq!(with(r#","expires_in":"3599""#), Ok((3599, None)));
    assert_eq!(with(r#","expires_in":3599.9"#), Ok((3599, None)));
    assert_eq!(
        with(r#","expires_in":3600,"refresh_in":"1800""#),
        Ok((3600, Some(1800)))
    );
    assert_eq!(with(""), Ok((300, None)));
    assert_eq!(with(r#","expires_in":-5"#), Ok((0, None)));
    assert_eq!(with(r#","expires_in":9999999999"#), Ok((86_400, None)));
    assert!(with(r#","expires_in":"soon""#).is_err());
    assert!(with(r#","expires_in":[1]"#).is_err());
}

#[test]
fn only_bearer_access_tokens_are_accepted() {
    assert!(life(r#"{"access_token":"t","token_type":"bearer"}"#).is_ok());
    assert!(life(r#"{"access_token":"t"}"#).is_ok());
    for body in [
        r#"{"access_token":"t","token_type":"DPoP"}"#,
        r#"{"access_token":"t","token_type":"N_A"}"#,
        r#"{"access_token":"t","issued_token_type":"urn:ietf:params:oauth:token-type:id_token"}"#,
        r#"{"access_token":""}"#,
        r#"{"access_token":"a\r\nSet-Cookie: x"}"#,
        r#"{"access_token":"a b"}"#,
        r#"{"access_token":7}"#,
        r#"{"id_token":"t"}"#,
        "<html>Sign in</html>",
        "",
    ] {
        assert!(life(body).is_err(), "{body}");
    }
    let exchanged =
        r#"{"access_token":"t","issued_token_type":"urn:ietf:params:oauth:token-type:jwt"}"#;
    assert!(life(exchanged).is_ok());
}

#[test]
fn the_header_hides_its_value() {
    let value = authorization(&Secret::new("very.secret.token")).unwrap();
    assert_eq!(value.to_str().unwrap(), "Bearer very.secret.token");
    assert!(!format!("{value:?}").contains("secret"));
}

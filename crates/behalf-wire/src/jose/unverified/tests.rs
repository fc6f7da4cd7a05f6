use super::*;
use crate::jose::JsonFault;

fn token(header: &str, claims: &str) -> String {
    format!(
        "{}.{}.AAAA",
        base64url::encode(header),
        base64url::encode(claims)
    )
}

#[test]
fn peeking_needs_no_key_and_no_algorithm() {
    let claims = r#"{"aud":["a"],"iss":"https://sts.example/t/","exp":1.5,"appid":"c","scp":"x"}"#;
    let seen = Unverified::peek(&token(
        r#"{"alg":"XX","kid":"k","nonce":"n","x5t":"t"}"#,
        claims,
    ))
    .unwrap();
    assert_eq!(
        (seen.header.alg(), seen.header.kid()),
        (Some("XX"), Some("k"))
    );
    assert_eq!(
        (seen.header.nonce(), seen.header.x5t()),
        (Some("n"), Some("t"))
    );
    assert_eq!(
        (seen.claims.client(), seen.claims.audiences()),
        (Some("c"), vec!["a"])
    );
    assert_eq!(seen.claims.exp(), Ok(Some(2)));
}

#[test]
fn what_is_no_jwt_says_why() {
    let json = |part, fault| JoseError::Json { part, fault };
    let cases = [
        (
            "EwBwA8l6BAAUO9chh8cJscQLmU".to_owned(),
            JoseError::Malformed("not three parts separated by dots"),
        ),
        (
            String::new(),
            JoseError::Malformed("not three parts separated by dots"),
        ),
        (
            "a.b".to_owned(),
            JoseError::Malformed("not three parts separated by dots"),
        ),
        (
            "a.b.c.d".to_owned(),
            JoseError::Malformed("not three parts separated by dots"),
        ),
        ("a.b.c.d.e".to_owned(), JoseError::Encrypted),
        (
            "Bearer e30.e30.".to_owned(),
            JoseError::Encoding("the header"),
        ),
        (
            token("{}", "[]"),
            json("the claims set", JsonFault::NotAnObject),
        ),
        (token("5", "{}"), json("the header", JsonFault::NotAnObject)),
        (token(r#"{"kid":5}"#, "{}"), JoseError::HeaderType("kid")),
    ];
    for (token, expected) in cases {
        assert_eq!(Unverified::peek(&token).unwrap_err(), expected, "{token}");
    }
}

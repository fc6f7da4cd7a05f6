use super::*;
use http::HeaderValue;

fn read(values: &[&'static str]) -> Result<Option<String>, &'static str> {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
    }
    bearer(&headers)
        .map(|token| token.map(str::to_owned))
        .map_err(|fault| fault.kind.name)
}

#[test]
fn exactly_one_bearer_token_is_read() {
    assert_eq!(read(&[]), Ok(None));
    assert_eq!(
        read(&["Bearer abc.def-_~+/="]),
        Ok(Some("abc.def-_~+/=".into()))
    );
    assert_eq!(read(&["bearer  abc"]), Ok(Some("abc".into())));
    assert_eq!(read(&["Bearer a", "Bearer a"]), Err("request.malformed"));
    for other in [
        "Basic YTpi",
        "Bearer",
        "Bearer ",
        "abc",
        "Bearer a b",
        "Bearer a,b",
        "Bearer \"a\"",
    ] {
        assert_eq!(read(&[other]), Err("token.invalid"), "{other}");
    }
}

#[test]
fn a_token_that_is_no_text_is_refused() {
    let mut headers = HeaderMap::new();
    headers.insert(
        header::AUTHORIZATION,
        HeaderValue::from_bytes(b"Bearer \xff").unwrap(),
    );
    assert!(bearer(&headers).is_err());
}

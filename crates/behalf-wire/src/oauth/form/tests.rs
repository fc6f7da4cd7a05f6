use super::*;
use proptest::prelude::*;

const SINGLE: &[&str] = &["grant_type", "scope"];

fn parse(text: &str) -> Result<Form<'_>, FormError> {
    Form::parse(text.as_bytes(), SINGLE)
}

#[test]
fn reads_names_and_values_as_browsers_and_sdks_write_them() {
    let form = parse(
        "grant_type=refresh_token&scope=api%3A%2F%2Fa%2Fx+openid&empty=&flag&name=J%C3%BCrgen&",
    )
    .unwrap();
    assert_eq!(form.get("grant_type"), Some("refresh_token"));
    assert_eq!(form.get("scope"), Some("api://a/x openid"));
    assert_eq!(form.get("name"), Some("Jürgen"));
    assert_eq!(
        (form.get("empty"), form.get("flag"), form.get("none")),
        (None, None, None)
    );
    assert_eq!(form.iter().count(), 5);
}

#[test]
fn an_equals_sign_in_a_value_belongs_to_the_value() {
    assert_eq!(parse("code=a=b==").unwrap().get("code"), Some("a=b=="));
}

#[test]
fn broken_escapes_are_refused() {
    for text in ["a=%", "a=%4", "a=%zz", "a=%4g", "%=1", "a=%%41"] {
        assert_eq!(parse(text), Err(FormError::Percent), "{text}");
    }
    for text in [
        &b"a=%ff"[..],
        b"a=%C3",
        b"a=\xff",
        b"%C3%28=1",
        b"a=%ED%A0%80",
    ] {
        assert_eq!(Form::parse(text, SINGLE), Err(FormError::Utf8), "{text:?}");
    }
}

#[test]
fn known_parameters_stand_once() {
    assert_eq!(
        parse("grant_type=a&grant_type=a"),
        Err(FormError::Duplicate("grant_type"))
    );
    assert_eq!(
        parse("scope=a&x=1&sco%70e=b"),
        Err(FormError::Duplicate("scope"))
    );
    assert_eq!(parse("scope=&scope=b"), Err(FormError::Duplicate("scope")));
    assert!(parse("x=1&x=2").is_ok());
    // Names are compared as they are: another letter case is another, unknown parameter.
    assert_eq!(parse("scope=a&Scope=b").unwrap().get("scope"), Some("a"));
}

#[test]
fn parameters_are_counted() {
    assert!(parse(&"x=1&".repeat(128)).is_ok());
    assert_eq!(parse(&"x=1&".repeat(129)), Err(FormError::TooMany));
}

#[test]
fn content_types() {
    for good in [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded;charset=utf-8",
        "Application/X-WWW-Form-Urlencoded; Charset=\"UTF-8\"",
        "application/x-www-form-urlencoded;",
    ] {
        assert!(is_form(good), "{good}");
    }
    for bad in [
        "",
        "application/json",
        "application/x-www-form-urlencoded; charset=utf-16",
        "multipart/form-data",
    ] {
        assert!(!is_form(bad), "{bad}");
    }
}

proptest! {
    #[test]
    fn what_a_client_encodes_comes_back(name in "\\PC{1,20}", value in "\\PC{1,40}") {
        let text = form_urlencoded::Serializer::new(String::new()).append_pair(&name, &value).finish();
        let form = Form::parse(text.as_bytes(), &[]).unwrap();
        prop_assert_eq!(form.iter().next(), Some((name.as_str(), value.as_str())));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Form::parse(&bytes, SINGLE);
    }
}

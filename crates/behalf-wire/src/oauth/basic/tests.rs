use super::*;
use base64::engine::general_purpose::STANDARD as PADDED;

fn parse(credentials: &str) -> Option<(String, String)> {
    let basic = Basic::parse(&format!("Basic {}", PADDED.encode(credentials))).ok()??;
    Some((basic.client_id, basic.secret))
}

#[test]
fn parts_are_form_decoded_after_base64() {
    assert_eq!(
        parse("id:s%2Be%20c+ret%3A"),
        Some(("id".into(), "s+e c ret:".into()))
    );
    assert_eq!(parse("id:a:b"), Some(("id".into(), "a:b".into())));
    // A client that did not encode its percent sign.
    assert_eq!(parse("id:50%~x"), Some(("id".into(), "50%~x".into())));
}

#[test]
fn padding_may_be_missing_and_the_scheme_has_no_letter_case() {
    assert!(
        matches!(Basic::parse("bAsIc aWQ6cw"), Ok(Some(basic)) if basic.client_id == "id" && basic.secret == "s")
    );
    assert!(matches!(Basic::parse("Basic aWQ6cw=="), Ok(Some(_))));
}

#[test]
fn other_schemes_are_somebody_elses() {
    assert!(matches!(Basic::parse("Bearer abc"), Ok(None)));
    assert!(matches!(Basic::parse("Basic"), Ok(None)));
}

#[test]
fn broken_credentials_are_refused() {
    for header in ["Basic !!!", "Basic aWQ", "Basic /////w=="] {
        assert!(matches!(Basic::parse(header), Err(BasicError)), "{header}");
    }
}

use super::*;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const S256: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn code(result: Result<impl std::fmt::Debug, Fault>) -> &'static str {
    result.unwrap_err().kind.name
}

#[test]
fn challenges_of_authorization_requests() {
    let s256 = challenge(Some(S256), Some("S256"), false).unwrap().unwrap();
    assert_eq!(
        (s256.challenge.as_str(), s256.method),
        (S256, PkceMethod::S256)
    );
    assert_eq!(
        challenge(Some(VERIFIER), None, true)
            .unwrap()
            .unwrap()
            .method,
        PkceMethod::Plain
    );
    assert_eq!(
        challenge(Some(VERIFIER), Some("plain"), true)
            .unwrap()
            .unwrap()
            .method,
        PkceMethod::Plain
    );
    assert!(challenge(None, None, false).unwrap().is_none());
    for (text, method, plain) in [
        (Some(VERIFIER), Some("plain"), false),
        (Some(VERIFIER), None, false),
        (Some(S256), Some("s256"), true),
        (Some("short"), Some("S256"), true),
        (Some("short"), Some("plain"), true),
        (None, Some("S256"), true),
    ] {
        assert_eq!(
            code(challenge(text, method, plain)),
            "pkce.malformed",
            "{text:?} {method:?}"
        );
    }
}

#[test]
fn the_right_verifier_redeems() {
    let (s256, plain) = (
        challenge(Some(S256), Some("S256"), false),
        challenge(Some(VERIFIER), None, true),
    );
    for (made, public) in [(s256.unwrap(), true), (plain.unwrap(), false)] {
        verify(made.as_ref(), Some(VERIFIER), public).unwrap();
    }
    verify(None, None, false).unwrap();
}

#[test]
fn everything_else_does_not() {
    let made = challenge(Some(S256), Some("S256"), false).unwrap();
    let other = "a".repeat(43);
    assert_eq!(
        code(verify(made.as_ref(), Some(&other), true)),
        "pkce.mismatch"
    );
    assert_eq!(
        code(verify(made.as_ref(), Some(S256), true)),
        "pkce.mismatch"
    );
    assert_eq!(
        code(verify(made.as_ref(), Some("a"), true)),
        "pkce.malformed"
    );
    assert_eq!(code(verify(made.as_ref(), None, false)), "pkce.missing");
    assert_eq!(code(verify(None, None, true)), "pkce.missing");
    assert_eq!(code(verify(None, Some(VERIFIER), false)), "pkce.mismatch");
}

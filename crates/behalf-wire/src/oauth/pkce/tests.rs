use super::*;

/// The example of RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

#[test]
fn the_example_of_the_rfc() {
    assert_eq!(s256(VERIFIER), CHALLENGE);
    assert!(matches_s256(CHALLENGE, VERIFIER));
    assert!(is_verifier(VERIFIER) && is_s256_challenge(CHALLENGE));
}

#[test]
fn another_verifier_does_not_match() {
    assert!(!matches_s256(CHALLENGE, &VERIFIER.to_lowercase()));
    assert!(!matches_s256(CHALLENGE, CHALLENGE));
    assert!(!matches_s256(&format!("{CHALLENGE}="), VERIFIER));
    assert!(matches_plain(VERIFIER, VERIFIER));
    assert!(!matches_plain(VERIFIER, CHALLENGE));
}

#[test]
fn lengths_and_characters() {
    assert!(is_verifier(&"a".repeat(43)) && is_verifier(&"~".repeat(128)));
    assert!(!is_verifier(&"a".repeat(42)) && !is_verifier(&"a".repeat(129)) && !is_verifier(""));
    assert!(!is_verifier(&format!("{}+", "a".repeat(43))) && !is_verifier(&"ä".repeat(43)));
    assert!(
        !is_s256_challenge(&"a".repeat(42))
            && !is_s256_challenge(&"+".repeat(43))
            && !is_s256_challenge(&"a".repeat(44))
    );
}

use super::*;
use behalf_model::env::fixed;

fn verifies(password: &str, hash: &str) -> bool {
    PasswordVerifier::<str>::verify_password(&Argon2::default(), password.as_bytes(), hash).is_ok()
}

#[test]
fn a_hash_is_argon2id_salted_and_matches_only_its_password() {
    let (env, _) = fixed::env();
    let first = hash_password(&env, "correct horse");
    let second = hash_password(&env, "correct horse");
    assert!(
        first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{first}"
    );
    assert_ne!(first, second, "the salt differs");
    assert!(verifies("correct horse", &first));
    assert!(!verifies("correct horsf", &first));
    assert!(!verifies("", ""), "an empty hash matches nothing");
}

#[test]
fn the_decoy_costs_what_a_real_hash_costs() {
    let (env, _) = fixed::env();
    let parameters = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
    assert_eq!(parameters(DECOY), parameters(&hash_password(&env, "x")));
    // Readable, so that it is really computed: an unreadable one would be refused at once.
    let refused = PasswordVerifier::<str>::verify_password(&Argon2::default(), b"x", DECOY);
    assert!(
        matches!(refused, Err(argon2::password_hash::Error::PasswordInvalid)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn who_waits_too_long_for_a_turn_is_told_so() {
    let checks = PasswordChecks {
        patience: Duration::ZERO,
        ..PasswordChecks::new(1)
    };
    let turn = checks.turn().await.unwrap();
    let fault = checks.turn().await.unwrap_err();
    assert!(
        fault.is(&SIGNIN_BUSY) && fault.kind.code == "BH2526",
        "{fault}"
    );
    drop(turn);
    assert!(checks.turn().await.is_ok());
}

use super::*;

#[test]
fn new_keys_of_every_algorithm_are_published_without_their_private_part() {
    let now = UnixTime(1_767_225_600);
    for alg in [SigningAlg::RS256, SigningAlg::ES256, SigningAlg::EdDSA] {
        let (private, key, jwk) = generate(alg, "https://login.test", now, now).unwrap();
        let jwk: serde_json::Value = serde_json::from_str(&jwk).unwrap();
        assert_eq!(
            (jwk["use"].as_str(), jwk["alg"].as_str()),
            (Some("sig"), Some(jws_alg(alg).name()))
        );
        assert_eq!(jwk["kid"].as_str(), key.kid());
        assert!(
            ["d", "p", "q", "k"]
                .iter()
                .all(|name| jwk.get(name).is_none())
        );
        assert_eq!(jwk.get("x5c").is_some(), alg == SigningAlg::RS256);
        let der = base64url::decode(&private, "").unwrap();
        assert!(jose::SigningKey::from_pkcs8(jws_alg(alg), None, &der).is_ok());
    }
}

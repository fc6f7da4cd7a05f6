use super::*;

const NOW: UnixTime = UnixTime(1_000);

fn secret(id: &str, readable: bool, starts: Option<i64>, expires: Option<i64>) -> SecretCredential {
    SecretCredential {
        id: id.into(),
        digest: "d".into(),
        sealed: readable.then(|| Sealed("k1.x".into())),
        starts_at: starts.map(UnixTime),
        expires_at: expires.map(UnixTime),
    }
}

fn order(secrets: Vec<SecretCredential>, promoted: Option<&str>) -> Vec<String> {
    let json =
        r#"{"tenant":"00000000-0000-0000-0000-000000000001","client_id":"app","title":"App"}"#;
    let mut app: Principal = serde_json::from_str(json).unwrap();
    app.secrets = secrets;
    app.promoted_secret = promoted.map(str::to_owned);
    app.signing_secrets(NOW)
        .iter()
        .map(|s| s.id.clone())
        .collect()
}

#[test]
fn the_oldest_valid_readable_secret_signs() {
    let all = vec![
        secret("new", true, Some(900), None),
        secret("digest only", false, None, None),
        secret("expired", true, Some(1), Some(1_000)),
        secret("old", true, Some(100), Some(1_001)),
        secret("future", true, Some(1_001), None),
        secret("oldest", true, None, None),
        secret("as new as new", true, Some(900), None),
    ];
    assert_eq!(order(all, None), ["oldest", "old", "new", "as new as new"]);
    assert!(order(vec![secret("x", false, None, None)], None).is_empty());
}

#[test]
fn a_promoted_secret_signs_as_long_as_it_is_valid() {
    let all = || {
        vec![
            secret("old", true, None, None),
            secret("new", true, Some(900), Some(1_500)),
        ]
    };
    assert_eq!(order(all(), Some("new")), ["new", "old"]);
    assert_eq!(order(all(), Some("gone")), ["old", "new"]);
    let over = vec![
        secret("old", true, None, None),
        secret("new", true, Some(900), Some(950)),
    ];
    assert_eq!(order(over, Some("new")), ["old"]);
}

#[test]
fn documents_from_before_read_and_are_written_as_they_were() {
    let json = r#"{"tenant":"00000000-0000-0000-0000-000000000001","client_id":"app","title":"App","public":false,"enabled":true,"secrets":[{"id":"first","digest":"k.d","starts_at":null,"expires_at":null}],"certificates":[],"redirect_uris":[],"permissions":[],"known_client_applications":[]}"#;
    let app: Principal = serde_json::from_str(json).unwrap();
    // A compare and swap of the stored body would fail otherwise.
    assert_eq!(serde_json::to_string(&app).unwrap(), json);
    assert_eq!((app.app_host_domain, app.promoted_secret), (None, None));
}

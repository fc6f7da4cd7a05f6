use super::*;
use crate::testing::{NOW, principal};

/// A digest anybody can read, to test the decision and not the cryptography.
struct Plain;

impl Digester for Plain {
    fn digest(&self, purpose: &str, secret: &str) -> String {
        format!("{purpose}|{secret}")
    }

    fn matches(&self, purpose: &str, secret: &str, digest: &str) -> bool {
        self.digest(purpose, secret) == digest
    }
}

/// Start and end in seconds from now.
type Known = (&'static str, Option<i64>, Option<i64>);

fn decided(secrets: &[Known], presented: &str) -> &'static str {
    let mut client = principal("app");
    let purpose = SecretCredential::purpose(client.tenant, &client.client_id);
    client.secrets = secrets
        .iter()
        .map(|(value, start, end)| SecretCredential {
            id: format!("id of {value}"),
            digest: Plain.digest(&purpose, value),
            sealed: None,
            starts_at: start.map(|s| NOW.plus_s(s)),
            expires_at: end.map(|s| NOW.plus_s(s)),
        })
        .collect();
    decide(&Plain, &client, presented, NOW).map_or_else(|fault| fault.kind.name, |_| "ok")
}

#[test]
fn a_secret_counts_from_its_start_until_before_its_end() {
    for (start, end, expected) in [
        (None, None, "ok"),
        (Some(0), Some(1), "ok"),
        (Some(-5), None, "ok"),
        (None, Some(0), "client.secret_expired"),
        (None, Some(-100), "client.secret_expired"),
        (Some(1), None, "client.secret_not_yet_valid"),
        (Some(1), Some(0), "client.secret_expired"),
    ] {
        assert_eq!(
            decided(&[("s", start, end)], "s"),
            expected,
            "{start:?} {end:?}"
        );
        assert_eq!(decided(&[("s", start, end)], "t"), "client.secret_wrong");
    }
}

#[test]
fn any_of_several_will_do() {
    let rolling = [("old", None, Some(10)), ("new", Some(0), None)];
    assert_eq!(
        (decided(&rolling, "old"), decided(&rolling, "new")),
        ("ok", "ok")
    );
    let same_twice = [
        ("s", None, Some(-1)),
        ("s", Some(9), None),
        ("s", None, None),
    ];
    assert_eq!(decided(&same_twice, "s"), "ok");
    assert_eq!(decided(&same_twice[..2], "s"), "client.secret_expired");
    assert_eq!(decided(&[], "s"), "client.secret_wrong");
    assert_eq!(decided(&rolling, "id of old"), "client.secret_wrong");
}

#[test]
fn another_clients_secret_is_wrong() {
    let mut client = principal("app");
    let purpose = SecretCredential::purpose(client.tenant, &"other".parse().unwrap());
    let digest = Plain.digest(&purpose, "s");
    client.secrets = vec![SecretCredential {
        id: "x".into(),
        digest,
        sealed: None,
        starts_at: None,
        expires_at: None,
    }];
    assert!(decide(&Plain, &client, "s", NOW).is_err());
}

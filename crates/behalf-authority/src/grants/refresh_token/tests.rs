use super::*;
use crate::testing::{NOW, hash, principal, refresh};
use proptest::prelude::*;

/// The successor of any secret, without keys: what matters here is which generation is asked for.
fn successor(secret: &str, generation: i64) -> (String, SecretHash) {
    let next = format!("{secret}>{generation}");
    (format!("token {next}"), hash(&next))
}

/// The refusal's name, and what it changes.
type Refused = (&'static str, Vec<Change>);

struct Case {
    grant: Option<RefreshGrant>,
    client: Principal,
    secret: &'static str,
    genuine: bool,
    grace_s: i64,
    at_s: i64,
}

/// A family in its generation 3: `old` was replaced by its successor `old>2`.
fn family(secret: &'static str) -> Case {
    let grant = Some(refresh("app", "old>2", Some("old")));
    Case {
        grant,
        client: principal("app"),
        secret,
        genuine: true,
        grace_s: 30,
        at_s: 0,
    }
}

impl Case {
    fn change(mut self, change: impl FnOnce(&mut RefreshGrant)) -> Self {
        change(self.grant.as_mut().unwrap());
        self
    }

    /// The successor and how many changes, or the refusal and how many changes.
    fn decide(&self) -> Result<(String, Vec<Change>), Refused> {
        let presented = Presented {
            secret: self.secret,
            genuine: self.genuine,
            client: &self.client,
            grace_s: self.grace_s,
            now: NOW.plus_s(self.at_s),
        };
        decide(self.grant.as_ref(), &presented, |generation| {
            successor(self.secret, generation)
        })
        .map(|decision| (decision.successor, decision.changes))
        .map_err(|refusal| (refusal.fault.kind.name, refusal.changes))
    }

    #[track_caller]
    fn refused(&self, name: &str) {
        let (refused, changes) = self.decide().unwrap_err();
        assert_eq!(refused, name);
        let revokes = matches!(changes[..], [Change::RevokeRefresh { id: 4 }]);
        assert_eq!(revokes, name == "refresh_token.replayed", "{changes:?}");
    }
}

#[test]
fn the_newest_rotates_in_place() {
    let (token, changes) = family("old>2").decide().unwrap();
    assert_eq!(token, "token old>2>3");
    let [
        Change::RotateRefresh {
            id: 4,
            generation: 3,
            secret_hash,
            previous_hash,
            at,
        },
    ] = &changes[..]
    else {
        panic!("{changes:?}")
    };
    assert_eq!(
        (secret_hash, previous_hash, *at),
        (&hash("old>2>3"), &hash("old>2"), NOW)
    );
}

#[test]
fn the_one_before_gets_the_same_successor_within_the_grace() {
    for at_s in [0, 1, 30] {
        let (token, changes) = Case {
            at_s,
            ..family("old")
        }
        .decide()
        .unwrap();
        assert_eq!((token.as_str(), changes.len()), ("token old>2", 0));
    }
    Case {
        at_s: 31,
        ..family("old")
    }
    .refused("refresh_token.replayed");
    Case {
        grace_s: 0,
        ..family("old")
    }
    .refused("refresh_token.replayed");
    // A successor that is not the one in the row (the key changed in between) is not handed out.
    family("old")
        .change(|grant| grant.secret_hash = hash("something else"))
        .refused("refresh_token.replayed");
}

#[test]
fn anything_older_ends_the_family_and_anything_made_up_does_not() {
    family("older").refused("refresh_token.replayed");
    Case {
        genuine: false,
        ..family("made up")
    }
    .refused("refresh_token.invalid");
    // The proof is about old secrets only: the present ones are known by their hash.
    assert!(
        Case {
            genuine: false,
            ..family("old>2")
        }
        .decide()
        .is_ok()
    );
    assert!(
        Case {
            genuine: false,
            ..family("old")
        }
        .decide()
        .is_ok()
    );
    Case {
        grant: None,
        ..family("old")
    }
    .refused("refresh_token.invalid");
}

#[test]
fn a_family_has_an_owner_an_end_and_may_be_revoked() {
    for secret in ["old>2", "old", "older"] {
        Case {
            client: principal("other"),
            ..family(secret)
        }
        .refused("refresh_token.invalid");
        family(secret)
            .change(|grant| grant.revoked = true)
            .refused("refresh_token.revoked");
        Case {
            at_s: 1000,
            ..family(secret)
        }
        .refused("refresh_token.expired");
    }
    assert!(
        Case {
            at_s: 999,
            ..family("old>2")
        }
        .decide()
        .is_ok()
    );
}

#[test]
fn a_first_token_has_none_before_it() {
    let first = |secret| {
        let grant = Some(RefreshGrant {
            generation: 0,
            ..refresh("app", "first", None)
        });
        Case {
            grant,
            ..family(secret)
        }
    };
    assert_eq!(first("first").decide().unwrap().0, "token first>0");
    first("other").refused("refresh_token.replayed");
}

proptest! {
    /// Whatever the client repeats and whenever: at most the newest secret moves the family on, and nothing but a
    /// replay revokes it.
    #[test]
    fn a_family_never_forks(steps in prop::collection::vec((0usize..4, 0i64..40), 1..40)) {
        let mut issued = vec!["s".to_owned()];
        let mut grant = RefreshGrant { generation: 0, expires_at: NOW.plus_s(1_000_000), ..refresh("app", "s", None) };
        let (client, mut now) = (principal("app"), NOW);
        for (back, wait_s) in steps {
            now = now.plus_s(wait_s);
            let secret = issued[issued.len().saturating_sub(1 + back)].clone();
            let presented = Presented { secret: &secret, genuine: true, client: &client, grace_s: 30, now };
            let decided = decide(Some(&grant), &presented, |generation| successor(&secret, generation));
            match decided.map(|decision| (decision.successor, decision.changes)) {
                Ok((token, changes)) => match &changes[..] {
                    [Change::RotateRefresh { secret_hash, previous_hash, at, .. }] => {
                        let (secret_hash, previous_hash, at) = (*secret_hash, *previous_hash, *at);
                        prop_assert_eq!(&secret, issued.last().unwrap());
                        issued.push(token.strip_prefix("token ").unwrap().to_owned());
                        grant = RefreshGrant {
                            secret_hash,
                            previous_hash: Some(previous_hash),
                            generation: grant.generation + 1,
                            rotated_at: at,
                            ..grant
                        };
                    }
                    [] => prop_assert_eq!(token, format!("token {}", issued.last().unwrap())),
                    other => prop_assert!(false, "{:?}", other),
                },
                Err(refusal) => {
                    prop_assert_eq!(refusal.fault.kind.name, "refresh_token.replayed");
                    prop_assert!(&secret != issued.last().unwrap());
                    break;
                }
            }
        }
    }
}

use super::*;
use crate::testing::{NOW, client_id, code, principal};

const SECRET: &str = "the secret";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

struct Case {
    found: Option<Code>,
    client: Principal,
    secret: &'static str,
    redirect_uri: Option<&'static str>,
    verifier: Option<&'static str>,
    dialect: Dialect,
    at_s: i64,
}

impl Case {
    fn new(verifier: Option<&'static str>) -> Self {
        Self {
            found: Some(code("app", SECRET, verifier)),
            client: principal("app"),
            secret: SECRET,
            redirect_uri: Some("https://app.test/cb"),
            verifier,
            dialect: Dialect::EntraV2,
            at_s: 0,
        }
    }

    fn decide(&self) -> Result<i64, Refusal> {
        let presented = Presented {
            secret: self.secret,
            redirect_uri: self.redirect_uri,
            code_verifier: self.verifier,
            client: &self.client,
            dialect: self.dialect,
        };
        decide(self.found.as_ref(), &presented, NOW.plus_s(self.at_s)).map(|code| code.id)
    }

    #[track_caller]
    fn refused(&self, name: &str) {
        let refusal = self.decide().unwrap_err();
        assert_eq!(refusal.fault.kind.name, name);
        assert_eq!(
            refusal.changes.is_empty(),
            name != "code.replayed",
            "only a replay changes anything"
        );
    }
}

#[test]
fn the_right_one_redeems_in_every_dialect() {
    for dialect in [Dialect::OAuth, Dialect::EntraV1, Dialect::EntraV2] {
        assert_eq!(
            Case {
                dialect,
                ..Case::new(Some(VERIFIER))
            }
            .decide()
            .unwrap(),
            9
        );
        assert_eq!(
            Case {
                dialect,
                ..Case::new(None)
            }
            .decide()
            .unwrap(),
            9
        );
        assert_eq!(
            Case {
                dialect,
                at_s: 299,
                ..Case::new(None)
            }
            .decide()
            .unwrap(),
            9
        );
    }
}

#[test]
fn wrong_row_secret_client_and_tenant() {
    Case {
        found: None,
        ..Case::new(None)
    }
    .refused("code.invalid");
    Case {
        secret: "another",
        ..Case::new(None)
    }
    .refused("code.invalid");
    Case {
        client: principal("other"),
        ..Case::new(None)
    }
    .refused("code.invalid");
    let mut foreign = principal("app");
    foreign.tenant = behalf_model::TenantId(uuid::Uuid::from_u128(99));
    Case {
        client: foreign,
        ..Case::new(None)
    }
    .refused("code.invalid");
}

#[test]
fn a_replay_is_a_replay_whatever_else_is_wrong() {
    let redeemed = |change: fn(&mut Case)| {
        let mut case = Case::new(Some(VERIFIER));
        case.found.as_mut().unwrap().redeemed = true;
        change(&mut case);
        case
    };
    redeemed(|_| {}).refused("code.replayed");
    redeemed(|case| case.verifier = None).refused("code.replayed");
    redeemed(|case| case.client.client_id = client_id("thief")).refused("code.replayed");
    redeemed(|case| case.at_s = 5000).refused("code.replayed");
    // But a guess at the secret is no replay.
    redeemed(|case| case.secret = "guess").refused("code.invalid");
}

#[test]
fn it_expires_at_its_second() {
    for (at_s, good) in [(0, true), (299, true), (300, false), (301, false)] {
        let case = Case {
            at_s,
            ..Case::new(None)
        };
        if good {
            assert!(case.decide().is_ok())
        } else {
            case.refused("code.expired")
        }
    }
}

#[test]
fn redirect_uris() {
    for uri in [
        "https://app.test/cb/",
        "https://app.test/CB",
        "https://app.test/cb#",
        "https://app.test/cb?",
        "",
        "x",
    ] {
        Case {
            redirect_uri: Some(uri),
            ..Case::new(None)
        }
        .refused("code.redirect_uri");
    }
    for (dialect, verifier, good) in [
        (Dialect::OAuth, Some(VERIFIER), true),
        (Dialect::OAuth, None, false),
        (Dialect::EntraV2, Some(VERIFIER), false),
        (Dialect::EntraV1, Some(VERIFIER), false),
    ] {
        let case = Case {
            redirect_uri: None,
            dialect,
            ..Case::new(verifier)
        };
        if good {
            assert!(case.decide().is_ok())
        } else {
            case.refused("token_request.parameter_missing")
        }
    }
}

#[test]
fn pkce_is_asked_of_everybody_who_began_with_it_and_of_public_clients() {
    Case {
        verifier: None,
        ..Case::new(Some(VERIFIER))
    }
    .refused("pkce.missing");
    Case {
        verifier: Some("x"),
        ..Case::new(Some(VERIFIER))
    }
    .refused("pkce.malformed");
    Case {
        verifier: Some("aBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        ..Case::new(Some(VERIFIER))
    }
    .refused("pkce.mismatch");
    Case {
        verifier: Some(VERIFIER),
        ..Case::new(None)
    }
    .refused("pkce.mismatch");
    let mut public = principal("app");
    public.public = true;
    Case {
        client: public.clone(),
        ..Case::new(None)
    }
    .refused("pkce.missing");
    assert!(
        Case {
            client: public,
            ..Case::new(Some(VERIFIER))
        }
        .decide()
        .is_ok()
    );
}

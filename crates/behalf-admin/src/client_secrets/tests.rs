use super::*;
use behalf_model::ports::Digester;
use behalf_model::secret::Sealer;
use behalf_model::{Env, Secret};
use uuid::Uuid;

const ONE: &str = "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=";
const TWO: &str = "MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjI=";

/// Every sealing gives another text, as the real one does.
struct Fake(std::sync::atomic::AtomicU32);

impl Sealer for Fake {
    fn seal(&self, purpose: &str, clear: &str) -> Sealed {
        let n = self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Sealed(format!("{n}|{purpose}|{clear}"))
    }

    fn open(&self, purpose: &str, sealed: &Sealed) -> Option<Secret> {
        let (_, rest) = sealed.0.split_once('|')?;
        let clear = rest.strip_prefix(purpose)?.strip_prefix('|')?;
        Some(Secret::new(clear))
    }
}

impl Digester for Fake {
    fn digest(&self, purpose: &str, secret: &str) -> String {
        format!("{purpose}|{secret}")
    }

    fn matches(&self, purpose: &str, secret: &str, digest: &str) -> bool {
        digest == self.digest(purpose, secret)
    }
}

fn declared(
    given: Vec<ClientSecret>,
    stored: &[SecretCredential],
    signs: bool,
) -> Result<Vec<SecretCredential>, String> {
    let (fake, env) = (Fake(7.into()), Env::system());
    let tools = Tools {
        env: &env,
        sealer: &fake,
        digester: &fake,
        hash_password: &|_| String::new(),
        password_matches: &|_, _| false,
        compile: &|_| Ok(Vec::new()),
        gateway_tenant: None,
        now: UnixTime(0),
    };
    let client_id: ClientId = "app".parse().unwrap();
    let owner = owner(&client_id, signs);
    declare(&given, stored, &owner, &tools).map_err(|wrong| wrong.message)
}

fn owner(client_id: &ClientId, signs_context_tokens: bool) -> Owner<'_> {
    Owner {
        tenant: TenantId(Uuid::from_u128(1)),
        client_id,
        signs_context_tokens,
    }
}

fn value(id: &str, value: &str) -> ClientSecret {
    ClientSecret {
        id: Some(id.into()),
        value: Some(value.into()),
        digest: None,
        sealed: None,
        starts_at: None,
        expires_at: None,
    }
}

fn as_exported(secret: &SecretCredential) -> ClientSecret {
    ClientSecret {
        id: Some(secret.id.clone()),
        value: None,
        digest: Some(secret.digest.clone()),
        sealed: secret.sealed.as_ref().map(|sealed| sealed.0.clone()),
        starts_at: None,
        expires_at: None,
    }
}

fn sealed(secrets: &[SecretCredential]) -> Vec<Option<&str>> {
    secrets
        .iter()
        .map(|secret| secret.sealed.as_ref().map(|sealed| sealed.0.as_str()))
        .collect()
}

#[test]
fn the_secret_itself_is_kept_only_where_it_signs() {
    let kept = declared(vec![value("a", ONE)], &[], true).unwrap();
    let purpose = "app-secret:00000000-0000-0000-0000-000000000001:app:a";
    assert_eq!(sealed(&kept), [Some(format!("7|{purpose}|{ONE}").as_str())]);
    let plain = declared(vec![value("a", ONE)], &kept, false).unwrap();
    assert_eq!(sealed(&plain), [None]);
    assert_eq!(plain[0].digest, kept[0].digest);
}

#[test]
fn an_app_that_no_longer_signs_no_longer_keeps_secrets_readable() {
    let client_id: ClientId = "app".parse().unwrap();
    let stored = declared(vec![value("a", ONE)], &[], true).unwrap();
    assert_eq!(owner(&client_id, true).keep(stored.clone()), stored);
    assert_eq!(sealed(&owner(&client_id, false).keep(stored)), [None]);
}

#[test]
fn the_same_secret_again_stays_as_it_is_stored() {
    let stored = declared(vec![value("a", ONE), value("b", TWO)], &[], true).unwrap();
    let again = declared(vec![value("a", ONE), value("b", TWO)], &stored, true).unwrap();
    assert_eq!(again, stored);
    // Another secret under a known name is sealed anew.
    let other = declared(vec![value("a", TWO)], &stored, true).unwrap();
    assert!(other[0].sealed.as_ref().unwrap().0.ends_with(TWO));
}

#[test]
fn an_export_is_taken_back_and_a_foreign_one_is_not() {
    let stored = declared(vec![value("a", ONE), value("b", TWO)], &[], true).unwrap();
    let exported = || stored.iter().map(as_exported).collect::<Vec<_>>();
    assert_eq!(declared(exported(), &[], true).unwrap(), stored);
    let mut swapped = exported();
    swapped[0].sealed = exported()[1].sealed.clone();
    let said = declared(swapped, &[], true).unwrap_err();
    assert!(
        said.contains("'a' was sealed by another installation or for another app"),
        "{said}"
    );
    let mut other_digest = exported();
    other_digest[0].digest = Some("another".into());
    assert!(declared(other_digest, &[], true).is_err());
}

#[test]
fn what_cannot_sign_is_refused_where_it_would_have_to() {
    for (text, says) in [
        ("first-client-secret-0123", "base64"),
        ("c2hvcnQgYnV0IGJhc2U2NA==", "cannot sign context tokens"),
        ("short", "shorter than 16"),
    ] {
        let said = declared(vec![value("a", text)], &[], true).unwrap_err();
        assert!(said.contains(says), "{said}");
    }
    assert!(declared(vec![value("a", "first-client-secret-0123")], &[], false).is_ok());
    let both = ClientSecret {
        sealed: Some("x".into()),
        ..value("a", ONE)
    };
    assert!(
        declared(vec![both], &[], true)
            .unwrap_err()
            .contains("value or digest")
    );
}

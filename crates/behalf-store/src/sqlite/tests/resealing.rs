use super::{SqliteStore, TENANT, entity, in_directory};
use crate::seal::FileSealer;
use crate::sqlite::{Resealed, reseal};
use behalf_model::entity::{Entity, EntityRow};
use behalf_model::key::{NamedSecret, SigningKey};
use behalf_model::ports::{Change, Expect, Store as _};
use behalf_model::principal::{Principal, SecretCredential};
use behalf_model::resource::SigningAlg;
use behalf_model::secret::{Sealed, Sealer as _};
use behalf_model::session::{ProviderTokenKind, ProviderTokenRow};
use behalf_model::{ClientId, Env, UnixTime, UserId};
use uuid::Uuid;

fn put<E: Entity>(entity: &E) -> Change {
    Change::PutEntity {
        row: EntityRow::of(entity),
        expect: Expect::Any,
    }
}

fn signing_key(sealer: &FileSealer, kid: &str) -> SigningKey {
    SigningKey {
        tenant: TENANT,
        kid: kid.to_owned(),
        alg: SigningAlg::ES256,
        private: sealer.seal(&SigningKey::purpose(TENANT, kid), "private"),
        public_jwk: "{}".to_owned(),
        published_at: UnixTime(0),
        active_from: UnixTime(0),
        retired_at: None,
    }
}

fn named_secret(sealer: &FileSealer, name: &str) -> NamedSecret {
    let value = sealer.seal(&NamedSecret::purpose(TENANT, name), "secret");
    NamedSecret {
        tenant: TENANT,
        name: name.to_owned(),
        value,
    }
}

fn app_secret_purpose(id: &str) -> String {
    let client: ClientId = "app".parse().unwrap();
    SecretCredential::sealing_purpose(TENANT, &client, id)
}

/// Two secrets that sign context tokens, and one of which only the digest is kept.
fn app(sealer: &FileSealer) -> Principal {
    let secret = |id: &str, sealed| SecretCredential {
        id: id.to_owned(),
        digest: "digest".to_owned(),
        sealed,
        starts_at: None,
        expires_at: None,
    };
    let sealed = |id: &str| Some(sealer.seal(&app_secret_purpose(id), id));
    let json = format!(r#"{{"tenant":"{TENANT}","client_id":"app","title":"App"}}"#);
    Principal {
        secrets: vec![
            secret("one", sealed("one")),
            secret("two", sealed("two")),
            secret("digest only", None),
        ],
        ..serde_json::from_str(&json).unwrap()
    }
}

fn provider_token(
    sealer: &FileSealer,
    number: u128,
    refresh_token: Option<&str>,
) -> ProviderTokenRow {
    let mut row = ProviderTokenRow {
        tenant: TENANT,
        user: UserId(Uuid::from_u128(number)),
        provider: "microsoft".to_owned(),
        access_token: Sealed(String::new()),
        refresh_token: None,
        expires_at: UnixTime(5),
        obtained_at: UnixTime(4),
    };
    row.access_token = sealer.seal(&reseal::purpose(&row, ProviderTokenKind::Access), "access");
    row.refresh_token = refresh_token
        .map(|clear| sealer.seal(&reseal::purpose(&row, ProviderTokenKind::Refresh), clear));
    row
}

#[tokio::test]
async fn after_resealing_the_old_key_is_not_needed() {
    let (_directory, path) = in_directory();
    let store = SqliteStore::open(&path).unwrap();
    let sealer = FileSealer::open(&path.with_extension("key"), Env::system()).unwrap();
    sealer.rotate().unwrap();
    let old = sealer.key_ids()[0].clone();
    let tokens: Vec<_> = (0..450)
        .map(|number| provider_token(&sealer, number, (number > 0).then_some("r")))
        .collect();
    let mut changes = vec![
        put(&signing_key(&sealer, "kid")),
        put(&named_secret(&sealer, "name")),
        put(&app(&sealer)),
    ];
    changes.push(Change::PutEntity {
        row: entity("untouched", "{}"),
        expect: Expect::Any,
    });
    changes.extend(tokens.iter().cloned().map(Change::PutProviderToken));
    store.commit(changes).await.unwrap();

    sealer.rotate().unwrap();
    store
        .commit(vec![put(&named_secret(&sealer, "newer"))])
        .await
        .unwrap();
    let report = store.reseal_all(&sealer).await.unwrap();
    assert_eq!(
        report,
        Resealed {
            changed: 2 + 2 + 450 + 449,
            current: 1,
            unreadable: Vec::new()
        }
    );
    assert_eq!(store.reseal_all(&sealer).await.unwrap().changed, 0);
    sealer.drop_key(&old).unwrap();

    let row = store
        .entity(SigningKey::KIND, TENANT, "kid")
        .await
        .unwrap()
        .unwrap();
    let key: SigningKey = serde_json::from_str(&row.body).unwrap();
    let opened = sealer
        .open(&SigningKey::purpose(TENANT, "kid"), &key.private)
        .unwrap();
    assert_eq!(opened.expose(), "private");
    let row = store
        .entity(Principal::KIND, TENANT, "app")
        .await
        .unwrap()
        .unwrap();
    let app: Principal = serde_json::from_str(&row.body).unwrap();
    let opened: Vec<_> = app
        .secrets
        .iter()
        .map(|s| {
            Some(
                sealer
                    .open(&app_secret_purpose(&s.id), s.sealed.as_ref()?)?
                    .expose()
                    .to_owned(),
            )
        })
        .collect();
    assert_eq!(
        opened,
        [Some("one".to_owned()), Some("two".to_owned()), None]
    );
    for before in tokens {
        let row = store
            .provider_token(TENANT, before.user, "microsoft")
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            sealer
                .open(
                    &reseal::purpose(&row, ProviderTokenKind::Access),
                    &row.access_token
                )
                .unwrap()
                .expose(),
            "access"
        );
        let refresh = row
            .refresh_token
            .as_ref()
            .map(|text| sealer.open(&reseal::purpose(&row, ProviderTokenKind::Refresh), text));
        assert_eq!(refresh.is_some(), before.refresh_token.is_some());
        assert!(refresh.is_none_or(|clear| clear.unwrap().expose() == "r"));
        assert_eq!(
            (row.expires_at, row.obtained_at),
            (before.expires_at, before.obtained_at)
        );
    }
}

#[tokio::test]
async fn what_no_key_opens_is_named_and_kept() {
    let (_directory, path) = in_directory();
    let store = SqliteStore::open(&path).unwrap();
    let sealer = FileSealer::open(&path.with_extension("key"), Env::system()).unwrap();
    let stranger = FileSealer::open(&path.with_extension("other"), Env::system()).unwrap();
    let lost = named_secret(&stranger, "lost");
    store
        .commit(vec![put(&lost), put(&signing_key(&sealer, "kid"))])
        .await
        .unwrap();
    sealer.rotate().unwrap();
    let report = store.reseal_all(&sealer).await.unwrap();
    assert_eq!(
        (report.changed, report.unreadable),
        (1, vec![NamedSecret::purpose(TENANT, "lost")])
    );
    let row = store
        .entity(NamedSecret::KIND, TENANT, "lost")
        .await
        .unwrap();
    assert_eq!(row, Some(EntityRow::of(&lost)));
}

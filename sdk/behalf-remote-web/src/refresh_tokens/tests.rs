use super::*;
use crate::testing::*;

fn key(cache_key: &str, host: &str) -> UserKey {
    UserKey {
        cache_key: cache_key.into(),
        host: Host::parse(host).unwrap(),
        realm: REALM.into(),
    }
}

fn token(text: &str, expires_at_s: i64) -> StoredRefreshToken {
    StoredRefreshToken {
        refresh_token: Zeroizing::new(text.into()),
        sts: STS.into(),
        expires_at_s,
    }
}

/// What every store must do.
async fn conforms(store: &dyn RefreshTokenStore) {
    let (alice, bob) = (key("alice", "a.lan"), key("bob", "a.lan"));
    let elsewhere = key("alice", "a.lan:8443");
    assert_eq!(store.get(&alice).await.unwrap(), None);
    store.put(&alice, token("one", NOW_S + 10)).await.unwrap();
    store.put(&bob, token("two", NOW_S + 20)).await.unwrap();
    assert_eq!(
        store.get(&alice).await.unwrap(),
        Some(token("one", NOW_S + 10))
    );
    assert_eq!(store.get(&elsewhere).await.unwrap(), None);

    store.put(&alice, token("three", NOW_S + 30)).await.unwrap();
    store.remove(&alice, Some("one")).await.unwrap();
    assert_eq!(
        store.get(&alice).await.unwrap(),
        Some(token("three", NOW_S + 30))
    );
    store.remove(&alice, Some("three")).await.unwrap();
    assert_eq!(store.get(&alice).await.unwrap(), None);
    store.remove(&alice, None).await.unwrap();

    store.put(&alice, token("four", NOW_S + 30)).await.unwrap();
    store.remove_expired(NOW_S + 21).await.unwrap();
    assert_eq!(store.get(&bob).await.unwrap(), None);
    assert_eq!(
        store.get(&alice).await.unwrap(),
        Some(token("four", NOW_S + 30))
    );
    store.remove(&alice, None).await.unwrap();
    assert_eq!(store.get(&alice).await.unwrap(), None);
}

#[tokio::test]
async fn memory_conforms() {
    conforms(&MemoryRefreshTokens::new()).await;
}

#[test]
fn debug_shows_neither_tokens_nor_people() {
    let shown = format!("{:?} {:?}", key("alice", "a.lan"), token("hidden", 1));
    assert!(
        !shown.contains("alice") && !shown.contains("hidden"),
        "{shown}"
    );
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use super::*;
    use crate::{ErrorKind, SealingKey};
    use base64::Engine as _;
    use std::path::Path;

    fn open(path: &Path, fill: u8) -> SqliteRefreshTokens {
        let key = base64::engine::general_purpose::STANDARD.encode([fill; 32]);
        let key = SealingKey::from_base64(&key).unwrap();
        SqliteRefreshTokens::open(path, key, TestEnv::new()).unwrap()
    }

    #[tokio::test]
    async fn sqlite_conforms_and_keeps_tokens_over_a_restart() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("tokens.db");
        conforms(&open(&path, 1)).await;
        open(&path, 1)
            .put(&key("alice", "a.lan"), token("kept", 9))
            .await
            .unwrap();
        let kept = open(&path, 1).get(&key("alice", "a.lan")).await.unwrap();
        assert_eq!(kept, Some(token("kept", 9)));
    }

    #[tokio::test]
    async fn the_file_tells_nothing_without_the_key() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("tokens.db");
        let store = open(&path, 1);
        store
            .put(&key("alice-cache-key", "a.lan"), token("hidden-token", 9))
            .await
            .unwrap();
        for entry in std::fs::read_dir(directory.path()).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            for secret in ["hidden-token", "alice-cache-key", "a.lan", STS] {
                let found = bytes
                    .windows(secret.len())
                    .any(|window| window == secret.as_bytes());
                assert!(!found, "{secret}");
            }
        }
        let other_key = open(&path, 2)
            .get(&key("alice-cache-key", "a.lan"))
            .await
            .unwrap();
        assert_eq!(other_key, None);
    }

    #[tokio::test]
    async fn a_row_moved_to_another_user_does_not_open() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("tokens.db");
        let store = open(&path, 1);
        store
            .put(&key("alice", "a.lan"), token("hers", 9))
            .await
            .unwrap();
        store
            .put(&key("mallory", "a.lan"), token("his", 8))
            .await
            .unwrap();
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection
            .execute(
                "UPDATE refresh_tokens SET sealed = (SELECT sealed FROM refresh_tokens WHERE expires_at_s = 9)
                 WHERE expires_at_s = 8",
                [],
            )
            .unwrap();
        assert_eq!(store.get(&key("mallory", "a.lan")).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_file_of_something_else_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("tokens.db");
        std::fs::write(
            &path,
            "not a database, but long enough to be taken for one".repeat(20),
        )
        .unwrap();
        let key = SealingKey::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
        let error = SqliteRefreshTokens::open(&path, key, TestEnv::new())
            .err()
            .unwrap();
        assert_eq!(error.kind(), ErrorKind::Store);
    }
}

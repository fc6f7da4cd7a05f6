use super::*;
use crate::testing::NOW_S;
use std::sync::atomic::AtomicUsize;

fn key(user: &str) -> TokenKey {
    TokenKey {
        caller: CallerKey::User(user.into()),
        host: Host::parse("a.lan").unwrap(),
        realm: "r".into(),
    }
}

fn token(text: &str, now_s: i64, life_s: i64) -> AccessToken {
    AccessToken::new(
        text,
        Host::parse("a.lan").unwrap(),
        now_s,
        now_s + life_s,
        300,
    )
}

fn failure(kind: ErrorKind) -> Error {
    Error::new(kind, "a", "b", "c")
}

async fn yielding() {
    for _ in 0..5 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn many_callers_of_one_user_make_one_request_and_users_are_kept_apart() {
    let cache = Arc::new(TokenCache::default());
    let requests = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..1_000)
        .map(|index| {
            let (cache, requests) = (Arc::clone(&cache), Arc::clone(&requests));
            tokio::spawn(async move {
                let user = format!("user-{}", index % 10);
                let request = || async {
                    requests.fetch_add(1, Ordering::SeqCst);
                    yielding().await;
                    Ok(token(&user, NOW_S, 43_200))
                };
                let got = cache.get(&key(&user), NOW_S, request).await.unwrap();
                assert_eq!(got.expose(), user);
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(requests.load(Ordering::SeqCst), 10);
}

#[tokio::test]
async fn callers_who_waited_share_a_failure_and_the_next_one_asks_again() {
    let cache = Arc::new(TokenCache::default());
    let requests = Arc::new(AtomicUsize::new(0));
    let ask = |result: Result<AccessToken, Error>| {
        let (cache, requests) = (Arc::clone(&cache), Arc::clone(&requests));
        async move {
            let request = || async {
                requests.fetch_add(1, Ordering::SeqCst);
                yielding().await;
                result
            };
            cache.get(&key("a"), NOW_S, request).await
        }
    };
    let refused = || Err(failure(ErrorKind::TokenRefused));
    let tasks: Vec<_> = (0..100).map(|_| tokio::spawn(ask(refused()))).collect();
    for task in tasks {
        assert_eq!(
            task.await.unwrap().unwrap_err().kind(),
            ErrorKind::TokenRefused
        );
    }
    assert_eq!(requests.load(Ordering::SeqCst), 1);
    assert!(ask(Ok(token("t", NOW_S, 100))).await.is_ok());
    assert_eq!(requests.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_token_is_renewed_ahead_while_others_go_on_with_it() {
    let cache = TokenCache::default();
    let first = cache
        .get(&key("a"), NOW_S, || async {
            Ok(token("one", NOW_S, 3_600))
        })
        .await
        .unwrap();
    let unasked = || async { unreachable!("the kept token is fresh") };
    assert_eq!(
        cache.get(&key("a"), NOW_S + 3_299, unasked).await.unwrap(),
        first
    );

    let at_s = NOW_S + 3_300;
    let user = key("a");
    let (renewing, other) = tokio::join!(
        cache.get(&user, at_s, || async {
            yielding().await;
            Ok(token("two", at_s, 3_600))
        }),
        cache.get(&user, at_s, || async {
            unreachable!("one request is in flight")
        }),
    );
    assert_eq!(
        (renewing.unwrap().expose(), other.unwrap().expose()),
        ("two", "one")
    );
}

#[tokio::test]
async fn a_valid_token_outlives_an_outage_but_not_a_refusal() {
    let cache = TokenCache::default();
    let put = || cache.put(&key("a"), NOW_S, token("one", NOW_S, 3_600));
    put();
    let at_s = NOW_S + 3_400;
    let down = || async { Err(failure(ErrorKind::Unreachable)) };
    assert_eq!(
        cache.get(&key("a"), at_s, down).await.unwrap().expose(),
        "one"
    );
    let expired = cache.get(&key("a"), NOW_S + 3_600, down).await;
    assert_eq!(expired.unwrap_err().kind(), ErrorKind::Unreachable);

    put();
    let revoked = || async { Err(failure(ErrorKind::RefreshTokenLost)) };
    assert!(cache.get(&key("a"), at_s, revoked).await.is_err());
    let after = cache
        .get(&key("a"), at_s, || async { Ok(token("new", at_s, 3_600)) })
        .await;
    assert_eq!(after.unwrap().expose(), "new");
}

#[tokio::test]
async fn only_the_refused_token_is_forgotten() {
    let cache = TokenCache::default();
    let (old, new) = (token("old", NOW_S, 3_600), token("new", NOW_S, 3_600));
    cache.put(&key("a"), NOW_S, new.clone());
    cache.forget(&key("a"), Some(&old));
    let unasked = || async { unreachable!("the new token was kept") };
    assert_eq!(cache.get(&key("a"), NOW_S, unasked).await.unwrap(), new);
    cache.forget(&key("a"), Some(&new));
    let asked = cache
        .get(&key("a"), NOW_S, || async { Ok(old.clone()) })
        .await;
    assert_eq!(asked.unwrap(), old);
    cache.forget(&key("nobody"), None);
}

#[tokio::test]
async fn a_caller_who_gives_up_leaves_the_request_to_the_next() {
    let cache = Arc::new(TokenCache::default());
    let kept = Arc::clone(&cache);
    let stuck = tokio::spawn(async move { kept.get(&key("a"), NOW_S, std::future::pending).await });
    yielding().await;
    stuck.abort();
    assert!(stuck.await.unwrap_err().is_cancelled());
    let next = cache
        .get(&key("a"), NOW_S, || async { Ok(token("t", NOW_S, 100)) })
        .await;
    assert_eq!(next.unwrap().expose(), "t");
}

#[test]
fn the_cache_is_bounded_and_lets_expired_tokens_go_first() {
    let cache = TokenCache::default();
    for user in 0..MOST_SLOTS {
        let life_s = if user == 0 { 10 } else { 1_000 };
        cache.put(&key(&user.to_string()), NOW_S, token("t", NOW_S, life_s));
    }
    cache.put(&key("another"), NOW_S + 11, token("t", NOW_S, 1_000));
    let kept = locked(&cache.0);
    assert!(
        kept.len() <= MOST_SLOTS && !kept.contains_key(&key("0")) && kept.contains_key(&key("1"))
    );
}

#[test]
fn short_lived_tokens_are_used_for_half_their_life_and_none_is_shown() {
    assert_eq!(token("t", NOW_S, 100).renew_at_s, NOW_S + 50);
    assert_eq!(token("t", NOW_S, 3_600).renew_at_s, NOW_S + 3_300);
    assert!(!format!("{:?}", token("hidden", NOW_S, 1)).contains("hidden"));
}

use super::*;
use crate::testing::NOW;
use behalf_model::fault::{OBO_NO_CONSENT, TOKEN_ENDPOINT_UNAVAILABLE};
use proptest::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use tokio::sync::Notify;
use uuid::Uuid;

fn target(profile: &str) -> Arc<TokenTarget> {
    Arc::new(TokenTarget {
        authority: "https://login.test/t/oauth2/v2.0/token".into(),
        client_id: "gateway".into(),
        profile: profile.into(),
        grant: "urn:ietf:params:oauth:grant-type:jwt-bearer",
        scopes: vec!["api://orders/read".into()],
        extra: Vec::new(),
    })
}

fn key(user: u128, assertion: u8, target: &Arc<TokenTarget>) -> Key {
    let holder = Holder::User {
        id: UserId(Uuid::from_u128(user)),
        assertion: [assertion; 32],
    };
    Key {
        holder,
        target: target.clone(),
    }
}

fn token(text: &str) -> Arc<IssuedToken> {
    Arc::new(IssuedToken {
        authorization: HeaderValue::from_str(text).unwrap(),
        expires_at: NOW.plus_s(3600),
        renew_at: NOW.plus_s(3300),
    })
}

fn text(outcome: &Outcome) -> String {
    match outcome {
        Ok(token) => token.authorization.to_str().unwrap().to_owned(),
        Err(refused) => refused.fault.kind.name.to_owned(),
    }
}

fn unreachable() -> Outcome {
    Err(Arc::new(Refused::from(TOKEN_ENDPOINT_UNAVAILABLE.plain())))
}

fn no_consent() -> Outcome {
    Err(Arc::new(Refused {
        fault: OBO_NO_CONSENT.plain(),
        lasting: true,
    }))
}

/// Asks with an exchange that answers at once, and says whether it was used.
async fn ask(cache: &TokenCache, key: &Key, now: UnixTime, answer: Outcome) -> (String, bool) {
    let used = AtomicUsize::new(0);
    let outcome = cache
        .get(key, now, || {
            used.fetch_add(1, SeqCst);
            async { answer }
        })
        .await;
    (text(&outcome), used.load(SeqCst) == 1)
}

#[tokio::test]
async fn a_token_is_kept_until_its_renewal_and_asked_for_anew_afterwards() {
    let (cache, key) = (TokenCache::default(), key(1, 1, &target("p")));
    assert_eq!(
        ask(&cache, &key, NOW, Ok(token("one"))).await,
        ("one".into(), true)
    );
    assert_eq!(
        ask(&cache, &key, NOW.plus_s(3299), Ok(token("two"))).await,
        ("one".into(), false)
    );
    assert_eq!(
        ask(&cache, &key, NOW.plus_s(3300), Ok(token("two"))).await,
        ("two".into(), true)
    );
}

#[tokio::test]
async fn while_the_endpoint_is_out_of_reach_a_token_works_to_its_end() {
    let (cache, key) = (TokenCache::default(), key(1, 1, &target("p")));
    ask(&cache, &key, NOW, Ok(token("one"))).await;
    let late = NOW.plus_s(3400);
    assert_eq!(
        ask(&cache, &key, late, unreachable()).await,
        ("one".into(), true)
    );
    // For a while nobody waits for the endpoint again.
    assert_eq!(
        ask(&cache, &key, late.plus_s(1), unreachable()).await,
        ("one".into(), false)
    );
    assert_eq!(
        ask(&cache, &key, late.plus_s(16), unreachable()).await,
        ("one".into(), true)
    );
    let after = NOW.plus_s(3600);
    assert_eq!(
        ask(&cache, &key, after, unreachable()).await.0,
        "token_request.unavailable"
    );
}

#[tokio::test]
async fn refusals_are_remembered_briefly_and_outages_not_at_all() {
    let (cache, target) = (TokenCache::default(), target("p"));
    let refused = key(1, 1, &target);
    assert_eq!(
        ask(&cache, &refused, NOW, no_consent()).await,
        ("obo.token_request_failed".into(), true)
    );
    let soon = NOW.plus_s(REFUSAL_S - 1);
    assert_eq!(
        ask(&cache, &refused, soon, Ok(token("x"))).await.0,
        "obo.token_request_failed"
    );
    let later = NOW.plus_s(REFUSAL_S);
    assert_eq!(
        ask(&cache, &refused, later, Ok(token("x"))).await,
        ("x".into(), true)
    );
    let down = key(2, 1, &target);
    assert_eq!(
        ask(&cache, &down, NOW, unreachable()).await.0,
        "token_request.unavailable"
    );
    assert_eq!(
        ask(&cache, &down, NOW, Ok(token("y"))).await,
        ("y".into(), true)
    );
}

#[tokio::test]
async fn purging_spares_the_token_that_took_the_place() {
    let (cache, key) = (TokenCache::default(), key(1, 1, &target("p")));
    let old = cache
        .get(&key, NOW, async || Ok(token("old")))
        .await
        .unwrap();
    cache.purge(&key, &old);
    assert_eq!(
        ask(&cache, &key, NOW, Ok(token("new"))).await,
        ("new".into(), true)
    );
    // The second of two calls that were refused with the old one.
    cache.purge(&key, &old);
    assert_eq!(
        ask(&cache, &key, NOW, Ok(token("newer"))).await,
        ("new".into(), false)
    );
}

#[tokio::test]
async fn forgetting_a_user_takes_all_of_his_and_nothing_of_others() {
    let cache = TokenCache::default();
    let (orders, graph) = (target("orders"), target("graph"));
    for (user, assertion, target) in [
        (1, 1, &orders),
        (1, 2, &orders),
        (1, 1, &graph),
        (2, 1, &orders),
    ] {
        ask(&cache, &key(user, assertion, target), NOW, Ok(token("t"))).await;
    }
    let app = Key {
        holder: Holder::Application,
        target: orders.clone(),
    };
    ask(&cache, &app, NOW, Ok(token("app"))).await;
    cache.forget(UserId(Uuid::from_u128(1)));
    assert_eq!(cache.len(), 2);
    assert!(
        !ask(&cache, &key(2, 1, &orders), NOW, Ok(token("x")))
            .await
            .1
    );
    assert!(!ask(&cache, &app, NOW, Ok(token("x"))).await.1);
    assert!(
        ask(&cache, &key(1, 2, &orders), NOW, Ok(token("x")))
            .await
            .1
    );
}

#[tokio::test]
async fn an_exchange_under_way_is_not_kept_for_a_user_who_was_forgotten() {
    let (cache, key) = (TokenCache::default(), key(1, 1, &target("p")));
    let outcome = cache
        .get(&key, NOW, || async {
            cache.forget(UserId(Uuid::from_u128(1)));
            Ok(token("late"))
        })
        .await;
    assert_eq!(text(&outcome), "late");
    assert_eq!(cache.len(), 0);
}

#[tokio::test]
async fn memory_is_bounded() {
    let (cache, target) = (TokenCache::with_capacity(64), target("p"));
    for user in 0..1_000 {
        ask(&cache, &key(user, 1, &target), NOW, Ok(token("t"))).await;
    }
    assert!(cache.len() <= 64 + SHARDS, "{}", cache.len());
}

/// Everybody asks while the exchanges are held back, so that all calls are first calls.
async fn storm(users: u128, calls_per_user: usize) -> (usize, Vec<(u128, String)>) {
    let cache = Arc::new(TokenCache::default());
    let (gate, exchanges) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
    let target = target("p");
    let mut calls = tokio::task::JoinSet::new();
    for user in 0..users {
        for _ in 0..calls_per_user {
            let (cache, gate, exchanges) = (cache.clone(), gate.clone(), exchanges.clone());
            let key = key(user, 1, &target);
            calls.spawn(async move {
                let exchange = || async {
                    exchanges.fetch_add(1, SeqCst);
                    gate.notified().await;
                    // Several exchanges of different users finish in any order.
                    tokio::task::yield_now().await;
                    Ok(token(&format!("of {user}")))
                };
                (user, text(&cache.get(&key, NOW, exchange).await))
            });
        }
    }
    while exchanges.load(SeqCst) < usize::try_from(users).unwrap() {
        tokio::task::yield_now().await;
    }
    for _ in 0..users {
        gate.notify_one();
        tokio::task::yield_now().await;
    }
    let waker = tokio::spawn(async move {
        loop {
            gate.notify_waiters();
            tokio::task::yield_now().await;
        }
    });
    let answers = calls.join_all().await;
    waker.abort();
    (exchanges.load(SeqCst), answers)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_first_calls_of_one_user_are_one_exchange() {
    let (exchanges, answers) = storm(1, 1_000).await;
    assert_eq!(exchanges, 1);
    assert_eq!(answers.len(), 1_000);
    assert!(answers.iter().all(|(_, answer)| answer == "of 0"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn first_calls_of_a_thousand_users_are_a_thousand_exchanges_and_none_crosses() {
    let (exchanges, answers) = storm(1_000, 1).await;
    assert_eq!(exchanges, 1_000);
    assert!(
        answers
            .iter()
            .all(|(user, answer)| *answer == format!("of {user}"))
    );
}

#[tokio::test]
async fn a_caller_who_goes_away_does_not_take_the_exchange_from_the_others() {
    let (cache, key) = (Arc::new(TokenCache::default()), key(1, 1, &target("p")));
    let never = cache.get(&key, NOW, std::future::pending);
    tokio::select! {
        biased;
        _ = never => unreachable!("it never ends"),
        () = tokio::task::yield_now() => {}
    }
    assert_eq!(
        ask(&cache, &key, NOW, Ok(token("mine"))).await,
        ("mine".into(), true)
    );
}

#[derive(Clone, Debug)]
enum Step {
    Call {
        user: u128,
        assertion: u8,
        profile: usize,
        after_s: i64,
        reachable: bool,
    },
    Purge {
        user: u128,
        assertion: u8,
        profile: usize,
    },
    Forget {
        user: u128,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let who = (0..3_u128, 0..2_u8, 0..2_usize);
    let call = (who.clone(), 0..2_000_i64, prop::bool::weighted(0.8)).prop_map(
        |((user, assertion, profile), after_s, reachable)| Step::Call {
            user,
            assertion,
            profile,
            after_s,
            reachable,
        },
    );
    let purge = who.prop_map(|(user, assertion, profile)| Step::Purge {
        user,
        assertion,
        profile,
    });
    let forget = (0..3_u128).prop_map(|user| Step::Forget { user });
    prop::collection::vec(prop_oneof![8 => call, 1 => purge, 1 => forget], 1..60)
}

proptest! {
    /// Whatever happens in whatever order, an answer carries the caller's own user, assertion and profile.
    #[test]
    fn nobody_ever_sees_the_token_of_another(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let cache = TokenCache::with_capacity(32);
            let targets = [target("orders"), target("graph")];
            let (mut now, mut last) = (NOW, HashMap::new());
            for step in steps {
                match step {
                    Step::Call { user, assertion, profile, after_s, reachable } => {
                        now = now.plus_s(after_s);
                        let key = key(user, assertion, &targets[profile]);
                        let name = format!("{user}/{assertion}/{profile}");
                        let fresh = IssuedToken {
                            authorization: HeaderValue::from_str(&name).unwrap(),
                            expires_at: now.plus_s(3600),
                            renew_at: now.plus_s(3300),
                        };
                        let answer = if reachable { Ok(Arc::new(fresh)) } else { unreachable() };
                        if let Ok(token) = cache.get(&key, now, async || answer).await {
                            prop_assert_eq!(token.authorization.to_str().unwrap(), name);
                            prop_assert!(now < token.expires_at, "an expired token was given out");
                            last.insert(key, token);
                        }
                    }
                    Step::Purge { user, assertion, profile } => {
                        let key = key(user, assertion, &targets[profile]);
                        if let Some(token) = last.get(&key) {
                            cache.purge(&key, token);
                        }
                    }
                    Step::Forget { user } => cache.forget(UserId(Uuid::from_u128(user))),
                }
            }
            Ok(())
        })?;
    }
}

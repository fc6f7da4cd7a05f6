//! The vault: provider tokens kept, refreshed, forgotten; never another user's.

use crate::upstream::{Refresh, Upstream};
use crate::web::{World, contoso};
use behalf_authority::admin;
use behalf_authority::providers::token_request::Tokens;
use behalf_model::entity::EntityRow;
use behalf_model::ports::{Change, Expect, ProviderToken, Store, TokenVault, VaultMiss};
use behalf_model::secret::Sealed;
use behalf_model::user::User;
use behalf_model::{Secret, UserId};
use behalf_store::SqliteStore;
use behalf_wire::jose::Unverified;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

struct Kept {
    world: World,
    user: UserId,
}

impl Kept {
    /// A user whose tokens were stored at a sign-in and live for an hour.
    async fn new() -> Self {
        let kept = Self {
            world: World::new().await,
            user: UserId(Uuid::from_u128(1)),
        };
        // The users of these tests share one fake issuer, whose tokens say nothing about whose they are.
        kept.world.upstream.set(|state| state.oid = None);
        kept.add(kept.user, "microsoft", Some("refresh-1")).await;
        kept
    }

    async fn add(&self, id: UserId, provider: &str, refresh_token: Option<&str>) {
        let now = self.world.authority.env.now();
        let user = User {
            tenant: contoso(),
            id,
            provider: provider.to_owned(),
            subject: id.to_string(),
            upn: format!("{id}@contoso.example"),
            name: "Someone".to_owned(),
            given_name: String::new(),
            family_name: String::new(),
            email: String::new(),
            active: true,
            admin: false,
            person: None,
            groups: Vec::new(),
            created_at: now,
            valid_from: None,
        };
        self.world.put(&user).await;
        let tokens = Tokens {
            access_token: Some(Secret::new(format!("access of {id}"))),
            refresh_token: refresh_token.map(Secret::new),
            id_token: None,
            expires_in_s: Some(3600),
        };
        self.world
            .authority
            .vault
            .store_tokens(contoso(), id, provider, &tokens, now)
            .await
            .unwrap();
    }

    async fn token(&self) -> Result<ProviderToken, VaultMiss> {
        self.token_of(self.user).await
    }

    async fn token_of(&self, user: UserId) -> Result<ProviderToken, VaultMiss> {
        let now = self.world.authority.env.now();
        self.world
            .authority
            .vault
            .token(contoso(), user, "microsoft", now)
            .await
    }

    fn refreshes(&self) -> usize {
        self.world.upstream.requests("/token").len()
    }

    async fn has_row(&self) -> bool {
        self.world
            .authority
            .store()
            .provider_token(contoso(), self.user, "microsoft")
            .await
            .unwrap()
            .is_some()
    }

    fn refuse(&self, body: Value) {
        self.world
            .upstream
            .set(|state| state.refresh = Refresh::Refuse(body));
    }
}

/// The refresh token that the fake issuer made the access token from.
fn origin(token: &ProviderToken) -> String {
    let token = Unverified::peek(token.access_token.expose()).unwrap();
    token.claims.text("from").unwrap().to_owned()
}

#[tokio::test]
async fn a_good_token_is_handed_out_as_it_is() {
    let kept = Kept::new().await;
    kept.world.clock.advance_s(3540);
    let token = kept.token().await.unwrap();
    assert_eq!(
        token.access_token.expose(),
        format!("access of {}", kept.user)
    );
    assert_eq!(kept.refreshes(), 0);
    kept.world.clock.advance_s(1);
    assert_eq!(
        origin(&kept.token().await.unwrap()),
        "refresh-1",
        "59 seconds are too few"
    );
    assert_eq!(kept.refreshes(), 1);
}

#[tokio::test]
async fn rotated_refresh_tokens_are_kept_before_they_are_needed() {
    let kept = Kept::new().await;
    for expected in ["refresh-1", "refresh-1+", "refresh-1++"] {
        kept.world.clock.advance_s(3600);
        assert_eq!(origin(&kept.token().await.unwrap()), expected);
        assert_eq!(origin(&kept.token().await.unwrap()), expected, "kept");
    }
    let asked = kept.world.upstream.requests("/token");
    assert_eq!(asked.len(), 3);
    assert!(
        asked[0]["scope"].contains("offline_access")
            && asked[0]["scope"].contains("access_as_user")
    );
}

#[tokio::test]
async fn a_provider_that_keeps_its_refresh_token_does_not_cost_us_ours() {
    let kept = Kept::new().await;
    kept.world
        .upstream
        .set(|state| state.refresh = Refresh::KeepToken);
    for _ in 0..3 {
        kept.world.clock.advance_s(3600);
        assert_eq!(origin(&kept.token().await.unwrap()), "refresh-1");
    }
}

#[tokio::test]
async fn a_thousand_callers_of_one_user_cause_one_refresh() {
    let kept = Arc::new(Kept::new().await);
    kept.world.clock.advance_s(3600);
    kept.world.upstream.hold();
    let callers: Vec<_> = (0..1000)
        .map(|_| {
            let kept = kept.clone();
            tokio::spawn(async move { origin(&kept.token().await.unwrap()) })
        })
        .collect();
    while kept.refreshes() == 0
        && kept
            .world
            .upstream
            .requests("/tid/v2.0/.well-known/openid-configuration")
            .is_empty()
    {
        tokio::task::yield_now().await;
    }
    kept.world.upstream.go();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), "refresh-1");
    }
    assert_eq!(kept.refreshes(), 1);
}

#[tokio::test]
async fn users_refresh_beside_each_other_and_get_their_own() {
    let kept = Arc::new(Kept::new().await);
    for id in 2..50 {
        kept.add(
            UserId(Uuid::from_u128(id)),
            "microsoft",
            Some(&format!("refresh-of-{id}")),
        )
        .await;
    }
    kept.world.clock.advance_s(3600);
    let callers: Vec<_> = (2..50_u128)
        .map(|id| {
            let kept = kept.clone();
            tokio::spawn(async move {
                (
                    id,
                    origin(&kept.token_of(UserId(Uuid::from_u128(id))).await.unwrap()),
                )
            })
        })
        .collect();
    for caller in callers {
        let (id, from) = caller.await.unwrap();
        assert_eq!(from, format!("refresh-of-{id}"));
    }
    assert_eq!(kept.refreshes(), 48);
}

#[tokio::test]
async fn a_caller_who_hangs_up_does_not_lose_the_rotated_token() {
    let kept = Arc::new(Kept::new().await);
    kept.world.clock.advance_s(3600);
    kept.world.upstream.hold();
    let caller = {
        let kept = kept.clone();
        tokio::spawn(async move { kept.token().await.map(drop) })
    };
    while kept
        .world
        .upstream
        .requests("/tid/v2.0/.well-known/openid-configuration")
        .is_empty()
    {
        tokio::task::yield_now().await;
    }
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    kept.world.upstream.go();
    assert_eq!(
        origin(&kept.token().await.unwrap()),
        "refresh-1",
        "the refresh went on"
    );
    assert_eq!(kept.refreshes(), 1);
}

#[tokio::test]
async fn a_refused_refresh_token_is_dropped_and_a_repairable_refusal_is_not() {
    let kept = Kept::new().await;
    kept.world.clock.advance_s(3600);
    for body in [
        json!({"error": "invalid_client"}),
        json!({"error": "invalid_grant", "suberror": "consent_required"}),
        json!({"error": "invalid_grant", "suberror": "basic_action", "claims": "{}"}),
    ] {
        let code = body["error"].as_str().unwrap().to_owned();
        kept.refuse(body);
        assert_eq!(
            kept.token().await.unwrap_err(),
            VaultMiss::RefreshRefused(code)
        );
        assert!(kept.has_row().await);
    }
    kept.refuse(json!({"error": "invalid_grant", "error_description": "AADSTS700082: expired"}));
    assert_eq!(
        kept.token().await.unwrap_err(),
        VaultMiss::RefreshRefused("invalid_grant".to_owned())
    );
    assert!(!kept.has_row().await);
    assert_eq!(
        kept.token().await.unwrap_err(),
        VaultMiss::NoToken,
        "and nobody asks again"
    );
    assert_eq!(kept.refreshes(), 4);
}

#[tokio::test]
async fn a_token_of_another_user_is_neither_used_nor_kept() {
    let kept = Kept::new().await;
    kept.world.clock.advance_s(3600);
    kept.world.upstream.set(|state| state.oid = Some("bob-oid"));
    assert_eq!(
        kept.token().await.unwrap_err(),
        VaultMiss::RefreshRefused("token_of_another_user".to_owned())
    );
    assert!(!kept.has_row().await, "he has to sign in again");
}

#[tokio::test]
async fn what_may_pass_is_not_taken_for_a_refusal() {
    let kept = Kept::new().await;
    kept.world.clock.advance_s(3600);
    kept.world.upstream.set(|state| state.down = true);
    assert!(
        matches!(kept.token().await.unwrap_err(), VaultMiss::Unavailable(why) if why.contains("cannot be reached"))
    );
    kept.world.upstream.set(|state| {
        state.down = false;
        state.refresh = Refresh::Garbage;
    });
    let miss = kept.token().await.unwrap_err();
    assert!(
        matches!(&miss, VaultMiss::Unavailable(why) if why.contains("not usable")),
        "{miss:?}"
    );
    assert!(kept.has_row().await);
    kept.world
        .upstream
        .set(|state| state.refresh = Refresh::Rotate);
    assert_eq!(origin(&kept.token().await.unwrap()), "refresh-1");
}

#[tokio::test]
async fn without_a_refresh_token_the_user_has_to_come_back() {
    let kept = Kept::new().await;
    let other = UserId(Uuid::from_u128(2));
    kept.add(other, "microsoft", None).await;
    assert!(kept.token_of(other).await.is_ok());
    kept.world.clock.advance_s(3600);
    assert_eq!(kept.token_of(other).await.unwrap_err(), VaultMiss::Expired);
    assert_eq!(
        kept.token_of(UserId(Uuid::from_u128(3))).await.unwrap_err(),
        VaultMiss::NoToken
    );
    let now = kept.world.authority.env.now();
    let vault = &kept.world.authority.vault;
    assert_eq!(
        vault
            .token(contoso(), kept.user, "corp", now)
            .await
            .unwrap_err(),
        VaultMiss::NoToken
    );
    let elsewhere = crate::web::FABRIKAM.parse().unwrap();
    assert_eq!(
        vault
            .token(elsewhere, kept.user, "microsoft", now)
            .await
            .unwrap_err(),
        VaultMiss::NoToken
    );
}

#[tokio::test]
async fn tokens_survive_a_restart() {
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open_temporary().unwrap());
    let kept = Kept {
        world: World::over(store.clone()).await,
        user: UserId(Uuid::from_u128(1)),
    };
    kept.add(kept.user, "microsoft", Some("refresh-1")).await;
    let again = Kept {
        world: World::bare(store.clone(), Upstream::new()),
        user: kept.user,
    };
    assert_eq!(
        again.token().await.unwrap().access_token.expose(),
        format!("access of {}", kept.user)
    );
    again.world.upstream.set(|state| state.oid = None);
    again.world.clock.advance_s(3600);
    assert_eq!(origin(&again.token().await.unwrap()), "refresh-1");
    let third = Kept {
        world: World::bare(store, Upstream::new()),
        user: kept.user,
    };
    third.world.clock.advance_s(3600);
    assert_eq!(
        origin(&third.token().await.unwrap()),
        "refresh-1",
        "what was refreshed is kept too"
    );
    assert_eq!(third.refreshes(), 0);
}

#[tokio::test]
async fn a_row_moved_to_another_user_does_not_open() {
    let kept = Kept::new().await;
    let thief = UserId(Uuid::from_u128(2));
    kept.add(thief, "microsoft", Some("own")).await;
    let store = kept.world.authority.store();
    let mut row = store
        .provider_token(contoso(), kept.user, "microsoft")
        .await
        .unwrap()
        .unwrap();
    row.user = thief;
    store
        .commit(vec![Change::PutProviderToken(row.clone())])
        .await
        .unwrap();
    assert_eq!(kept.token_of(thief).await.unwrap_err(), VaultMiss::NoToken);
    // Nor does an access token serve as refresh token.
    row.user = kept.user;
    row.refresh_token = Some(Sealed(row.access_token.0.clone()));
    store
        .commit(vec![Change::PutProviderToken(row)])
        .await
        .unwrap();
    kept.world.clock.advance_s(3600);
    assert_eq!(kept.token().await.unwrap_err(), VaultMiss::NoToken);
    assert_eq!(kept.refreshes(), 0);
}

#[tokio::test]
async fn disabled_deleted_and_signed_out_users_have_no_token() {
    let kept = Kept::new().await;
    assert!(kept.token().await.is_ok());
    kept.world
        .authority
        .vault
        .forget(contoso(), kept.user)
        .await;
    assert_eq!(kept.token().await.unwrap_err(), VaultMiss::NoToken);
    assert!(!kept.has_row().await);

    let kept = Kept::new().await;
    assert!(kept.token().await.is_ok(), "in memory now");
    let user: User = kept.world.get(&kept.user.to_string()).await;
    kept.world
        .authority
        .store()
        .commit(admin::disable_user(&user))
        .await
        .unwrap();
    assert_eq!(
        kept.token().await.unwrap_err(),
        VaultMiss::NoToken,
        "also without a word to the vault"
    );
    kept.world
        .authority
        .store()
        .commit(admin::enable_user(&user))
        .await
        .unwrap();
    assert!(
        kept.token().await.is_ok(),
        "enabled again, his access tokens work again, on behalf of him too (E3)"
    );
    kept.world
        .authority
        .store()
        .commit(admin::delete_user(&user, kept.world.authority.env.now()))
        .await
        .unwrap();
    assert_eq!(kept.token().await.unwrap_err(), VaultMiss::NoToken);
    assert!(!kept.has_row().await);

    let kept = Kept::new().await;
    let row = EntityRow::of(&User {
        active: false,
        ..user
    });
    kept.world
        .authority
        .store()
        .commit(vec![Change::PutEntity {
            row,
            expect: Expect::Any,
        }])
        .await
        .unwrap();
    kept.world.clock.advance_s(3600);
    assert_eq!(kept.token().await.unwrap_err(), VaultMiss::NoToken);
    assert_eq!(
        kept.refreshes(),
        0,
        "no refresh for a user who is switched off"
    );
}

#[tokio::test]
async fn a_sign_out_during_a_refresh_wins() {
    let kept = Arc::new(Kept::new().await);
    kept.world.clock.advance_s(3600);
    kept.world.upstream.hold();
    let caller = {
        let kept = kept.clone();
        tokio::spawn(async move { kept.token().await.map(drop) })
    };
    while kept
        .world
        .upstream
        .requests("/tid/v2.0/.well-known/openid-configuration")
        .is_empty()
    {
        tokio::task::yield_now().await;
    }
    kept.world
        .authority
        .vault
        .forget(contoso(), kept.user)
        .await;
    kept.world.upstream.go();
    assert_eq!(caller.await.unwrap().unwrap_err(), VaultMiss::NoToken);
    assert!(
        !kept.has_row().await,
        "the refreshed token did not come back"
    );
}

#[tokio::test]
async fn no_token_shows_in_debug_output() {
    let kept = Kept::new().await;
    let text = format!("{:?}", kept.token().await.unwrap());
    assert!(!text.contains("access of"), "{text}");
}

//! The vault: the provider tokens of users, sealed in the store, refreshed ahead of expiry.

mod flight;

use crate::providers::token_request::{Asked, Registration, Tokens};
use crate::providers::upstream::Upstreams;
use async_trait::async_trait;
use behalf_model::facts::Facts;
use behalf_model::fault::{STORE_UNAVAILABLE, UPSTREAM_REFUSED};
use behalf_model::ports::{Change, ProviderToken, TokenVault, VaultMiss};
use behalf_model::secret::{Sealed, Sealer};
use behalf_model::session::{ProviderTokenKind, ProviderTokenRow};
use behalf_model::tenant::{DIRECTORY, ProviderKind, Tenant};
use behalf_model::user::User;
use behalf_model::{Fault, Secret, TenantId, UnixTime, UserId};
use behalf_wire::jose::Unverified;
use flight::{Flight, Flights};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A token is handed out only when it stays valid this long; otherwise it is refreshed first.
const LEAST_VALIDITY_S: i64 = 60;
/// Assumed when neither answer nor token says how long it lives.
const DEFAULT_LIFETIME_S: i64 = 3600;
/// A bound on memory: above it the cache starts anew.
const MAX_CACHED: usize = 20_000;

/// All three parts: a key without the tenant or the user would hand one user's token to another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Owner {
    tenant: TenantId,
    user: UserId,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Key {
    owner: Owner,
    provider: String,
}

/// Cheap to clone; one per process.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    facts: Facts,
    sealer: Arc<dyn Sealer>,
    upstreams: Arc<Upstreams>,
    /// Opened tokens, each good for one version of the facts: disabling a user ends it without a word to us.
    opened: Mutex<HashMap<Key, (u64, ProviderToken)>>,
    flights: Flights,
}

impl Vault {
    pub fn new(facts: Facts, sealer: Arc<dyn Sealer>, upstreams: Arc<Upstreams>) -> Self {
        Self(Arc::new(Inner {
            facts,
            sealer,
            upstreams,
            opened: Mutex::default(),
            flights: Flights::default(),
        }))
    }

    /// Keeps what a sign-in brought, in place of what was kept before.
    ///
    /// Errors: those of the store.
    pub async fn store_tokens(
        &self,
        tenant: TenantId,
        user: UserId,
        provider: &str,
        tokens: &Tokens,
        now: UnixTime,
    ) -> Result<(), Fault> {
        let key = Key {
            owner: Owner { tenant, user },
            provider: provider.to_owned(),
        };
        let Some(access_token) = &tokens.access_token else {
            return Ok(());
        };
        let row = self.0.sealed_row(
            &key,
            access_token,
            tokens.refresh_token.as_ref(),
            expiry(tokens, now),
            now,
        );
        self.0.opened().remove(&key);
        self.0
            .facts
            .store()
            .commit(vec![Change::PutProviderToken(row)])
            .await?;
        self.0.opened().remove(&key);
        Ok(())
    }
}

#[async_trait]
impl TokenVault for Vault {
    async fn token(
        &self,
        tenant: TenantId,
        user: UserId,
        provider: &str,
        now: UnixTime,
    ) -> Result<ProviderToken, VaultMiss> {
        let key = Key {
            owner: Owner { tenant, user },
            provider: provider.to_owned(),
        };
        let version = self.0.facts.store().facts_version();
        let good = |token: &ProviderToken| token.expires_at >= now.plus_s(LEAST_VALIDITY_S);
        let opened = self
            .0
            .opened()
            .get(&key)
            .filter(|(at, token)| *at == version && good(token))
            .cloned();
        if let Some((_, token)) = opened {
            return Ok(token);
        }
        if !self.0.is_active(key.owner).await? {
            return Err(VaultMiss::NoToken);
        }
        if let Some(token) = self.0.kept(&key, version, now).await? {
            return Ok(token);
        }
        let inner = self.0.clone();
        // On a task of its own: a caller who hangs up must not lose a refresh token that was already rotated.
        self.0
            .flights
            .join(key, |key, flight| async move {
                inner.refresh(&key, &flight, now).await
            })
            .await
    }

    async fn forget(&self, tenant: TenantId, user: UserId) {
        let owner = Owner { tenant, user };
        self.0.flights.cancel(|key| key.owner == owner);
        self.0.opened().retain(|key, _| key.owner != owner);
        let change = Change::DeleteProviderTokens {
            tenant,
            user,
            provider: None,
        };
        if let Err(error) = self.0.facts.store().commit(vec![change]).await {
            tracing::error!(%error, %tenant, %user, "provider tokens could not be forgotten");
        }
    }
}

impl Inner {
    fn opened(&self) -> MutexGuard<'_, HashMap<Key, (u64, ProviderToken)>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn is_active(&self, owner: Owner) -> Result<bool, VaultMiss> {
        let user = self
            .facts
            .get::<User>(owner.tenant, &owner.user.to_string())
            .await
            .map_err(unavailable)?;
        Ok(user.is_some_and(|user| user.active))
    }

    /// Whether a token of a `microsoft` provider says of itself that it is somebody else's. An opaque one says nothing,
    /// and at other providers a user's subject is no `oid`.
    async fn names_another(&self, key: &Key, token: &Secret) -> Result<bool, VaultMiss> {
        let Owner { tenant, user } = key.owner;
        let of = self
            .facts
            .get::<Tenant>(DIRECTORY, &tenant.to_string())
            .await
            .map_err(unavailable)?;
        let provider = of.as_ref().and_then(|of| of.provider(&key.provider));
        if provider.is_none_or(|provider| provider.kind != ProviderKind::Microsoft) {
            return Ok(false);
        }
        let user = self
            .facts
            .get::<User>(tenant, &user.to_string())
            .await
            .map_err(unavailable)?;
        let peeked = Unverified::peek(token.expose()).ok();
        let oid = peeked.as_ref().and_then(|token| token.claims.oid());
        Ok(oid
            .zip(user)
            .is_some_and(|(oid, user)| !oid.eq_ignore_ascii_case(&user.subject)))
    }

    /// The kept token when it is valid long enough.
    async fn kept(
        &self,
        key: &Key,
        version: u64,
        now: UnixTime,
    ) -> Result<Option<ProviderToken>, VaultMiss> {
        let row = self.row(key).await?.ok_or(VaultMiss::NoToken)?;
        if row.expires_at < now.plus_s(LEAST_VALIDITY_S) {
            return Ok(None);
        }
        let access_token =
            self.open(&purpose(key, ProviderTokenKind::Access), &row.access_token)?;
        let token = ProviderToken {
            access_token,
            expires_at: row.expires_at,
        };
        self.remember(key, version, &token);
        Ok(Some(token))
    }

    async fn row(&self, key: &Key) -> Result<Option<ProviderTokenRow>, VaultMiss> {
        let row = self
            .facts
            .store()
            .provider_token(key.owner.tenant, key.owner.user, &key.provider)
            .await;
        row.map_err(|error| unavailable(error.into()))
    }

    async fn refresh(
        &self,
        key: &Key,
        flight: &Flight,
        now: UnixTime,
    ) -> Result<ProviderToken, VaultMiss> {
        let version = self.facts.store().facts_version();
        // The flight before this one may have landed between the caller's look and its take-off.
        if let Some(token) = self.kept(key, version, now).await? {
            return Ok(token);
        }
        let row = self.row(key).await?.ok_or(VaultMiss::NoToken)?;
        let sealed = row.refresh_token.as_ref().ok_or(VaultMiss::Expired)?;
        let refresh_token = self.open(&purpose(key, ProviderTokenKind::Refresh), sealed)?;
        let mut tokens = match self.ask(key, &refresh_token).await {
            Ok(tokens) => tokens,
            Err(fault) if fault.is(&UPSTREAM_REFUSED) => {
                return Err(self.refused(key, fault).await);
            }
            Err(fault) => return Err(unavailable(fault)),
        };
        // A provider that does not rotate leaves the refresh token out; ours stays good (RFC 6749 §6).
        let next = tokens.refresh_token.take().unwrap_or(refresh_token);
        let Some(access_token) = tokens.access_token.clone() else {
            return Err(VaultMiss::Unavailable(
                "the provider's answer has no access token".to_owned(),
            ));
        };
        if self.names_another(key, &access_token).await? {
            // A provider whose cache mixes users: using the token would show one user's data to another.
            self.drop_row(key).await;
            tracing::error!(tenant = %key.owner.tenant, user = %key.owner.user, provider = key.provider, "the provider answered a refresh with a token of another user");
            return Err(VaultMiss::RefreshRefused(
                "token_of_another_user".to_owned(),
            ));
        }
        if flight.is_cancelled() {
            return Err(VaultMiss::NoToken);
        }
        let token = ProviderToken {
            access_token,
            expires_at: expiry(&tokens, now),
        };
        let row = self.sealed_row(key, &token.access_token, Some(&next), token.expires_at, now);
        // Kept before it is used: a crash must not lose a rotated refresh token.
        let kept = self
            .facts
            .store()
            .commit(vec![Change::PutProviderToken(row)])
            .await;
        kept.map_err(|error| unavailable(error.into()))?;
        if flight.is_cancelled() || !self.is_active(key.owner).await? {
            self.drop_row(key).await;
            return Err(VaultMiss::NoToken);
        }
        self.remember(key, version, &token);
        Ok(token)
    }

    async fn ask(&self, key: &Key, refresh_token: &Secret) -> Result<Tokens, Fault> {
        let tenant = self
            .facts
            .get::<Tenant>(DIRECTORY, &key.owner.tenant.to_string())
            .await?;
        let provider = tenant
            .as_ref()
            .and_then(|tenant| tenant.provider(&key.provider));
        let provider = provider.ok_or_else(|| behalf_model::fault::UPSTREAM_NOT_SET.plain())?;
        let registration = Registration::of(
            &self.facts,
            self.sealer.as_ref(),
            key.owner.tenant,
            provider,
        )
        .await?;
        registration
            .ask(&self.upstreams, &Asked::Refresh { refresh_token })
            .await
    }

    /// `invalid_grant` without a claims challenge or a missing consent means that the refresh token is dead. Any
    /// other refusal (our secret expired, consent was withdrawn) can be repaired by an administrator, so it is kept.
    async fn refused(&self, key: &Key, fault: Fault) -> VaultMiss {
        let refusal = fault.upstream.map(|refusal| *refusal).unwrap_or_default();
        let repairable = matches!(
            refusal.suberror.as_deref(),
            Some("consent_required" | "basic_action" | "additional_action" | "message_only")
        );
        if refusal.error == "invalid_grant" && refusal.claims.is_none() && !repairable {
            self.drop_row(key).await;
        }
        tracing::warn!(tenant = %key.owner.tenant, user = %key.owner.user, provider = key.provider, error = refusal.error, "refresh refused");
        VaultMiss::RefreshRefused(refusal.error)
    }

    async fn drop_row(&self, key: &Key) {
        self.opened().remove(key);
        let Owner { tenant, user } = key.owner;
        let change = Change::DeleteProviderTokens {
            tenant,
            user,
            provider: Some(key.provider.clone()),
        };
        if let Err(error) = self.facts.store().commit(vec![change]).await {
            tracing::error!(%error, %tenant, %user, "a dead provider token could not be removed");
        }
    }

    fn remember(&self, key: &Key, version: u64, token: &ProviderToken) {
        let mut opened = self.opened();
        if opened.len() >= MAX_CACHED {
            opened.clear();
        }
        opened.insert(key.clone(), (version, token.clone()));
    }

    fn open(&self, purpose: &str, sealed: &Sealed) -> Result<Secret, VaultMiss> {
        self.sealer.open(purpose, sealed).ok_or_else(|| {
            tracing::error!(
                purpose,
                "a provider token cannot be opened with this installation's key"
            );
            VaultMiss::NoToken
        })
    }

    fn sealed_row(
        &self,
        key: &Key,
        access_token: &Secret,
        refresh_token: Option<&Secret>,
        expires_at: UnixTime,
        now: UnixTime,
    ) -> ProviderTokenRow {
        ProviderTokenRow {
            tenant: key.owner.tenant,
            user: key.owner.user,
            provider: key.provider.clone(),
            access_token: self.sealer.seal(
                &purpose(key, ProviderTokenKind::Access),
                access_token.expose(),
            ),
            refresh_token: refresh_token.map(|token| {
                self.sealer
                    .seal(&purpose(key, ProviderTokenKind::Refresh), token.expose())
            }),
            expires_at,
            obtained_at: now,
        }
    }
}

fn purpose(key: &Key, kind: ProviderTokenKind) -> String {
    ProviderTokenRow::purpose(key.owner.tenant, key.owner.user, &key.provider, kind)
}

fn expiry(tokens: &Tokens, now: UnixTime) -> UnixTime {
    now.plus_s(
        tokens
            .expires_in_s
            .filter(|s| *s > 0)
            .unwrap_or(DEFAULT_LIFETIME_S),
    )
}

fn unavailable(fault: Fault) -> VaultMiss {
    if fault.is(&STORE_UNAVAILABLE) {
        tracing::error!(
            source = fault.source,
            "the vault cannot read or write the store"
        );
    }
    VaultMiss::Unavailable(fault.detail)
}

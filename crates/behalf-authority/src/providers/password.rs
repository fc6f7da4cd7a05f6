//! Sign-in with user name and password: Argon2id, few at a time, slower after failures.

mod throttle;

use crate::Authority;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use behalf_model::fault::{INTERNAL, SIGNIN_BUSY, SIGNIN_LOCKED, SIGNIN_REFUSED};
use behalf_model::tenant::Tenant;
use behalf_model::user::PasswordAccount;
use behalf_model::{Env, Fault, Secret, TenantId};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use throttle::Throttle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Longer input is refused unhashed: nobody types it.
const MAX_INPUT_BYTES: usize = 1024;
/// How long a sign-in waits for its turn to be hashed.
const PATIENCE: Duration = Duration::from_secs(10);

/// The same cost as a real hash (parameters of `hash_password`) for user names that do not exist, so that the time
/// of the answer does not tell which ones do.
const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// Argon2id (RFC 9106) with a random salt, in PHC string form. Costs 19 MiB and about 40 ms.
pub fn hash_password(env: &Env, password: &str) -> String {
    let salt: [u8; 16] = env.random();
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
    // Only a salt or password beyond the algorithm's limits fails, and an empty hash matches nothing.
    hash.map(|hash| hash.to_string()).unwrap_or_default()
}

/// What password checks of one process share.
pub struct PasswordChecks {
    turns: Arc<Semaphore>,
    patience: Duration,
    throttle: Mutex<Throttle<(TenantId, String)>>,
}

impl PasswordChecks {
    pub fn new(at_once: usize) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(at_once.max(1))),
            patience: PATIENCE,
            throttle: Mutex::default(),
        }
    }

    fn throttle(&self) -> MutexGuard<'_, Throttle<(TenantId, String)>> {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, Fault> {
        let turn = tokio::time::timeout(self.patience, self.turns.clone().acquire_owned()).await;
        turn.ok()
            .and_then(Result::ok)
            .ok_or_else(|| SIGNIN_BUSY.plain())
    }
}

/// Proves who someone is by user name and password.
///
/// Errors: `SIGNIN_REFUSED` (never saying which of the two is wrong), `SIGNIN_LOCKED`, `SIGNIN_BUSY`.
pub async fn authenticate(
    authority: &Authority,
    tenant: &Tenant,
    username: &str,
    password: Secret,
) -> Result<Arc<PasswordAccount>, Fault> {
    let name = username.trim().to_lowercase();
    if name.is_empty() || name.len() > MAX_INPUT_BYTES || password.expose().len() > MAX_INPUT_BYTES
    {
        return Err(SIGNIN_REFUSED.plain());
    }
    let account = find(authority, tenant, &name).await?;
    // Counted under the account's own name, so that the spellings of one name do not multiply the attempts.
    let counted = (
        tenant.id,
        account
            .as_ref()
            .map_or(name, |account| account.username.clone()),
    );
    let checks = &authority.passwords;
    let locked = |wait_s: i64| {
        SIGNIN_LOCKED.with(format!(
            "Too many wrong passwords. Try again in {wait_s} seconds."
        ))
    };
    checks
        .throttle()
        .admit(&counted, authority.env.now())
        .map_err(locked)?;
    let turn = checks.turn().await?;
    // Again, with a turn in hand: otherwise a thousand guesses sent at once would all be admitted before one failed.
    checks
        .throttle()
        .admit(&counted, authority.env.now())
        .map_err(locked)?;
    let hash = account
        .as_ref()
        .map_or_else(|| DECOY.to_owned(), |account| account.password_hash.clone());
    let hashed = tokio::task::spawn_blocking(move || {
        let password = password.expose().as_bytes();
        let matches =
            PasswordVerifier::<str>::verify_password(&Argon2::default(), password, &hash).is_ok();
        // The turn goes along, so that it is over only when a caller who hung up has stopped costing.
        (matches, turn)
    });
    // Held until the result is counted: the next guess must see it.
    let (matches, _turn) = hashed
        .await
        .map_err(|error| INTERNAL.plain().because(error))?;
    match account.filter(|_| matches) {
        Some(account) => {
            checks.throttle().succeeded(&counted);
            Ok(account)
        }
        None => {
            checks.throttle().failed(counted, authority.env.now());
            Err(SIGNIN_REFUSED.plain())
        }
    }
}

/// By the account's user name, or by user name and one of the tenant's domains.
async fn find(
    authority: &Authority,
    tenant: &Tenant,
    name: &str,
) -> Result<Option<Arc<PasswordAccount>>, Fault> {
    if let Some(account) = authority
        .facts
        .get::<PasswordAccount>(tenant.id, name)
        .await?
    {
        return Ok(Some(account));
    }
    match name.rsplit_once('@') {
        Some((local, domain))
            if tenant
                .domains
                .iter()
                .any(|d| d.eq_ignore_ascii_case(domain)) =>
        {
            authority
                .facts
                .get::<PasswordAccount>(tenant.id, local)
                .await
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests;

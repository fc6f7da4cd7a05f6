//! From a proven account of a provider to the user of the tenant: found, made at the first sign-in, kept up to date.

use crate::Authority;
use behalf_model::entity::{Entity, EntityRow};
use behalf_model::fault::{INTERNAL, SIGNIN_USER_DISABLED, UPN_TAKEN};
use behalf_model::ports::{Change, Expect, StoreError};
use behalf_model::tenant::Tenant;
use behalf_model::user::{PasswordAccount, User, is_upn_of_another};
use behalf_model::{Fault, UnixTime, UserId};
use std::sync::Arc;

/// What a provider vouched for. An empty text means that it did not say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proven {
    pub provider: String,
    pub subject: String,
    pub upn: String,
    /// Whether the provider itself knows the upn, so that a change of it is taken over.
    pub upn_vouched: bool,
    pub name: String,
    pub given_name: String,
    pub family_name: String,
    pub email: String,
    pub groups: Option<Vec<String>>,
    /// Only for a user made now; afterwards administrators decide.
    pub admin: bool,
}

impl Proven {
    pub fn by_password(tenant: &Tenant, provider: &str, account: &PasswordAccount) -> Self {
        let upn = match tenant.domains.first() {
            Some(domain) if !account.username.contains('@') => {
                format!("{}@{domain}", account.username)
            }
            _ => account.username.clone(),
        };
        Self {
            provider: provider.to_owned(),
            subject: account.username.clone(),
            upn,
            upn_vouched: false,
            name: account.name.clone(),
            given_name: account.given_name.clone(),
            family_name: account.family_name.clone(),
            email: account.email.clone(),
            groups: Some(account.groups.clone()),
            admin: account.admin,
        }
    }

    fn into_user(self, tenant: &Tenant, id: UserId, now: UnixTime) -> User {
        User {
            tenant: tenant.id,
            id,
            upn: if self.upn.is_empty() {
                self.subject.clone()
            } else {
                self.upn
            },
            name: if self.name.is_empty() {
                self.subject.clone()
            } else {
                self.name
            },
            provider: self.provider,
            subject: self.subject,
            given_name: self.given_name,
            family_name: self.family_name,
            email: self.email,
            active: true,
            admin: self.admin,
            person: None,
            groups: self.groups.unwrap_or_default(),
            created_at: now,
            valid_from: None,
        }
    }

    /// The user with the provider's present data, or `None` when nothing changed.
    fn refreshed(&self, user: &User) -> Option<User> {
        let mut fresh = user.clone();
        let update = |field: &mut String, value: &str| {
            if !value.is_empty() {
                value.clone_into(field);
            }
        };
        if self.upn_vouched {
            update(&mut fresh.upn, &self.upn);
        }
        update(&mut fresh.name, &self.name);
        update(&mut fresh.given_name, &self.given_name);
        update(&mut fresh.family_name, &self.family_name);
        update(&mut fresh.email, &self.email);
        if let Some(groups) = &self.groups {
            fresh.groups.clone_from(groups);
        }
        (fresh != *user).then_some(fresh)
    }
}

/// The tenant's user for a proven account. A deleted user is not found, so a new one is made (R10).
///
/// Errors: `SIGNIN_USER_DISABLED`, `UPN_TAKEN`, those of the store.
pub async fn sign_in(
    authority: &Authority,
    tenant: &Tenant,
    proven: Proven,
) -> Result<Arc<User>, Fault> {
    let known = find(authority, tenant, &proven).await?;
    let proven = under_free_upn(authority, tenant, proven, known.as_deref()).await?;
    let user = match known {
        Some(user) => user,
        None => create(authority, tenant, &proven).await?,
    };
    if !user.active {
        let detail = "The account exists and was switched off by an administrator.";
        return Err(SIGNIN_USER_DISABLED
            .with(detail)
            .fact("user", user.id.to_string()));
    }
    if proven.refreshed(&user).is_some() {
        refresh(authority, &proven, &user).await
    } else {
        Ok(user)
    }
}

/// The account, under a name of its own when its upn is that of somebody else.
async fn under_free_upn(
    authority: &Authority,
    tenant: &Tenant,
    mut proven: Proven,
    known: Option<&User>,
) -> Result<Proven, Fault> {
    if !proven.upn_vouched || known.is_some_and(|user| user.upn == proven.upn) {
        return Ok(proven);
    }
    let who = (&*proven.provider, known.and_then(|user| user.person));
    if is_upn_of_another(&authority.facts, tenant.id, who, &proven.upn).await? {
        proven.upn = format!("{}@{}", proven.subject, proven.provider);
        proven.upn_vouched = false;
    }
    Ok(proven)
}

async fn refresh(authority: &Authority, proven: &Proven, user: &User) -> Result<Arc<User>, Fault> {
    let gone =
        || SIGNIN_USER_DISABLED.with("The account was removed or switched off at this moment.");
    // The row itself, not our rendering of it: the comparison below is letter by letter.
    let row = authority
        .store()
        .entity(User::KIND, user.tenant, &user.key())
        .await?
        .ok_or_else(gone)?;
    let current: User =
        serde_json::from_str(&row.body).map_err(|error| INTERNAL.plain().because(error))?;
    if !current.active {
        return Err(gone());
    }
    let Some(fresh) = proven.refreshed(&current) else {
        return Ok(Arc::new(current));
    };
    let put = Change::PutEntity {
        row: EntityRow::of(&fresh),
        expect: Expect::Body(row.body),
    };
    match authority.store().commit(vec![put]).await {
        Ok(_) => Ok(Arc::new(fresh)),
        // Somebody else changed the user at the same moment; his data comes up to date at the next sign-in. What must
        // not be missed is that he was disabled or deleted.
        Err(StoreError::Conflict(_)) => {
            let user = authority
                .facts
                .get::<User>(user.tenant, &user.key())
                .await?;
            user.filter(|user| user.active).ok_or_else(gone)
        }
        Err(error) => Err(error.into()),
    }
}

async fn find(
    authority: &Authority,
    tenant: &Tenant,
    proven: &Proven,
) -> Result<Option<Arc<User>>, Fault> {
    let alias = User::subject_alias(&proven.provider, &proven.subject);
    authority.facts.by_alias::<User>(tenant.id, &alias).await
}

async fn create(
    authority: &Authority,
    tenant: &Tenant,
    proven: &Proven,
) -> Result<Arc<User>, Fault> {
    let user = proven
        .clone()
        .into_user(tenant, UserId(authority.env.uuid()), authority.env.now());
    let put = Change::PutEntity {
        row: EntityRow::of(&user),
        expect: Expect::Absent,
    };
    match authority.store().commit(vec![put]).await {
        Ok(_) => Ok(Arc::new(user)),
        // Two first sign-ins at once: the other one made the user, unless only the upn is the same.
        Err(StoreError::Conflict(_)) => find(authority, tenant, proven).await?.ok_or_else(|| {
            UPN_TAKEN
                .with("Another user of this provider has the same user name.")
                .fact("upn", user.upn.clone())
        }),
        Err(error) => Err(error.into()),
    }
}

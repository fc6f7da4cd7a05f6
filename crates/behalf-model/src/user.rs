//! Users, the persons that link them, and the accounts of the `password` provider.
//!
//! An account proves who someone is; a user is what the tenant knows of him. Deleting the user leaves the account,
//! so that the next sign-in makes a *new* user and tokens of the old one stay dead (R10).

use crate::entity::Entity;
use crate::facts::Facts;
use crate::{Fault, PersonId, TenantId, UnixTime, UserId};
use serde::{Deserialize, Serialize};

/// A user of one tenant, known through exactly one provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct User {
    pub tenant: TenantId,
    pub id: UserId,
    /// Name of the provider in the tenant.
    pub provider: String,
    /// The provider's stable id of the user: the user name in lower case for `password`, `oid` for `microsoft`,
    /// `sub` for `oidc`.
    pub subject: String,
    /// User principal name, as shown; compared without case.
    pub upn: String,
    pub name: String,
    #[serde(default)]
    pub given_name: String,
    #[serde(default)]
    pub family_name: String,
    #[serde(default)]
    pub email: String,
    /// Cleared by an administrator: the user keeps his data and can do nothing (E3).
    pub active: bool,
    /// May consent for everyone and use administration.
    #[serde(default)]
    pub admin: bool,
    #[serde(default)]
    pub person: Option<PersonId>,
    #[serde(default)]
    pub groups: Vec<String>,
    pub created_at: UnixTime,
    /// Tokens and sessions issued before this moment are dead (sign-out everywhere, password change).
    #[serde(default)]
    pub valid_from: Option<UnixTime>,
}

impl User {
    pub fn subject_alias(provider: &str, subject: &str) -> String {
        format!("subject:{provider}:{subject}")
    }

    pub fn upn_alias(provider: &str, upn: &str) -> String {
        format!("upn:{provider}:{}", upn.to_lowercase())
    }
}

impl Entity for User {
    const KIND: &'static str = "user";

    fn tenant(&self) -> TenantId {
        self.tenant
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn aliases(&self) -> Vec<String> {
        vec![
            Self::subject_alias(&self.provider, &self.subject),
            Self::upn_alias(&self.provider, &self.upn),
        ]
    }

    fn tags(&self) -> Vec<String> {
        let mut tags = vec![upn_tag(&self.upn)];
        tags.extend(self.person.map(person_tag));
        tags
    }
}

/// The tag under which the users with a upn are found, whatever their provider.
pub fn upn_tag(upn: &str) -> String {
    format!("upn:{}", upn.to_lowercase())
}

/// Whether a user of another provider bears the upn, and is not the same person. Site members and policies name people
/// by it, and a provider can give its users any (OpenID Connect Core section 5.7): a namesake who took it over would
/// inherit what was given to somebody else.
pub async fn is_upn_of_another(
    facts: &Facts,
    tenant: TenantId,
    (provider, person): (&str, Option<PersonId>),
    upn: &str,
) -> Result<bool, Fault> {
    let bearers = facts.by_tag::<User>(tenant, &upn_tag(upn)).await?;
    Ok(bearers
        .iter()
        .any(|bearer| bearer.provider != provider && (person.is_none() || bearer.person != person)))
}

/// The tag under which the users of a person are found.
pub fn person_tag(person: PersonId) -> String {
    format!("person:{person}")
}

/// A human with users of several providers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub tenant: TenantId,
    pub id: PersonId,
    pub name: String,
}

impl Entity for Person {
    const KIND: &'static str = "person";

    fn tenant(&self) -> TenantId {
        self.tenant
    }

    fn key(&self) -> String {
        self.id.to_string()
    }
}

/// What the `password` provider knows: a user name, the hash of a password, and the profile for a new user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PasswordAccount {
    pub tenant: TenantId,
    /// Lower case.
    pub username: String,
    /// Argon2id in PHC string form.
    pub password_hash: String,
    pub name: String,
    #[serde(default)]
    pub given_name: String,
    #[serde(default)]
    pub family_name: String,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub groups: Vec<String>,
    #[serde(default)]
    pub admin: bool,
}

impl Entity for PasswordAccount {
    const KIND: &'static str = "password_account";

    fn tenant(&self) -> TenantId {
        self.tenant
    }

    fn key(&self) -> String {
        self.username.clone()
    }
}

/// Remembers that a provider's user was deleted, so that a token older than the deletion does not bring him back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeletedUser {
    pub tenant: TenantId,
    pub provider: String,
    pub subject: String,
    pub deleted_at: UnixTime,
}

impl Entity for DeletedUser {
    const KIND: &'static str = "deleted_user";

    fn tenant(&self) -> TenantId {
        self.tenant
    }

    fn key(&self) -> String {
        User::subject_alias(&self.provider, &self.subject)
    }
}

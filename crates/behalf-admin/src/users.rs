//! `[[person]]` and `[[user]]`

use crate::declaration;
use crate::draft::Draft;
use crate::plan::Tools;
use crate::problem::{Wrong, wrong};
use behalf_model::tenant::ProviderKind;
use behalf_model::user::{PasswordAccount, Person, User};
use behalf_model::{PersonId, TenantId, UserId};

pub async fn declare_person(
    draft: &mut Draft<'_>,
    _: &Tools<'_>,
    given: &declaration::Person,
) -> Result<(), Wrong> {
    let tenant = draft.tenant(&given.tenant).await?.id;
    let id: PersonId = given.id.parse().map_err(|_| {
        wrong(
            format!("'{}' is not a GUID", given.id),
            "Give the person a GUID as id.",
        )
    })?;
    draft
        .put(
            &Person {
                tenant,
                id,
                name: given.name.clone(),
            },
            format!("person {id} \"{}\"", given.name),
        )
        .await
}

pub async fn declare(
    draft: &mut Draft<'_>,
    tools: &Tools<'_>,
    given: &declaration::User,
) -> Result<(), Wrong> {
    let tenant = draft.tenant(&given.tenant).await?;
    let provider = tenant.provider(&given.provider).ok_or_else(|| {
        wrong(
            format!(
                "{}: the tenant has no provider '{}'",
                given.upn, given.provider
            ),
            "Name one of the providers of the [[tenant]].",
        )
    })?;
    let local = provider.kind == ProviderKind::Password;
    let subject = subject_of(given, local)?;
    let stored = stored_user(draft, tenant.id, given, &subject).await?;
    let id = match (&given.id, &stored) {
        (Some(id), _) => id.parse().map_err(|_| {
            wrong(
                format!("'{id}' is not a GUID"),
                "Give the user a GUID as id, or none.",
            )
        })?,
        (None, Some(stored)) => stored.id,
        (None, None) => UserId(tools.env.uuid()),
    };
    let person = match &given.person {
        Some(text) => Some(linked_person(draft, tenant.id, text).await?),
        None => stored.as_ref().and_then(|s| s.person),
    };
    let name = if given.name.is_empty() {
        given.upn.clone()
    } else {
        given.name.clone()
    };
    let mut valid_from = stored.as_ref().and_then(|s| s.valid_from);
    if local {
        let changed = declare_account(draft, tools, tenant.id, given, &subject, &name).await?;
        if changed && stored.is_some() {
            valid_from = Some(tools.now);
        }
    } else if given.password.is_some() || given.password_hash.is_some() {
        return Err(wrong(
            format!(
                "{}: provider '{}' keeps its passwords itself",
                given.upn, given.provider
            ),
            "Remove the password.",
        ));
    }
    let user = User {
        tenant: tenant.id,
        id,
        provider: given.provider.clone(),
        subject,
        upn: given.upn.clone(),
        name,
        given_name: given.given_name.clone(),
        family_name: given.family_name.clone(),
        email: given.email.clone(),
        active: given.active,
        admin: given.admin,
        person,
        groups: given.groups.clone(),
        created_at: stored.as_ref().map_or(tools.now, |s| s.created_at),
        valid_from,
    };
    draft.put(&user, format!("user {id} {}", user.upn)).await
}

fn subject_of(given: &declaration::User, local: bool) -> Result<String, Wrong> {
    match (&given.subject, local) {
        (Some(subject), false) if !subject.is_empty() => Ok(subject.clone()),
        (_, false) => Err(wrong(
            format!(
                "{}: a user of provider '{}' needs a subject",
                given.upn, given.provider
            ),
            "Give the provider's id of the user: oid for microsoft, sub for oidc.",
        )),
        (_, true) => Ok(given.upn.to_lowercase()),
    }
}

async fn stored_user(
    draft: &Draft<'_>,
    tenant: TenantId,
    given: &declaration::User,
    subject: &str,
) -> Result<Option<std::sync::Arc<User>>, Wrong> {
    if let Some(id) = &given.id {
        return Ok(draft.get::<User>(tenant, &id.to_lowercase()).await?);
    }
    Ok(draft
        .by_alias::<User>(tenant, &User::subject_alias(&given.provider, subject))
        .await?)
}

async fn linked_person(draft: &Draft<'_>, tenant: TenantId, text: &str) -> Result<PersonId, Wrong> {
    let unknown = || {
        wrong(
            format!("there is no person '{text}'"),
            "Declare it with [[person]] and refer to it by id.",
        )
    };
    let id: PersonId = text.parse().map_err(|_| unknown())?;
    draft
        .get::<Person>(tenant, &id.to_string())
        .await?
        .map(|p| p.id)
        .ok_or_else(unknown)
}

/// Stores the account; true when the password is not the one stored before.
async fn declare_account(
    draft: &mut Draft<'_>,
    tools: &Tools<'_>,
    tenant: TenantId,
    given: &declaration::User,
    username: &str,
    name: &str,
) -> Result<bool, Wrong> {
    let stored = draft.get::<PasswordAccount>(tenant, username).await?;
    let old = stored.as_ref().map(|a| a.password_hash.clone());
    let password_hash = match (&given.password, &given.password_hash, &old) {
        (Some(_), Some(_), _) => {
            return Err(wrong(
                format!("{}: password and password_hash", given.upn),
                "Give one of them.",
            ));
        }
        (Some(clear), None, Some(old)) if (tools.password_matches)(clear, old) => old.clone(),
        (Some(clear), None, _) => (tools.hash_password)(clear),
        (None, Some(hash), _) if hash.starts_with("$argon2id$") => hash.clone(),
        (None, Some(_), _) => {
            return Err(wrong(
                format!("{}: not an Argon2id hash", given.upn),
                "Give the password itself.",
            ));
        }
        (None, None, Some(old)) => old.clone(),
        // A user who cannot sign in yet: declared for references, or until a password is set.
        (None, None, None) => return Ok(false),
    };
    let changed = old.as_ref().is_some_and(|old| *old != password_hash);
    let account = PasswordAccount {
        tenant,
        username: username.to_owned(),
        password_hash,
        name: name.to_owned(),
        given_name: given.given_name.clone(),
        family_name: given.family_name.clone(),
        email: given.email.clone(),
        groups: given.groups.clone(),
        admin: given.admin,
    };
    draft
        .put(&account, format!("password account {username}"))
        .await?;
    Ok(changed)
}

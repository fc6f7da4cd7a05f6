//! The secrets of an app principal. Of each a keyed digest is kept; the secret itself only when context tokens are signed
//! with it.

use crate::declaration::ClientSecret;
use crate::plan::Tools;
use crate::problem::{Wrong, wrong};
use behalf_model::principal::SecretCredential;
use behalf_model::secret::Sealed;
use behalf_model::{ClientId, TenantId, UnixTime};
use behalf_wire::acs::AppSecret;

/// Whose secrets they are.
pub struct Owner<'a> {
    pub tenant: TenantId,
    pub client_id: &'a ClientId,
    /// The app has an app host domain.
    pub signs_context_tokens: bool,
}

impl Owner<'_> {
    /// Stored secrets as they stay: an app that no longer signs with them no longer keeps them readable.
    pub fn keep(&self, mut stored: Vec<SecretCredential>) -> Vec<SecretCredential> {
        if !self.signs_context_tokens {
            stored.iter_mut().for_each(|secret| secret.sealed = None);
        }
        stored
    }

    fn digest_purpose(&self) -> String {
        SecretCredential::purpose(self.tenant, self.client_id)
    }

    fn sealing_purpose(&self, id: &str) -> String {
        SecretCredential::sealing_purpose(self.tenant, self.client_id, id)
    }
}

pub fn declare(
    given: &[ClientSecret],
    stored: &[SecretCredential],
    owner: &Owner<'_>,
    tools: &Tools<'_>,
) -> Result<Vec<SecretCredential>, Wrong> {
    let mut all: Vec<SecretCredential> = Vec::new();
    for (n, secret) in given.iter().enumerate() {
        let id = secret
            .id
            .clone()
            .unwrap_or_else(|| format!("secret-{}", n + 1));
        if all.iter().any(|s| s.id == id) {
            return Err(wrong(
                format!("two secrets are named '{id}'"),
                "Give each secret its own id.",
            ));
        }
        let old = stored.iter().find(|known| known.id == id);
        let (digest, sealed) = match (&secret.value, &secret.digest, &secret.sealed) {
            (Some(value), None, None) => of_value(&id, value, old, owner, tools)?,
            (None, Some(digest), sealed) => (
                digest.clone(),
                exported(&id, digest, sealed.as_deref(), owner, tools)?,
            ),
            _ => {
                return Err(wrong(
                    format!("secret '{id}' needs value or digest, and not both"),
                    "Give one of them; sealed only beside digest.",
                ));
            }
        };
        all.push(SecretCredential {
            digest,
            sealed: sealed.filter(|_| owner.signs_context_tokens),
            starts_at: time(secret.starts_at.as_deref())?,
            expires_at: time(secret.expires_at.as_deref())?,
            id,
        });
    }
    Ok(all)
}

/// Digest and sealed text of a clear secret: the stored ones where they are of the same secret, because new ones would
/// be other texts, and applying twice must change nothing.
fn of_value(
    id: &str,
    value: &str,
    old: Option<&SecretCredential>,
    owner: &Owner<'_>,
    tools: &Tools<'_>,
) -> Result<(String, Option<Sealed>), Wrong> {
    if value.len() < 16 {
        return Err(wrong(
            format!("secret '{id}' is shorter than 16 characters"),
            "Use a generated secret of 32 random bytes.",
        ));
    }
    let purpose = owner.digest_purpose();
    let same = old.filter(|old| tools.digester.matches(&purpose, value, &old.digest));
    let digest = same.map_or_else(
        || tools.digester.digest(&purpose, value),
        |old| old.digest.clone(),
    );
    if !owner.signs_context_tokens {
        return Ok((digest, None));
    }
    AppSecret::parse(value).map_err(|error| {
        wrong(
            format!("secret '{id}' cannot sign context tokens: {error}"),
            "An app with app_host_domain needs base64 of 32 random bytes (`head -c 32 /dev/urandom | base64`).",
        )
    })?;
    let purpose = owner.sealing_purpose(id);
    let stored = same.and_then(|old| old.sealed.clone());
    let opens = |sealed: &Sealed| {
        let clear = tools.sealer.open(&purpose, sealed);
        clear.is_some_and(|clear| clear.expose() == value)
    };
    let sealed = stored
        .filter(opens)
        .unwrap_or_else(|| tools.sealer.seal(&purpose, value));
    Ok((digest, Some(sealed)))
}

/// A sealed text as exported: it must open here, to the secret of the digest.
fn exported(
    id: &str,
    digest: &str,
    sealed: Option<&str>,
    owner: &Owner<'_>,
    tools: &Tools<'_>,
) -> Result<Option<Sealed>, Wrong> {
    let Some(text) = sealed else {
        return Ok(None);
    };
    let sealed = Sealed(text.to_owned());
    let purpose = owner.digest_purpose();
    tools
        .sealer
        .open(&owner.sealing_purpose(id), &sealed)
        .filter(|clear| tools.digester.matches(&purpose, clear.expose(), digest))
        .map(|_| Some(sealed))
        .ok_or_else(|| {
            wrong(
                format!("secret '{id}' was sealed by another installation or for another app"),
                "Give its value in clear; sealed text can only be opened with the key file it was sealed with.",
            )
        })
}

fn time(text: Option<&str>) -> Result<Option<UnixTime>, Wrong> {
    let read = |text| {
        UnixTime::parse(text).ok_or_else(|| {
            wrong(
                format!("'{text}' is not a time"),
                "Write 2027-01-31 or 2027-01-31T12:00:00Z.",
            )
        })
    };
    text.map(read).transpose()
}

#[cfg(test)]
mod tests;

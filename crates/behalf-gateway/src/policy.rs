//! Access policies: conditions on the proven identity of the caller, never on what the request carries as data.

#[cfg(test)]
mod tests;

use crate::caller::{Caller, Standing};
use behalf_model::Fault;
use behalf_model::fault::{OBO_USER_NOT_FOUND, POLICY_DENIED, TOKEN_MISSING};
use behalf_model::method::{Allow, Policy};
use behalf_model::token::VerifiedToken;
use behalf_model::user::User;
use serde_json::Value;

/// What was proven about a caller who is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Proven<'a> {
    pub user: Option<&'a User>,
    pub token: Option<&'a VerifiedToken>,
    /// A provider issued the token itself: its groups count beside those on record (R46). In a token of our own they
    /// would only be an older copy of the record.
    pub groups_of_token: bool,
}

/// Lets a caller through or says why not. A policy is asked first, before any of the seven checks (2.4).
///
/// Errors: `TOKEN_MISSING` (challenge) for anonymous callers that are not allowed; `POLICY_DENIED`;
/// `OBO_USER_NOT_FOUND` for a deleted user, about whom nothing can be proven any more.
pub fn check(policy: &Policy, caller: &Caller) -> Result<(), Fault> {
    let proven = match caller {
        Caller::Anonymous if policy.anonymous => return Ok(()),
        Caller::Anonymous => return Err(TOKEN_MISSING.plain()),
        Caller::App(token) => Proven {
            token: Some(token),
            ..Proven::default()
        },
        Caller::User {
            standing: Standing::Gone,
            ..
        } => return Err(OBO_USER_NOT_FOUND.plain()),
        Caller::User {
            token,
            standing: Standing::Known(user),
        } => Proven {
            user: Some(user),
            token: Some(token),
            groups_of_token: caller.issued_by_provider().is_some(),
        },
    };
    check_proven(policy, proven)
}

/// The conditions alone, for a caller who is known. Errors: `POLICY_DENIED`.
pub fn check_proven(policy: &Policy, proven: Proven<'_>) -> Result<(), Fault> {
    if policy.allow.is_empty() || policy.allow.iter().any(|allow| holds(allow, proven)) {
        return Ok(());
    }
    let conditions: Vec<String> = policy.allow.iter().map(ToString::to_string).collect();
    Err(POLICY_DENIED.plain().fact("allow", conditions.join(" ")))
}

fn holds(allow: &Allow, proven: Proven<'_>) -> bool {
    match allow {
        Allow::Group(name) => in_group(name, proven),
        Allow::User(wanted) => proven.user.is_some_and(|user| {
            let is_id = wanted.parse().is_ok_and(|id| user.id == id);
            is_id || user.upn.to_lowercase() == wanted.to_lowercase()
        }),
        Allow::App(client_id) => proven
            .token
            .and_then(|token| token.client.as_deref())
            .is_some_and(|client| client.eq_ignore_ascii_case(client_id)),
        Allow::Claim { name, value } => proven
            .token
            .and_then(|t| t.claims.get(name))
            .is_some_and(|claim| is(claim, value)),
    }
}

fn in_group(name: &str, proven: Proven<'_>) -> bool {
    let recorded = proven
        .user
        .is_some_and(|user| user.groups.iter().any(|group| group == name));
    let claimed = || proven.token.and_then(|token| token.claims.get("groups"));
    recorded || (proven.groups_of_token && claimed().is_some_and(|groups| is(groups, name)))
}

/// A claim is the value, or a list with the value in it.
fn is(claim: &Value, value: &str) -> bool {
    match claim {
        Value::String(text) => text == value,
        Value::Array(items) => items.iter().any(|item| is(item, value)),
        Value::Bool(flag) => value == if *flag { "true" } else { "false" },
        Value::Number(number) => number.to_string() == value,
        Value::Null | Value::Object(_) => false,
    }
}

//! What the gateway itself knows about a call and no caller can set: `{$@…}`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;

use behalf_model::method::Value;
use jiff::Timestamp;

/// The proven context of one execution. Everything here comes from a verified token or from the gateway itself;
/// tokens and secrets are not part of it and cannot be reached by a script.
#[derive(Debug, Clone, Copy)]
pub struct ProvenContext<'c> {
    /// `None` for anonymous callers and applications.
    pub user: Option<ProvenUser<'c>>,
    /// Client id of the application that called.
    pub app_id: Option<&'c str>,
    pub request_id: &'c str,
    pub request_ip: Option<IpAddr>,
    pub now: Timestamp,
}

impl<'c> ProvenContext<'c> {
    /// The context of a call without user and app.
    pub fn anonymous(request_id: &'c str, now: Timestamp) -> Self {
        Self {
            user: None,
            app_id: None,
            request_id,
            request_ip: None,
            now,
        }
    }
}

/// The user of the verified token.
#[derive(Debug, Clone, Copy)]
pub struct ProvenUser<'c> {
    pub id: &'c str,
    pub email: Option<&'c str>,
    pub name: Option<&'c str>,
    pub upn: Option<&'c str>,
    /// Claims of the verified token.
    pub claims: &'c serde_json::Map<String, serde_json::Value>,
}

/// The names after `{$@`, for "did you mean".
pub(super) const NAMES: [&str; 10] = [
    "user.id",
    "user.email",
    "user.name",
    "user.upn",
    "user.claim.<name>",
    "app.id",
    "request.id",
    "request.ip",
    "now",
    "profile.<variable>",
];

/// One of them, compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ContextName {
    UserId,
    UserEmail,
    UserName,
    UserUpn,
    UserClaim(String),
    AppId,
    RequestId,
    RequestIp,
    Now,
    /// A public variable of the profile.
    Profile(String),
}

impl ContextName {
    pub fn parse(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        Some(match lower.as_str() {
            "user.id" => Self::UserId,
            "user.email" => Self::UserEmail,
            "user.name" => Self::UserName,
            "user.upn" => Self::UserUpn,
            "app.id" => Self::AppId,
            "request.id" => Self::RequestId,
            "request.ip" => Self::RequestIp,
            "now" => Self::Now,
            _ => {
                // The rest is case-sensitive: a claim or variable of its own spelling.
                if let Some(claim) = after(name, &lower, "user.claim.") {
                    Self::UserClaim(claim)
                } else {
                    Self::Profile(after(name, &lower, "profile.")?)
                }
            }
        })
    }

    /// `None` when this call has no such thing (no user, claim not in the token).
    pub fn read<'c>(
        &self,
        context: &ProvenContext<'c>,
        variables: &'c BTreeMap<String, String>,
    ) -> Option<Cow<'c, Value>> {
        let text = |text: &str| Some(Cow::Owned(Value::Text(text.to_owned())));
        let user = context.user;
        match self {
            Self::UserId => text(user?.id),
            Self::UserEmail => text(user?.email?),
            Self::UserName => text(user?.name?),
            Self::UserUpn => text(user?.upn?),
            Self::UserClaim(name) => claim_value(user?.claims.get(name)?).map(Cow::Owned),
            Self::AppId => text(context.app_id?),
            Self::RequestId => text(context.request_id),
            Self::RequestIp => text(&context.request_ip?.to_string()),
            Self::Now => Some(Cow::Owned(Value::DateTime(context.now))),
            Self::Profile(name) => text(variables.get(name)?),
        }
    }
}

fn after(name: &str, lower: &str, prefix: &str) -> Option<String> {
    let rest = lower.strip_prefix(prefix)?;
    if rest.is_empty() {
        return None;
    }
    Some(name[prefix.len()..].to_owned())
}

fn claim_value(claim: &serde_json::Value) -> Option<Value> {
    use serde_json::Value as Json;
    Some(match claim {
        Json::Null => return None,
        Json::String(text) => Value::Text(text.clone()),
        Json::Bool(yes) => Value::YesNo(*yes),
        Json::Number(number) => Value::Text(number.to_string()),
        Json::Array(items) => Value::List(items.iter().filter_map(claim_value).collect()),
        Json::Object(_) => Value::Json(claim.to_string()),
    })
}

//! The audit trail: one row per decision that matters, chained by hashes.

use crate::TenantId;
use serde::{Deserialize, Serialize};

/// What happened, to whom, through whom. Never contains a token or secret.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// Milliseconds since 1970.
    pub at_ms: i64,
    pub tenant: Option<TenantId>,
    /// `token.issued`, `token.refused`, `signin`, `consent`, `method.executed`, `item.updated`, `admin.applied` …
    pub action: String,
    /// The user in whose name it happened.
    pub user: Option<String>,
    /// The application that acted.
    pub client: Option<String>,
    /// Applications between the two, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub via: Vec<String>,
    /// Resource, method, item … that was acted upon.
    pub object: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// `ok`, or the code of the fault.
    pub outcome: String,
    pub request_id: Option<String>,
    /// Further public facts (grant type, profile, …).
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub detail: std::collections::BTreeMap<String, String>,
}

/// An event as stored: `chain` = SHA-256 of the previous row's chain and this row's JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRow {
    pub id: i64,
    pub event: AuditEvent,
    pub chain: [u8; 32],
}

/// Which rows to read, newest first.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    pub tenant: Option<TenantId>,
    pub user: Option<String>,
    pub client: Option<String>,
    /// Only rows with an id below this one (paging).
    pub before: Option<i64>,
    pub limit: usize,
}

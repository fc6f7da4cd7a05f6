//! Limits and timings of a profile.

use serde::{Deserialize, Serialize};

/// How long a request may take. A script may lower the total, never raise it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Timeouts {
    pub connect_ms: u64,
    pub total_ms: u64,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect_ms: 5_000,
            total_ms: 30_000,
        }
    }
}

/// What is tried again: connection errors and these statuses, for GET, HEAD, PUT and DELETE only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retry {
    /// Further attempts after the first.
    pub attempts: u32,
    pub statuses: Vec<u16>,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 2,
            statuses: vec![502, 503, 504],
        }
    }
}

/// Tokens got for this profile are kept and renewed ahead of their end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TokenCache {
    pub on: bool,
    pub renew_early_s: u64,
}

impl Default for TokenCache {
    fn default() -> Self {
        Self {
            on: true,
            renew_early_s: 300,
        }
    }
}

/// What a back-end may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    pub max_response_bytes: u64,
    /// Requests under way at once; absent = no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_concurrent: Option<u32>,
    /// Requests in each second; absent = no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_per_s: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_response_bytes: 10 * 1024 * 1024,
            max_concurrent: None,
            max_per_s: None,
        }
    }
}

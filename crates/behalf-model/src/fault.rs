//! Failures are a catalogue: one `Kind` per cause with a stable code, one `Fault` per occurrence.
//!
//! Each wire format renders a `Fault` in one place; nothing else turns failures into text.

mod acs;
mod admin;
mod authority;
mod common;
mod gateway;
mod signin;
mod sites;

pub use acs::*;
pub use admin::*;
pub use authority::*;
pub use common::*;
pub use gateway::*;
pub use signin::*;
pub use sites::*;

use crate::ports::StoreError;
use std::fmt;

/// A cause of failure. Codes never change meaning.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// `BH1301`.
    pub code: &'static str,
    /// Dotted name, for programs that branch on it (`obo.no_access_token`).
    pub name: &'static str,
    pub http: u16,
    /// OAuth `error` value (RFC 6749 §5.2, §4.1.2.1; RFC 6750 §3.1).
    pub oauth: &'static str,
    /// The number after `AADSTS`; 0 where Entra has none.
    pub aadsts: u32,
    /// Entra's `suberror`; empty where there is none.
    pub suberror: &'static str,
    /// Who has to change something.
    pub party: Party,
    pub title: &'static str,
    pub cause: &'static str,
    pub remedy: &'static str,
}

/// The party at fault: no message blames another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// The program that sent the request.
    Client,
    User,
    /// Whoever configured tenant, principal, profile or method.
    Administrator,
    /// The back-end or upstream issuer.
    Upstream,
    /// Behalf itself or its machine.
    Server,
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Client => "client",
            Self::User => "user",
            Self::Administrator => "administrator",
            Self::Upstream => "upstream",
            Self::Server => "server",
        })
    }
}

/// One occurrence of a failure.
#[derive(Clone, Debug)]
pub struct Fault {
    pub kind: &'static Kind,
    /// Public sentence for this occurrence; names ids and settings, never tokens or secrets.
    pub detail: String,
    /// For the log only.
    pub source: Option<String>,
    /// Public facts by name, rendered as extra members where the format has room (`client_id`, `scopes` …).
    pub facts: Vec<(&'static str, String)>,
    /// Claims challenge (JSON text) that the caller must satisfy.
    pub claims: Option<String>,
    /// A refusal of an upstream issuer, passed on with its own words.
    pub upstream: Option<Box<UpstreamRefusal>>,
}

/// The error answer of a token endpoint that we asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpstreamRefusal {
    pub status: u16,
    pub error: String,
    pub error_description: String,
    pub suberror: Option<String>,
    pub error_codes: Vec<i64>,
    pub trace_id: Option<String>,
    pub correlation_id: Option<String>,
    pub timestamp: Option<String>,
    pub claims: Option<String>,
}

impl Kind {
    /// An occurrence with its own sentence.
    pub fn with(&'static self, detail: impl Into<String>) -> Fault {
        Fault {
            kind: self,
            detail: detail.into(),
            source: None,
            facts: Vec::new(),
            claims: None,
            upstream: None,
        }
    }

    /// An occurrence to which the title says everything.
    pub fn plain(&'static self) -> Fault {
        self.with(self.title)
    }
}

impl Fault {
    #[must_use]
    pub fn because(mut self, source: impl fmt::Display) -> Self {
        self.source = Some(source.to_string());
        self
    }

    #[must_use]
    pub fn fact(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.facts.push((name, value.into()));
        self
    }

    #[must_use]
    pub fn claims(mut self, claims: impl Into<String>) -> Self {
        self.claims = Some(claims.into());
        self
    }

    pub fn is(&self, kind: &'static Kind) -> bool {
        self.kind.code == kind.code
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.code, self.detail)
    }
}

impl std::error::Error for Fault {}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(_) => CONFLICT.plain().because(error),
            StoreError::Unavailable(_) => STORE_UNAVAILABLE.plain().because(error),
            StoreError::Corrupt(_) => INTERNAL.plain().because(error),
        }
    }
}

/// Every kind there is, in the order of the codes.
pub fn all() -> impl Iterator<Item = &'static Kind> {
    [
        common::ALL,
        authority::ALL,
        acs::ALL,
        signin::ALL,
        gateway::ALL,
        sites::ALL,
        admin::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// Declares kinds and lists them in `ALL`.
macro_rules! catalogue {
    ($( $name:ident = $code:literal $dotted:literal, $http:literal $oauth:literal $(aadsts $aadsts:literal)? $(sub $sub:literal)?, $party:ident,
        $title:literal, $cause:literal, $remedy:literal; )*) => {
        $(
            #[doc = $title]
            pub static $name: $crate::fault::Kind = $crate::fault::Kind {
                code: $code,
                name: $dotted,
                http: $http,
                oauth: $oauth,
                aadsts: 0 $(+ $aadsts)?,
                suberror: concat!("" $(, $sub)?),
                party: $crate::fault::Party::$party,
                title: $title,
                cause: $cause,
                remedy: $remedy,
            };
        )*
        pub(super) static ALL: &[&$crate::fault::Kind] = &[$(&$name),*];
    };
}
use catalogue;

#[cfg(test)]
mod tests;

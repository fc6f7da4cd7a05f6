//! Objects, methods and profiles of the gateway as their authors wrote them (TOML text), one entity each.

use crate::TenantId;
use crate::entity::Entity;
use serde::{Deserialize, Serialize};

/// The text of one gateway file. Compiled when saved or loaded; kept as written so that comments survive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    pub tenant: TenantId,
    pub kind: SourceKind,
    /// Slug of the name; for methods `<object slug>/<method slug>`.
    pub slug: String,
    pub toml: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    Object,
    Profile,
    Method,
}

impl SourceKind {
    /// The directory of such files.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Object => "objects",
            Self::Profile => "profiles",
            Self::Method => "methods",
        }
    }
}

impl Entity for Source {
    const KIND: &'static str = "gateway_source";

    fn tenant(&self) -> TenantId {
        self.tenant
    }

    fn key(&self) -> String {
        format!("{}/{}", self.kind.folder(), self.slug)
    }
}

//! Content: sites, lists, items.

use crate::entity::Entity;
use crate::{TenantId, UnixTime};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// A site. Graph addresses it as `host,site id,web id`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    pub tenant: TenantId,
    pub id: Uuid,
    pub web_id: Uuid,
    /// Host name in the Graph site id (`contoso.sharepoint.com`).
    pub host: String,
    /// Path below the host, without slashes; empty for the root site.
    #[serde(default)]
    pub path: String,
    pub title: String,
    #[serde(default)]
    pub members: Vec<SiteMember>,
}

/// A right on the whole site for one user, one group or everyone of the tenant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteMember {
    /// `everyone`, `user:<oid or upn>` or `group:<name>`.
    pub who: String,
    pub right: SiteRight,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SiteRight {
    Read,
    Write,
    Manage,
}

impl Site {
    /// `host,site id,web id`.
    pub fn graph_id(&self) -> String {
        format!("{},{},{}", self.host, self.id, self.web_id)
    }
}

impl Entity for Site {
    const KIND: &'static str = "site";

    fn tenant(&self) -> TenantId {
        self.tenant
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn aliases(&self) -> Vec<String> {
        vec![format!(
            "path:{}:/{}",
            self.host.to_lowercase(),
            self.path.to_lowercase()
        )]
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    pub tenant: TenantId,
    pub site: Uuid,
    pub id: Uuid,
    pub title: String,
    #[serde(default)]
    pub columns: Vec<Column>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub name: String,
    #[serde(default)]
    pub kind: ColumnKind,
    #[serde(default)]
    pub required: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnKind {
    #[default]
    Text,
    Number,
    Boolean,
    DateTime,
}

impl List {
    pub fn title_alias(site: Uuid, title: &str) -> String {
        format!("title:{site}:{}", title.to_lowercase())
    }
}

impl Entity for List {
    const KIND: &'static str = "list";

    fn tenant(&self) -> TenantId {
        self.tenant
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn aliases(&self) -> Vec<String> {
        vec![Self::title_alias(self.site, &self.title)]
    }

    fn tags(&self) -> Vec<String> {
        vec![format!("site:{}", self.site)]
    }
}

/// Who wrote: the user, and the app through which he did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// `oid` of the user; absent when an application acted by itself.
    #[serde(default)]
    pub user: Option<String>,
    /// Display name of the user or the application.
    pub name: String,
    /// Client id of the application.
    #[serde(default)]
    pub via: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub list: Uuid,
    pub id: i64,
    /// Starts at 1, grows with every change; the ETag.
    pub version: i64,
    pub fields: Map<String, Value>,
    pub created_by: Author,
    pub created_at: UnixTime,
    pub modified_by: Author,
    pub modified_at: UnixTime,
}

#[derive(Clone, Debug)]
pub struct NewItem {
    pub list: Uuid,
    pub fields: Map<String, Value>,
    pub by: Author,
    pub at: UnixTime,
}

#[derive(Clone, Debug)]
pub struct ItemChange {
    pub list: Uuid,
    pub id: i64,
    pub expected_version: Option<i64>,
    /// Replaces all fields.
    pub fields: Map<String, Value>,
    pub by: Author,
    pub at: UnixTime,
}

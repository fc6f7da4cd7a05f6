//! Consent: what a client may do at a resource, and in whose name.

use crate::entity::Entity;
use crate::{ClientId, TenantId, UnixTime, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A delegated grant (`oauth2PermissionGrant`): scopes that the client may use for one user or for all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelegatedGrant {
    pub tenant: TenantId,
    pub client: ClientId,
    pub resource: ClientId,
    /// `None`: consented by an administrator for all users (`AllPrincipals`).
    #[serde(default)]
    pub user: Option<UserId>,
    pub scopes: BTreeSet<String>,
    /// Who consented: a upn, or `apply` for a declaration.
    pub granted_by: String,
    pub granted_at: UnixTime,
}

impl DelegatedGrant {
    pub fn key_of(client: &ClientId, resource: &ClientId, user: Option<UserId>) -> String {
        match user {
            Some(user) => format!("{client}/{resource}/{user}"),
            None => format!("{client}/{resource}/*"),
        }
    }
}

impl Entity for DelegatedGrant {
    const KIND: &'static str = "delegated_grant";

    fn tenant(&self) -> TenantId {
        self.tenant
    }

    fn key(&self) -> String {
        Self::key_of(&self.client, &self.resource, self.user)
    }

    fn tags(&self) -> Vec<String> {
        let mut tags = vec![
            format!("client:{}", self.client),
            format!("resource:{}", self.resource),
        ];
        tags.extend(self.user.map(|u| format!("user:{u}")));
        tags
    }
}

/// App-only permissions: roles that an administrator assigned to the client at the resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppRoleGrant {
    pub tenant: TenantId,
    pub client: ClientId,
    pub resource: ClientId,
    pub roles: BTreeSet<String>,
    pub granted_by: String,
    pub granted_at: UnixTime,
}

impl AppRoleGrant {
    pub fn key_of(client: &ClientId, resource: &ClientId) -> String {
        format!("{client}/{resource}")
    }
}

impl Entity for AppRoleGrant {
    const KIND: &'static str = "app_role_grant";

    fn tenant(&self) -> TenantId {
        self.tenant
    }

    fn key(&self) -> String {
        Self::key_of(&self.client, &self.resource)
    }

    fn tags(&self) -> Vec<String> {
        vec![
            format!("client:{}", self.client),
            format!("resource:{}", self.resource),
        ]
    }
}

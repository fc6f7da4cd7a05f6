//! Keeping a consent.

use super::Plan;
use crate::Authority;
use behalf_model::audit::AuditEvent;
use behalf_model::consent::{AppRoleGrant, DelegatedGrant};
use behalf_model::entity::{Entity, EntityRow};
use behalf_model::fault::{CONFLICT, INTERNAL};
use behalf_model::ports::{Change, Expect, StoreError};
use behalf_model::{Fault, TenantId, UnixTime, UserId};
use std::collections::BTreeSet;

/// Attempts when others consent to the same at the same moment.
const ATTEMPTS: usize = 5;

/// Who consents, and for whom.
pub struct Given<'a> {
    pub tenant: TenantId,
    /// `None`: for everyone.
    pub user: Option<UserId>,
    /// The upn of the one who accepted.
    pub by: &'a str,
    pub at: UnixTime,
}

/// Adds what the plan lists to the grants there are: all or nothing, and nothing that was granted before gets lost.
///
/// Errors: `CONFLICT` after several attempts, those of the store.
pub async fn keep(
    authority: &Authority,
    plan: &Plan,
    given: &Given<'_>,
    audit: &AuditEvent,
) -> Result<(), Fault> {
    for _ in 0..ATTEMPTS {
        let mut changes = vec![Change::Audit(audit.clone())];
        for (client, resource) in plan.pairs() {
            let (scopes, roles) = plan.values(&client, &resource);
            if !scopes.is_empty() {
                let grant = DelegatedGrant {
                    tenant: given.tenant,
                    client: client.clone(),
                    resource: resource.clone(),
                    user: given.user,
                    scopes,
                    granted_by: given.by.to_owned(),
                    granted_at: given.at,
                };
                changes.push(merge(authority, grant, |grant| &mut grant.scopes).await?);
            }
            if !roles.is_empty() {
                let (granted_by, granted_at) = (given.by.to_owned(), given.at);
                let grant = AppRoleGrant {
                    tenant: given.tenant,
                    client,
                    resource,
                    roles,
                    granted_by,
                    granted_at,
                };
                changes.push(merge(authority, grant, |grant| &mut grant.roles).await?);
            }
        }
        match authority.store().commit(changes).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(CONFLICT.plain())
}

/// The change that unites the grant with the one in the store, on condition that nobody changes it meanwhile.
async fn merge<G: Entity>(
    authority: &Authority,
    mut grant: G,
    values: fn(&mut G) -> &mut BTreeSet<String>,
) -> Result<Change, Fault> {
    let row = authority
        .store()
        .entity(G::KIND, grant.tenant(), &grant.key())
        .await?;
    let expect = match row {
        None => Expect::Absent,
        Some(row) => {
            let mut kept: G =
                serde_json::from_str(&row.body).map_err(|error| INTERNAL.plain().because(error))?;
            values(&mut grant).append(values(&mut kept));
            Expect::Body(row.body)
        }
    };
    Ok(Change::PutEntity {
        row: EntityRow::of(&grant),
        expect,
    })
}

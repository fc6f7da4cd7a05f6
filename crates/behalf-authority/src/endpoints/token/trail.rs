//! What the audit trail learns about a token request, collected while it is understood.

use crate::context::Context;
use crate::grants::Plan;
use behalf_model::audit::AuditEvent;
use behalf_model::ports::Change;
use behalf_model::{Fault, TenantId};
use std::collections::BTreeMap;

#[derive(Default)]
pub struct Trail {
    pub tenant: Option<TenantId>,
    /// Only after the client proved who it is.
    pub client: Option<String>,
    pub grant: &'static str,
    /// The refusal stands in the trail already.
    pub written: bool,
}

impl Trail {
    pub fn issued(&self, plan: &Plan, context: &Context) -> Change {
        let mut event = self.event("token.issued", "ok", context);
        if let Some(subject) = &plan.subject {
            event.user = Some(subject.user.id.to_string());
            event
                .detail
                .insert("upn".to_owned(), subject.user.upn.clone());
        }
        event.via.clone_from(&plan.via);
        event.object = plan
            .requested
            .resource
            .as_ref()
            .map(|resource| resource.app_id.to_string())
            .or_else(|| {
                plan.requested
                    .content_host
                    .as_ref()
                    .map(ToString::to_string)
            });
        event.scopes = if plan.subject.is_some() {
            &plan.scopes
        } else {
            &plan.roles
        }
        .clone();
        Change::Audit(event)
    }

    /// `None` for a request that reached no tenant: nobody's trail.
    pub fn refused(&self, fault: &Fault, context: &Context) -> Option<Change> {
        self.tenant.filter(|_| !self.written)?;
        let mut event = self.event("token.refused", fault.kind.code, context);
        event.detail.extend(
            fault
                .facts
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone())),
        );
        Some(Change::Audit(event))
    }

    fn event(&self, action: &str, outcome: &str, context: &Context) -> AuditEvent {
        let grant =
            (!self.grant.is_empty()).then(|| ("grant_type".to_owned(), self.grant.to_owned()));
        AuditEvent {
            at_ms: context.now_ms,
            tenant: self.tenant,
            action: action.to_owned(),
            client: self.client.clone(),
            outcome: outcome.to_owned(),
            request_id: Some(context.request_id.to_string()),
            detail: BTreeMap::from_iter(grant),
            ..AuditEvent::default()
        }
    }
}

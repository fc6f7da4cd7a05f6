//! The audit row of one execution (R40): who, through which application, what, on which profile, how it ended.

use super::Invocation;
use crate::Gateway;
use crate::caller::Caller;
use behalf_model::audit::AuditEvent;
use behalf_model::fault::{CALL_ABANDONED, Party};
use behalf_model::ports::{Change, Store};
use behalf_model::token::TokenSubject;
use behalf_model::{Env, Fault};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::runtime::Handle;

/// The row of an execution under way.
///
/// Attack: a caller who hangs up while the back-end works ends the handling of his request at that very point, and
/// would leave no trace of what he had done. Dropped without an outcome, the row is written as `CALL_ABANDONED`.
pub(super) struct Row<'g> {
    env: &'g Env,
    store: &'g Arc<dyn Store>,
    event: Option<AuditEvent>,
}

impl<'g> Row<'g> {
    pub fn begin(gateway: &'g Gateway, invocation: Invocation<'_>) -> Self {
        Self {
            env: &gateway.env,
            store: gateway.facts.store(),
            event: Some(event(gateway, invocation)),
        }
    }

    /// Hands the row over without waiting for the disk: the effect of the call lies at the back-end.
    pub async fn end(mut self, fault: Option<&Fault>) {
        if let Some(event) = self.finished(fault.map_or("ok", |fault| fault.kind.code)) {
            self.store.commit_soon(vec![event]).await;
        }
    }

    fn finished(&mut self, outcome: &str) -> Option<Change> {
        let event = self.event.take()?;
        Some(Change::Audit(AuditEvent {
            at_ms: self.env.now_ms(),
            outcome: outcome.to_owned(),
            ..event
        }))
    }
}

impl Drop for Row<'_> {
    fn drop(&mut self) {
        let Some(event) = self.finished(CALL_ABANDONED.code) else {
            return;
        };
        // Without a runtime the process is ending, and with it everything that could write.
        if let Ok(runtime) = Handle::try_current() {
            let store = self.store.clone();
            runtime.spawn(async move { store.commit_soon(vec![event]).await });
        }
    }
}

fn event(gateway: &Gateway, invocation: Invocation<'_>) -> AuditEvent {
    let (method, request) = (invocation.method, invocation.request);
    let profile = method
        .profile(invocation.profile)
        .map(|compiled| &compiled.profile);
    let mut detail = BTreeMap::new();
    let mut put = |name: &str, value: String| detail.insert(name.to_owned(), value);
    if let Some(profile) = profile {
        put("profile", profile.name.clone());
        if let Some(client_id) = &profile.oauth_client_id {
            put("gateway_client", client_id.clone());
        }
        put("on_behalf_of", profile.oauth_on_behalf_of.to_string());
    }
    if !method.method.allow_raw.is_empty() {
        put("raw_fields", method.method.allow_raw.join(", "));
    }
    AuditEvent {
        tenant: Some(gateway.config.home_tenant),
        action: "method.executed".to_owned(),
        user: user_of(request.caller),
        client: request.caller.client().map(str::to_owned),
        object: Some(format!("{}/{}", method.object_slug, method.slug)),
        scopes: profile
            .map(|p| p.scopes().map(str::to_owned).collect())
            .unwrap_or_default(),
        request_id: Some(request.id.to_owned()),
        detail,
        ..AuditEvent::default()
    }
}

/// Also a user who is no longer on record is named: his token said who he was.
fn user_of(caller: &Caller) -> Option<String> {
    if let Some(user) = caller.user() {
        return Some(user.id.to_string());
    }
    match &caller.token()?.subject {
        TokenSubject::User { subject, .. } => Some(subject.clone()),
        TokenSubject::Application => None,
    }
}

/// One line for the operator, as loud as the party at fault deserves.
pub(super) fn log(fault: &Fault, invocation: Invocation<'_>) {
    let (method, request) = (invocation.method, invocation.request);
    let source = fault.source.as_deref().unwrap_or_default();
    let (code, object, name) = (fault.kind.code, &method.object_slug, &method.slug);
    match fault.kind.party {
        Party::Server => {
            tracing::error!(
                request_id = request.id,
                code,
                object,
                method = name,
                source,
                "call failed"
            );
        }
        Party::Administrator | Party::Upstream => {
            tracing::warn!(
                request_id = request.id,
                code,
                object,
                method = name,
                source,
                "call failed"
            );
        }
        Party::Client | Party::User => {
            tracing::debug!(
                request_id = request.id,
                code,
                object,
                method = name,
                source,
                "call refused"
            );
        }
    }
}

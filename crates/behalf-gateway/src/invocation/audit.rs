//! The audit row of one execution (R40): who, through which application, what, on which profile, how it ended.

use super::Invocation;
use crate::Gateway;
use crate::caller::Caller;
use behalf_model::audit::AuditEvent;
use behalf_model::ports::Change;
use behalf_model::token::TokenSubject;
use behalf_model::{Fault, fault::Party};
use std::collections::BTreeMap;

/// Hands the row over without waiting for the disk: the effect of the call lies at the back-end.
pub(super) async fn record(gateway: &Gateway, invocation: Invocation<'_>, fault: Option<&Fault>) {
    let (method, request) = (invocation.method, invocation.request);
    if let Some(fault) = fault {
        log(fault, invocation);
    }
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
    let event = AuditEvent {
        at_ms: gateway.env.now_ms(),
        tenant: Some(gateway.config.home_tenant),
        action: "method.executed".to_owned(),
        user: user_of(request.caller),
        client: request.caller.client().map(str::to_owned),
        via: Vec::new(),
        object: Some(format!("{}/{}", method.object_slug, method.slug)),
        scopes: profile
            .map(|p| p.scopes().map(str::to_owned).collect())
            .unwrap_or_default(),
        outcome: fault.map_or("ok", |fault| fault.kind.code).to_owned(),
        request_id: Some(request.id.to_owned()),
        detail,
    };
    gateway
        .facts
        .store()
        .commit_soon(vec![Change::Audit(event)])
        .await;
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

fn log(fault: &Fault, invocation: Invocation<'_>) {
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

//! `doctor obo`: the seven checks of an on-behalf-of call, walked for one user with the code that real calls run.
//!
//! Nothing is sent to the back-end. The token endpoint is asked once, with the user's real token, and its answer is
//! thrown away; with `exchange: false` the walk ends before that and sends nothing at all, except that the vault may
//! refresh an expired token.

use crate::Gateway;
use crate::caller::{Caller, Standing};
use crate::catalog::CompiledMethod;
use crate::credentials::{self, Asking};
use crate::invocation;
use crate::library::Loaded;
use crate::profiles::Route;
use behalf_model::fault::{
    METHOD_NOT_FOUND, OBO_NO_ACCESS_TOKEN, OBO_NO_CONSENT, OBO_NO_PROVIDER_TOKEN,
    OBO_NO_PROVIDER_USER, OBO_NO_USER_IN_TOKEN, OBO_USER_INACTIVE, OBO_USER_NOT_FOUND,
    PROFILE_NOT_ALLOWED,
};
use behalf_model::method::slug;
use behalf_model::token::{Issuer, TokenSubject, VerifiedToken};
use behalf_model::user::User;
use behalf_model::{Fault, Kind, Secret};
use std::sync::Arc;

/// What to examine.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Id or user principal name.
    pub user: &'a str,
    /// `<object>/<method>`, as names or as in the URL.
    pub method: &'a str,
    /// The method's default when `None`.
    pub profile: Option<&'a str>,
    /// Whether to ask the token endpoint.
    pub exchange: bool,
}

/// One check and its outcome.
#[derive(Clone, Debug)]
pub struct Step {
    /// 0 = before the seven.
    pub check: u8,
    /// `E2`, as the seed counts its errors; empty before the seven.
    pub error: &'static str,
    pub name: &'static str,
    pub outcome: Outcome,
}

#[derive(Clone, Debug)]
pub enum Outcome {
    /// With what was found.
    Passed(String),
    Failed(Fault),
    /// An earlier check failed, or the exchange was not wanted.
    NotReached,
}

/// The seven checks in their order (reference, 2.4).
static CHECKS: [(&str, &str, &Kind); 7] = [
    (
        "E2",
        "an access token accompanies the request",
        &OBO_NO_ACCESS_TOKEN,
    ),
    ("E4", "there is a user in the token", &OBO_NO_USER_IN_TOKEN),
    ("E5", "the user is in the system", &OBO_USER_NOT_FOUND),
    ("E3", "the user is active", &OBO_USER_INACTIVE),
    (
        "E6",
        "he has a user of the profile's provider",
        &OBO_NO_PROVIDER_USER,
    ),
    ("E7", "that user has a usable token", &OBO_NO_PROVIDER_TOKEN),
    ("E1", "the token endpoint exchanges it", &OBO_NO_CONSENT),
];

/// Walks the checks. `request_id` goes along to the token endpoint.
///
/// Errors: `METHOD_NOT_FOUND`, `PROFILE_NOT_ALLOWED`, store faults: what makes the question itself senseless.
pub async fn explain(
    gateway: &Gateway,
    question: Question<'_>,
    request_id: &str,
) -> Result<Vec<Step>, Fault> {
    let loaded = gateway.catalogue().await?;
    let (method, route) = subject(&loaded, question)?;
    let mut steps = vec![before(
        "the profile acts on behalf of the user",
        about(route),
    )];
    let user = find(gateway, question.user).await?;
    let caller = caller(gateway, user);
    let policy = invocation::permitted(&loaded, method, &caller);
    // A deleted user is the business of check 3.
    match policy {
        Err(fault) if !fault.is(&OBO_USER_NOT_FOUND) => {
            steps.push(before(
                "the policy lets the user through",
                Outcome::Failed(fault),
            ));
            steps.extend(seven(0, String::new(), None));
            return Ok(steps);
        }
        _ => steps.push(before(
            "the policy lets the user through",
            passed(policy_text(method)),
        )),
    }
    if !route.profile.oauth_on_behalf_of {
        steps.extend(seven(0, String::new(), None));
        return Ok(steps);
    }
    let now = gateway.env.now();
    let asking = Asking {
        gateway,
        route,
        caller: &caller,
        request_id,
        now,
    };
    steps.extend(walk(asking, question.exchange).await);
    Ok(steps)
}

async fn walk(asking: Asking<'_>, exchange: bool) -> Vec<Step> {
    let acting_as = match credentials::acting_as(asking).await {
        Ok(acting_as) => acting_as,
        Err(fault) => return seven(0, String::new(), Some(fault)),
    };
    let who = format!(
        "{} ({}, {})",
        acting_as.user.upn, acting_as.user.provider, acting_as.user.id
    );
    let assertion = match credentials::assertion_of(asking, &acting_as).await {
        Ok(assertion) => assertion,
        Err(fault) => return seven(5, who, Some(fault)),
    };
    if !exchange {
        return seven(6, who, None);
    }
    match credentials::trial(asking, &acting_as.user, &assertion).await {
        Ok(()) => seven(7, who, None),
        Err(fault) => seven(6, who, Some(fault)),
    }
}

/// The seven steps when at least the first `passed_checks` held and then `fault`, if any, came up.
fn seven(passed_checks: usize, who: String, fault: Option<Fault>) -> Vec<Step> {
    let of_fault = |fault: &Fault| CHECKS.iter().position(|(_, _, kind)| fault.is(kind));
    // A fault outside the seven (provider out of reach, unfit assertion) belongs to the check under way.
    let failed_at = fault
        .as_ref()
        .map(|fault| of_fault(fault).unwrap_or(passed_checks));
    let passed_checks = failed_at.unwrap_or(passed_checks);
    let step = |(index, (error, name, _)): (usize, &(&'static str, &'static str, &Kind))| Step {
        check: u8::try_from(index + 1).unwrap_or(u8::MAX),
        error,
        name,
        outcome: match &fault {
            _ if index < passed_checks => passed(if index == 4 {
                who.clone()
            } else {
                String::new()
            }),
            Some(fault) if failed_at == Some(index) => Outcome::Failed(fault.clone()),
            _ => Outcome::NotReached,
        },
    };
    CHECKS.iter().enumerate().map(step).collect()
}

fn before(name: &'static str, outcome: Outcome) -> Step {
    Step {
        check: 0,
        error: "",
        name,
        outcome,
    }
}

fn passed(found: impl Into<String>) -> Outcome {
    Outcome::Passed(found.into())
}

fn about(route: &Route) -> Outcome {
    let profile = &route.profile;
    if !profile.oauth_on_behalf_of {
        let detail = format!(
            "Profile '{}' does not use on-behalf-of: there is nothing to examine.",
            profile.name
        );
        return Outcome::Failed(PROFILE_NOT_ALLOWED.with(detail));
    }
    passed(format!(
        "'{}': client {}, authority {}, scopes {}, provider {}",
        profile.name,
        profile.oauth_client_id.as_deref().unwrap_or_default(),
        profile.oauth_url.as_deref().unwrap_or_default(),
        route.scopes.join(" "),
        profile.obo_provider
    ))
}

fn policy_text(method: &CompiledMethod) -> &'static str {
    match method.method.policy.anonymous {
        true => "anonymous requests are allowed too: they end with E2",
        false => "",
    }
}

fn subject<'l>(
    loaded: &'l Loaded,
    question: Question<'_>,
) -> Result<(&'l CompiledMethod, &'l Route), Fault> {
    let (object, name) = question
        .method
        .split_once('/')
        .unwrap_or((question.method, ""));
    let method = loaded.method(&slug(object), &slug(name));
    let method = method.ok_or_else(|| METHOD_NOT_FOUND.plain().fact("method", question.method))?;
    let profile = method
        .profile(question.profile)
        .and_then(|p| loaded.route(&p.slug));
    let asked = question.profile.unwrap_or_default();
    let route = profile.ok_or_else(|| PROFILE_NOT_ALLOWED.plain().fact("profile", asked))?;
    Ok((method, route))
}

/// By id, or by name where only one user bears it.
async fn find(gateway: &Gateway, user: &str) -> Result<Option<Arc<User>>, Fault> {
    let home = gateway.config.home_tenant;
    if user.parse::<behalf_model::UserId>().is_ok() {
        return gateway.facts.get(home, &user.to_lowercase()).await;
    }
    let named = gateway
        .facts
        .by_tag::<User>(home, &format!("upn:{}", user.to_lowercase()))
        .await?;
    match named.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one.clone())),
        several => {
            let ids: Vec<String> = several
                .iter()
                .map(|u| format!("{} ({})", u.id, u.provider))
                .collect();
            let detail = format!(
                "Several users are called {user}: {}. Name one by its id.",
                ids.join(", ")
            );
            Err(behalf_model::fault::CONFLICT.with(detail))
        }
    }
}

/// The user as if he had called with a token of the home tenant. The token is empty: it can be sent nowhere.
fn caller(gateway: &Gateway, user: Option<Arc<User>>) -> Caller {
    let now = gateway.env.now();
    let subject = user
        .as_ref()
        .map(|user| user.id.to_string())
        .unwrap_or_default();
    let token = Arc::new(VerifiedToken {
        issuer: Issuer::Tenant(gateway.config.home_tenant),
        audience: gateway.config.audiences.clone(),
        subject: TokenSubject::User {
            subject,
            upn: None,
            name: None,
        },
        client: None,
        scopes: Vec::new(),
        roles: Vec::new(),
        issued_at: now,
        expires_at: now,
        claims: Arc::default(),
        hash: [0; 32],
        raw: Secret::new(""),
    });
    let standing = user.map_or(Standing::Gone, Standing::Known);
    Caller::User { token, standing }
}

//! The one path from a caller to a back-end and back, whatever the face: policy → standing → checks 1–5 → bind → render →
//! credential (checks 6 and 7) → connector → rows → audit.

mod audit;

use crate::Gateway;
use crate::caller::{Caller, Standing};
use crate::catalog::CompiledMethod;
use crate::connectors::{failure, rest};
use crate::credentials::{self, Asking, Credential, refusal};
use crate::library::Loaded;
use crate::masked::masked;
use crate::policy;
use crate::profiles::Route;
use crate::rows::{Answer, ResultPath, RowError, Rows, error_message};
use crate::script::{
    InputError, ProvenContext, ProvenUser, RawInput, RenderError, RenderedRequest, render,
};
use behalf_model::fault::{
    BACKEND_GARBAGE, INPUT_INVALID, INPUT_NOT_RENDERABLE, INTERNAL, OBO_INTERACTION_REQUIRED,
    PROFILE_NOT_ALLOWED,
};
use behalf_model::ports::OutboundResponse;
use behalf_model::user::User;
use behalf_model::{Fault, UnixTime};
use http::StatusCode;
use jiff::Timestamp;
use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

/// One request, as every face knows it.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    pub id: &'a str,
    pub ip: Option<IpAddr>,
    pub now: UnixTime,
    pub caller: &'a Caller,
}

/// A method about to be run.
#[derive(Clone, Copy)]
pub(crate) struct Invocation<'a> {
    pub loaded: &'a Loaded,
    pub method: &'a CompiledMethod,
    /// The profile that the caller asks for.
    pub profile: Option<&'a str>,
    pub request: Request<'a>,
}

impl Invocation<'_> {
    /// Runs the method and writes the audit row, whatever the outcome.
    ///
    /// Errors: every fault of the gateway; see the modules called.
    pub async fn run<'i, N: AsRef<str>>(
        self,
        gateway: &Gateway,
        inputs: impl IntoIterator<Item = (N, RawInput<'i>)>,
    ) -> Result<Rows, Fault> {
        let row = audit::Row::begin(gateway, self);
        let outcome = self.steps(gateway, inputs).await;
        let fault = outcome.as_ref().err();
        if let Some(fault) = fault {
            audit::log(fault, self);
        }
        row.end(fault).await;
        outcome
    }

    async fn steps<'i, N: AsRef<str>>(
        self,
        gateway: &Gateway,
        inputs: impl IntoIterator<Item = (N, RawInput<'i>)>,
    ) -> Result<Rows, Fault> {
        let caller = self.request.caller;
        permitted(self.loaded, self.method, caller)?;
        if let Err(fault) = caller.in_good_standing() {
            forget(gateway, caller).await;
            return Err(fault);
        }
        let (compiled, route) = self.route()?;
        let asking = Asking {
            gateway,
            route,
            caller,
            request_id: self.request.id,
            now: self.request.now,
        };
        // Who cannot be acted for learns that first: what is wrong with his inputs would only lead him astray (2.4).
        if route.profile.oauth_on_behalf_of {
            credentials::acting_as(asking).await?;
        }
        let bound = self.method.inputs.bind(inputs).map_err(invalid)?;
        let user_id = caller.user().map(|user| user.id.to_string());
        let context = self.context(user_id.as_deref())?;
        let rendered = render(&self.method.script, &bound, &context, &compiled.target);
        let rendered = rendered.map_err(|error| not_renderable(&error))?;
        let (response, credential) = send(asking, &rendered).await?;
        self.read(&response, &credential)
    }

    fn route(&self) -> Result<(&crate::catalog::CompiledProfile, &Route), Fault> {
        let Some(profile) = self.method.profile(self.profile) else {
            let asked = self.profile.unwrap_or_default();
            return Err(PROFILE_NOT_ALLOWED.plain().fact("profile", asked));
        };
        let route = self.loaded.route(&profile.slug);
        let route = route.ok_or_else(|| INTERNAL.plain().because("a profile without a route"))?;
        Ok((profile.as_ref(), route.as_ref()))
    }

    fn context<'c>(&'c self, user_id: Option<&'c str>) -> Result<ProvenContext<'c>, Fault> {
        let caller = self.request.caller;
        let user = match (caller.user(), caller.token(), user_id) {
            (Some(user), Some(token), Some(id)) => Some(ProvenUser {
                id,
                email: Some(user.email.as_str()).filter(|email| !email.is_empty()),
                name: Some(&user.name),
                upn: Some(&user.upn),
                claims: &token.claims,
            }),
            _ => None,
        };
        Ok(ProvenContext {
            user,
            app_id: caller.client(),
            request_id: self.request.id,
            request_ip: self.request.ip,
            now: Timestamp::from_second(self.request.now.0)
                .map_err(|why| INTERNAL.plain().because(why))?,
        })
    }

    fn read(&self, response: &OutboundResponse, credential: &Credential) -> Result<Rows, Fault> {
        let script = &self.method.script;
        if !script.success.contains(response.status.as_u16()) {
            let sent = credential.secrets();
            let message = message_in(&response.body, script.error_message.as_ref(), &sent);
            return Err(failure::of_status(response, message.as_deref()));
        }
        let answer = Answer {
            status: response.status.as_u16(),
            headers: &response.headers,
            body: &response.body,
        };
        self.method
            .outputs
            .read(&answer)
            .map_err(|error| garbage(&error, &credential.secrets()))
    }
}

/// The policies of object and method: both must let the caller through.
///
/// Errors: see [`policy::check`].
pub(crate) fn permitted(
    loaded: &Loaded,
    method: &CompiledMethod,
    caller: &Caller,
) -> Result<(), Fault> {
    let object = loaded.catalog.object(&method.object_slug);
    if let Some(of_object) = object.and_then(|object| object.policy.as_ref()) {
        policy::check(of_object, caller)?;
    }
    policy::check(&method.method.policy, caller)
}

/// Sends with the profile's credential, and tells which one the answer belongs to. A 401 to an OAuth token is answered by
/// one new exchange and one repetition; a claims challenge to a user's token is not, because only he can meet it.
async fn send(
    asking: Asking<'_>,
    rendered: &RenderedRequest,
) -> Result<(OutboundResponse, Credential), Fault> {
    let credential = credentials::obtain(asking).await?;
    let response = once(asking, rendered, &credential).await?;
    if response.status != StatusCode::UNAUTHORIZED {
        return Ok((response, credential));
    }
    let of_user = asking.route.profile.oauth_on_behalf_of;
    if let Some(claims) = refusal::challenge_of(&response).filter(|_| of_user) {
        credential.discard(asking.gateway);
        return Err(OBO_INTERACTION_REQUIRED.plain().claims(claims));
    }
    if !credential.discard(asking.gateway) {
        return Ok((response, credential));
    }
    let credential = credentials::obtain(asking).await?;
    let response = once(asking, rendered, &credential).await?;
    if response.status == StatusCode::UNAUTHORIZED {
        // The new one is no better: the next caller must not start from it.
        credential.discard(asking.gateway);
    }
    Ok((response, credential))
}

async fn once(
    asking: Asking<'_>,
    rendered: &RenderedRequest,
    credential: &Credential,
) -> Result<OutboundResponse, Fault> {
    let outbound = &*asking.gateway.outbound;
    rest::send(
        outbound,
        asking.route,
        rendered,
        credential,
        asking.request_id,
    )
    .await
}

/// A disabled or deleted user loses what was got in his name, also under his linked users.
async fn forget(gateway: &Gateway, caller: &Caller) {
    let Caller::User { token, standing } = caller else {
        return;
    };
    match standing {
        Standing::Known(user) => {
            gateway.tokens.forget(user.id);
            let linked = credentials::linked(gateway, user).await.unwrap_or_default();
            linked
                .iter()
                .for_each(|other: &Arc<User>| gateway.tokens.forget(other.id));
        }
        Standing::Gone => {
            use behalf_model::token::TokenSubject;
            if let TokenSubject::User { subject, .. } = &token.subject
                && let Ok(id) = subject.parse()
            {
                gateway.tokens.forget(id);
            }
        }
    }
}

fn invalid(errors: Vec<InputError>) -> Fault {
    let texts: Vec<String> = errors.iter().map(|error| format!("{error}.")).collect();
    let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
    INPUT_INVALID
        .with(texts.join(" "))
        .fact("fields", fields.join(", "))
}

fn not_renderable(error: &RenderError) -> Fault {
    INPUT_NOT_RENDERABLE
        .with(format!("{error}. Nothing was sent."))
        .fact("fields", &error.field)
}

fn garbage(error: &RowError, sent: &[&str]) -> Fault {
    let why = masked(&error.to_string(), sent);
    BACKEND_GARBAGE.with(format!("{}: {why}.", BACKEND_GARBAGE.title))
}

/// What the script's `Error Message` finds, or the places where most APIs put it.
fn message_in(body: &[u8], declared: Option<&ResultPath>, sent: &[&str]) -> Option<String> {
    static USUAL: LazyLock<Vec<ResultPath>> = LazyLock::new(|| {
        let paths = ["$.error.message", "$.detail", "$.message"];
        paths
            .iter()
            .filter_map(|path| ResultPath::parse(path).ok())
            .collect()
    });
    match declared {
        Some(path) => error_message(path, body, sent),
        None => USUAL
            .iter()
            .find_map(|path| error_message(path, body, sent)),
    }
}

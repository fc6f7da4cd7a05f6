//! Sign-in at another issuer by OpenID Connect: code flow with PKCE, state and nonce (RFC 9700 §2.1.1).

use super::account::Proven;
use super::microsoft;
use super::token_request::{Asked, Registration, Tokens, error_code};
use crate::browser::{Incoming, Pending};
use crate::sessions::Proof;
use crate::{Authority, pages};
use axum::response::Response;
use behalf_model::fault::{
    AUTHORIZE_MALFORMED, FORM_EXPIRED, FORM_FOREIGN, PROVIDER_UNKNOWN, SIGNIN_REPLAYED,
    UPSTREAM_ANSWER, UPSTREAM_ID_TOKEN, UPSTREAM_REFUSED, UPSTREAM_STALE,
};
use behalf_model::ports::{Change, StoreError};
use behalf_model::secret::Sealed;
use behalf_model::tenant::{Provider, ProviderKind, Tenant};
use behalf_model::{Fault, TenantId, UnixTime};
use behalf_wire::jose::backend::sha256;
use behalf_wire::jose::{Claims, base64url};
use serde::{Deserialize, Serialize};

/// How long the user may take at the provider.
const GOOD_FOR_S: i64 = 3600;
/// How far our clock and the provider's may differ.
const LEEWAY_S: i64 = 300;

/// What we have to remember while the browser is at the provider. It travels sealed as `state`, so nothing is stored
/// for sign-ins that are never completed.
#[derive(Serialize, Deserialize)]
struct Departure {
    /// Spent at the return: a `state` counts once.
    id: String,
    browser: String,
    provider: String,
    nonce: String,
    verifier: String,
    issued_at: UnixTime,
    pending: Pending,
}

/// A user who came back from a provider with a proof.
pub struct Arrival {
    pub provider: String,
    pub proven: Proven,
    pub proof: Proof,
    pub tokens: Tokens,
}

/// Sends the browser to the provider.
///
/// Errors: `UPSTREAM_NOT_SET`, `UPSTREAM_UNREACHABLE`, `UPSTREAM_ANSWER`.
pub async fn depart(
    authority: &Authority,
    incoming: &Incoming,
    provider: &Provider,
    pending: Pending,
) -> Result<Response, Fault> {
    let tenant = incoming.tenant.id;
    let registration = Registration::of(
        &authority.facts,
        authority.sealer.as_ref(),
        tenant,
        provider,
    )
    .await?;
    let metadata = authority
        .upstreams
        .metadata(&registration.upstream.issuer)
        .await?;
    let random = || base64url::encode(authority.env.random::<32>());
    let departure = Departure {
        id: random(),
        browser: incoming.browser.fingerprint(),
        provider: provider.name.clone(),
        nonce: random(),
        verifier: random(),
        issued_at: authority.env.now(),
        pending,
    };
    #[expect(
        clippy::expect_used,
        reason = "derived Serialize of plain data with string keys cannot fail"
    )]
    let text = serde_json::to_string(&departure).expect("a departure serialises");
    let state = authority.sealer.seal(&purpose(tenant), &text).0;
    let endpoint = url::Url::parse(&metadata.authorization_endpoint).ok();
    let mut url = endpoint
        .filter(|url| matches!(url.scheme(), "https" | "http"))
        .ok_or_else(|| {
            UPSTREAM_ANSWER.with(format!(
                "The authorization endpoint of '{}' is not a URL.",
                metadata.issuer
            ))
        })?;
    let mut query = url.query_pairs_mut();
    query.append_pair("client_id", &registration.upstream.client_id);
    query
        .append_pair("response_type", "code")
        .append_pair("response_mode", "query");
    query.append_pair(
        "redirect_uri",
        &callback(authority, &incoming.tenant, provider),
    );
    query.append_pair("scope", &registration.scope());
    query
        .append_pair("state", &state)
        .append_pair("nonce", &departure.nonce);
    let challenge = behalf_wire::oauth::pkce::s256(&departure.verifier);
    query
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256");
    for name in ["login_hint", "max_age"] {
        if let Some(value) = departure.pending.param(name) {
            query.append_pair(name, value);
        }
    }
    if let Some(prompt) = departure
        .pending
        .param("prompt")
        .filter(|p| matches!(*p, "login" | "select_account"))
    {
        query.append_pair("prompt", prompt);
    }
    drop(query);
    Ok(pages::redirect(url.as_str()))
}

/// Where the provider sends the browser back to.
pub fn callback(authority: &Authority, tenant: &Tenant, provider: &Provider) -> String {
    let base = format!("{}/{}", authority.config.public_url, tenant.id);
    match provider.kind {
        ProviderKind::Microsoft => format!("{base}/signin-microsoft"),
        _ => format!(
            "{base}/signin-oidc/{}",
            percent_encoding::utf8_percent_encode(&provider.name, PATH_SEGMENT)
        ),
    }
}

/// What must be escaped in a path segment (RFC 3986 §3.3).
pub const PATH_SEGMENT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A return from the provider whose `state` was made for this browser; only then is anything else read.
pub struct Return {
    departure: Departure,
}

impl Return {
    /// Errors: `FORM_FOREIGN`, `FORM_EXPIRED`, `SIGNIN_REPLAYED`, `AUTHORIZE_MALFORMED`.
    pub async fn read(authority: &Authority, incoming: &Incoming) -> Result<Self, Fault> {
        if let Some(name) = incoming.params.duplicate(&[]) {
            return Err(AUTHORIZE_MALFORMED.with(format!(
                "The parameter '{}' occurs twice.",
                error_code(name)
            )));
        }
        let state = incoming
            .params
            .get("state")
            .ok_or_else(|| FORM_FOREIGN.plain())?;
        let opened = authority
            .sealer
            .open(&purpose(incoming.tenant.id), &Sealed(state.to_owned()));
        let departure =
            opened.and_then(|clear| serde_json::from_str::<Departure>(clear.expose()).ok());
        // Somebody else's answer in this browser would sign the user in as somebody else (RFC 9700 §4.7).
        let departure =
            departure.filter(|departure| departure.browser == incoming.browser.fingerprint());
        let departure = departure.ok_or_else(|| FORM_FOREIGN.plain())?;
        let expires_at = departure.issued_at.plus_s(GOOD_FOR_S);
        if authority.env.now() > expires_at {
            return Err(FORM_EXPIRED.plain());
        }
        let spent = Change::UseOnce {
            hash: sha256(format!("signin-state:{}", departure.id).as_bytes()),
            expires_at,
        };
        match authority.store().commit(vec![spent]).await {
            Ok(_) => Ok(Self { departure }),
            Err(StoreError::Conflict(_)) => Err(SIGNIN_REPLAYED.plain()),
            Err(error) => Err(error.into()),
        }
    }

    pub fn pending(&self) -> &Pending {
        &self.departure.pending
    }

    /// Name of the provider that the browser was sent to.
    pub fn provider(&self) -> &str {
        &self.departure.provider
    }

    /// Redeems the code and verifies the proof.
    ///
    /// Errors: `PROVIDER_UNKNOWN`, `UPSTREAM_…`.
    pub async fn arrive(
        &self,
        authority: &Authority,
        incoming: &Incoming,
        called: Called<'_>,
    ) -> Result<Arrival, Fault> {
        let provider = incoming
            .tenant
            .provider(&self.departure.provider)
            .filter(|provider| called.fits(provider));
        let provider = provider.ok_or_else(|| PROVIDER_UNKNOWN.plain())?;
        let tenant = incoming.tenant.id;
        let registration = Registration::of(
            &authority.facts,
            authority.sealer.as_ref(),
            tenant,
            provider,
        )
        .await?;
        let upstream = registration.upstream;
        let metadata = authority.upstreams.metadata(&upstream.issuer).await?;
        let iss = incoming.params.get("iss");
        if iss.is_some_and(|iss| iss != upstream.issuer)
            || (iss.is_none() && metadata.authorization_response_iss_parameter_supported)
        {
            // RFC 9207 §2.4: an answer of another issuer must not be redeemed at this one (mix-up).
            return Err(UPSTREAM_ANSWER.with(format!(
                "The answer does not come from '{}'.",
                upstream.issuer
            )));
        }
        if let Some(error) = incoming.params.get("error") {
            let code = error_code(error);
            let detail = format!("'{}' ended the sign-in: {code}.", upstream.issuer);
            return Err(UPSTREAM_REFUSED.with(detail).fact("error", code));
        }
        let code = incoming.params.get("code").ok_or_else(|| {
            UPSTREAM_ANSWER.with(format!(
                "The answer of '{}' has neither code nor error.",
                upstream.issuer
            ))
        })?;
        let redirect_uri = callback(authority, &incoming.tenant, provider);
        let asked = Asked::Code {
            code,
            redirect_uri: &redirect_uri,
            verifier: &self.departure.verifier,
        };
        let tokens = registration.ask(&authority.upstreams, &asked).await?;
        let claims = self.verified(authority, upstream, &tokens).await?;
        let now = authority.env.now();
        let proof = Proof {
            amr: methods(&claims),
            auth_time: self.auth_time(&claims, now)?,
        };
        if provider.kind == ProviderKind::Microsoft {
            microsoft::check_audience(upstream, tokens.access_token.as_ref())?;
        }
        Ok(Arrival {
            provider: provider.name.clone(),
            proven: proven(provider, &claims)?,
            proof,
            tokens,
        })
    }

    /// OpenID Connect Core §3.1.3.7.
    async fn verified(
        &self,
        authority: &Authority,
        upstream: &behalf_model::tenant::Upstream,
        tokens: &Tokens,
    ) -> Result<Claims, Fault> {
        let issuer = &upstream.issuer;
        let id_token = tokens.id_token.as_ref();
        let id_token = id_token
            .ok_or_else(|| UPSTREAM_ANSWER.with(format!("'{issuer}' sent no ID token.")))?;
        let refused = |why: &str| {
            UPSTREAM_ID_TOKEN.with(format!("The ID token of '{issuer}' was refused: {why}."))
        };
        let verified = authority
            .upstreams
            .verify(issuer, id_token.expose(), authority.env.now(), LEEWAY_S)
            .await?;
        let claims = verified.map_err(|error| refused(&error.to_string()))?;
        if !claims.has_audience(&upstream.client_id) {
            return Err(refused("it is meant for another client"));
        }
        if claims.audiences().len() > 1 && claims.text("azp") != Some(&upstream.client_id) {
            return Err(refused(
                "it has several audiences and was not issued to this client",
            ));
        }
        if claims.nonce() != Some(&self.departure.nonce) {
            return Err(refused("its nonce belongs to another sign-in"));
        }
        Ok(claims)
    }

    /// When the user proved himself at the provider, if it says so, else now.
    fn auth_time(&self, claims: &Claims, now: UnixTime) -> Result<UnixTime, Fault> {
        let said = claims.date("auth_time").ok().flatten().map(UnixTime);
        let limit_s = self
            .departure
            .pending
            .param("max_age")
            .and_then(|text| text.parse::<i64>().ok());
        if let (Some(at), Some(limit_s)) = (said, limit_s)
            && at < self.departure.issued_at.plus_s(-limit_s - LEEWAY_S)
        {
            return Err(UPSTREAM_STALE.plain());
        }
        Ok(said.map_or(now, |at| at.min(now)))
    }
}

/// The address that the provider called.
#[derive(Clone, Copy, Debug)]
pub enum Called<'a> {
    Microsoft,
    Oidc(&'a str),
}

impl Called<'_> {
    fn fits(self, provider: &Provider) -> bool {
        match self {
            Self::Microsoft => provider.kind == ProviderKind::Microsoft,
            Self::Oidc(name) => provider.kind == ProviderKind::Oidc && provider.name == name,
        }
    }
}

fn proven(provider: &Provider, claims: &Claims) -> Result<Proven, Fault> {
    let subject = match provider.kind {
        ProviderKind::Microsoft => microsoft::subject(claims),
        _ => claims.sub(),
    };
    let subject = subject
        .filter(|subject| !subject.is_empty() && subject.len() <= 255)
        .ok_or_else(|| {
            UPSTREAM_ID_TOKEN
                .with("The ID token does not say who the user is (sub, for Microsoft oid).")
        })?;
    let text = |names: &[&str]| {
        let found = names.iter().find_map(|name| claims.text(name));
        found
            .unwrap_or_default()
            .chars()
            .filter(|c| !c.is_control())
            .take(256)
            .collect::<String>()
    };
    let upn = text(&["preferred_username", "upn", "email"]);
    Ok(Proven {
        provider: provider.name.clone(),
        subject: subject.to_owned(),
        upn_vouched: !upn.is_empty(),
        upn,
        name: text(&["name"]),
        given_name: text(&["given_name"]),
        family_name: text(&["family_name"]),
        email: text(&["email"]),
        groups: claims.get("groups").map(|_| {
            claims
                .texts("groups")
                .into_iter()
                .map(str::to_owned)
                .collect()
        }),
        admin: false,
    })
}

/// What the provider says, or that another party vouches.
fn methods(claims: &Claims) -> Vec<String> {
    let said: Vec<String> = claims.texts("amr").into_iter().map(str::to_owned).collect();
    if said.is_empty() {
        vec!["fed".to_owned()]
    } else {
        said
    }
}

fn purpose(tenant: TenantId) -> String {
    format!("signin-state:{tenant}")
}

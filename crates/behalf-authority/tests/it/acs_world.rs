//! What the tests of the ACS dialect share: sites, an app with an app host domain, and readers of its answers.

use crate::world::*;
use behalf_authority::ContentServer;
use behalf_model::ports::{AppLaunch, ContextTokens, IssuedContextToken};
use behalf_model::principal::{Principal, SecretCredential};
use behalf_model::site::Site;
use behalf_model::{Fault, UnixTime};
use behalf_wire::acs::context_token::{ContextToken, ContextTokenCheck};
use behalf_wire::acs::metadata::Metadata;
use behalf_wire::acs::{AppSecret, Host, SHAREPOINT_PRINCIPAL, context_token};
use behalf_wire::jose::{Header, JwsAlg};
use serde_json::{Value, json};
use uuid::Uuid;

/// An app with an app host domain.
pub const APP: &str = "ac000000-0000-4000-8000-00000000000a";
pub const APP_HOST: &str = "app.test:8443";
pub const START_PAGE: &str = "https://app.test:8443/pages/default.aspx?SPHostUrl=x";
/// The host web: a site without a port of its own is served on the one of the content server.
pub const HOST_WEB: &str = "https://sites.test:8443/sites/team";
/// Where the content server of the tenant is.
pub const SERVER: &str = "content.test:8443";
/// Base64 of 32 bytes each; the second has the characters that forms must escape.
pub const OLD: &str = "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=";
pub const NEW: &str = "+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/8=";

pub fn content_server() -> ContentServer {
    ContentServer {
        tenant: DOMAIN.to_uppercase(),
        public_url: format!("https://{SERVER}"),
    }
}

/// `<SharePoint>/<host>@<realm>`
pub fn at(host: &str) -> String {
    format!("{SHAREPOINT_PRINCIPAL}/{host}@{TENANT}")
}

/// `<app>@<realm>`
pub fn app() -> String {
    format!("{APP}@{TENANT}")
}

pub fn now_s(world: &World) -> i64 {
    world.authority.env.now().0
}

pub fn secret(world: &World, id: &str, value: &str) -> SecretCredential {
    let mut secret = SecretCredential {
        id: id.into(),
        digest: world.digest(APP, value),
        sealed: None,
        starts_at: None,
        expires_at: None,
    };
    let app = principal_with(vec![]);
    secret.sealed = app.seal_secret(&*world.authority.sealer, id, value);
    secret
}

pub fn principal_with(secrets: Vec<SecretCredential>) -> Principal {
    Principal {
        secrets,
        app_host_domain: Some(APP_HOST.into()),
        ..principal(APP, "Remote web")
    }
}

/// The world with two sites and the app, whose one secret is `OLD`.
pub async fn acs_world() -> World {
    let world = World::new().await;
    for (n, host) in [(1, "sites.test"), (2, "ported.test:444")] {
        world
            .put(&Site {
                tenant: tenant_id(),
                id: Uuid::from_u128(n),
                web_id: Uuid::from_u128(n),
                host: host.into(),
                path: "sites/team".into(),
                title: "Team".into(),
                members: vec![],
            })
            .await;
    }
    let old = secret(&world, "old", OLD);
    world.put(&principal_with(vec![old])).await;
    world
}

pub fn app_only<'a>(client_id: &'a str, resource: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("grant_type", "client_credentials"),
        ("client_id", client_id),
        ("client_secret", OLD),
        ("resource", resource),
    ]
}

/// At the URL with the realm.
pub async fn post(world: &World, form: &[(&str, &str)]) -> Answer {
    world.post(&format!("/{TENANT}/tokens/OAuth/2"), form).await
}

pub fn launch(user: u128) -> AppLaunch {
    AppLaunch {
        tenant: tenant_id(),
        client: client_id(APP),
        user: user_id(user),
        auth_time: UnixTime(behalf_model::env::fixed::START_S),
        host_web: HOST_WEB.into(),
        browser_hosted: true,
    }
}

pub async fn try_launch(
    world: &World,
    launch: &AppLaunch,
    target: &str,
) -> Result<IssuedContextToken, Fault> {
    let now = world.authority.env.now();
    world.authority.context_token(launch, target, now).await
}

/// A context token of Alice, read as the remote web with these secrets reads it.
pub async fn launched(world: &World, secrets: &[&str]) -> ContextToken {
    let issued = try_launch(world, &launch(ALICE), START_PAGE).await.unwrap();
    read(world, issued.token.expose(), secrets).unwrap()
}

pub fn read(
    world: &World,
    token: &str,
    secrets: &[&str],
) -> Result<ContextToken, context_token::ContextTokenError> {
    let secrets: Vec<AppSecret> = secrets
        .iter()
        .map(|s| AppSecret::parse(s).unwrap())
        .collect();
    let check = ContextTokenCheck {
        secrets: &secrets,
        client_id: APP,
        app_host_domains: &[Host::parse(APP_HOST).unwrap()],
        realm: Some(TENANT),
        clock_skew_s: 0,
    };
    context_token::verify(token, &check, now_s(world))
}

/// Header and claims of an access token, verified with the keys of the metadata document.
pub async fn verified(world: &World, token: &Value) -> (Header, Value) {
    let path = format!("/metadata/json/1?realm={TENANT}");
    let answer = world.get_url(&path).await;
    let metadata = Metadata::parse(answer.text.as_bytes()).unwrap();
    let (header, claims) = metadata
        .keyring(now_s(world))
        .unwrap()
        .verify_jwt(token.as_str().unwrap(), &[JwsAlg::RS256])
        .unwrap();
    (header, Value::Object(claims.as_map().clone()))
}

/// Asserts a refusal letter by letter: the body, and that it starts as the .NET client wants it.
#[track_caller]
pub fn refused(answer: &Answer, status: u16, error: &str, codes: &[u32]) -> String {
    assert!(answer.text.starts_with("{\"error\":"), "{}", answer.text);
    let body = answer.json();
    assert_eq!(
        (answer.status.as_u16(), body["error"].as_str().unwrap()),
        (status, error),
        "{}",
        answer.text
    );
    assert_eq!(body["error_codes"], json!(codes), "{}", answer.text);
    assert_eq!(
        answer.header("content-type"),
        "application/json; charset=utf-8"
    );
    let text = body["error_description"].as_str().unwrap().to_owned();
    for code in codes {
        assert!(text.contains(&format!("AADSTS{code}: ")), "{text}");
    }
    for (name, header) in [
        ("trace_id", "x-ms-request-id"),
        ("correlation_id", "client-request-id"),
    ] {
        assert_eq!(body[name], answer.header(header), "{name}");
    }
    let uri = format!("{PUBLIC}/error?code={}", codes[0]);
    assert_eq!(body["error_uri"], uri);
    text
}

//! A small world: one tenant with users, clients and APIs, a fixed clock, a temporary store.

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use behalf_authority::tokens::code;
use behalf_authority::{Authority, Config, router};
use behalf_model::audit::{AuditEvent, AuditQuery};
use behalf_model::consent::{AppRoleGrant, DelegatedGrant};
use behalf_model::entity::{Entity, EntityRow};
use behalf_model::env::fixed::{self, FixedClock};
use behalf_model::facts::Facts;
use behalf_model::grant::{Authorization, CodeDetails, PkceChallenge, PkceMethod};
use behalf_model::ports::{
    Change, Expect, NewSession, Outbound, OutboundError, OutboundRequest, OutboundResponse, Store,
};
use behalf_model::principal::{Platform, Principal, RedirectUri, SecretCredential};
use behalf_model::resource::{
    AppRole, AuthorizedClient, Resource, Scope, SigningAlg, TokenFormat, WhoCanConsent,
};
use behalf_model::tenant::{DIRECTORY, Tenant};
use behalf_model::user::User;
use behalf_model::{ClientId, TenantId, UnixTime, UserId};
use behalf_store::{FileSealer, SqliteStore};
use behalf_wire::jose::{Claims, JwsAlg};
use behalf_wire::oauth::pkce;
use http::{HeaderMap, Method, Request, StatusCode};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use tower::ServiceExt;

pub const PUBLIC: &str = "https://login.test";
pub const TENANT: &str = "aaaaaaaa-0000-4000-8000-000000000001";
pub const OTHER_TENANT: &str = "aaaaaaaa-0000-4000-8000-000000000002";
pub const DOMAIN: &str = "corp.example";

/// A public desktop app.
pub const FRONT: &str = "c0000000-0000-4000-8000-000000000001";
/// A confidential web app.
pub const WEB: &str = "c0000000-0000-4000-8000-000000000002";
/// The middle tier, client and API at once.
pub const MIDDLE: &str = "c0000000-0000-4000-8000-000000000003";
/// APIs behind it: v2.0, v1.0, RFC 9068 with ES256, one without any consent, a disabled one.
pub const ORDERS: &str = "a0000000-0000-4000-8000-000000000001";
pub const LEGACY: &str = "a0000000-0000-4000-8000-000000000002";
pub const MODERN: &str = "a0000000-0000-4000-8000-000000000003";
pub const CLOSED: &str = "a0000000-0000-4000-8000-000000000004";
pub const OFF: &str = "a0000000-0000-4000-8000-000000000005";

pub const SECRET: &str = "s3cret~value+with/odd chars%";
pub const REDIRECT: &str = "https://app.test/callback";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

pub const ALICE: u128 = 0xa11ce;
pub const BOB: u128 = 0xb0b;

pub struct World {
    pub authority: Arc<Authority>,
    pub clock: Arc<FixedClock>,
    pub store: Arc<SqliteStore>,
    router: Router,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()
    }

    /// Asserts an Entra refusal and gives its text.
    #[track_caller]
    pub fn refused(&self, status: u16, error: &str, code: u32) -> String {
        let body = self.json();
        assert_eq!(
            (self.status.as_u16(), body["error"].as_str().unwrap()),
            (status, error),
            "{}",
            self.text
        );
        assert_eq!(
            body["error_codes"],
            serde_json::json!([code]),
            "{}",
            self.text
        );
        let text = body["error_description"].as_str().unwrap().to_owned();
        assert!(text.starts_with(&format!("AADSTS{code}: ")), "{text}");
        text
    }
}

struct NoNetwork;

#[async_trait]
impl Outbound for NoNetwork {
    async fn send(&self, request: OutboundRequest) -> Result<OutboundResponse, OutboundError> {
        Err(OutboundError::Refused(request.url))
    }
}

pub fn tenant_id() -> TenantId {
    TENANT.parse().unwrap()
}

pub fn user_id(n: u128) -> UserId {
    UserId(uuid::Uuid::from_u128(n))
}

pub fn client_id(text: &str) -> ClientId {
    text.parse().unwrap()
}

pub fn tenant(id: &str, domain: &str) -> Tenant {
    serde_json::from_value(serde_json::json!({
        "id": id, "domains": [domain], "display_name": "Corp", "default_resource": ORDERS
    }))
    .unwrap()
}

pub fn user(n: u128, name: &str) -> User {
    User {
        tenant: tenant_id(),
        id: user_id(n),
        provider: "password".into(),
        subject: name.to_lowercase(),
        upn: format!("{}@{DOMAIN}", name.to_lowercase()),
        name: format!("{name} Archer"),
        given_name: name.into(),
        family_name: "Archer".into(),
        email: format!("{}@mail.example", name.to_lowercase()),
        active: true,
        admin: false,
        person: None,
        groups: vec![],
        created_at: UnixTime(0),
        valid_from: None,
    }
}

pub fn principal(id: &str, title: &str) -> Principal {
    Principal {
        tenant: tenant_id(),
        client_id: client_id(id),
        title: title.into(),
        public: false,
        enabled: true,
        secrets: vec![],
        certificates: vec![],
        redirect_uris: vec![RedirectUri {
            uri: REDIRECT.into(),
            platform: Platform::Web,
        }],
        permissions: vec![],
        known_client_applications: vec![],
        app_host_domain: None,
        promoted_secret: None,
    }
}

pub fn resource(id: &str, uri: &str, scopes: &[&str]) -> Resource {
    let scope = |value: &&str| Scope {
        value: (*value).into(),
        consent: WhoCanConsent::AdminsAndUsers,
        display_name: String::new(),
        description: String::new(),
        enabled: true,
    };
    Resource {
        tenant: tenant_id(),
        app_id: client_id(id),
        title: uri.into(),
        app_id_uris: vec![uri.into()],
        scopes: scopes.iter().map(scope).collect(),
        roles: vec![],
        authorized_clients: vec![],
        token_format: TokenFormat::EntraV2,
        signing_alg: SigningAlg::RS256,
        enabled: true,
    }
}

impl World {
    pub async fn new() -> Self {
        let (env, clock) = fixed::env();
        let store = Arc::new(SqliteStore::open_temporary().unwrap());
        let key = format!("k1 {}", behalf_wire::jose::base64url::encode([7; 32]));
        let sealer = Arc::new(FileSealer::from_key_text(&key, env.clone()).unwrap());
        let config = Config {
            public_url: PUBLIC.into(),
            max_body_bytes: 16 * 1024,
            password_hashes_at_once: 1,
            private_upstreams: false,
            content_server: Some(crate::acs_world::content_server()),
        };
        let facts = Facts::new(store.clone());
        let authority = Authority::new(
            config,
            facts,
            env,
            sealer.clone(),
            sealer,
            Arc::new(NoNetwork),
        );
        let authority = Arc::new(authority);
        let world = Self {
            router: router(authority.clone()),
            authority,
            clock,
            store,
        };
        world.populate().await;
        world
    }

    async fn populate(&self) {
        self.put(&tenant(TENANT, DOMAIN)).await;
        self.put(&tenant(OTHER_TENANT, "other.example")).await;
        self.put(&user(ALICE, "Alice")).await;
        self.put(&user(BOB, "Bob")).await;
        self.put(&Principal {
            public: true,
            ..principal(FRONT, "Desktop client")
        })
        .await;
        for (id, title) in [(WEB, "Web client"), (MIDDLE, "Middle \"tier\"")] {
            let digest = self.digest(id, SECRET);
            let secret = SecretCredential {
                id: "first".into(),
                digest,
                sealed: None,
                starts_at: None,
                expires_at: None,
            };
            self.put(&Principal {
                secrets: vec![secret],
                ..principal(id, title)
            })
            .await;
        }
        let middle = resource(MIDDLE, "api://middle", &["access_as_user"]);
        let mut authorized = vec![];
        for client in [FRONT, WEB] {
            authorized.push(AuthorizedClient {
                client_id: client_id(client),
                scopes: vec!["access_as_user".into()],
            });
        }
        self.put(&Resource {
            authorized_clients: authorized,
            ..middle
        })
        .await;

        let role = |value: &str| AppRole {
            value: value.into(),
            description: String::new(),
        };
        let orders = Resource {
            roles: vec![role("Order.Read.All"), role("Order.Write.All")],
            ..resource(
                ORDERS,
                "api://orders",
                &["order.read", "order.write", "order.delete"],
            )
        };
        self.put(&orders).await;
        let legacy = resource(LEGACY, "https://legacy.example", &["user_impersonation"]);
        self.put(&Resource {
            token_format: TokenFormat::EntraV1,
            ..legacy
        })
        .await;
        let modern = resource(MODERN, "https://modern.example/api", &["read", "write"]);
        self.put(&Resource {
            token_format: TokenFormat::Rfc9068,
            signing_alg: SigningAlg::ES256,
            ..modern
        })
        .await;
        self.put(&resource(CLOSED, "api://closed", &["everything"]))
            .await;
        self.put(&Resource {
            enabled: false,
            ..resource(OFF, "api://off", &["x"])
        })
        .await;

        self.grant(MIDDLE, ORDERS, None, &["order.read", "order.write"])
            .await;
        self.grant(MIDDLE, LEGACY, None, &["user_impersonation"])
            .await;
        self.grant(MIDDLE, MODERN, None, &["read"]).await;
        self.grant(WEB, ORDERS, Some(ALICE), &["order.read"]).await;
        self.grant(FRONT, ORDERS, None, &["order.read"]).await;
        self.put(&AppRoleGrant {
            tenant: tenant_id(),
            client: client_id(MIDDLE),
            resource: client_id(ORDERS),
            roles: BTreeSet::from(["Order.Read.All".to_owned(), "Gone".to_owned()]),
            granted_by: "test".into(),
            granted_at: UnixTime(0),
        })
        .await;
    }

    pub fn digest(&self, client: &str, secret: &str) -> String {
        self.authority.digester.digest(
            &SecretCredential::purpose(tenant_id(), &client_id(client)),
            secret,
        )
    }

    pub async fn put<E: Entity>(&self, entity: &E) {
        let change = Change::PutEntity {
            row: EntityRow::of(entity),
            expect: Expect::Any,
        };
        self.store.commit(vec![change]).await.unwrap();
    }

    pub async fn get<E: Entity>(&self, key: &str) -> E {
        let tenant = if E::KIND == Tenant::KIND {
            DIRECTORY
        } else {
            tenant_id()
        };
        (*self
            .authority
            .facts
            .get::<E>(tenant, key)
            .await
            .unwrap()
            .unwrap())
        .clone()
    }

    pub async fn delete<E: Entity>(&self, entity: &E) {
        let change = Change::DeleteEntity {
            kind: E::KIND.into(),
            tenant: entity.tenant(),
            key: entity.key(),
        };
        self.store.commit(vec![change]).await.unwrap();
    }

    pub async fn grant(&self, client: &str, resource: &str, user: Option<u128>, scopes: &[&str]) {
        self.put(&DelegatedGrant {
            tenant: tenant_id(),
            client: client_id(client),
            resource: client_id(resource),
            user: user.map(user_id),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            granted_by: "test".into(),
            granted_at: UnixTime(0),
        })
        .await;
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub async fn get_url(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.post_with(path, form, &[]).await
    }

    pub async fn post_with(
        &self,
        path: &str,
        form: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let mut request = Request::builder().method(Method::POST).uri(path);
        if !headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Posts to the Entra v2.0 token endpoint.
    pub async fn entra(&self, form: &[(&str, &str)]) -> Answer {
        self.post(&format!("/{TENANT}/oauth2/v2.0/token"), form)
            .await
    }

    /// Posts to the OAuth token endpoint.
    pub async fn oauth(&self, form: &[(&str, &str)]) -> Answer {
        self.post(&format!("/{TENANT}/oidc/token"), form).await
    }

    /// A code as `/authorize` would issue it, for the challenge of `VERIFIER`.
    pub async fn code(&self, client: &str, user: u128, scope: &str) -> String {
        let challenge = PkceChallenge {
            challenge: pkce::s256(VERIFIER),
            method: PkceMethod::S256,
        };
        self.code_with(client, user, scope, Some(challenge)).await
    }

    pub async fn code_with(
        &self,
        client: &str,
        user: u128,
        scope: &str,
        pkce: Option<PkceChallenge>,
    ) -> String {
        let now = self.authority.env.now();
        let session = NewSession {
            secret_hash: [0; 32],
            tenant: tenant_id(),
            user: user_id(user),
            auth_time: now,
            amr: vec!["pwd".into()],
            expires_at: now.plus_s(3600),
        };
        let session = Change::InsertSession(session);
        let committed = self.store.commit(vec![session]).await.unwrap();
        let details = CodeDetails {
            authorization: Authorization {
                tenant: tenant_id(),
                client: client_id(client),
                user: user_id(user),
                scopes: scope.split(' ').map(str::to_owned).collect(),
                auth_time: now,
                amr: vec!["pwd".into()],
                session: committed.ids.first().copied(),
                host_web: None,
            },
            redirect_uri: REDIRECT.into(),
            nonce: Some("n-0S6_WzA2Mj".into()),
            pkce,
        };
        code::issue(&self.authority, details, now.plus_s(300))
            .await
            .unwrap()
    }

    /// The form with which a code is redeemed.
    pub fn redemption<'a>(client: &'a str, code: &'a str) -> Vec<(&'a str, &'a str)> {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("client_id", client),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        if client != FRONT {
            form.push(("client_secret", SECRET));
        }
        form
    }

    /// An access token of the user for the middle tier, obtained by the desktop client.
    pub async fn user_token(&self, user: u128) -> String {
        self.token_for(FRONT, user, "api://middle/access_as_user")
            .await
    }

    pub async fn token_for(&self, client: &str, user: u128, scope: &str) -> String {
        let code = self.code(client, user, scope).await;
        let answer = self.entra(&Self::redemption(client, &code)).await.ok();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// An on-behalf-of request of the middle tier.
    pub async fn obo(&self, assertion: &str, scope: &str) -> Answer {
        self.entra(&obo_form(assertion, scope)).await
    }

    /// Verifies a token with the published keys and gives its claims.
    pub async fn claims(&self, token: &Value) -> Claims {
        self.verified(token).await.1
    }

    pub async fn verified(&self, token: &Value) -> (behalf_wire::jose::Header, Claims) {
        let keyring = self.authority.keyring(tenant_id()).await.unwrap();
        keyring
            .verify_jwt(token.as_str().expect("a token"), JwsAlg::PUBLIC_KEY)
            .unwrap()
    }

    /// The audit trail, newest first, with what was handed over before this call.
    pub async fn audit(&self) -> Vec<AuditEvent> {
        // Commits are written in their order: when this one is on disk, the rows before it are too.
        let nothing = Change::DeleteSession { id: 0 };
        self.store.commit(vec![nothing]).await.unwrap();
        let query = AuditQuery {
            limit: 100,
            ..AuditQuery::default()
        };
        self.store
            .audit(&query)
            .await
            .unwrap()
            .into_iter()
            .map(|row| row.event)
            .collect()
    }
}

pub fn obo_form<'a>(assertion: &'a str, scope: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("grant_type", JWT_BEARER),
        ("requested_token_use", "on_behalf_of"),
        ("client_id", MIDDLE),
        ("client_secret", SECRET),
        ("assertion", assertion),
        ("scope", scope),
    ]
}

/// The form with one parameter replaced or added.
pub fn with<'a>(
    mut form: Vec<(&'a str, &'a str)>,
    name: &'a str,
    value: &'a str,
) -> Vec<(&'a str, &'a str)> {
    form.retain(|(known, _)| *known != name);
    form.push((name, value));
    form
}

/// The form without a parameter.
pub fn without<'a>(mut form: Vec<(&'a str, &'a str)>, name: &str) -> Vec<(&'a str, &'a str)> {
    form.retain(|(known, _)| *known != name);
    form
}

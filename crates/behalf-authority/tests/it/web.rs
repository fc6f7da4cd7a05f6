//! A small directory, and browsers that visit it.

use crate::upstream::{CLIENT, ISSUER, SECRET, Upstream};
use axum::Router;
use axum::body::Body;
use behalf_authority::providers::password::hash_password;
use behalf_authority::{Authority, Config, router};
use behalf_model::audit::{AuditEvent, AuditQuery};
use behalf_model::consent::DelegatedGrant;
use behalf_model::entity::{Entity, EntityRow};
use behalf_model::env::fixed::{self, FixedClock};
use behalf_model::facts::Facts;
use behalf_model::key::NamedSecret;
use behalf_model::ports::{Change, Expect, Outbound, Store};
use behalf_model::principal::{Permission, Platform, Principal, RedirectUri};
use behalf_model::resource::{AppRole, AuthorizedClient, Resource, Scope, WhoCanConsent};
use behalf_model::tenant::{Provider, ProviderKind, Tenant, Upstream as Registration};
use behalf_model::user::{PasswordAccount, User};
use behalf_model::{TenantId, UserId};
use behalf_store::{FileSealer, SqliteStore};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};
use tower::ServiceExt;

pub const HOST: &str = "https://login.test";
pub const CONTOSO: &str = "11111111-1111-1111-1111-111111111111";
pub const FABRIKAM: &str = "99999999-9999-9999-9999-999999999999";
pub const ORDERS: &str = "33333333-3333-3333-3333-333333333333";
pub const WEB: &str = "44444444-4444-4444-4444-444444444444";
pub const NATIVE: &str = "55555555-5555-5555-5555-555555555555";
pub const GATEWAY: &str = "66666666-6666-6666-6666-666666666666";
pub const CALLBACK: &str = "https://app.example/cb";
/// RFC 7636 appendix B.
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub const ALICE_PASSWORD: &str = "alice's password";
pub const NASTY: &str = "\"><script>alert(1)</script>'{{7*7}}";

pub struct World {
    pub app: Router,
    pub authority: Arc<Authority>,
    pub upstream: Upstream,
    pub clock: Arc<FixedClock>,
}

/// The same for all tests: hashing is slow on purpose.
static HASHES: LazyLock<[String; 2]> = LazyLock::new(|| {
    let (env, _) = fixed::env();
    [
        hash_password(&env, ALICE_PASSWORD),
        hash_password(&env, "root's password"),
    ]
});

impl World {
    pub async fn new() -> Self {
        Self::over(Arc::new(SqliteStore::open_temporary().unwrap())).await
    }

    pub async fn over(store: Arc<dyn Store>) -> Self {
        let world = Self::bare(store, Upstream::new());
        world.put(&tenant(CONTOSO, "Contoso")).await;
        world.put(&tenant(FABRIKAM, "Fabrikam")).await;
        for tenant in [CONTOSO, FABRIKAM] {
            world
                .put(&account(tenant, "alice", &HASHES[0], false))
                .await;
        }
        world.put(&account(CONTOSO, "root", &HASHES[1], true)).await;
        world.put(&orders()).await;
        world.put(&gateway_api()).await;
        world
            .put(&app(WEB, "Web shop", false, CALLBACK, Platform::Web))
            .await;
        world
            .put(&app(
                NATIVE,
                "Phone",
                true,
                "http://localhost",
                Platform::Native,
            ))
            .await;
        world
            .put(&app(
                GATEWAY,
                "Gateway",
                false,
                "https://gateway.example/cb",
                Platform::Web,
            ))
            .await;
        let value = world
            .authority
            .sealer
            .seal(&NamedSecret::purpose(contoso(), "upstream"), SECRET);
        world
            .put(&NamedSecret {
                tenant: contoso(),
                name: "upstream".to_owned(),
                value,
            })
            .await;
        world
    }

    /// The same directory, as another process or after a restart.
    pub fn bare(store: Arc<dyn Store>, upstream: Upstream) -> Self {
        let (env, clock) = fixed::env();
        let key = format!("k1 {}", behalf_wire::jose::base64url::encode([7; 32]));
        let sealer = Arc::new(FileSealer::from_key_text(&key, env.clone()).unwrap());
        let outbound: Arc<dyn Outbound> = Arc::new(upstream.clone());
        let config = Config {
            public_url: HOST.to_owned(),
            max_body_bytes: 64 * 1024,
            password_hashes_at_once: 2,
            private_upstreams: false,
            content_server: None,
        };
        let authority = Authority::new(
            config,
            Facts::new(store),
            env,
            sealer.clone(),
            sealer,
            outbound,
        );
        let authority = Arc::new(authority);
        Self {
            app: router(authority.clone()),
            authority,
            upstream,
            clock,
        }
    }

    pub async fn put<E: Entity>(&self, entity: &E) {
        let put = Change::PutEntity {
            row: EntityRow::of(entity),
            expect: Expect::Any,
        };
        self.authority.store().commit(vec![put]).await.unwrap();
    }

    pub async fn get<E: Entity>(&self, key: &str) -> E {
        let found = self.authority.facts.get::<E>(contoso(), key).await.unwrap();
        (*found.unwrap_or_else(|| panic!("no {} {key}", E::KIND))).clone()
    }

    pub async fn change<E: Entity>(&self, key: &str, change: impl FnOnce(&mut E)) {
        let mut entity: E = self.get(key).await;
        change(&mut entity);
        self.put(&entity).await;
    }

    pub async fn tenant(&self) -> Tenant {
        let found = self
            .authority
            .facts
            .get::<Tenant>(behalf_model::tenant::DIRECTORY, CONTOSO)
            .await
            .unwrap();
        (*found.unwrap()).clone()
    }

    pub async fn change_tenant(&self, change: impl FnOnce(&mut Tenant)) {
        let mut tenant = self.tenant().await;
        change(&mut tenant);
        self.put(&tenant).await;
    }

    pub async fn user(&self, provider: &str, subject: &str) -> Option<User> {
        let alias = User::subject_alias(provider, subject);
        let found = self
            .authority
            .facts
            .by_alias::<User>(contoso(), &alias)
            .await
            .unwrap();
        found.map(|user| (*user).clone())
    }

    pub async fn alice(&self) -> User {
        self.user("password", "alice")
            .await
            .expect("alice has signed in")
    }

    pub async fn grant(&self, client: &str, user: Option<UserId>) -> Option<DelegatedGrant> {
        let key = DelegatedGrant::key_of(&client.parse().unwrap(), &ORDERS.parse().unwrap(), user);
        let found = self
            .authority
            .facts
            .get::<DelegatedGrant>(contoso(), &key)
            .await
            .unwrap();
        found.map(|grant| (*grant).clone())
    }

    /// Consents for everyone to `orders` scopes of the web shop.
    pub async fn consented(&self, scopes: &[&str]) {
        self.put(&DelegatedGrant {
            tenant: contoso(),
            client: WEB.parse().unwrap(),
            resource: ORDERS.parse().unwrap(),
            user: None,
            scopes: scopes.iter().map(ToString::to_string).collect(),
            granted_by: "test".to_owned(),
            granted_at: self.authority.env.now(),
        })
        .await;
    }

    /// Audit rows of an action, newest first.
    pub async fn audit(&self, action: &str) -> Vec<AuditEvent> {
        // A durable commit drains the rows that were handed over before it.
        self.authority
            .store()
            .commit(vec![Change::Audit(AuditEvent::default())])
            .await
            .unwrap();
        let query = AuditQuery {
            limit: 1000,
            ..AuditQuery::default()
        };
        let rows = self.authority.store().audit(&query).await.unwrap();
        rows.into_iter()
            .map(|row| row.event)
            .filter(|event| event.action == action)
            .collect()
    }

    pub fn browser(&self) -> Browser {
        Browser {
            app: self.app.clone(),
            jar: Arc::default(),
        }
    }
}

pub fn contoso() -> TenantId {
    CONTOSO.parse().unwrap()
}

fn tenant(id: &str, name: &str) -> Tenant {
    let upstream = Registration {
        issuer: ISSUER.to_owned(),
        client_id: CLIENT.to_owned(),
        client_secret: "secret:upstream".to_owned(),
        scopes: vec![format!("api://{CLIENT}/access_as_user")],
        audiences: vec![format!("api://{CLIENT}")],
    };
    let provider = |name: &str, kind, label: &str, upstream: Option<&Registration>| Provider {
        name: name.to_owned(),
        kind,
        label: label.to_owned(),
        upstream: upstream.cloned(),
    };
    Tenant {
        id: id.parse().unwrap(),
        domains: vec![format!("{}.example", name.to_lowercase())],
        display_name: name.to_owned(),
        providers: vec![
            provider("password", ProviderKind::Password, "", None),
            provider(
                "microsoft",
                ProviderKind::Microsoft,
                "Microsoft",
                Some(&upstream),
            ),
            provider(
                "corp",
                ProviderKind::Oidc,
                "Corporate login",
                Some(&upstream),
            ),
        ],
        user_consent: true,
        default_resource: None,
        lifetimes: Default::default(),
        enabled: true,
    }
}

fn account(tenant: &str, username: &str, hash: &str, admin: bool) -> PasswordAccount {
    PasswordAccount {
        tenant: tenant.parse().unwrap(),
        username: username.to_owned(),
        password_hash: hash.to_owned(),
        name: format!("{username} by name"),
        given_name: String::new(),
        family_name: String::new(),
        email: format!("{username}@mail.example"),
        groups: vec!["staff".to_owned()],
        admin,
    }
}

fn app(id: &str, title: &str, public: bool, uri: &str, platform: Platform) -> Principal {
    Principal {
        tenant: contoso(),
        client_id: id.parse().unwrap(),
        title: title.to_owned(),
        public,
        enabled: true,
        secrets: Vec::new(),
        certificates: Vec::new(),
        redirect_uris: vec![RedirectUri {
            uri: uri.to_owned(),
            platform,
        }],
        permissions: vec![Permission {
            resource: ORDERS.parse().unwrap(),
            delegated: vec!["read".to_owned(), "write".to_owned()],
            application: vec!["Orders.Sync".to_owned()],
        }],
        known_client_applications: Vec::new(),
        app_host_domain: None,
        promoted_secret: None,
    }
}

fn scope(value: &str, display_name: &str, consent: WhoCanConsent) -> Scope {
    let description = format!("What {value} means.");
    Scope {
        value: value.to_owned(),
        consent,
        display_name: display_name.to_owned(),
        description,
        enabled: true,
    }
}

fn orders() -> Resource {
    Resource {
        tenant: contoso(),
        app_id: ORDERS.parse().unwrap(),
        title: "Order system".to_owned(),
        app_id_uris: vec!["api://orders".to_owned()],
        scopes: vec![
            scope("read", "Read your orders", WhoCanConsent::AdminsAndUsers),
            scope("write", "Change your orders", WhoCanConsent::AdminsAndUsers),
            scope("delete", "Delete all orders", WhoCanConsent::AdminsOnly),
        ],
        roles: vec![AppRole {
            value: "Orders.Sync".to_owned(),
            description: "Copy every order.".to_owned(),
        }],
        authorized_clients: vec![AuthorizedClient {
            client_id: NATIVE.parse().unwrap(),
            scopes: vec!["read".to_owned()],
        }],
        token_format: Default::default(),
        signing_alg: Default::default(),
        enabled: true,
    }
}

fn gateway_api() -> Resource {
    Resource {
        app_id: GATEWAY.parse().unwrap(),
        title: "Gateway".to_owned(),
        app_id_uris: vec!["api://gateway".to_owned()],
        scopes: vec![scope(
            "access_as_user",
            "Use the gateway as you",
            WhoCanConsent::AdminsAndUsers,
        )],
        roles: Vec::new(),
        authorized_clients: Vec::new(),
        ..orders()
    }
}

/// The parameters of a request of the web shop, with changes: `None` leaves a parameter out.
pub fn authorize(dialect: &str, changes: &[(&str, Option<&str>)]) -> String {
    let mut params = vec![
        ("client_id", WEB),
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid api://orders/read"),
        ("state", "s t&te"),
        ("nonce", "n-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        params.retain(|(known, _)| known != name);
        params.extend(value.map(|value| (*name, value)));
    }
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(params)
        .finish();
    format!("/{CONTOSO}/{dialect}/authorize?{query}")
}

pub const V2: &str = "oauth2/v2.0";
pub const V1: &str = "oauth2";
pub const OAUTH: &str = "oidc";

/// A browser with a cookie jar that does not follow redirects.
#[derive(Clone)]
pub struct Browser {
    pub app: Router,
    pub jar: Arc<Mutex<HashMap<String, String>>>,
}

pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Browser {
    pub async fn get(&self, path: &str) -> Page {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form)).unwrap()).await
    }

    pub async fn send(&self, mut request: Request<Body>) -> Page {
        let cookies: Vec<String> = self
            .jar
            .lock()
            .unwrap()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request
                .headers_mut()
                .insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.starts_with("__Host-"), "{cookie}");
            for attribute in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
                assert!(cookie.contains(attribute), "{cookie}");
            }
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            let mut jar = self.jar.lock().unwrap();
            match cookie.contains("Max-Age=0") {
                true => jar.remove(name),
                false => jar.insert(name.to_owned(), value.to_owned()),
            };
        }
        let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        let page = Page {
            status: parts.status,
            headers: parts.headers,
            body,
        };
        page.is_protected();
        page
    }

    /// Fills in the sign-in form of a page.
    pub async fn sign_in(&self, page: &Page, username: &str, password: &str) -> Page {
        assert!(page.body.contains("name=\"password\""), "{}", page.body);
        let form = page.form();
        let fields = [
            ("form", form.as_str()),
            ("provider", "password"),
            ("username", username),
            ("password", password),
        ];
        self.post(&format!("/{CONTOSO}/login"), &fields).await
    }

    /// Opens an authorization request and signs in as Alice.
    pub async fn as_alice(&self, path: &str) -> Page {
        let page = self.get(path).await;
        self.sign_in(&page, "alice", ALICE_PASSWORD).await
    }

    pub async fn as_root(&self, path: &str) -> Page {
        let page = self.get(path).await;
        self.sign_in(&page, "root", "root's password").await
    }

    pub async fn answer(&self, page: &Page, answer: &str, everyone: bool) -> Page {
        let form = page.form();
        let mut fields = vec![("form", form.as_str()), ("answer", answer)];
        if everyone {
            fields.push(("everyone", "yes"));
        }
        self.post(&format!("/{CONTOSO}/consent"), &fields).await
    }

    pub fn has_session(&self) -> bool {
        self.jar
            .lock()
            .unwrap()
            .keys()
            .any(|name| name.contains("session"))
    }
}

impl Page {
    /// Nothing that a browser gets may be cached, framed or run.
    fn is_protected(&self) {
        let header = |name: &str| {
            self.headers
                .get(name)
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default()
        };
        let html = header("content-type").starts_with("text/html");
        if html || self.status.is_redirection() {
            assert!(
                header("cache-control").contains("no-store"),
                "{:?}",
                self.headers
            );
            assert_eq!(header("x-frame-options"), "DENY");
            assert_eq!(header("referrer-policy"), "no-referrer");
        }
        if html {
            let csp = header("content-security-policy");
            assert!(
                csp.contains("default-src 'none'") && csp.contains("frame-ancestors 'none'"),
                "{csp}"
            );
            let scripts = self.body.matches("<script").count();
            assert_eq!(
                scripts,
                usize::from(csp.contains("script-src")),
                "{}",
                self.body
            );
        }
    }

    /// The hidden value of the page's first form.
    pub fn form(&self) -> String {
        let (_, rest) = self
            .body
            .split_once("name=\"form\" value=\"")
            .unwrap_or_else(|| panic!("{}", self.body));
        rest.split('"').next().unwrap().to_owned()
    }

    pub fn location(&self) -> url::Url {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.headers[header::LOCATION]
            .to_str()
            .unwrap()
            .parse()
            .unwrap()
    }

    /// Parameters of the redirect's query.
    pub fn answer(&self) -> HashMap<String, String> {
        self.location().query_pairs().into_owned().collect()
    }

    /// A refusal on our own page, by Entra's number or ours.
    pub fn refused(&self, code: &str) -> &Self {
        assert!(self.body.contains(code), "{} {}", self.status, self.body);
        assert!(self.headers.get(header::LOCATION).is_none());
        assert!(self.body.contains("Request id"), "{}", self.body);
        self
    }

    /// A refusal at the redirect URI.
    pub fn redirected_error(&self) -> (String, String) {
        let answer = self.answer();
        assert!(!answer.contains_key("code"), "{answer:?}");
        (answer["error"].clone(), answer["error_description"].clone())
    }
}

//! One gateway with its store, its users and both worked examples of the reference (3.10, 3.11).

use crate::fakes::{Network, Reverse, Vault, Verifier};
use axum::Router;
use axum::body::Body;
use behalf_gateway::{Config, Gateway, Ports, router};
use behalf_model::audit::{AuditEvent, AuditQuery};
use behalf_model::entity::{Entity, EntityRow};
use behalf_model::env::fixed::{self, FixedClock, START_S};
use behalf_model::facts::Facts;
use behalf_model::key::NamedSecret;
use behalf_model::ports::{Change, Expect, Store};
use behalf_model::secret::Sealer;
use behalf_model::source::{Source, SourceKind};
use behalf_model::tenant::{Provider, ProviderKind, Tenant, Upstream};
use behalf_model::token::{Issuer, TokenSubject, VerifiedToken};
use behalf_model::user::User;
use behalf_model::{PersonId, Secret, TenantId, UnixTime, UserId};
use behalf_store::sqlite::SqliteStore;
use behalf_wire::jose::backend::sha256;
use behalf_wire::jose::base64url;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt;
use uuid::Uuid;

pub const HOME: TenantId = TenantId(Uuid::from_u128(0xaaaa));
pub const CLIENT: &str = "11111111-2222-3333-4444-555555555555";
pub const TID: &str = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
pub const NOW: UnixTime = UnixTime(START_S);

pub const GRAPH_OBO: &str = r#"
name = "Graph OBO"
connector = "rest"
url = "https://graph.microsoft.com/v1.0"
auth = "oauth"
oauth_url = "https://login.microsoftonline.com/{TenantId}/oauth2/v2.0/token"
oauth_scope = "Sites.ReadWrite.All"
oauth_client_id = "11111111-2222-3333-4444-555555555555"
oauth_client_secret = "secret:gateway-entra"
oauth_grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
oauth_on_behalf_of = true
variables = { TenantId = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee" }
"#;

pub const UPDATE_PRODUCT: &str = r#"
object = "Product"
name = "Update Product"
kind = "update"
profiles = ["Graph OBO"]          # first = default
input = [
  { name = "Site Id", type = "Text", required = true },
  { name = "Item Id", type = "Text", required = true, unique = true },
  { name = "Color",   type = "Text" },
  { name = "Price",   type = "Currency", min = 0 },
]
output = [
  { name = "Item Id", type = "Text", unique = true, path = "id" },
  { name = "Color",   type = "Text", path = "fields.Color" },
  { name = "Price",   type = "Currency", path = "fields.Price" },
]
policy = { anonymous = false, allow = ["group:Sales"] }
script = '''
Method=PATCH
Path=/sites/{$Site Id}/lists/Products/items/{$Item Id}
Body={ "Color": "{$Color}", "Price": "{$Price}" }
'''
"#;

pub const ORDERS_OBO: &str = r#"
name = "Order System OBO"
connector = "rest"
url = "https://erp.ometa.net"
auth = "oauth"
oauth_url = "https://login.microsoftonline.com/{TenantId}/oauth2/v2.0/token"
oauth_scope = "api://ometa.order.system/order.read api://ometa.order.system/order.write api://ometa.order.system/order.delete"
oauth_client_id = "11111111-2222-3333-4444-555555555555"   # the gateway app, NOT the order system
oauth_client_secret = "secret:gateway-entra"
oauth_grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
oauth_on_behalf_of = true
variables = { TenantId = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee" }
"#;

pub const CREATE_ORDER: &str = r#"
object = "Order"
name = "Create Order"
kind = "create"
profiles = ["Order System OBO"]
input = [
  { name = "Customer Id",     type = "Text", required = true },
  { name = "Order Reference", type = "Text", required = true, max_length = 64 },
]
output = [ { name = "Order Id", type = "Text", unique = true, path = "id" } ]
policy = { anonymous = false }
script = '''
Method=POST
Path=/orders
Body={ "CustomerId": "{$Customer Id}", "Order Reference": "{$Order Reference}" }
'''
"#;

pub struct World {
    pub store: Arc<dyn Store>,
    pub facts: Facts,
    pub verifier: Arc<Verifier>,
    pub vault: Arc<Vault>,
    pub network: Arc<Network>,
    pub clock: Arc<FixedClock>,
    pub gateway: Arc<Gateway>,
    pub router: Router,
}

/// An answer, read.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Status, code and detail of a problem document.
    pub fn problem(&self) -> (u16, &str, &str) {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{self:?}"
        );
        assert_eq!(self.body["status"], self.status.as_u16());
        let text = |name: &str| self.body[name].as_str().unwrap_or_default();
        (self.status.as_u16(), text("code"), text("detail"))
    }
}

impl World {
    pub async fn new() -> Self {
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open_temporary().unwrap());
        let facts = Facts::new(store.clone());
        let (env, clock) = fixed::env();
        let (verifier, vault, network) = <(Arc<Verifier>, Arc<Vault>, Arc<Network>)>::default();
        let mut config = Config::new("https://gw.test/", HOME);
        config.audiences = vec!["api://gateway".to_owned()];
        config.authorization_servers = vec!["https://id.test/home".to_owned()];
        config.sign_in_url = "https://id.test/home/login?provider={provider}".to_owned();
        config.max_body_bytes = 4_096;
        let ports = Ports {
            facts: facts.clone(),
            env,
            verifier: verifier.clone(),
            vault: vault.clone(),
            outbound: network.clone(),
            sealer: Arc::new(Reverse),
        };
        let gateway = Arc::new(Gateway::new(config, ports));
        let router = router(gateway.clone());
        let world = Self {
            store,
            facts,
            verifier,
            vault,
            network,
            clock,
            gateway,
            router,
        };
        world.put(&tenant()).await;
        world.put_secret("gateway-entra", "the-client-secret").await;
        world
            .source(SourceKind::Profile, "graph-obo", GRAPH_OBO)
            .await;
        world
            .source(SourceKind::Profile, "orders-obo", ORDERS_OBO)
            .await;
        world
            .source(SourceKind::Method, "product/update-product", UPDATE_PRODUCT)
            .await;
        world
            .source(SourceKind::Method, "order/create-order", CREATE_ORDER)
            .await;
        world
    }

    pub async fn put<E: Entity>(&self, entity: &E) {
        let change = Change::PutEntity {
            row: EntityRow::of(entity),
            expect: Expect::Any,
        };
        self.store.commit(vec![change]).await.unwrap();
    }

    pub async fn delete(&self, user: &User) {
        let (kind, key) = (User::KIND.to_owned(), user.key());
        let change = Change::DeleteEntity {
            kind,
            tenant: HOME,
            key,
        };
        self.store.commit(vec![change]).await.unwrap();
    }

    pub async fn put_secret(&self, name: &str, clear: &str) {
        let value = Reverse.seal(&NamedSecret::purpose(HOME, name), clear);
        self.put(&NamedSecret {
            tenant: HOME,
            name: name.to_owned(),
            value,
        })
        .await;
    }

    pub async fn source(&self, kind: SourceKind, slug: &str, toml: &str) {
        let source = Source {
            tenant: HOME,
            kind,
            slug: slug.to_owned(),
            toml: toml.to_owned(),
        };
        self.put(&source).await;
    }

    /// A user of the `microsoft` provider who signed in: on record, with a token in the vault. Gives the user and the
    /// bearer token he calls with.
    pub async fn user(&self, number: u128, name: &str) -> (User, String) {
        let user = user(number, "microsoft", name);
        self.put(&user).await;
        self.keep_token(&user);
        let bearer = self.token_of(&user);
        (user, bearer)
    }

    pub fn keep_token(&self, user: &User) {
        self.vault
            .0
            .lock()
            .unwrap()
            .insert(user.id, Ok(assertion(&user.upn)));
    }

    /// A token of the home tenant.
    pub fn token_of(&self, user: &User) -> String {
        let subject = TokenSubject::User {
            subject: user.id.to_string(),
            upn: None,
            name: None,
        };
        self.token(
            &format!("token-of-{}", user.id),
            Issuer::Tenant(HOME),
            subject,
            json!({}),
        )
    }

    pub fn token(&self, raw: &str, issuer: Issuer, subject: TokenSubject, claims: Value) -> String {
        let Value::Object(claims) = claims else {
            panic!("claims are an object")
        };
        let now = UnixTime(START_S);
        let token = VerifiedToken {
            issuer,
            audience: vec!["api://gateway".to_owned()],
            subject,
            client: Some("front-end".to_owned()),
            scopes: vec!["access_as_user".to_owned()],
            roles: Vec::new(),
            issued_at: now,
            expires_at: now.plus_s(3600),
            claims: Arc::new(claims),
            hash: sha256(raw.as_bytes()),
            raw: Secret::new(raw),
        };
        self.verifier
            .0
            .lock()
            .unwrap()
            .insert(raw.to_owned(), Arc::new(token));
        raw.to_owned()
    }

    pub async fn call(
        &self,
        method: &str,
        path: &str,
        bearer: Option<&str>,
        body: Option<Value>,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(bearer) = bearer {
            request = request.header("authorization", format!("Bearer {bearer}"));
        }
        let request = match body {
            Some(body) => request
                .header("content-type", "application/json")
                .body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.send(request.unwrap()).await
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body = if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&body).unwrap()
        };
        assert!(parts.headers.contains_key("x-request-id"));
        Reply {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    pub async fn create_order(&self, bearer: Option<&str>) -> Reply {
        let body = json!({"Customer Id": "C-42", "Order Reference": "PO-7"});
        self.call("POST", "/api/order/create-order", bearer, Some(body))
            .await
    }

    pub async fn update_product(&self, bearer: Option<&str>) -> Reply {
        let body = json!({"Site Id": "contoso.sharepoint.com,2C71,2D22", "Item Id": "7", "Color": "Red", "Price": "12.50"});
        self.call("POST", "/api/product/update-product", bearer, Some(body))
            .await
    }

    /// The executions on record, oldest first.
    pub async fn executions(&self) -> Vec<AuditEvent> {
        // Everything handed over before a commit is written with it or before it.
        self.put_secret("flush", "x").await;
        let query = AuditQuery {
            tenant: Some(HOME),
            limit: 100,
            ..AuditQuery::default()
        };
        let mut rows = self.store.audit(&query).await.unwrap();
        rows.reverse();
        rows.into_iter()
            .map(|row| row.event)
            .filter(|e| e.action == "method.executed")
            .collect()
    }
}

pub fn user(number: u128, provider: &str, name: &str) -> User {
    User {
        tenant: HOME,
        id: UserId(Uuid::from_u128(number)),
        provider: provider.to_owned(),
        // What its tokens call `oid`, see `assertion`.
        subject: format!("{}@contoso.test", name.to_lowercase()),
        upn: format!("{}@contoso.test", name.to_lowercase()),
        name: name.to_owned(),
        given_name: String::new(),
        family_name: String::new(),
        email: String::new(),
        active: true,
        admin: false,
        person: Some(PersonId(Uuid::from_u128(0xfeed))),
        groups: vec!["Sales".to_owned()],
        created_at: NOW,
        valid_from: None,
    }
}

pub fn tenant() -> Tenant {
    Tenant {
        id: HOME,
        domains: vec!["home.test".to_owned()],
        display_name: "Home".to_owned(),
        providers: vec![
            Provider {
                name: "password".into(),
                kind: ProviderKind::Password,
                label: String::new(),
                upstream: None,
            },
            Provider {
                name: "microsoft".into(),
                kind: ProviderKind::Microsoft,
                label: String::new(),
                upstream: Some(Upstream {
                    issuer: format!("https://login.microsoftonline.com/{TID}/v2.0"),
                    client_id: CLIENT.to_owned(),
                    client_secret: "secret:gateway-entra".to_owned(),
                    scopes: vec![format!("api://{CLIENT}/access_as_user")],
                    audiences: vec!["https://gateway.contoso.test".to_owned()],
                }),
            },
        ],
        user_consent: true,
        default_resource: None,
        lifetimes: Default::default(),
        enabled: true,
    }
}

/// A token of the provider for the gateway, in the name of somebody; nobody signed it.
pub fn assertion(name: &str) -> String {
    assertion_with(name, json!({}))
}

pub fn assertion_with(name: &str, changes: Value) -> String {
    let mut claims = json!({
        "aud": CLIENT, "tid": TID, "oid": name, "scp": "access_as_user",
        "iat": NOW.0, "nbf": NOW.0, "exp": NOW.0 + 3600,
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    jwt(&claims)
}

pub fn jwt(claims: &Value) -> String {
    let header = json!({"alg": "RS256", "typ": "JWT"}).to_string();
    format!(
        "{}.{}.c2ln",
        base64url::encode(header),
        base64url::encode(claims.to_string())
    )
}

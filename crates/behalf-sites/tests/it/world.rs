//! One tenant with two sites and four people, another tenant beside it, and a verifier that believes what it is told.

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::response::Response;
use behalf_model::audit::{AuditEvent, AuditQuery};
use behalf_model::entity::{Entity, EntityRow};
use behalf_model::env::fixed;
use behalf_model::facts::Facts;
use behalf_model::fault::INVALID_TOKEN;
use behalf_model::ports::{Change, Expect, Store, TokenVerifier};
use behalf_model::principal::Principal;
use behalf_model::site::{Column, ColumnKind, List, Site, SiteMember, SiteRight};
use behalf_model::token::{Issuer, TokenSubject, VerifiedToken};
use behalf_model::user::User;
use behalf_model::{Fault, Secret, TenantId, UnixTime, UserId};
use behalf_sites::{Config, Sites};
use behalf_store::SqliteStore;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt;
use uuid::Uuid;

pub const TENANT: TenantId = TenantId(Uuid::from_u128(0x7e));
pub const OTHER_TENANT: TenantId = TenantId(Uuid::from_u128(0x7f));
pub const AUDIENCE: &str = "00000003-0000-0000-c000-000000000000";
pub const ROOT: Uuid = Uuid::from_u128(0x50);
pub const SALES: Uuid = Uuid::from_u128(0x51);
pub const PEOPLE: Uuid = Uuid::from_u128(0x52);
pub const FOREIGN: Uuid = Uuid::from_u128(0x53);
pub const PRODUCTS: Uuid = Uuid::from_u128(0x61);
pub const SALARIES: Uuid = Uuid::from_u128(0x62);
pub const FOREIGN_LIST: Uuid = Uuid::from_u128(0x63);

/// Alice may write in `sales`, through the app with title "Ometa Framework".
pub const ALICE: &str = "alice/gateway/Sites.ReadWrite.All";
/// Bob may read in `sales`.
pub const BOB: &str = "bob/gateway/Sites.ReadWrite.All";

pub struct World {
    pub router: Router,
    pub store: Arc<dyn Store>,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl World {
    pub async fn new() -> Self {
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open_temporary().unwrap());
        let world = Self {
            router: router(store.clone()),
            store,
        };
        let app = |id: &str, title: &str, enabled| Principal {
            tenant: TENANT,
            client_id: id.parse().unwrap(),
            title: title.to_owned(),
            public: false,
            enabled,
            secrets: Vec::new(),
            certificates: Vec::new(),
            redirect_uris: Vec::new(),
            permissions: Vec::new(),
            known_client_applications: Vec::new(),
            app_host_domain: None,
            promoted_secret: None,
        };
        world.put(&app("gateway", "Ometa Framework", true)).await;
        world.put(&app("retired", "Retired App", false)).await;
        world.put(&user("alice", true, &[])).await;
        world.put(&user("bob", true, &["Sales"])).await;
        world.put(&user("carol", true, &[])).await;
        world.put(&user("dan", false, &[])).await;
        world
            .put(&site(TENANT, ROOT, "", &[("everyone", SiteRight::Read)]))
            .await;
        let sales = [
            ("user:alice@corp.lan", SiteRight::Write),
            ("group:sales", SiteRight::Read),
        ];
        world.put(&site(TENANT, SALES, "teams/sales", &sales)).await;
        world
            .put(&site(
                TENANT,
                PEOPLE,
                "people",
                &[("user:carol@corp.lan", SiteRight::Manage)],
            ))
            .await;
        world
            .put(&site(
                OTHER_TENANT,
                FOREIGN,
                "foreign",
                &[("everyone", SiteRight::Manage)],
            ))
            .await;
        let columns = [
            ("Title", ColumnKind::Text, true),
            ("Color", ColumnKind::Text, false),
            ("Price", ColumnKind::Number, false),
            ("In Stock", ColumnKind::Boolean, false),
            ("Since", ColumnKind::DateTime, false),
        ];
        world
            .put(&list(TENANT, SALES, PRODUCTS, "Products", &columns))
            .await;
        world
            .put(&list(TENANT, PEOPLE, SALARIES, "Salaries", &columns))
            .await;
        world
            .put(&list(
                OTHER_TENANT,
                FOREIGN,
                FOREIGN_LIST,
                "Foreign",
                &columns,
            ))
            .await;
        world
    }

    /// A world with `count` products, made by Alice.
    pub async fn with_products(count: usize) -> Self {
        let world = Self::new().await;
        for n in 1..=count {
            let product =
                json!({"fields": {"Title": format!("Chair {n}"), "Color": "Green", "Price": n}});
            let made = world.post(ALICE, &products("/items"), product).await;
            assert_eq!(
                (made.status, &made.body["id"]),
                (StatusCode::CREATED, &json!(n.to_string()))
            );
        }
        world
    }

    pub async fn put<E: Entity>(&self, entity: &E) {
        self.put_row(EntityRow::of(entity)).await;
    }

    pub async fn put_row(&self, row: EntityRow) {
        self.store
            .commit(vec![Change::PutEntity {
                row,
                expect: Expect::Any,
            }])
            .await
            .unwrap();
    }

    pub async fn get(&self, token: &str, path: &str) -> Answer {
        self.send("GET", token, path, &[], Body::empty()).await
    }

    pub async fn post(&self, token: &str, path: &str, body: Value) -> Answer {
        self.send(
            "POST",
            token,
            path,
            &[("content-type", "application/json")],
            Body::from(body.to_string()),
        )
        .await
    }

    pub async fn patch(&self, token: &str, path: &str, body: Value) -> Answer {
        self.send(
            "PATCH",
            token,
            path,
            &[("content-type", "application/json")],
            Body::from(body.to_string()),
        )
        .await
    }

    pub async fn patch_if(&self, etag: &str, path: &str, body: Value) -> Answer {
        let headers = [("content-type", "application/json"), ("if-match", etag)];
        self.send("PATCH", ALICE, path, &headers, Body::from(body.to_string()))
            .await
    }

    pub async fn delete(&self, token: &str, path: &str) -> Answer {
        self.send("DELETE", token, path, &[], Body::empty()).await
    }

    pub async fn send(
        &self,
        method: &str,
        token: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "evil.example");
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self
            .router
            .clone()
            .oneshot(request.body(body).unwrap())
            .await
            .unwrap();
        Answer::of(response).await
    }

    /// Newest first, with the columns that matter here.
    pub async fn audit(&self) -> Vec<AuditEvent> {
        let rows = self
            .store
            .audit(&AuditQuery {
                limit: 100,
                ..AuditQuery::default()
            })
            .await
            .unwrap();
        rows.into_iter().map(|row| row.event).collect()
    }
}

impl Answer {
    async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes).unwrap()
        };
        Self {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Checks the whole shape of a Graph error and gives its code, our code and the message.
    #[track_caller]
    pub fn error(&self) -> (u16, &str, &str, &str) {
        let error = &self.body["error"];
        let inner = &error["innerError"];
        assert_eq!(text(&inner["request-id"]).len(), 36, "{}", self.body);
        assert_eq!(inner["request-id"], self.header("request-id"));
        assert_eq!(inner["client-request-id"], self.header("client-request-id"));
        assert_eq!(inner["date"], "2026-01-01T00:00:00");
        assert_eq!(self.header("content-type"), "application/json");
        (
            self.status.as_u16(),
            text(&error["code"]),
            text(&inner["code"]),
            text(&error["message"]),
        )
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A path below the list Products of the site `sales`.
pub fn products(rest: &str) -> String {
    format!("/v1.0/sites/{}/lists/Products{rest}", graph_id(SALES))
}

pub fn graph_id(site: Uuid) -> String {
    format!("content.lan,{site},{}", web_of(site))
}

fn web_of(site: Uuid) -> Uuid {
    Uuid::from_u128(site.as_u128() + 0x1000)
}

pub fn oid(name: &str) -> UserId {
    let number = name
        .bytes()
        .fold(0, |sum, byte| sum * 256 + u128::from(byte));
    UserId(Uuid::from_u128(number))
}

pub fn user(name: &str, active: bool, groups: &[&str]) -> User {
    User {
        tenant: TENANT,
        id: oid(name),
        provider: "password".to_owned(),
        subject: name.to_owned(),
        upn: format!("{name}@corp.lan"),
        name: name.to_uppercase(),
        given_name: String::new(),
        family_name: String::new(),
        email: String::new(),
        active,
        admin: false,
        person: None,
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        created_at: UnixTime(0),
        valid_from: None,
    }
}

pub fn site(tenant: TenantId, id: Uuid, path: &str, members: &[(&str, SiteRight)]) -> Site {
    let member = |(who, right): &(&str, SiteRight)| SiteMember {
        who: (*who).to_owned(),
        right: *right,
    };
    Site {
        tenant,
        id,
        web_id: web_of(id),
        host: "content.lan".to_owned(),
        path: path.to_owned(),
        title: format!("Site /{path}"),
        members: members.iter().map(member).collect(),
    }
}

pub fn list(
    tenant: TenantId,
    site: Uuid,
    id: Uuid,
    title: &str,
    columns: &[(&str, ColumnKind, bool)],
) -> List {
    let column = |(name, kind, required): &(&str, ColumnKind, bool)| Column {
        name: (*name).to_owned(),
        kind: *kind,
        required: *required,
    };
    List {
        tenant,
        site,
        id,
        title: title.to_owned(),
        columns: columns.iter().map(column).collect(),
    }
}

fn router(store: Arc<dyn Store>) -> Router {
    let config = Config {
        public_url: "https://content.lan:8444/".to_owned(),
        audiences: vec![AUDIENCE.to_owned(), "https://graph.lan".to_owned()],
        tenant: TENANT,
        max_body_bytes: 10_000,
    };
    let (env, _) = fixed::env();
    let facts = Facts::new(store);
    behalf_sites::router(Arc::new(Sites {
        config,
        facts,
        env,
        verifier: Arc::new(Believer),
    }))
}

/// Takes `<user or ->/<client or ->/<scope+scope>[/other]` for a verified token; `/other` means the other tenant.
struct Believer;

#[async_trait]
impl TokenVerifier for Believer {
    async fn verify(
        &self,
        token: &str,
        audiences: &[String],
        now: UnixTime,
    ) -> Result<Arc<VerifiedToken>, Fault> {
        assert_eq!(audiences, [AUDIENCE, "https://graph.lan"]);
        let parts: Vec<&str> = token.split('/').collect();
        let [who, client, permissions, tenant @ ..] = parts.as_slice() else {
            return Err(INVALID_TOKEN.with("The token \"is\" not signed by a trusted issuer."));
        };
        let permissions: Vec<String> = permissions.split('+').map(str::to_owned).collect();
        let (subject, scopes, roles) = match *who {
            "-" => (TokenSubject::Application, Vec::new(), permissions),
            name => {
                let subject = oid(name).to_string();
                // A user token may carry the user's own app roles: they are no permission of the app.
                let roles = vec!["Sites.ReadWrite.All".to_owned()];
                (
                    TokenSubject::User {
                        subject,
                        upn: None,
                        name: None,
                    },
                    permissions,
                    roles,
                )
            }
        };
        let tenant = if tenant.is_empty() {
            TENANT
        } else {
            OTHER_TENANT
        };
        Ok(Arc::new(VerifiedToken {
            issuer: Issuer::Tenant(tenant),
            audience: vec![AUDIENCE.to_owned()],
            subject,
            client: Some(*client)
                .filter(|client| *client != "-")
                .map(str::to_owned),
            scopes,
            roles,
            issued_at: now,
            expires_at: now.plus_s(3600),
            claims: Arc::default(),
            hash: [0; 32],
            raw: Secret::new(token),
        }))
    }
}

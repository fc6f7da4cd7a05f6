//! The running demo as the tour sees it: four servers, their people, and what an administrator can do to them.

use super::DemoError;
use super::browser::{Browser, Form, Page, forms, link, request};
use behalf_authority::admin;
use behalf_model::consent::DelegatedGrant;
use behalf_model::entity::{Entity, EntityRow};
use behalf_model::facts::Facts;
use behalf_model::ports::{Change, Expect, Outbound};
use behalf_model::resource::Resource;
use behalf_model::user::{Person, User};
use behalf_model::{Env, PersonId, TenantId, UserId};
use behalf_wire::jose::base64url;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use url::Url;

pub const FRAMEWORK: &str = "11111111-2222-3333-4444-555555555555";
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";
const FRONT_END: &str = "f207e0d0-0000-4000-8000-000000000001";
const JOB: &str = "b07c0000-0000-4000-8000-000000000001";
const REDIRECT: &str = "http://127.0.0.1/callback";

/// Where the four servers answer.
pub struct Urls {
    pub authority: String,
    pub gateway: String,
    pub sites: String,
    pub orders: String,
}

pub struct World {
    pub urls: Urls,
    pub outbound: Arc<dyn Outbound>,
    pub facts: Facts,
    pub env: Env,
    pub home: TenantId,
    pub contoso: TenantId,
    /// Passwords and secrets made at first start, by their names in `world.toml`.
    pub words: BTreeMap<String, String>,
}

/// Somebody signed in at the home tenant.
pub struct SignedIn {
    pub token: String,
    pub user_id: UserId,
    name: String,
    provider: String,
}

impl SignedIn {
    pub fn who(&self) -> String {
        format!(
            "{}, user {} of provider {}",
            self.name, self.user_id, self.provider
        )
    }
}

/// An answer of the gateway.
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl World {
    /// Signs in by walking through the pages, and redeems the code.
    pub async fn sign_in(&self, upn: &str, provider: &str) -> Result<SignedIn, DemoError> {
        let verifier = base64url::encode(self.env.random::<32>());
        let challenge = base64url::encode(behalf_wire::jose::backend::sha256(verifier.as_bytes()));
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("client_id", FRONT_END),
                ("response_type", "code"),
                ("redirect_uri", REDIRECT),
                ("scope", "openid profile api://gateway/call"),
                ("state", "demo"),
                ("code_challenge", &challenge),
                ("code_challenge_method", "S256"),
            ])
            .finish();
        let url = format!(
            "{}/{}/oidc/authorize?{query}",
            self.urls.authority, self.home
        );
        let callback = self.walk(&url, upn, provider).await?;
        let code = callback
            .query_pairs()
            .find(|(n, _)| n == "code")
            .map(|(_, v)| v.into_owned());
        let code = code
            .ok_or_else(|| DemoError::step(format!("sign-in of {upn} came back without a code")))?;
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", FRONT_END),
            ("code", &code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", &verifier),
        ];
        let token = self.token(&fields).await?;
        let user = self.home_user(upn, provider).await?;
        Ok(SignedIn {
            token,
            user_id: user.id,
            name: user.name,
            provider: provider.to_owned(),
        })
    }

    async fn walk(&self, url: &str, upn: &str, provider: &str) -> Result<Url, DemoError> {
        let password = self.word(&format!(
            "{}_password",
            upn.split('@').next().unwrap_or_default()
        ))?;
        let mut browser = Browser::new(self.outbound.clone());
        let mut next = browser.open(url, REDIRECT).await?;
        const MOST_PAGES: usize = 6;
        for _ in 0..MOST_PAGES {
            let page = match next {
                Ok(page) => page,
                Err(callback) => return Ok(callback),
            };
            let local = provider == "password" || !page.url.path().contains(&self.home.to_string());
            let elsewhere = link(&page.text, &format!("/login/{provider}?")).filter(|_| !local);
            if let Some(href) = elsewhere {
                next = browser
                    .open(page.url.join(&href)?.as_str(), REDIRECT)
                    .await?;
                continue;
            }
            let (form, values) = choose(&page).ok_or_else(|| {
                DemoError::step(format!(
                    "{} answered {} without a way on",
                    page.url.path(),
                    page.status
                ))
            })?;
            let mut values: Vec<(&str, &str)> = values
                .iter()
                .map(|(a, b)| (a.as_str(), b.as_str()))
                .collect();
            if form.fields.iter().any(|(n, _)| n == "password") {
                values.extend([("username", upn), ("password", password)]);
            }
            next = browser.submit(&page, &form, &values, REDIRECT).await?;
        }
        Err(DemoError::step(format!(
            "sign-in of {upn} did not end after {MOST_PAGES} pages"
        )))
    }

    /// An application's own token: no user inside.
    pub async fn job_token(&self) -> Result<String, DemoError> {
        let secret = self.word("job_secret")?;
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", JOB),
            ("client_secret", secret),
            ("scope", "api://gateway/.default"),
        ];
        self.token(&fields).await
    }

    async fn token(&self, fields: &[(&str, &str)]) -> Result<String, DemoError> {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        let url = format!("{}/{}/oidc/token", self.urls.authority, self.home);
        let answer = self
            .json(Method::POST, &url, headers, Bytes::from(body))
            .await?;
        let token = answer.body["access_token"].as_str().map(str::to_owned);
        token.ok_or_else(|| {
            DemoError::step(format!(
                "no token: {} {}",
                answer.status, answer.body["error_description"]
            ))
        })
    }

    /// Runs a method of the gateway.
    pub async fn call(
        &self,
        method: &str,
        token: Option<&str>,
        inputs: &Value,
    ) -> Result<Answer, DemoError> {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        if let Some(token) = token {
            let mut value = HeaderValue::from_str(&format!("Bearer {token}"))?;
            value.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, value);
        }
        let url = format!("{}/api/{method}", self.urls.gateway);
        self.json(Method::POST, &url, headers, Bytes::from(inputs.to_string()))
            .await
    }

    async fn json(
        &self,
        method: Method,
        url: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answer, DemoError> {
        let response = self
            .outbound
            .send(request(method, url, headers, body))
            .await?;
        let body = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
        Ok(Answer {
            status: response.status.as_u16(),
            body,
        })
    }

    fn word(&self, name: &str) -> Result<&str, DemoError> {
        let found = self.words.get(name).map(String::as_str);
        found.ok_or_else(|| DemoError::step(format!("the demo has no '{name}'")))
    }

    // What an administrator does.

    pub async fn take_admin_consent(&self) -> Result<DelegatedGrant, DemoError> {
        let (client, resource) = (FRAMEWORK.parse()?, GRAPH.parse()?);
        let key = DelegatedGrant::key_of(&client, &resource, None);
        let grant = self.facts.get::<DelegatedGrant>(self.contoso, &key).await?;
        let grant =
            grant.ok_or_else(|| DemoError::step("there is no admin consent to take away"))?;
        let change = Change::DeleteEntity {
            kind: DelegatedGrant::KIND.to_owned(),
            tenant: self.contoso,
            key,
        };
        self.facts.store().commit(vec![change]).await?;
        Ok(Arc::unwrap_or_clone(grant))
    }

    /// Puts a wrong client id in the place of the gateway's; returns what stood there before.
    pub async fn authorize_wrong_client(&self) -> Result<Resource, DemoError> {
        let orders = self
            .facts
            .get::<Resource>(self.contoso, super::setup::ORDERS_APP)
            .await?;
        let orders = orders
            .map(Arc::unwrap_or_clone)
            .ok_or_else(|| DemoError::step("the order system exposes no API"))?;
        let mut wrong = orders.clone();
        for client in &mut wrong.authorized_clients {
            client.client_id = FRONT_END.parse()?;
        }
        self.put(&wrong).await?;
        Ok(orders)
    }

    pub async fn microsoft_user(&self, upn: &str) -> Result<User, DemoError> {
        self.home_user(upn, "microsoft").await
    }

    async fn home_user(&self, upn: &str, provider: &str) -> Result<User, DemoError> {
        let alias = User::upn_alias(provider, upn);
        let user = self.facts.by_alias::<User>(self.home, &alias).await?;
        user.map(Arc::unwrap_or_clone)
            .ok_or_else(|| DemoError::step(format!("{upn} is not a user of the home tenant")))
    }

    pub async fn set_active(&self, user: &User, active: bool) -> Result<(), DemoError> {
        let changes = if active {
            admin::enable_user(user)
        } else {
            admin::disable_user(user)
        };
        self.facts.store().commit(changes).await?;
        Ok(())
    }

    pub async fn delete(&self, who: &SignedIn) -> Result<(), DemoError> {
        let user = self
            .facts
            .get::<User>(self.home, &who.user_id.to_string())
            .await?;
        let user = user.ok_or_else(|| DemoError::step(format!("{} is gone already", who.name)))?;
        self.facts
            .store()
            .commit(admin::delete_user(&user, self.env.now()))
            .await?;
        Ok(())
    }

    /// Takes back what an earlier tour linked.
    pub async fn unlink_walter(&self) -> Result<(), DemoError> {
        if let Ok(microsoft) = self.home_user("walter@contoso.example", "microsoft").await {
            self.facts
                .store()
                .commit(admin::delete_user(&microsoft, self.env.now()))
                .await?;
        }
        let local = self.home_user("walter@home.example", "password").await?;
        self.put(&User {
            person: None,
            ..local
        })
        .await
    }

    /// Walter's person gets a user of the provider `microsoft` who never signed in.
    pub async fn link_to_unused_microsoft_user(&self) -> Result<(), DemoError> {
        let person = Person {
            tenant: self.home,
            id: PersonId(self.env.uuid()),
            name: "Walter Winter".to_owned(),
        };
        let local = self.home_user("walter@home.example", "password").await?;
        let microsoft = User {
            id: UserId(self.env.uuid()),
            provider: "microsoft".to_owned(),
            subject: self.env.uuid().to_string(),
            upn: "walter@contoso.example".to_owned(),
            person: Some(person.id),
            ..local.clone()
        };
        self.put(&person).await?;
        self.put(&User {
            person: Some(person.id),
            ..local
        })
        .await?;
        self.put(&microsoft).await
    }

    pub async fn put<E: Entity>(&self, entity: &E) -> Result<(), DemoError> {
        let change = Change::PutEntity {
            row: EntityRow::of(entity),
            expect: Expect::Any,
        };
        self.facts.store().commit(vec![change]).await?;
        Ok(())
    }
}

/// The form that leads on: the one with a password, otherwise the first, answered with yes.
fn choose(page: &Page) -> Option<(Form, Vec<(String, String)>)> {
    let mut all = forms(&page.text);
    let n = all
        .iter()
        .position(|f| f.fields.iter().any(|(n, _)| n == "password"))
        .unwrap_or(0);
    let form = (n < all.len()).then(|| all.swap_remove(n))?;
    let yes = form
        .buttons
        .iter()
        .find(|(_, v)| v == "accept")
        .or(form.buttons.first())
        .cloned();
    Some((form, yes.into_iter().collect()))
}

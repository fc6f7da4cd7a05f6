use super::*;
use behalf_authority::keys::TokenHeader;
use behalf_model::entity::{Entity, EntityRow};
use behalf_model::env::fixed::{self, FixedClock, START_S};
use behalf_model::facts::Facts;
use behalf_model::ports::{
    Change, Expect, Outbound, OutboundError, OutboundRequest, OutboundResponse,
};
use behalf_model::resource::SigningAlg;
use behalf_model::tenant::{Lifetimes, Provider, Upstream};
use behalf_model::token::TokenSubject;
use behalf_model::{Env, Kind};
use behalf_store::{FileSealer, SqliteStore};
use behalf_wire::jose::backend::generate_pkcs8;
use behalf_wire::jose::jws::{HeaderExtras, sign_compact};
use behalf_wire::jose::{JwkSet, KeyKind, SigningKey, base64url};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

const PUBLIC: &str = "https://login.test";
const UPSTREAM: &str = "https://idp.test/11111111-0000-4000-8000-000000000000/v2.0";
const GATEWAY: &str = "api://gateway";

/// An issuer out there: its keys, and how often they were asked for.
#[derive(Default)]
struct Idp {
    keys: Mutex<Vec<SigningKey>>,
    asked: AtomicUsize,
    down: Mutex<bool>,
}

#[async_trait]
impl Outbound for Idp {
    async fn send(&self, request: OutboundRequest) -> Result<OutboundResponse, OutboundError> {
        if *self.down.lock().unwrap() {
            return Err(OutboundError::Connect {
                host: "idp.test".into(),
                reason: "refused".into(),
            });
        }
        let body = if request.url.ends_with("/.well-known/openid-configuration") {
            json!({"issuer": UPSTREAM, "authorization_endpoint": "https://idp.test/a", "token_endpoint": "https://idp.test/t",
                "jwks_uri": "https://idp.test/keys"})
            .to_string()
        } else {
            self.asked.fetch_add(1, SeqCst);
            let keys = self
                .keys
                .lock()
                .unwrap()
                .iter()
                .map(|k| k.public_jwk().unwrap())
                .collect();
            JwkSet {
                keys,
                unusable: Vec::new(),
            }
            .to_public_json()
        };
        Ok(OutboundResponse {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: body.into(),
        })
    }
}

struct World {
    verifier: Verifier,
    authority: Arc<Authority>,
    idp: Arc<Idp>,
    clock: Arc<FixedClock>,
    home: Tenant,
}

fn tenant(id: u128, providers: Vec<Provider>) -> Tenant {
    Tenant {
        id: TenantId(uuid::Uuid::from_u128(id)),
        domains: Vec::new(),
        display_name: "T".to_owned(),
        providers,
        user_consent: true,
        default_resource: None,
        lifetimes: Lifetimes::default(),
        enabled: true,
    }
}

fn put<E: Entity>(entity: &E) -> Change {
    Change::PutEntity {
        row: EntityRow::of(entity),
        expect: Expect::Any,
    }
}

fn key(kid: &str) -> SigningKey {
    SigningKey::from_pkcs8(
        JwsAlg::ES256,
        Some(kid.to_owned()),
        &generate_pkcs8(KeyKind::P256).unwrap(),
    )
    .unwrap()
}

async fn world() -> World {
    let (env, clock): (Env, _) = fixed::env();
    let store = Arc::new(SqliteStore::open_temporary().unwrap());
    let sealer = Arc::new(
        FileSealer::from_key_text(&format!("k1 {}", base64url::encode([7; 32])), env.clone())
            .unwrap(),
    );
    let idp = Arc::new(Idp {
        keys: Mutex::new(vec![key("idp-1")]),
        ..Idp::default()
    });
    let config = behalf_authority::Config {
        public_url: PUBLIC.to_owned(),
        max_body_bytes: 1 << 20,
        password_hashes_at_once: 1,
        private_upstreams: false,
        content_server: None,
    };
    let facts = Facts::new(store.clone());
    let authority = Arc::new(Authority::new(
        config,
        facts,
        env,
        sealer.clone(),
        sealer,
        idp.clone(),
    ));
    let upstream = Upstream {
        issuer: UPSTREAM.to_owned(),
        client_id: "gw".to_owned(),
        client_secret: "secret:x".to_owned(),
        scopes: Vec::new(),
        audiences: vec!["gw-app".to_owned()],
    };
    let provider = Provider {
        name: "microsoft".to_owned(),
        kind: ProviderKind::Microsoft,
        label: String::new(),
        upstream: Some(upstream),
    };
    let home = tenant(1, vec![provider]);
    authority
        .store()
        .commit(vec![put(&home), put(&tenant(2, Vec::new()))])
        .await
        .unwrap();
    let verifier = Verifier::new(authority.clone(), Some(home.id));
    World {
        verifier,
        authority,
        idp,
        clock,
        home,
    }
}

impl World {
    fn claims(&self) -> Value {
        let [_, v2, _] = self.authority.issuers(self.home.id);
        json!({"iss": v2, "aud": GATEWAY, "exp": START_S + 3600, "iat": START_S, "nbf": START_S, "azp": "front", "scp": "call other",
            "oid": "alice", "sub": "pairwise", "preferred_username": "alice@x", "name": "Alice", "tid": self.home.id, "ver": "2.0"})
    }

    async fn own(&self, claims: &Value) -> String {
        self.own_as(claims, TokenHeader::Jwt).await
    }

    async fn own_as(&self, claims: &Value, header: TokenHeader) -> String {
        let key = self
            .authority
            .signer(self.home.id, SigningAlg::ES256)
            .await
            .unwrap();
        key.sign(header, claims.to_string().as_bytes()).unwrap()
    }

    fn upstream(&self, claims: &Value) -> String {
        let keys = self.idp.keys.lock().unwrap();
        sign_compact(
            &HeaderExtras {
                typ: Some("JWT"),
                ..HeaderExtras::default()
            },
            claims.to_string().as_bytes(),
            keys.last().unwrap(),
        )
        .unwrap()
    }

    async fn ask(&self, token: &str) -> Result<Arc<VerifiedToken>, Fault> {
        self.verifier
            .verify(token, &[GATEWAY.to_owned()], self.authority.env.now())
            .await
    }

    async fn refused(&self, token: &str, kind: &'static Kind) -> String {
        let fault = self.ask(token).await.unwrap_err();
        assert!(fault.is(kind), "{fault}");
        let parts = token.split('.').filter(|part| part.len() > 8);
        assert!(
            parts.into_iter().all(|part| !fault.detail.contains(part)),
            "the detail shows the token: {fault}"
        );
        fault.detail
    }
}

fn with(claims: &Value, changes: Value) -> Value {
    let mut claims = claims.clone();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(name),
            value => claims
                .as_object_mut()
                .unwrap()
                .insert(name.clone(), value.clone()),
        };
    }
    claims
}

fn upstream_claims() -> Value {
    json!({"iss": UPSTREAM, "aud": "gw-app", "exp": START_S + 600, "iat": START_S, "azp": "front", "scp": "access_as_user", "oid": "o-1", "sub": "s-1"})
}

#[tokio::test]
async fn a_token_of_the_home_tenant_becomes_its_caller() {
    let w = world().await;
    let token = w.ask(&w.own(&w.claims()).await).await.unwrap();
    assert_eq!(token.issuer, Issuer::Tenant(w.home.id));
    let user = TokenSubject::User {
        subject: "alice".into(),
        upn: Some("alice@x".into()),
        name: Some("Alice".into()),
    };
    assert_eq!(
        (&token.subject, token.client.as_deref()),
        (&user, Some("front"))
    );
    assert_eq!(token.scopes, ["call", "other"]);
    assert_eq!(
        (token.issued_at.0, token.expires_at.0),
        (START_S, START_S + 3600)
    );
}

#[tokio::test]
async fn all_three_dialects_of_the_tenant_are_read() {
    let w = world().await;
    let [v1, _, oidc] = w.authority.issuers(w.home.id);
    let v1 = with(
        &w.claims(),
        json!({"iss": v1, "ver": "1.0", "azp": null, "appid": "front", "unique_name": "u@x", "preferred_username": null}),
    );
    let token = w.ask(&w.own_as(&v1, TokenHeader::V1).await).await.unwrap();
    assert_eq!(token.client.as_deref(), Some("front"));
    assert!(matches!(&token.subject, TokenSubject::User { upn: Some(upn), .. } if upn == "u@x"));
    let rfc = with(
        &w.claims(),
        json!({"iss": oidc, "azp": null, "client_id": "front", "scp": null, "scope": "call", "auth_time": START_S}),
    );
    let token = w
        .ask(&w.own_as(&rfc, TokenHeader::AtJwt).await)
        .await
        .unwrap();
    assert_eq!(
        (token.scopes.as_slice(), token.client.as_deref()),
        (&["call".to_owned()][..], Some("front"))
    );
}

#[tokio::test]
async fn an_application_is_no_user() {
    let w = world().await;
    let bare = json!({"scp": null, "name": null, "preferred_username": null, "sub": "alice"});
    for app in [
        json!({"idtyp": "app", "scp": null}),
        with(&bare, json!({"roles": ["Read.All"]})),
    ] {
        let token = w.ask(&w.own(&with(&w.claims(), app)).await).await.unwrap();
        assert_eq!(token.subject, TokenSubject::Application);
    }
}

#[tokio::test]
async fn wrong_times_are_told_apart() {
    let w = world().await;
    let token = w.own(&w.claims()).await;
    w.ask(&token).await.unwrap();
    w.clock.advance_s(3600);
    let detail = w.refused(&token, &TOKEN_EXPIRED).await;
    assert_eq!(detail, "The access token expired at 2026-01-01T01:00:00Z.");
    w.clock.advance_s(-3600);
    for (name, late) in [("nbf", 61), ("iat", 300)] {
        let future = w
            .own(&with(&w.claims(), json!({name: START_S + late})))
            .await;
        let detail = w.refused(&future, &TOKEN_NOT_YET_VALID).await;
        assert!(
            detail.contains(name) && detail.contains("clock"),
            "{detail}"
        );
    }
    w.ask(
        &w.own(&with(&w.claims(), json!({"nbf": START_S + 60})))
            .await,
    )
    .await
    .unwrap();
    w.refused(
        &w.own(&with(&w.claims(), json!({"exp": null}))).await,
        &INVALID_TOKEN,
    )
    .await;
}

#[tokio::test]
async fn the_audience_is_exact_and_a_slip_of_case_is_named() {
    let w = world().await;
    let detail = w
        .refused(
            &w.own(&with(&w.claims(), json!({"aud": "API://Gateway"})))
                .await,
            &TOKEN_AUDIENCE,
        )
        .await;
    assert_eq!(
        detail,
        "The token is for 'API://Gateway', which differs from this API's name in letter case."
    );
    w.refused(
        &w.own(&with(&w.claims(), json!({"aud": "api://gateway/"})))
            .await,
        &TOKEN_AUDIENCE,
    )
    .await;
    w.refused(
        &w.own(&with(&w.claims(), json!({"aud": null}))).await,
        &TOKEN_AUDIENCE,
    )
    .await;
    w.ask(
        &w.own(&with(&w.claims(), json!({"aud": ["x", GATEWAY]})))
            .await,
    )
    .await
    .unwrap();
    let token = w.own(&w.claims()).await;
    w.ask(&token).await.unwrap();
    let other_room = w
        .verifier
        .verify(&token, &["api://other".to_owned()], w.authority.env.now())
        .await;
    assert!(
        other_room.unwrap_err().is(&TOKEN_AUDIENCE),
        "remembered, and still not for another room"
    );
}

#[tokio::test]
async fn id_tokens_are_named_as_such() {
    let w = world().await;
    for id in [
        json!({"scp": null, "azp": null, "nonce": "n"}),
        json!({"scp": null, "azp": null}),
        json!({"scp": null, "at_hash": "x"}),
    ] {
        w.refused(
            &w.own(&with(&with(&w.claims(), json!({"aud": "front"})), id))
                .await,
            &ID_TOKEN_USED,
        )
        .await;
    }
}

#[tokio::test]
async fn foreign_forged_and_broken_tokens_are_refused() {
    let w = world().await;
    let good = w.own(&w.claims()).await;
    let (head, signature) = good.rsplit_once('.').unwrap();
    let payload = base64url::encode(with(&w.claims(), json!({"oid": "mallory"})).to_string());
    let header = head.split('.').next().unwrap();
    w.refused(&format!("{header}.{payload}.{signature}"), &INVALID_TOKEN)
        .await;
    w.refused(&format!("{head}."), &INVALID_TOKEN).await;
    w.refused(&good[..good.len() - 4], &INVALID_TOKEN).await;
    w.refused("opaque", &INVALID_TOKEN).await;
    w.refused("a.b.c.d.e", &INVALID_TOKEN).await;
    w.refused("", &INVALID_TOKEN).await;
    let none = base64url::encode(r#"{"alg":"none"}"#);
    w.refused(
        &format!("{none}.{}.", head.split_once('.').unwrap().1),
        &INVALID_TOKEN,
    )
    .await;
    // HMAC with the public key as secret: the oldest key confusion.
    let public = w.authority.key_set(w.home.id).await.unwrap().keys()[0]
        .row
        .public_jwk
        .clone();
    let hmac = SigningKey::from_secret(JwsAlg::HS256, Some("x".into()), public.as_bytes()).unwrap();
    let confused = sign_compact(
        &HeaderExtras::default(),
        w.claims().to_string().as_bytes(),
        &hmac,
    )
    .unwrap();
    w.refused(&confused, &INVALID_TOKEN).await;
    let stranger = sign_compact(
        &HeaderExtras::default(),
        w.claims().to_string().as_bytes(),
        &key("stranger"),
    )
    .unwrap();
    w.refused(&stranger, &INVALID_TOKEN).await;
    // The same key, another kind of token.
    let other_kind = HeaderExtras {
        typ: Some("logout+jwt"),
        ..HeaderExtras::default()
    };
    let of_other_kind =
        sign_compact(&other_kind, w.claims().to_string().as_bytes(), &key("x")).unwrap();
    assert!(
        w.refused(&of_other_kind, &INVALID_TOKEN)
            .await
            .contains("typ")
    );
}

#[tokio::test]
async fn only_exact_issuers_of_existing_enabled_tenants_count() {
    let w = world().await;
    let v2 = w.authority.issuers(w.home.id)[1].clone();
    for issuer in [
        "https://evil.test/x".to_owned(),
        v2.replace("https://login.test", "https://login.test.evil"),
        v2.to_uppercase(),
        format!("{v2}/"),
        format!("{PUBLIC}/00000000-0000-0000-0000-000000000009/v2.0"),
        UPSTREAM.replace("/v2.0", "/"),
    ] {
        w.refused(
            &w.own(&with(&w.claims(), json!({"iss": issuer}))).await,
            &TOKEN_ISSUER,
        )
        .await;
    }
    // Another tenant's name over our tenant's signature.
    let other = w.authority.issuers(TenantId(uuid::Uuid::from_u128(2)))[1].clone();
    w.refused(
        &w.own(&with(&w.claims(), json!({"iss": other}))).await,
        &INVALID_TOKEN,
    )
    .await;

    let token = w.own(&w.claims()).await;
    w.ask(&token).await.unwrap();
    let disabled = Tenant {
        enabled: false,
        ..w.home.clone()
    };
    w.authority
        .store()
        .commit(vec![put(&disabled)])
        .await
        .unwrap();
    assert!(
        w.ask(&token).await.unwrap_err().is(&TENANT_DISABLED),
        "also when it was remembered"
    );
}

#[tokio::test]
async fn a_token_of_the_provider_is_its_users_call() {
    let w = world().await;
    let token = w.ask(&w.upstream(&upstream_claims())).await.unwrap();
    assert_eq!(
        token.issuer,
        Issuer::Provider {
            tenant: w.home.id,
            provider: "microsoft".into()
        }
    );
    assert!(matches!(&token.subject, TokenSubject::User { subject, .. } if subject == "o-1"));
    // The room's own name is not what the provider issues for the gateway.
    w.refused(
        &w.upstream(&with(&upstream_claims(), json!({"aud": GATEWAY}))),
        &TOKEN_AUDIENCE,
    )
    .await;
    let without_providers = Verifier::new(w.authority.clone(), None);
    let answer = without_providers
        .verify(
            &w.upstream(&upstream_claims()),
            &["gw-app".to_owned()],
            w.authority.env.now(),
        )
        .await;
    assert!(answer.unwrap_err().is(&TOKEN_ISSUER));
}

#[tokio::test]
async fn new_keys_of_the_provider_are_found_and_invented_ones_do_not_make_it_busy() {
    let w = world().await;
    w.ask(&w.upstream(&upstream_claims())).await.unwrap();
    assert_eq!(w.idp.asked.load(SeqCst), 1);
    w.clock.advance_s(11);
    w.idp.keys.lock().unwrap().push(key("idp-2"));
    w.ask(&w.upstream(&with(&upstream_claims(), json!({"uti": "2"}))))
        .await
        .unwrap();
    assert_eq!(w.idp.asked.load(SeqCst), 2);
    for n in 0..20 {
        let invented = sign_compact(
            &HeaderExtras::default(),
            upstream_claims().to_string().as_bytes(),
            &key(&format!("no-{n}")),
        )
        .unwrap();
        w.refused(&invented, &INVALID_TOKEN).await;
    }
    assert_eq!(w.idp.asked.load(SeqCst), 2);
}

#[tokio::test]
async fn a_provider_that_is_down_is_not_the_callers_fault() {
    let w = world().await;
    *w.idp.down.lock().unwrap() = true;
    let fault = w.ask(&w.upstream(&upstream_claims())).await.unwrap_err();
    assert!(
        fault.is(&behalf_model::fault::UPSTREAM_UNREACHABLE),
        "{fault}"
    );
}

#[tokio::test]
async fn a_remembered_token_survives_other_changes_and_not_the_loss_of_its_key() {
    let w = world().await;
    let token = w.own(&w.claims()).await;
    let first = w.ask(&token).await.unwrap();
    w.authority
        .store()
        .commit(vec![put(&tenant(3, Vec::new()))])
        .await
        .unwrap();
    assert!(
        Arc::ptr_eq(&first, &w.ask(&token).await.unwrap()),
        "not verified again"
    );
    let row = w.authority.key_set(w.home.id).await.unwrap().keys()[0]
        .row
        .clone();
    let delete = Change::DeleteEntity {
        kind: behalf_model::key::SigningKey::KIND.into(),
        tenant: w.home.id,
        key: row.kid.clone(),
    };
    w.authority.store().commit(vec![delete]).await.unwrap();
    w.refused(&token, &INVALID_TOKEN).await;
}

//! Facts for unit tests of decisions.

use behalf_model::grant::{
    Authorization, Code, CodeDetails, PkceChallenge, PkceMethod, RefreshGrant, SecretHash,
};
use behalf_model::principal::Principal;
use behalf_model::resource::{AppRole, Resource, Scope, SigningAlg, TokenFormat, WhoCanConsent};
use behalf_model::{ClientId, TenantId, UnixTime, UserId};
use behalf_wire::jose::backend::sha256;
use behalf_wire::jose::jws::{HeaderExtras, sign_compact};
use behalf_wire::jose::{Claims, Header, JwsAlg, Keyring, SigningKey};
use serde_json::Value;
use uuid::Uuid;

pub const NOW: UnixTime = UnixTime(1_767_225_600);

pub fn tenant_id() -> TenantId {
    TenantId(Uuid::from_u128(1))
}

pub fn user_id() -> UserId {
    UserId(Uuid::from_u128(2))
}

pub fn client_id(text: &str) -> ClientId {
    text.parse().unwrap()
}

pub fn principal(id: &str) -> Principal {
    Principal {
        tenant: tenant_id(),
        client_id: client_id(id),
        title: "The app".into(),
        public: false,
        enabled: true,
        secrets: vec![],
        certificates: vec![],
        redirect_uris: vec![],
        permissions: vec![],
        known_client_applications: vec![],
        app_host_domain: None,
        promoted_secret: None,
    }
}

pub fn resource(id: &str, uri: &str, scopes: &[&str], roles: &[&str]) -> Resource {
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
        title: "The API".into(),
        app_id_uris: vec![uri.into()],
        scopes: scopes.iter().map(scope).collect(),
        roles: roles
            .iter()
            .map(|value| AppRole {
                value: (*value).into(),
                description: String::new(),
            })
            .collect(),
        authorized_clients: vec![],
        token_format: TokenFormat::EntraV2,
        signing_alg: SigningAlg::RS256,
        enabled: true,
    }
}

pub fn authorization(client: &str) -> Authorization {
    Authorization {
        tenant: tenant_id(),
        client: client_id(client),
        user: user_id(),
        scopes: vec!["openid".into()],
        auth_time: NOW,
        amr: vec![],
        session: None,
        host_web: None,
    }
}

pub fn hash(secret: &str) -> SecretHash {
    sha256(secret.as_bytes())
}

pub fn code(client: &str, secret: &str, verifier: Option<&str>) -> Code {
    let pkce = verifier.map(|verifier| PkceChallenge {
        challenge: behalf_wire::oauth::pkce::s256(verifier),
        method: PkceMethod::S256,
    });
    let redirect_uri = "https://app.test/cb".to_owned();
    let details = CodeDetails {
        authorization: authorization(client),
        redirect_uri,
        nonce: None,
        pkce,
    };
    Code {
        id: 9,
        secret_hash: hash(secret),
        details,
        expires_at: NOW.plus_s(300),
        redeemed: false,
    }
}

pub fn refresh(client: &str, current: &str, previous: Option<&str>) -> RefreshGrant {
    RefreshGrant {
        id: 4,
        authorization: authorization(client),
        secret_hash: hash(current),
        previous_hash: previous.map(hash),
        generation: 3,
        rotated_at: NOW,
        expires_at: NOW.plus_s(1000),
        revoked: false,
    }
}

/// Header and claims as after a verified signature.
pub fn verified(claims: &Value) -> (Header, Claims) {
    let key = SigningKey::from_secret(JwsAlg::HS256, Some("test".into()), &[7; 32]).unwrap();
    let token = sign_compact(
        &HeaderExtras::default(),
        claims.to_string().as_bytes(),
        &key,
    )
    .unwrap();
    Keyring::new(vec![key.verifying_key()])
        .verify_jwt(&token, &[JwsAlg::HS256])
        .unwrap()
}

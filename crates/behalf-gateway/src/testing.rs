//! Builders for unit tests. Nothing here is a default of the product.

use crate::caller::{Caller, Standing};
use behalf_model::env::fixed::START_S;
use behalf_model::token::{Issuer, TokenSubject, VerifiedToken};
use behalf_model::user::User;
use behalf_model::{PersonId, Secret, TenantId, UnixTime, UserId};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

pub const NOW: UnixTime = UnixTime(START_S);
pub const HOME: TenantId = TenantId(Uuid::from_u128(0xaaaa));

pub fn user(number: u128, provider: &str, name: &str) -> User {
    User {
        tenant: HOME,
        id: UserId(Uuid::from_u128(number)),
        provider: provider.to_owned(),
        subject: name.to_lowercase(),
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

pub fn token(issuer: Issuer, subject: TokenSubject) -> VerifiedToken {
    VerifiedToken {
        issuer,
        audience: vec!["api://gateway".to_owned()],
        subject,
        client: Some("front-end".to_owned()),
        scopes: vec!["access_as_user".to_owned()],
        roles: Vec::new(),
        issued_at: NOW,
        expires_at: NOW.plus_s(3600),
        claims: Arc::default(),
        hash: [7; 32],
        raw: Secret::new("the-callers-token"),
    }
}

pub fn of_user(user: &User) -> TokenSubject {
    TokenSubject::User {
        subject: user.id.to_string(),
        upn: Some(user.upn.clone()),
        name: None,
    }
}

pub fn caller(user: &Arc<User>) -> Caller {
    Caller::User {
        token: Arc::new(token(Issuer::Tenant(HOME), of_user(user))),
        standing: Standing::Known(user.clone()),
    }
}

pub fn with_claims(mut token: VerifiedToken, claims: Value) -> VerifiedToken {
    let Value::Object(claims) = claims else {
        panic!("claims are an object")
    };
    token.claims = Arc::new(claims);
    token
}

/// A JWT that nobody signed: good for whatever only decodes it.
pub fn jwt(header: &Value, claims: &Value) -> String {
    use behalf_wire::jose::base64url::encode;
    format!(
        "{}.{}.c2lnbmF0dXJl",
        encode(header.to_string()),
        encode(claims.to_string())
    )
}

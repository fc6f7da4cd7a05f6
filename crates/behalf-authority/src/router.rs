//! The room's face: every address of the authority on one page.
//!
//! All methods of an address lead to its endpoint, which answers the wrong ones in its own format.

use crate::Authority;
use crate::endpoints::{
    acs_metadata, discovery, error_codes, interactive, jwks, not_found, token, userinfo,
};
use axum::Router;
use axum::routing::any;
use std::sync::Arc;

pub fn router(authority: Arc<Authority>) -> Router {
    Router::new()
        // Tokens
        .route("/{tenant}/oauth2/v2.0/token", any(token::entra_v2))
        .route("/{tenant}/oauth2/token", any(token::entra_v1))
        .route("/{tenant}/oidc/token", any(token::oauth))
        .route("/{tenant}/tokens/OAuth/2", any(token::acs))
        .route("/tokens/OAuth/2", any(token::acs_any_realm))
        // Metadata
        .route(
            "/{tenant}/v2.0/.well-known/openid-configuration",
            any(discovery::entra_v2),
        )
        .route(
            "/{tenant}/.well-known/openid-configuration",
            any(discovery::entra_v1),
        )
        .route(
            "/{tenant}/oidc/.well-known/openid-configuration",
            any(discovery::oidc),
        )
        .route(
            "/.well-known/oauth-authorization-server/{tenant}/oidc",
            any(discovery::oidc),
        )
        .route("/{tenant}/metadata/json/1", any(acs_metadata::of_realm))
        .route("/metadata/json/1", any(acs_metadata::of_query))
        .route("/common/discovery/instance", any(discovery::instances))
        .route("/common/userrealm/{user}", any(discovery::realm))
        .route("/error", any(error_codes::explain))
        // Keys
        .route("/common/discovery/v2.0/keys", any(jwks::of_all))
        .route("/common/discovery/keys", any(jwks::of_all))
        .route("/{tenant}/discovery/v2.0/keys", any(jwks::of_tenant))
        .route("/{tenant}/discovery/keys", any(jwks::of_tenant))
        .route("/{tenant}/oidc/jwks", any(jwks::of_tenant))
        // The user
        .route("/{tenant}/oidc/userinfo", any(userinfo::userinfo))
        .route("/{tenant}/openid/userinfo", any(userinfo::userinfo))
        // Pages
        .merge(interactive::routes())
        .fallback(not_found)
        .with_state(authority)
}

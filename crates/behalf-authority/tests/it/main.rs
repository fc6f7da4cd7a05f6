//! The authority from wire to wire: requests go into its router, answers are read as clients read them.

mod authorization_code;
mod authorize;
mod client_assertion;
mod client_authentication;
mod client_credentials;
mod consent;
mod edges;
mod jwt_bearer;
mod logout;
mod metadata;
mod refresh_token;
mod signin;
mod signing_keys;
mod upstream;
mod userinfo;
mod vault;
mod web;
mod world;

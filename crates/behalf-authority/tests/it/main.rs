//! The authority from wire to wire: requests go into its router, answers are read as clients read them.

#[cfg(test)]
mod acs_app_only;
#[cfg(test)]
mod acs_code;
#[cfg(test)]
mod acs_context_token;
#[cfg(test)]
mod acs_launch;
#[cfg(test)]
mod acs_metadata;
#[cfg(test)]
mod acs_refusals;
#[cfg(test)]
mod acs_world;
#[cfg(test)]
mod adminconsent;
#[cfg(test)]
mod authorization_code;
#[cfg(test)]
mod authorize;
#[cfg(test)]
mod authorize_refusals;
#[cfg(test)]
mod client_assertion;
#[cfg(test)]
mod client_authentication;
#[cfg(test)]
mod client_credentials;
#[cfg(test)]
mod consent;
#[cfg(test)]
mod edges;
#[cfg(test)]
mod jwt_bearer;
#[cfg(test)]
mod logout;
#[cfg(test)]
mod metadata;
#[cfg(test)]
mod namesakes;
#[cfg(test)]
mod outsider;
#[cfg(test)]
mod refresh_token;
#[cfg(test)]
mod signin;
#[cfg(test)]
mod signin_upstream;
#[cfg(test)]
mod signing_keys;
#[cfg(test)]
mod upstream;
#[cfg(test)]
mod userinfo;
#[cfg(test)]
mod vault;
#[cfg(test)]
mod web;
#[cfg(test)]
mod world;

#![doc = include_str!("../README.md")]
//!
//! # What stands where
//! Garden: client library for remote webs of provider-hosted apps. Depends on `behalf-wire` only. Must never contain:
//! anything of the server.

mod access_token;
mod app;
mod client;
mod env;
mod error;
mod high_trust;
mod hosts;
mod http_port;
#[cfg(feature = "hyper")]
mod hyper_http;
mod realm;
mod refresh_tokens;
#[cfg(any(feature = "axum", feature = "sqlite"))]
mod sealing;
mod settings;
mod sts;
#[cfg(feature = "axum")]
mod web;
mod web_url;

pub use access_token::AccessToken;
pub use app::{RemoteApp, UserContext, context_token_in};
pub use behalf_wire::acs::Host;
pub use behalf_wire::acs::context_token::ContextToken;
pub use client::{IfMatch, Reply, SharePointClient, odata_text};
pub use env::{Env, SystemEnv};
pub use error::{Error, ErrorKind};
pub use high_trust::{HighTrustApp, HighTrustSettings, HighTrustUser, NII_ACTIVE_DIRECTORY};
pub use http_port::{Http, HttpFailure};
#[cfg(feature = "hyper")]
pub use hyper_http::HyperHttp;
#[cfg(feature = "sqlite")]
pub use refresh_tokens::SqliteRefreshTokens;
pub use refresh_tokens::{MemoryRefreshTokens, RefreshTokenStore, StoredRefreshToken, UserKey};
#[cfg(any(feature = "axum", feature = "sqlite"))]
pub use sealing::SealingKey;
pub use settings::{AppSettings, AppSettingsBuilder};
#[cfg(feature = "axum")]
pub use web::{RemoteWeb, SharePointContext};
pub use web_url::WebUrl;

#[cfg(test)]
mod testing;

//! Ports: the only doors through which rooms reach the world and each other. Wired at the roof.

mod context_tokens;
mod outbound;
mod store;
mod tokens;

pub use context_tokens::{AppLaunch, ContextTokens, IssuedCode, IssuedContextToken};
pub use outbound::{Egress, Outbound, OutboundError, OutboundRequest, OutboundResponse};
pub use store::{
    Change, Committed, Expect, ItemQuery, NewCode, NewRefresh, NewSession, Store, StoreError,
};
pub use tokens::{Digester, ProviderToken, TokenVault, TokenVerifier, VaultMiss};

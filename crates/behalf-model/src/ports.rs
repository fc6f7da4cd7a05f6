//! Ports: the only doors through which rooms reach the world and each other. Wired at the roof.

mod outbound;
mod store;
mod tokens;

pub use outbound::{Egress, Outbound, OutboundError, OutboundRequest, OutboundResponse};
pub use store::{
    Change, Committed, Expect, ItemQuery, NewCode, NewRefresh, NewSession, Store, StoreError,
};
pub use tokens::{Digester, ProviderToken, TokenVault, TokenVerifier, VaultMiss};

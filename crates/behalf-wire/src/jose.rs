//! JOSE: JSON Web Signature, Encryption, Key and Token (RFC 7515–7519, 8037) as Behalf speaks it.
//!
//! Only [`backend`] names a cryptographic library. Nothing here reads a clock, a file or the network: `now` is
//! an argument in Unix seconds. What has not been verified is an [`Unverified`]; what has is a [`jws::Verified`]
//! or the [`Claims`] made from one, so a function's signature says which of the two it trusts.
//!
//! Refused on purpose although general libraries accept it: `none`, RSA under 2048 bits, HMAC keys shorter than
//! their hash, non-canonical base64url, duplicate JSON members, a key used against its `alg`, `use` or
//! `key_ops`, keys that a token brings along to verify itself.

mod algorithm;
pub mod backend;
pub mod base64url;
mod certificate;
mod error;
mod header;
pub mod json;
pub mod jwe;
mod jwk;
pub mod jws;
pub mod jwt;
mod keyring;
mod public_key;
mod roca;
mod signing_key;
mod unverified;
pub mod verify_line;
mod verifying_key;

pub use algorithm::JwsAlg;
pub use backend::KeyKind;
pub use certificate::Certificate;
pub use error::{JoseError, JsonFault};
pub use header::Header;
pub use jwk::{Jwk, JwkSet, Purpose};
pub use jwt::{Claims, TimeCheck};
pub use keyring::Keyring;
pub use public_key::{Curve, PublicKey};
pub use signing_key::SigningKey;
pub use unverified::{Unverified, UnverifiedClaims};
pub use verifying_key::VerifyingKey;

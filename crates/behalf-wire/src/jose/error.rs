//! Why something of JOSE was refused. No variant carries any content of a token or a key.

use super::JwsAlg;

/// A refusal. The text is safe for a log and for the caller: it holds no part of a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JoseError {
    #[error("the token is malformed: {0}")]
    Malformed(&'static str),
    #[error("the token is encrypted (JWE); its claims cannot be read without the recipient's key")]
    Encrypted,
    #[error("{0} is not canonical base64url without padding")]
    Encoding(&'static str),
    #[error("{part} is not acceptable JSON: {fault}")]
    Json {
        part: &'static str,
        fault: JsonFault,
    },
    #[error("{part} is larger than {limit_bytes} bytes")]
    TooLarge {
        part: &'static str,
        limit_bytes: usize,
    },
    #[error("the header has no alg")]
    AlgMissing,
    #[error("the header has no enc")]
    EncMissing,
    #[error("alg none is never accepted")]
    AlgNone,
    #[error("the algorithm is not offered here")]
    AlgNotOffered,
    #[error("{0} is not allowed here")]
    AlgNotAllowed(JwsAlg),
    #[error("the header marks an extension as critical that is not understood")]
    CriticalExtension,
    #[error("an unencoded payload (b64 false) is not accepted")]
    UnencodedPayload,
    #[error("the same header parameter stands in the protected and in an unprotected header")]
    DuplicateHeader,
    #[error("an unprotected header carries a parameter that only a protected one may")]
    UnprotectedHeader,
    #[error("the header parameter {0} has the wrong type")]
    HeaderType(&'static str),
    #[error("the token names a key that is not known")]
    KeyUnknown,
    #[error("two different keys bear the name that the token uses")]
    KeyAmbiguous,
    #[error("no known key fits the token's algorithm")]
    NoFittingKey,
    #[error("the key is not valid: {0}")]
    KeyInvalid(&'static str),
    #[error("the key may not be used for this: {0}")]
    KeyPurpose(&'static str),
    #[error("the key is too weak: {0}")]
    KeyWeak(&'static str),
    #[error("the kind of key is not offered here")]
    KeyNotOffered,
    #[error("the signature does not match")]
    SignatureInvalid,
    // One text for every cause, so that the answer is no oracle (RFC 7516 section 11.5).
    #[error("the token cannot be decrypted with this key")]
    DecryptionFailed,
    #[error("the content encryption (enc) is not offered here")]
    EncNotOffered,
    #[error("compressed content (zip) is not offered here")]
    CompressionNotOffered,
    #[error("the certificate is not valid: {0}")]
    Certificate(&'static str),
    #[error("the claim {0} is missing or has the wrong type")]
    ClaimType(&'static str),
    #[error("expired at {at}")]
    Expired { at: i64 },
    #[error("not valid before {from}")]
    NotYetValid { from: i64 },
    #[error("the cryptographic library failed")]
    Backend,
}

/// What is wrong with a JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JsonFault {
    #[error("not well-formed")]
    Syntax,
    #[error("not an object")]
    NotAnObject,
    #[error("a member occurs twice")]
    DuplicateMember,
    #[error("nested too deep")]
    TooDeep,
    #[error("too large")]
    TooLarge,
}

//! HTTP Basic credentials of a client (RFC 6749 section 2.3.1, RFC 7617).

use super::form;
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::GeneralPurposeConfig;
use base64::engine::{DecodePaddingMode, GeneralPurpose};

/// Client id and secret out of an `Authorization` header. The secret stands in clear: never log it.
#[derive(PartialEq, Eq)]
pub struct Basic {
    pub client_id: String,
    pub secret: String,
}

/// The header is there and is no usable Basic credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the Authorization header is not a valid Basic credential")]
pub struct BasicError;

/// Padding as in practice: with or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl Basic {
    /// `None` when the header uses another scheme. Both parts are form-decoded after base64; a part that is no valid
    /// form text is taken literally, because many clients skip the encoding.
    pub fn parse(header: &str) -> Result<Option<Self>, BasicError> {
        let Some((scheme, credentials)) = header.trim().split_once(' ') else {
            return Ok(None);
        };
        if !scheme.eq_ignore_ascii_case("basic") {
            return Ok(None);
        }
        let bytes = BASE64.decode(credentials.trim()).map_err(|_| BasicError)?;
        let text = String::from_utf8(bytes).map_err(|_| BasicError)?;
        let (client_id, secret) = text.split_once(':').ok_or(BasicError)?;
        let decoded = |part: &str| {
            form::decode(part.as_bytes()).map_or_else(|_| part.to_owned(), |text| text.into_owned())
        };
        Ok(Some(Self {
            client_id: decoded(client_id),
            secret: decoded(secret),
        }))
    }
}

#[cfg(test)]
mod tests;

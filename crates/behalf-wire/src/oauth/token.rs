//! The answer of a token endpoint (RFC 6749 section 5.1), with the members that Entra adds.

use serde::Serialize;

/// A token answer; serialised straight to bytes, because this is the busiest path there is.
///
/// Shape: `{"token_type":"Bearer","scope":"…","expires_in":3599,"access_token":"…",…}`.
/// Units: all `…_in` in seconds, as JSON numbers (the Rust SDK refuses strings).
#[derive(Clone, Copy, Debug, Serialize)]
pub struct TokenAnswer<'a> {
    pub token_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<&'a str>,
    pub expires_in: i64,
    /// Entra: as `expires_in`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ext_expires_in: Option<i64>,
    /// Entra v1.0: Unix seconds as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<&'a str>,
    /// Entra v1.0: Unix seconds as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<&'a str>,
    /// Entra v1.0: the resource as requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<&'a str>,
    pub access_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<&'a str>,
    /// Entra: base64url of `{"uid":…,"utid":…}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_info: Option<&'a str>,
}

impl TokenAnswer<'_> {
    pub fn to_json(&self) -> Vec<u8> {
        let length = 256
            + self.access_token.len()
            + [
                self.scope,
                self.refresh_token,
                self.id_token,
                self.client_info,
            ]
            .into_iter()
            .flatten()
            .map(str::len)
            .sum::<usize>();
        let mut out = Vec::with_capacity(length);
        #[expect(
            clippy::expect_used,
            reason = "texts and numbers into memory cannot fail"
        )]
        serde_json::to_writer(&mut out, self).expect("a token answer serialises");
        out
    }
}

#[cfg(test)]
mod tests;

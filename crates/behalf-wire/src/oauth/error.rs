//! The error answer of a token endpoint (RFC 6749 section 5.2).

use serde::Serialize;

/// Shape: `{"error":"invalid_grant","error_description":"BH2060 …","error_uri":"…"}`.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ErrorAnswer<'a> {
    pub error: &'a str,
    /// Made safe by [`description`].
    pub error_description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_uri: Option<&'a str>,
    /// Names the request in the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<&'a str>,
}

impl ErrorAnswer<'_> {
    pub fn to_json(&self) -> Vec<u8> {
        #[expect(clippy::expect_used, reason = "texts into memory cannot fail")]
        serde_json::to_vec(self).expect("an error answer serialises")
    }
}

/// The text with only the characters that `error_description` may have: printable ASCII without quotation mark and
/// backslash (RFC 6749 section 5.2), so that no client has to unescape it.
pub fn description(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '"' => '\'',
            '\\' => '/',
            ' '..='~' => c,
            _ if c.is_control() => ' ',
            _ => '?',
        })
        .collect()
}

#[cfg(test)]
mod tests;

//! Entra's error body and the headers of its answers.

use serde::Serialize;

/// What an error answer says.
#[derive(Clone, Copy, Debug)]
pub struct EntraError<'a> {
    pub error: &'a str,
    /// The number after `AADSTS`.
    pub code: u32,
    pub text: &'a str,
    pub suberror: Option<&'a str>,
    /// Claims challenge: JSON text, sent as a JSON string.
    pub claims: Option<&'a str>,
    pub trace_id: &'a str,
    pub correlation_id: &'a str,
    /// `2026-01-01 00:00:00Z`.
    pub timestamp: &'a str,
    /// Root of the URLs in `error_uri`.
    pub public_url: &'a str,
}

#[derive(Serialize)]
struct Body<'a> {
    error: &'a str,
    error_description: &'a str,
    error_codes: [u32; 1],
    timestamp: &'a str,
    trace_id: &'a str,
    correlation_id: &'a str,
    error_uri: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    suberror: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<&'a str>,
}

impl EntraError<'_> {
    /// Shape: `{"error":"invalid_grant","error_description":"AADSTS65001: … Trace ID: … Correlation ID: … Timestamp: …",
    /// "error_codes":[65001],"timestamp":"…","trace_id":"…","correlation_id":"…","error_uri":"…/error?code=65001",
    /// "suberror":"consent_required"}`. The description is one line without anything that JSON escapes, because one
    /// SDK borrows it from the text it parses.
    pub fn to_json(&self) -> Vec<u8> {
        let body = Body {
            error: self.error,
            error_description: &self.description(),
            error_codes: [self.code],
            timestamp: self.timestamp,
            trace_id: self.trace_id,
            correlation_id: self.correlation_id,
            error_uri: &format!("{}/error?code={}", self.public_url, self.code),
            suberror: self.suberror,
            claims: self.claims,
        };
        #[expect(
            clippy::expect_used,
            reason = "texts and numbers into memory cannot fail"
        )]
        serde_json::to_vec(&body).expect("an error body serialises")
    }

    pub fn description(&self) -> String {
        let (text, trace, correlation, at) = (
            unescaped(self.text),
            self.trace_id,
            self.correlation_id,
            self.timestamp,
        );
        let stop = if text.ends_with(['.', '!', '?']) {
            ""
        } else {
            "."
        };
        format!(
            "AADSTS{}: {text}{stop} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {at}",
            self.code
        )
    }
}

/// The text on one line, without characters that JSON escapes.
fn unescaped(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '"' => '\'',
            '\\' => '/',
            _ if c.is_control() => ' ',
            _ => c,
        })
        .collect()
}

/// Headers that stand on every answer of the token endpoint.
pub const HEADERS: [(&str, &str); 5] = [
    ("cache-control", "no-store, no-cache"),
    ("pragma", "no-cache"),
    (
        "strict-transport-security",
        "max-age=31536000; includeSubDomains",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-ms-ests-server", "behalf"),
];

/// `x-ms-clitelem`: `1,<error code>,0,,` (0 = success).
pub fn clitelem(code: u32) -> String {
    format!("1,{code},0,,")
}

#[cfg(test)]
mod tests;

//! The token endpoint's error body.

use serde::{Deserialize, Serialize};

/// What an error answer says. The status must be 400 or 401: clients look at nothing else to tell an error.
#[derive(Clone, Copy, Debug)]
pub struct AcsError<'a> {
    /// OAuth's word: `invalid_client`, `invalid_grant`, `invalid_request`, …
    pub error: &'a str,
    /// Number after `AADSTS` and text, outermost first.
    pub causes: &'a [(u32, &'a str)],
    pub trace_id: &'a str,
    pub correlation_id: &'a str,
    /// `2026-01-01 00:00:00Z`.
    pub timestamp: &'a str,
    /// Root of `error_uri`.
    pub public_url: &'a str,
}

#[derive(Serialize)]
struct Body<'a> {
    error: &'a str,
    error_description: String,
    error_codes: Vec<u32>,
    timestamp: &'a str,
    trace_id: &'a str,
    correlation_id: &'a str,
    error_uri: String,
}

impl AcsError<'_> {
    /// Shape: `{"error":"invalid_client","error_description":"AADSTS70002: …. AADSTS50012: ….\r\nTrace ID: …\r\n
    /// Correlation ID: …\r\nTimestamp: …","error_codes":[70002,50012],"timestamp":"…","trace_id":"…",
    /// "correlation_id":"…","error_uri":"…"}`. The first bytes are exactly `{"error"`: the .NET message factory takes
    /// a body for an error by that prefix alone.
    pub fn to_json(&self) -> Vec<u8> {
        let texts: Vec<_> = self
            .causes
            .iter()
            .map(|(code, text)| format!("AADSTS{code}: {text}"))
            .collect();
        let first = self.causes.first().map_or(0, |(code, _)| *code);
        let body = Body {
            error: self.error,
            error_description: format!(
                "{}\r\nTrace ID: {}\r\nCorrelation ID: {}\r\nTimestamp: {}",
                texts.join(" "),
                self.trace_id,
                self.correlation_id,
                self.timestamp
            ),
            error_codes: self.causes.iter().map(|(code, _)| *code).collect(),
            timestamp: self.timestamp,
            trace_id: self.trace_id,
            correlation_id: self.correlation_id,
            error_uri: format!("{}/error?code={first}", self.public_url),
        };
        #[expect(
            clippy::expect_used,
            reason = "texts and numbers into memory cannot fail"
        )]
        serde_json::to_vec(&body).expect("an error body serialises")
    }
}

/// An error answer as a client reads it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ReceivedError {
    pub error: String,
    #[serde(default)]
    pub error_description: String,
    #[serde(default)]
    pub error_codes: Vec<u32>,
    #[serde(default)]
    pub trace_id: Option<String>,
    #[serde(default)]
    pub correlation_id: Option<String>,
}

impl ReceivedError {
    pub fn parse(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }
}

#[cfg(test)]
mod tests;

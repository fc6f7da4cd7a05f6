//! Problem details for HTTP APIs (RFC 9457).

use serde_json::{Map, Value};

/// A problem document, rendered as `application/problem+json`.
///
/// Shape: `{"type":"urn:behalf:fault:BH3002","title":"…","status":401,"detail":"…","code":"obo.no_access_token",
/// "fault":"BH3002","party":"client","cause":"…","remedy":"…", …facts}`.
#[derive(Clone, Debug, Default)]
pub struct Problem<'a> {
    pub fault: &'a str,
    pub code: &'a str,
    pub title: &'a str,
    pub status: u16,
    pub detail: &'a str,
    pub party: &'a str,
    pub cause: &'a str,
    pub remedy: &'a str,
    pub request_id: Option<&'a str>,
    /// Extension members; they never replace a member of their own name above.
    pub members: Vec<(&'a str, Value)>,
}

pub const CONTENT_TYPE: &str = "application/problem+json";

impl Problem<'_> {
    pub fn to_json(&self) -> Vec<u8> {
        let mut map = Map::new();
        let mut put = |name: &str, value: Value| {
            map.entry(name.to_owned()).or_insert(value);
        };
        put("type", format!("urn:behalf:fault:{}", self.fault).into());
        put("title", self.title.into());
        put("status", self.status.into());
        put("detail", self.detail.into());
        put("code", self.code.into());
        put("fault", self.fault.into());
        put("party", self.party.into());
        put("cause", self.cause.into());
        put("remedy", self.remedy.into());
        if let Some(id) = self.request_id {
            put("request_id", id.into());
        }
        for (name, value) in &self.members {
            put(name, value.clone());
        }
        Value::Object(map).to_string().into_bytes()
    }
}

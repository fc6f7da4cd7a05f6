//! Problem details for HTTP APIs (RFC 9457).

use serde_json::Value;

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
    /// In the order in which a person reads it: what, then why, then how to mend it.
    pub fn to_json(&self) -> Vec<u8> {
        let urn = format!("urn:behalf:fault:{}", self.fault);
        let texts = [
            ("type", urn.as_str()),
            ("title", self.title),
            ("detail", self.detail),
            ("code", self.code),
            ("fault", self.fault),
            ("party", self.party),
            ("cause", self.cause),
            ("remedy", self.remedy),
        ];
        let mut members: Vec<(&str, Value)> = vec![("status", self.status.into())];
        members.extend(texts.map(|(name, text)| (name, Value::from(text))));
        members.extend(self.request_id.map(|id| ("request_id", Value::from(id))));
        for (name, value) in &self.members {
            if members.iter().all(|(taken, _)| taken != name) {
                members.push((name, value.clone()));
            }
        }
        let written = members
            .iter()
            .map(|(name, value)| format!("{}:{value}", Value::from(*name)));
        format!("{{{}}}", written.collect::<Vec<_>>().join(",")).into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_come_last_and_replace_nothing() {
        let problem = Problem {
            fault: "BH3002",
            code: "obo.no_access_token",
            title: "No \"token\"",
            status: 401,
            members: vec![
                ("client_id", "x".into()),
                ("status", 200.into()),
                ("client_id", "y".into()),
            ],
            ..Problem::default()
        };
        let text = String::from_utf8(problem.to_json()).unwrap();
        assert!(
            text.starts_with(
                r#"{"status":401,"type":"urn:behalf:fault:BH3002","title":"No \"token\"","#
            ),
            "{text}"
        );
        assert!(text.ends_with(r#","client_id":"x"}"#), "{text}");
        assert!(serde_json::from_str::<Value>(&text).is_ok());
    }
}

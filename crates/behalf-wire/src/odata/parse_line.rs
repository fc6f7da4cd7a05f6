//! The line protocol of `behalf debug odata-parse`: the very parser that the faces use, for checking from outside.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::limits::Limits;
use super::names::{NameKind, Names};
use super::parse::by_rule;

/// Answers lines.
///
/// Shape: `{"constraints": {rule: [text, …], …}}` sets the model's names and is not answered; rules that are missing in it
/// take every identifier. `{"rule": "…", "input": "…"}` is answered `{"ok": true|false|null}`; null means that the rule is
/// not offered. A line that is neither is answered `{"ok": null, "reason": "…"}`, an empty one not at all.
///
/// Spec: the test cases of the OData ABNF, whose member names these are.
#[derive(Debug, Default)]
pub struct ParseLines {
    names: Names,
    limits: Limits,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Constraints { constraints: Map<String, Value> },
    Question { rule: String, input: String },
}

impl ParseLines {
    pub fn new() -> Self {
        Self::default()
    }

    /// The answer to one line, without a line end.
    pub fn answer(&mut self, line: &str) -> Option<String> {
        if line.trim().is_empty() {
            return None;
        }
        match serde_json::from_str(line) {
            Ok(Line::Constraints { constraints }) => {
                self.names = names(&constraints);
                None
            }
            Ok(Line::Question { rule, input }) => {
                let ok =
                    by_rule(&rule, &input, &self.names, self.limits).map(|found| found.is_ok());
                Some(json!({ "ok": ok }).to_string())
            }
            Err(_) => {
                let reason = "the line has neither 'constraints' nor 'rule' and 'input'";
                Some(json!({ "ok": null, "reason": reason }).to_string())
            }
        }
    }
}

/// The names by rule. Rules that name nothing are no constraints, and texts that are no texts no names.
fn names(constraints: &Map<String, Value>) -> Names {
    let mut names = Names::open();
    for kind in NameKind::ALL {
        if let Some(Value::Array(allowed)) = constraints.get(kind.rule()) {
            names.allow(*kind, allowed.iter().filter_map(Value::as_str));
        }
    }
    names
}

#[cfg(test)]
mod tests;

//! `If-Match` (RFC 9110 §13.1.1). Pure.

use crate::items::Precondition;
use behalf_model::Fault;
use behalf_model::fault::MALFORMED;
use http::HeaderMap;
use http::header::IF_MATCH;

/// Tags compare strongly, so a weak one (`W/"…"`) never matches.
///
/// Errors: `MALFORMED` for something that is no list of quoted tags; taking it for no condition would overwrite.
pub(super) fn of(headers: &HeaderMap) -> Result<Precondition, Fault> {
    let mut tags = Vec::new();
    let mut exists = false;
    for value in headers.get_all(IF_MATCH) {
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            exists = true;
        } else {
            tags.append(&mut parse(text).ok_or_else(malformed)?);
        }
    }
    match (exists, tags.is_empty()) {
        (true, true) => Ok(Precondition::Exists),
        (true, false) => Err(malformed()),
        (false, true) => Ok(Precondition::None),
        (false, false) => Ok(Precondition::AnyOf(tags)),
    }
}

/// A comma may stand inside a tag, so this cannot be a plain split.
fn parse(text: &str) -> Option<Vec<String>> {
    let mut tags = Vec::new();
    let mut rest = text;
    loop {
        let opaque = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"')?;
        let end = opaque.find('"')?;
        let (tag, after) = rest.split_at(rest.len() - opaque.len() + end + 1);
        tags.push(tag.to_owned());
        match after.trim_start() {
            "" => return Some(tags),
            more => rest = more.strip_prefix(',')?.trim_start(),
        }
    }
}

fn malformed() -> Fault {
    MALFORMED.with("If-Match must be * or a list of ETags in double quotes.")
}

#[cfg(test)]
mod tests;

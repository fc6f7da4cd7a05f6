//! The hash chain that makes changes of the audit trail evident.

use behalf_wire::jose::backend::sha256;

/// SHA-256 of the link before and this row's JSON.
pub type Link = [u8; 32];

/// What the first row is chained to.
pub const START: Link = [0; 32];

/// The link of a row whose JSON text is `json`.
pub fn link(previous: &Link, json: &str) -> Link {
    let mut bytes = Vec::with_capacity(previous.len() + json.len());
    bytes.extend_from_slice(previous);
    bytes.extend_from_slice(json.as_bytes());
    sha256(&bytes)
}

/// The first row that does not follow from the one before it: something before or in it was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("audit row {id} does not follow from the row before it")]
pub struct BrokenChain {
    pub id: i64,
}

/// Checks rows in ascending order, each as `(id, JSON text, link)`, against the link before the first of them.
/// Returns the last link, to go on from or to keep elsewhere: rows cut off at the end show only against a link
/// that was kept outside the database.
pub fn verify_chain<'a>(
    previous: Link,
    rows: impl IntoIterator<Item = (i64, &'a str, Link)>,
) -> Result<Link, BrokenChain> {
    let mut last = previous;
    for (id, json, chain) in rows {
        last = link(&last, json);
        if last != chain {
            return Err(BrokenChain { id });
        }
    }
    Ok(last)
}

#[cfg(test)]
mod tests;

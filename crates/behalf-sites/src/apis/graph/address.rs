//! Paths below `/v1.0`. Pure.

use crate::sites::SiteName;
use percent_encoding::percent_decode_str;

/// What a path means. Shape: `/v1.0/sites/{site}[/lists[/{list}[/items[/{id}[/fields]]]]]`, where `{site}` may be
/// `{host}:/{path}`, closed by another colon when more follows. Words are matched without letter case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub site: SiteName,
    pub what: What,
}

/// Lists are named by id or title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Site,
    Lists,
    List(String),
    Items(String),
    Item(String, i64),
    Fields(String, i64),
}

impl Address {
    /// `path`: as it came, still percent-encoded. `None`: nothing is at this address.
    pub fn parse(path: &str) -> Option<Self> {
        let path = path.strip_prefix('/')?;
        // Each segment is decoded once, after splitting: an encoded slash is part of a name, never a separator.
        let segments: Vec<String> = path
            .strip_suffix('/')
            .unwrap_or(path)
            .split('/')
            .map(decode)
            .collect::<Option<_>>()?;
        let [version, sites, rest @ ..] = segments.as_slice() else {
            return None;
        };
        if !(version.eq_ignore_ascii_case("v1.0") && sites.eq_ignore_ascii_case("sites")) {
            return None;
        }
        let (site, rest) = site(rest)?;
        Some(Self {
            site,
            what: what(rest)?,
        })
    }
}

fn decode(segment: &str) -> Option<String> {
    percent_decode_str(segment)
        .decode_utf8()
        .ok()
        .map(Into::into)
}

/// The site and what follows it.
fn site(segments: &[String]) -> Option<(SiteName, &[String])> {
    let (first, rest) = segments.split_first()?;
    if let Some((host, path)) = first.split_once(":/") {
        // `host:/path` sent as one encoded segment, as a caller does who fills it into a template.
        let path = path.trim_end_matches([':', '/']);
        return Some((by_path(host, path)?, rest));
    }
    let Some(host) = first.strip_suffix(':') else {
        return Some((SiteName::parse(first)?, rest));
    };
    let closing = rest.iter().position(|segment| segment.ends_with(':'));
    let (path, rest) = rest.split_at(closing.map_or(rest.len(), |at| at + 1));
    Some((by_path(host, path.join("/").trim_end_matches(':'))?, rest))
}

fn by_path(host: &str, path: &str) -> Option<SiteName> {
    (!host.is_empty()).then(|| SiteName::Path {
        host: host.to_owned(),
        path: path.to_owned(),
    })
}

fn what(segments: &[String]) -> Option<What> {
    let word = |at: usize, expected: &str| {
        segments
            .get(at)
            .is_none_or(|found| found.eq_ignore_ascii_case(expected))
    };
    if !(word(0, "lists") && word(2, "items") && word(4, "fields")) {
        return None;
    }
    match segments {
        [] => Some(What::Site),
        [_] => Some(What::Lists),
        [_, list] => Some(What::List(list.clone())),
        [_, list, _] => Some(What::Items(list.clone())),
        [_, list, _, id] => Some(What::Item(list.clone(), item_id(id)?)),
        [_, list, _, id, _] => Some(What::Fields(list.clone(), item_id(id)?)),
        _ => None,
    }
}

/// One spelling per item: no sign, no leading zero.
fn item_id(text: &str) -> Option<i64> {
    text.parse()
        .ok()
        .filter(|id: &i64| *id > 0 && id.to_string() == text)
}

#[cfg(test)]
mod tests;

//! Query options. What is not offered is refused: leaving it out silently would give another result. Pure.

use crate::columns;
use axum::extract::Query;
use behalf_model::Fault;
use behalf_model::fault::{QUERY_OPTION_INVALID, QUERY_OPTION_NOT_OFFERED};
use behalf_model::site::List;
use http::Uri;

/// Options of a read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Options {
    pub expand: Expand,
    /// Items per page.
    pub top: usize,
    /// Only items with a higher id (`$skiptoken`).
    pub after: i64,
}

/// Which field values to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expand {
    None,
    All,
    /// `fields($select=Color,Price)`.
    Only(Vec<String>),
}

const DEFAULT_TOP: usize = 200;
/// Larger pages are cut to this; `nextLink` leads on.
const MAX_TOP: usize = 1000;

/// OData's own names: with and without `$` they mean the same, and none may be ignored.
const SYSTEM: [&str; 12] = [
    "apply",
    "compute",
    "count",
    "deltatoken",
    "expand",
    "filter",
    "format",
    "orderby",
    "search",
    "select",
    "skip",
    "top",
];

impl Options {
    /// For reads and writes without options. Errors: `QUERY_OPTION_NOT_OFFERED`, `QUERY_OPTION_INVALID`.
    pub fn none(uri: &Uri) -> Result<(), Fault> {
        parse(uri, &[], Expand::None).map(|_| ())
    }

    /// For one item, whose fields are shown unless a choice is made.
    /// Errors: `QUERY_OPTION_NOT_OFFERED`, `QUERY_OPTION_INVALID`.
    pub fn of_item(uri: &Uri) -> Result<Self, Fault> {
        parse(uri, &["expand"], Expand::All)
    }

    /// For a page of items. Errors: `QUERY_OPTION_NOT_OFFERED`, `QUERY_OPTION_INVALID`.
    pub fn of_items(uri: &Uri) -> Result<Self, Fault> {
        parse(uri, &["expand", "top", "skiptoken"], Expand::None)
    }
}

fn parse(uri: &Uri, offered: &[&str], expand: Expand) -> Result<Options, Fault> {
    let mut options = Options {
        expand,
        top: DEFAULT_TOP,
        after: 0,
    };
    let mut seen: Vec<String> = Vec::new();
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri)
        .map_err(|_| invalid("The query string"))?
        .0;
    for (name, value) in pairs {
        let bare = name.strip_prefix('$').unwrap_or(&name).to_ascii_lowercase();
        if !offered.contains(&bare.as_str()) {
            if name.starts_with('$') || SYSTEM.contains(&bare.as_str()) || bare == "skiptoken" {
                let shown: String = bare
                    .chars()
                    .filter(char::is_ascii_alphanumeric)
                    .take(32)
                    .collect();
                return Err(QUERY_OPTION_NOT_OFFERED
                    .with(format!("The query option ${shown} is not offered here.")));
            }
            continue;
        }
        match bare.as_str() {
            "expand" => options.expand = Expand::parse(&value)?,
            "top" => {
                options.top = value
                    .parse()
                    .map(|top: usize| top.min(MAX_TOP))
                    .map_err(|_| invalid("$top"))?
            }
            _ => {
                options.after = value
                    .parse()
                    .ok()
                    .filter(|id| *id >= 0)
                    .ok_or_else(|| invalid("$skiptoken"))?
            }
        }
        if seen.contains(&bare) {
            return Err(
                QUERY_OPTION_INVALID.with(format!("The query option ${bare} occurs twice."))
            );
        }
        seen.push(bare);
    }
    Ok(options)
}

impl Expand {
    fn parse(text: &str) -> Result<Self, Fault> {
        let not_offered = || QUERY_OPTION_NOT_OFFERED.with("Only fields can be expanded.");
        let Some((name, choice)) = text.trim().split_once('(') else {
            return if text.trim() == "fields" {
                Ok(Self::All)
            } else {
                Err(not_offered())
            };
        };
        let choice = choice.strip_suffix(')').ok_or_else(|| invalid("$expand"))?;
        let (option, names) = choice.split_once('=').ok_or_else(|| invalid("$expand"))?;
        if name.trim() != "fields" || !matches!(option.trim(), "$select" | "select") {
            return Err(not_offered());
        }
        let names: Vec<String> = names
            .split(',')
            .map(|name| name.trim().to_owned())
            .collect();
        if names.iter().any(String::is_empty) {
            Err(invalid("$expand"))
        } else {
            Ok(Self::Only(names))
        }
    }

    /// Errors: `COLUMN_UNKNOWN` for a chosen column that the list does not have.
    pub fn check(&self, list: &List) -> Result<(), Fault> {
        let Self::Only(names) = self else {
            return Ok(());
        };
        names
            .iter()
            .filter(|name| *name != "id")
            .try_for_each(|name| columns::find(list, name).map(|_| ()))
    }

    pub fn shows(&self, column: &str) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Only(names) => names.iter().any(|name| name == column),
        }
    }
}

fn invalid(what: &str) -> Fault {
    QUERY_OPTION_INVALID.with(format!("{what} cannot be read."))
}

#[cfg(test)]
mod tests;

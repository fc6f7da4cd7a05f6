//! `{StandardTokens}` and its companions in start pages, custom actions and redirect URIs.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::borrow::Cow;

use crate::oauth::form::Form;

/// Everything but what a query value may bear unescaped (RFC 3986 section 2.3).
const VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// What a page that is launched from a host web gets to know in its query string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandardTokens {
    pub host_url: String,
    pub app_web_url: Option<String>,
    /// `en-US`.
    pub language: String,
    pub client_tag: String,
    pub product_number: String,
}

/// The values of single tokens that [`StandardTokens`] does not have. What is `None` or unknown stays as written.
#[derive(Debug, Clone, Copy, Default)]
pub struct MoreTokens<'a> {
    pub host_title: Option<&'a str>,
    pub host_logo_url: Option<&'a str>,
    pub remote_app_url: Option<&'a str>,
    pub item_id: Option<&'a str>,
    pub item_url: Option<&'a str>,
    pub list_id: Option<&'a str>,
    pub site_url: Option<&'a str>,
    pub source: Option<&'a str>,
}

/// A context token in a URL would end up in logs and histories, so this token is not offered there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{{AppContextToken}} is not allowed in a URL")]
pub struct ContextTokenInUrl;

impl StandardTokens {
    /// `SPHostUrl=…[&SPAppWebUrl=…]&SPLanguage=…&SPClientTag=…&SPProductNumber=…`, values escaped.
    pub fn query(&self) -> String {
        let mut query = format!("SPHostUrl={}", escaped(&self.host_url));
        if let Some(url) = &self.app_web_url {
            query += &format!("&SPAppWebUrl={}", escaped(url));
        }
        query
            + &format!(
                "&SPLanguage={}&SPClientTag={}&SPProductNumber={}",
                escaped(&self.language),
                escaped(&self.client_tag),
                escaped(&self.product_number)
            )
    }

    /// Reads them from a query string. `None` unless the four that every launch has are there and not empty.
    pub fn read(query: &Form<'_>) -> Option<Self> {
        let text = |name| query.get(name).map(str::to_owned);
        Some(Self {
            host_url: text("SPHostUrl")?,
            app_web_url: text("SPAppWebUrl"),
            language: text("SPLanguage")?,
            client_tag: text("SPClientTag")?,
            product_number: text("SPProductNumber")?,
        })
    }

    /// Replaces every known token of a URL, also when its braces are escaped (`%7B…%7D`), and `~remoteAppUrl` or
    /// `~appWebUrl` at the start. A URL at the very start stands as it is, every other value is escaped. Values are
    /// not looked through again: a title "{ClientTag}" stays one. Errors: [`ContextTokenInUrl`].
    pub fn expand(&self, url: &str, more: &MoreTokens<'_>) -> Result<String, ContextTokenInUrl> {
        let url = tilde_expanded(url);
        let mut out = String::with_capacity(url.len() + 256);
        let mut rest = &*url;
        while let Some((before, name, after)) = next_token(rest) {
            out.push_str(before);
            if name.eq_ignore_ascii_case("AppContextToken") {
                return Err(ContextTokenInUrl);
            }
            if name == "StandardTokens" {
                out.push_str(&self.query());
            } else {
                match self.value(name, more) {
                    Some(value) if out.is_empty() => out.push_str(value),
                    Some(value) => out.push_str(&escaped(value)),
                    None => out.push_str(&rest[before.len()..rest.len() - after.len()]),
                }
            }
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }

    fn value<'a>(&'a self, name: &str, more: &MoreTokens<'a>) -> Option<&'a str> {
        match name {
            "HostUrl" => Some(&self.host_url),
            "AppWebUrl" => self.app_web_url.as_deref(),
            "Language" => Some(&self.language),
            "ClientTag" => Some(&self.client_tag),
            "ProductNumber" => Some(&self.product_number),
            "HostTitle" => more.host_title,
            "HostLogoUrl" => more.host_logo_url,
            "RemoteAppUrl" => more.remote_app_url,
            "ItemId" => more.item_id,
            "ItemUrl" => more.item_url,
            "ListId" => more.list_id,
            "SiteUrl" => more.site_url,
            "Source" => more.source,
            _ => None,
        }
    }
}

fn escaped(value: &str) -> String {
    utf8_percent_encode(value, VALUE).to_string()
}

fn tilde_expanded(url: &str) -> Cow<'_, str> {
    for (tilde, token) in [
        ("~remoteAppUrl", "{RemoteAppUrl}"),
        ("~appWebUrl", "{AppWebUrl}"),
    ] {
        if let Some(rest) = url.strip_prefix(tilde) {
            return format!("{token}{rest}").into();
        }
    }
    url.into()
}

/// The text before the next `{Name}`, the name, and the text after it.
fn next_token(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let (start, name_start) = opening(text, from)?;
        let rest = &text[name_start..];
        let name_end = rest
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        if let Some(after) = closing(&rest[name_end..]).filter(|_| name_end > 0) {
            return Some((&text[..start], &rest[..name_end], after));
        }
        from = name_start;
    }
}

fn opening(text: &str, from: usize) -> Option<(usize, usize)> {
    let plain = text[from..].find('{').map(|at| (from + at, from + at + 1));
    let escaped = ["%7B", "%7b"]
        .into_iter()
        .filter_map(|brace| text[from..].find(brace))
        .map(|at| (from + at, from + at + 3));
    plain.into_iter().chain(escaped).min()
}

fn closing(text: &str) -> Option<&str> {
    ["}", "%7D", "%7d"]
        .into_iter()
        .find_map(|brace| text.strip_prefix(brace))
}

#[cfg(test)]
mod tests;

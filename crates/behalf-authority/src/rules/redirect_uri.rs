//! Whether an authorization answer may be sent to an address.

use behalf_model::Fault;
use behalf_model::fault::REDIRECT_URI_MISMATCH;
use behalf_model::principal::{Platform, Principal, RedirectUri};
use url::Url;

/// Schemes that run content instead of leading somewhere.
const DANGEROUS: [&str; 5] = ["javascript", "data", "vbscript", "blob", "file"];

/// The registered redirect URI that `asked` is: the same letter by letter (RFC 9700 §2.1), or, for installed apps, a
/// loopback address that differs in its port only, because such an app listens where it finds room (RFC 8252 §7.3).
///
/// Errors: `REDIRECT_URI_MISMATCH`; it must be shown on a page, never sent to the address.
pub fn permitted<'a>(principal: &'a Principal, asked: &str) -> Result<&'a RedirectUri, Fault> {
    let registered = principal
        .redirect_uris
        .iter()
        .find(|registered| matches(registered, asked));
    registered.filter(|_| is_harmless(asked)).ok_or_else(|| {
        let asked: String = asked.chars().take(200).collect();
        REDIRECT_URI_MISMATCH
            .with(format!(
                "The redirect URI '{asked}' specified in the request does not match the redirect URIs configured for the application '{}'.",
                principal.client_id
            ))
            .fact("client_id", principal.client_id.as_str())
    })
}

fn matches(registered: &RedirectUri, asked: &str) -> bool {
    if registered.uri == asked {
        return true;
    }
    registered.platform == Platform::Native
        && without_loopback_port(asked)
            .is_some_and(|asked| without_loopback_port(&registered.uri) == Some(asked))
}

/// Host and rest of an `http` loopback URI, cut out of the text as it stands: a parser would repair what must be
/// compared exactly. `localhost` counts because Entra's clients use it.
fn without_loopback_port(uri: &str) -> Option<(&str, &str)> {
    let after = uri.strip_prefix("http://")?;
    let host = ["127.0.0.1", "[::1]", "localhost"]
        .into_iter()
        .find(|host| after.starts_with(host))?;
    let rest = &after[host.len()..];
    let rest = match rest.strip_prefix(':') {
        Some(ported) => {
            let digits = ported.bytes().take_while(u8::is_ascii_digit).count();
            ported[..digits].parse::<u16>().ok()?;
            &ported[digits..]
        }
        None => rest,
    };
    // What follows must start a path, query or nothing: `localhost.evil.example` is no loopback address.
    let ends_here = rest.is_empty() || rest.starts_with(['/', '?']);
    // `http://localhost` and `http://localhost/` are the same address.
    ends_here.then_some((host, if rest == "/" { "" } else { rest }))
}

fn is_harmless(uri: &str) -> bool {
    let Ok(url) = Url::parse(uri) else {
        return false;
    };
    url.fragment().is_none()
        && !uri.contains(char::is_control)
        && !DANGEROUS.contains(&url.scheme())
}

#[cfg(test)]
mod tests;

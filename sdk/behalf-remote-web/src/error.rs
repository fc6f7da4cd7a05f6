//! What went wrong, why, and how to fix it.

use std::fmt;

/// A failure. It says what did not work, why, and what to change; it never contains a token or a secret, so it may be
/// logged and shown.
///
/// ```
/// use behalf_remote_web::{AppSettings, ErrorKind};
///
/// let error = AppSettings::builder("0bb64fb5-74a0-4c0c-9b20-2c2fd5d3a3b5", "not a secret")
///     .build()
///     .unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Configuration);
/// assert!(error.fix().contains("base64"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    what: String,
    why: String,
    fix: String,
}

/// The kind of failure, for programs. Later versions may add kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The app's settings are incomplete or contradict themselves.
    Configuration,
    /// There is neither a context token nor a session: the app was opened outside of SharePoint.
    NoContext,
    /// The context token has not the shape of one.
    TokenMalformed,
    /// No configured secret fits the context token.
    SecretMismatch,
    /// The context token is for another app, host, port or realm.
    Audience,
    /// The context token is too old; a new launch gets a new one.
    Expired,
    /// The clocks of this server and of the authentication server differ.
    Clock,
    /// A browser came back from SharePoint without the session that was set.
    SessionLost,
    /// An address names a host that the settings do not allow, or is not https.
    HostNotAllowed,
    /// The content host does not tell its realm.
    RealmUnknown,
    /// The authentication server's metadata cannot be used.
    Metadata,
    /// A server gave no answer.
    Unreachable,
    /// The authentication server refused to issue a token.
    TokenRefused,
    /// The user's refresh token is unknown, expired or revoked; a new launch gets a new one.
    RefreshTokenLost,
    /// The content host refused the call: app or user lacks a permission, or the token was not accepted.
    AccessDenied,
    /// What was asked for does not exist.
    NotFound,
    /// Somebody else changed the item in between (412).
    Changed,
    /// The content host answered with another error.
    Api,
    /// Refresh tokens cannot be kept or read.
    Store,
}

impl Error {
    pub(crate) fn new(
        kind: ErrorKind,
        what: impl Into<String>,
        why: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            what: what.into(),
            why: why.into(),
            fix: fix.into(),
        }
    }

    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What did not work.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// The cause.
    pub fn why(&self) -> &str {
        &self.why
    }

    /// What to change.
    pub fn fix(&self) -> &str {
        &self.fix
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}. To fix it: {}.", self.what, self.why, self.fix)
    }
}

impl std::error::Error for Error {}

/// Text of a server on one line, shortened, without words that could be a token or a secret.
pub(crate) fn foreign_text(text: &str) -> String {
    const LONGEST_WORD: usize = 80;
    const LONGEST_TEXT: usize = 400;
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let mut out = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        let shown = if word.len() > LONGEST_WORD {
            "(…)"
        } else {
            word
        };
        if out.len() + shown.len() > LONGEST_TEXT {
            out.push_str(" (…)");
            break;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(shown);
    }
    out
}

#[cfg(test)]
mod tests;

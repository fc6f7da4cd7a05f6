//! Whether a session answers an authorization request, or the user has to sign in (again).

use crate::endpoints::authorize::request::Prompt;
use crate::sessions::SignedIn;
use behalf_model::UnixTime;
use behalf_model::user::User;

/// What the client demands of the sign-in (OpenID Connect Core §3.1.2.1).
#[derive(Clone, Copy, Debug, Default)]
pub struct Demand<'a> {
    pub prompt: Prompt,
    pub max_age_s: Option<i64>,
    pub login_hint: Option<&'a str>,
}

/// Whether the session is good for the demand as it stands. A hint for another user means that this one is not meant.
pub fn answers(demand: Demand<'_>, signed_in: &SignedIn, now: UnixTime) -> bool {
    let Prompt {
        login,
        select_account,
        ..
    } = demand.prompt;
    let meant = demand
        .login_hint
        .is_none_or(|hint| is_hint_for(hint, &signed_in.user));
    !login && !select_account && meant && is_recent(demand.max_age_s, signed_in, now)
}

/// Whether the user may go on with the session by saying so on the sign-in page.
pub fn may_continue(demand: Demand<'_>, signed_in: &SignedIn, now: UnixTime) -> bool {
    !demand.prompt.login && is_recent(demand.max_age_s, signed_in, now)
}

fn is_recent(max_age_s: Option<i64>, signed_in: &SignedIn, now: UnixTime) -> bool {
    // A sign-in of this very second is older than max_age=0 allows: 0 means "now", as prompt=login does.
    max_age_s.is_none_or(|limit_s| now.since_s(signed_in.session.auth_time) < limit_s)
}

/// The hint is a user name or an e-mail address; Microsoft's libraries send either.
fn is_hint_for(hint: &str, user: &User) -> bool {
    [&user.upn, &user.email, &user.subject]
        .iter()
        .any(|name| name.to_lowercase() == hint.trim().to_lowercase())
}

#[cfg(test)]
mod tests;

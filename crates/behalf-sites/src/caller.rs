//! Who calls: the kind of token decides the policy, never a parameter.
//!
//! Spec: SharePoint's three policies for add-ins: user only, user and app (both must be allowed), app only.

use crate::Sites;
use behalf_model::fault::{
    INVALID_TOKEN, SITES_APP_DISABLED, SITES_USER_INACTIVE, SITES_USER_NOT_FOUND, TOKEN_EXPIRED,
    TOKEN_ISSUER,
};
use behalf_model::principal::Principal;
use behalf_model::site::Author;
use behalf_model::token::{Issuer, TokenSubject, VerifiedToken};
use behalf_model::user::User;
use behalf_model::{ClientId, Fault, UnixTime, UserId};
use std::sync::Arc;

/// The verified origin of a request.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    /// The token names no app: only the rights of the user count.
    User(Arc<User>),
    /// An app acts for a user: both must be allowed.
    UserAndApp { user: Arc<User>, app: App },
    /// An app acts by itself.
    App(App),
}

/// The app side of a caller.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub client: String,
    pub title: String,
    /// Delegated scopes when the app acts for a user, application permissions (roles) when it acts by itself.
    pub permissions: Vec<String>,
}

impl Caller {
    /// Verifies the bearer token and looks up the user as he is now: a disabled or deleted user loses access at
    /// once, not when his token runs out.
    ///
    /// Errors: the token faults of the verifier, `TOKEN_ISSUER`, `SITES_USER_NOT_FOUND`, `SITES_USER_INACTIVE`,
    /// `SITES_APP_DISABLED`.
    pub async fn of(token: &str, now: UnixTime, room: &Sites) -> Result<Self, Fault> {
        let verified = room
            .verifier
            .verify(token, &room.config.audiences, now)
            .await?;
        if verified.issuer != Issuer::Tenant(room.config.tenant) {
            return Err(TOKEN_ISSUER.with(
                "The token was issued by another tenant than the one that owns these sites.",
            ));
        }
        let principal = principal(verified.client.as_deref(), room).await?;
        if principal.as_ref().is_some_and(|p| !p.enabled) {
            return Err(SITES_APP_DISABLED.plain());
        }
        let title = principal.map(|p| p.title.clone());
        match &verified.subject {
            TokenSubject::User { subject, .. } => {
                let user = user(subject, &verified, room).await?;
                Ok(match app(&verified, title, &verified.scopes) {
                    Some(app) => Self::UserAndApp { user, app },
                    None => Self::User(user),
                })
            }
            TokenSubject::Application => app(&verified, title, &verified.roles)
                .map(Self::App)
                .ok_or_else(|| {
                    INVALID_TOKEN.with("The token names neither a user nor an application.")
                }),
        }
    }

    pub fn user(&self) -> Option<&User> {
        match self {
            Self::User(user) | Self::UserAndApp { user, .. } => Some(user),
            Self::App(_) => None,
        }
    }

    pub fn app(&self) -> Option<&App> {
        match self {
            Self::UserAndApp { app, .. } | Self::App(app) => Some(app),
            Self::User(_) => None,
        }
    }

    /// How this caller is recorded on what he writes: the user as editor, the app as "via".
    pub fn author(&self) -> Author {
        let via = self.app().map(|app| app.client.clone());
        match (self.user(), self.app()) {
            (Some(user), _) => Author {
                user: Some(user.id.to_string()),
                name: user.name.clone(),
                via,
            },
            (None, app) => Author {
                user: None,
                name: app.map(|app| app.title.clone()).unwrap_or_default(),
                via,
            },
        }
    }
}

/// The title of an app: its principal's when it is registered in this installation, else its id.
pub(crate) async fn app_title(client: &str, room: &Sites) -> Result<String, Fault> {
    Ok(principal(Some(client), room)
        .await?
        .map_or_else(|| client.to_owned(), |p| p.title.clone()))
}

async fn principal(client: Option<&str>, room: &Sites) -> Result<Option<Arc<Principal>>, Fault> {
    match client.and_then(|client| client.parse::<ClientId>().ok()) {
        Some(id) => room.facts.get(room.config.tenant, id.as_str()).await,
        None => Ok(None),
    }
}

async fn user(subject: &str, token: &VerifiedToken, room: &Sites) -> Result<Arc<User>, Fault> {
    let id: UserId = subject.parse().map_err(|_| SITES_USER_NOT_FOUND.plain())?;
    let found = room
        .facts
        .get::<User>(room.config.tenant, &id.to_string())
        .await?;
    let user = found.ok_or_else(|| SITES_USER_NOT_FOUND.plain())?;
    if !user.active {
        return Err(SITES_USER_INACTIVE.plain());
    }
    if user.valid_from.is_some_and(|from| token.issued_at < from) {
        return Err(
            TOKEN_EXPIRED.with("The user signed out everywhere after the token was issued.")
        );
    }
    Ok(user)
}

fn app(token: &VerifiedToken, title: Option<String>, permissions: &[String]) -> Option<App> {
    let client = token.client.clone()?;
    let title = title.unwrap_or_else(|| client.clone());
    Some(App {
        client,
        title,
        permissions: permissions.to_vec(),
    })
}

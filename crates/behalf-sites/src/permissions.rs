//! May the caller do this here? Rights live with the content, scopes in the token; with an app in play both must allow.

use crate::caller::Caller;
use behalf_model::Fault;
use behalf_model::fault::{SITES_APP_ROLE, SITES_APP_SCOPE, SITES_USER_RIGHT};
use behalf_model::site::{Author, Site, SiteMember, SiteRight};
use behalf_model::user::User;
use uuid::Uuid;

/// Proof that a caller was checked for a right on a site. Only [`may`] makes one; every read and write of content
/// takes one.
#[derive(Debug)]
pub(crate) struct Permit {
    site: Uuid,
    right: SiteRight,
    author: Author,
}

impl Permit {
    /// The site the permit is for.
    pub fn site(&self) -> Uuid {
        self.site
    }

    pub fn allows(&self, right: SiteRight) -> bool {
        self.right >= right
    }

    pub fn author(&self) -> &Author {
        &self.author
    }
}

/// What is missing. At least one half is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    pub right: SiteRight,
    pub app: Option<AppHalf>,
    pub user: bool,
}

/// What an app lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AppHalf {
    /// A delegated scope.
    Scope,
    /// An application permission: the app acted by itself.
    Role,
}

/// Scopes and application permissions with the right each gives, the least first.
const SCOPES: [(&str, SiteRight); 4] = [
    ("Sites.Read.All", SiteRight::Read),
    ("Sites.ReadWrite.All", SiteRight::Write),
    ("Sites.Manage.All", SiteRight::Manage),
    ("Sites.FullControl.All", SiteRight::Manage),
];

/// Decides by the caller's policy: user only, user and app, app only. Pure.
pub(crate) fn may(caller: &Caller, right: SiteRight, site: &Site) -> Result<Permit, Missing> {
    let app = caller
        .app()
        .filter(|app| !covers(&app.permissions, right))
        .map(|_| match caller.user() {
            Some(_) => AppHalf::Scope,
            None => AppHalf::Role,
        });
    let user = caller
        .user()
        .is_some_and(|user| !has_right(user, right, site));
    if app.is_some() || user {
        return Err(Missing { right, app, user });
    }
    Ok(Permit {
        site: site.id,
        right,
        author: caller.author(),
    })
}

fn covers(permissions: &[String], right: SiteRight) -> bool {
    SCOPES
        .iter()
        .any(|(name, gives)| *gives >= right && permissions.iter().any(|p| p == name))
}

fn has_right(user: &User, right: SiteRight, site: &Site) -> bool {
    site.members
        .iter()
        .any(|member| member.right >= right && is_meant(user, member))
}

fn is_meant(user: &User, member: &SiteMember) -> bool {
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    match member.who.split_once(':') {
        None => member.who == "everyone",
        Some(("user", name)) => same(name, &user.upn) || same(name, &user.id.to_string()),
        Some(("group", name)) => user.groups.iter().any(|group| same(group, name)),
        Some(_) => false,
    }
}

impl Missing {
    /// Scopes any one of which would do.
    pub fn scopes(&self) -> Vec<&'static str> {
        SCOPES
            .iter()
            .filter(|(_, gives)| *gives >= self.right)
            .map(|(name, _)| *name)
            .collect()
    }

    /// Names every missing half.
    ///
    /// Errors: `SITES_APP_SCOPE`, `SITES_APP_ROLE`, `SITES_USER_RIGHT`.
    pub fn fault(&self, caller: &Caller, site: &Site) -> Fault {
        let right = name(self.right);
        let scopes = self.scopes().join(" or ");
        let client = caller.app().map_or("", |app| &app.client);
        let user = self.user.then(|| {
            let upn = caller.user().map_or("", |user| &user.upn);
            // To somebody who may not even read, a title would tell what goes on here.
            let reader = caller
                .user()
                .is_some_and(|user| has_right(user, SiteRight::Read, site));
            let name = match reader {
                true => site.title.clone(),
                false => site.graph_id(),
            };
            format!("The user {upn} does not have the right '{right}' on the site '{name}'.")
        });
        let (kind, app) = match self.app {
            Some(AppHalf::Scope) => {
                let text = format!("The app {client} lacks a scope: its token needs {scopes}.");
                (&SITES_APP_SCOPE, Some(text))
            }
            Some(AppHalf::Role) => {
                let text = format!(
                    "The app {client} acts by itself and lacks an application permission: it needs {scopes}."
                );
                (&SITES_APP_ROLE, Some(text))
            }
            None => (&SITES_USER_RIGHT, None),
        };
        let sentences: Vec<String> = app.into_iter().chain(user).collect();
        let fault = kind.with(sentences.join(" "));
        match self.app {
            Some(_) => fault.fact("scope", self.scopes()[0]),
            None => fault,
        }
    }
}

fn name(right: SiteRight) -> &'static str {
    match right {
        SiteRight::Read => "read",
        SiteRight::Write => "write",
        SiteRight::Manage => "manage",
    }
}

#[cfg(test)]
mod tests;

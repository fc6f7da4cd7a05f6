//! How a plan reads on a page and in the audit trail.

use super::{Line, Plan, What};
use crate::pages;

impl Plan {
    /// The lines of the page; `client_id` is the application that asks.
    pub fn shown(&self, client_id: &str) -> Vec<pages::Line<'_>> {
        let oidc = self.oidc.iter().filter_map(|scope| oidc_line(scope));
        oidc.chain(self.lines.iter().map(|line| line.shown(client_id)))
            .collect()
    }

    /// `<resource>/<scope or role>`, for the audit trail.
    pub fn names(&self) -> Vec<String> {
        self.lines
            .iter()
            .map(|line| format!("{}/{}", line.resource.app_id, line.value()))
            .collect()
    }
}

impl Line {
    pub fn value(&self) -> &str {
        match &self.what {
            What::Scope(scope) => &scope.value,
            What::Role(role) => &role.value,
        }
    }

    fn shown(&self, client_id: &str) -> pages::Line<'_> {
        let (name, description) = match &self.what {
            What::Scope(scope) if scope.display_name.is_empty() => {
                (&scope.value, &scope.description)
            }
            What::Scope(scope) => (&scope.display_name, &scope.description),
            What::Role(role) => (&role.value, &role.description),
        };
        let through = if self.client.client_id.as_str() == client_id {
            ""
        } else {
            &self.client.title
        };
        pages::Line {
            name,
            description,
            resource: &self.resource.title,
            value: self.value(),
            admin_only: self.is_admin_only(),
            application: matches!(self.what, What::Role(_)),
            through,
        }
    }
}

fn oidc_line(scope: &str) -> Option<pages::Line<'static>> {
    let (name, value) = match scope {
        "openid" => ("Sign you in", "openid"),
        "profile" => ("Read your name and user name", "profile"),
        "email" => ("Read your e-mail address", "email"),
        "offline_access" => ("Keep this access while you are away", "offline_access"),
        _ => return None,
    };
    let resource = "Sign-in";
    Some(pages::Line {
        name,
        description: "",
        resource,
        value,
        admin_only: false,
        application: false,
        through: "",
    })
}

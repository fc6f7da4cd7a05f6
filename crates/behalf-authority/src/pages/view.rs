//! The content of each page; templates escape everything they show.

use askama::Template;

#[derive(Template)]
#[template(path = "signin.html")]
pub struct SignIn<'a> {
    pub tenant: &'a str,
    /// Title of the application; empty when there is none.
    pub app: &'a str,
    pub problem: Option<&'a str>,
    /// Upn of the user who is signed in and may simply go on.
    pub current: Option<&'a str>,
    pub action: String,
    /// Value of the hidden field, see `browser::Form`.
    pub form: &'a str,
    pub hint: &'a str,
    pub passwords: Vec<ProviderForm<'a>>,
    pub links: Vec<Link<'a>>,
    pub providers: usize,
}

pub struct ProviderForm<'a> {
    pub name: &'a str,
    pub label: &'a str,
}

pub struct Link<'a> {
    pub label: &'a str,
    pub href: String,
}

#[derive(Template)]
#[template(path = "consent.html")]
pub struct Consent<'a> {
    pub heading: &'a str,
    pub tenant: &'a str,
    pub app: &'a str,
    pub client_id: &'a str,
    pub upn: &'a str,
    pub stance: Stance,
    pub lines: Vec<Line<'a>>,
    /// Whether an administrator is offered to consent for everyone.
    pub offer_everyone: bool,
    pub admin_href: Option<String>,
    pub action: String,
    pub form: &'a str,
}

/// Who reads the consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stance {
    /// A user who may accept for himself.
    Ask,
    /// An administrator who accepts for everyone.
    Administrator,
    /// A user who may not accept.
    Blocked,
}

impl Stance {
    fn is_blocked(self) -> bool {
        self == Self::Blocked
    }
}

pub struct Line<'a> {
    pub name: &'a str,
    pub description: &'a str,
    pub resource: &'a str,
    pub value: &'a str,
    pub admin_only: bool,
    /// An app role: used without a user.
    pub application: bool,
    /// Title of the service that will use it, when that is not the application itself.
    pub through: &'a str,
}

#[derive(Template)]
#[template(path = "error.html")]
pub(super) struct Problem<'a> {
    pub title: &'a str,
    pub detail: &'a str,
    pub cause: &'a str,
    pub remedy: &'a str,
    pub code: &'a str,
    pub aadsts: u32,
    pub party: String,
    pub facts: &'a [(&'static str, String)],
    pub request_id: String,
    pub time: String,
}

/// The answer of `response_mode=form_post`.
#[derive(Template)]
#[template(path = "form_post.html")]
pub struct FormPost<'a> {
    pub app: &'a str,
    pub action: &'a str,
    pub fields: &'a [(&'static str, String)],
}

#[derive(Template)]
#[template(path = "signout.html")]
pub struct SignOut<'a> {
    pub tenant: &'a str,
    pub upn: &'a str,
    pub action: String,
    pub form: &'a str,
}

#[derive(Template)]
#[template(path = "notice.html")]
pub struct Notice<'a> {
    pub title: &'a str,
    pub text: &'a str,
}

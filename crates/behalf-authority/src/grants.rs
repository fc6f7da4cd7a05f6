//! OAuth grants, one per file: load facts, decide, and say what is to be issued. None of them mints or commits.

pub mod authorization_code;
pub mod client_credentials;
pub mod jwt_bearer;
pub mod refresh_token;

use crate::Authority;
use crate::client_auth::{Client, none};
use crate::content_hosts;
use crate::context::Context;
use crate::dialects::{Dialect, entra::missing};
use crate::rules::scope::Requested;
use behalf_model::fault::{GRANT_TYPE_UNSUPPORTED, TOKEN_USE_UNSUPPORTED};
use behalf_model::grant::Authorization;
use behalf_model::ports::Change;
use behalf_model::tenant::Tenant;
use behalf_model::user::User;
use behalf_model::{Fault, UnixTime};
use behalf_wire::entra::claims::ClientProof;
use behalf_wire::oauth::access_token::Actor;
use behalf_wire::oauth::form::Form;
use std::sync::Arc;

/// What the client asks with. Everything in it was merely sent.
#[derive(Clone, Copy)]
pub enum GrantRequest<'a> {
    AuthorizationCode {
        code: &'a str,
        redirect_uri: Option<&'a str>,
        code_verifier: Option<&'a str>,
    },
    RefreshToken {
        refresh_token: &'a str,
    },
    ClientCredentials,
    /// RFC 7523 section 2.1 in Entra's on-behalf-of shape.
    JwtBearer {
        assertion: &'a str,
    },
}

/// The question that a grant answers.
pub struct Asking<'a> {
    pub authority: &'a Authority,
    pub tenant: &'a Tenant,
    pub dialect: Dialect,
    pub client: &'a Client,
    pub scope: Option<&'a str>,
    pub context: &'a Context,
}

impl Asking<'_> {
    /// ACS: the content host that `resource` names.
    ///
    /// Errors: `CONTENT_HOST_UNKNOWN`.
    async fn content_host(&self) -> Result<Requested, Fault> {
        let resource = self.scope.unwrap_or_default();
        let hosts = self.authority.content_hosts(self.tenant).await?;
        Ok(Requested {
            content_host: Some(content_hosts::named(&hosts, self.tenant, resource)?),
            prefix: resource.to_owned(),
            ..Requested::default()
        })
    }
}

/// What a grant allows: all that is needed to commit, mint and answer.
pub struct Plan {
    /// `None`: the application itself.
    pub subject: Option<Subject>,
    pub requested: Requested,
    /// What the access token will carry of the resource's scopes.
    pub scopes: Vec<String>,
    pub roles: Vec<String>,
    pub actor: Option<Actor>,
    /// Applications between user and client, outermost first, for the audit trail.
    pub via: Vec<String>,
    pub refresh: Refresh,
    pub id_token: bool,
    /// To be committed before anything is minted.
    pub changes: Vec<Change>,
}

/// The user in whose name the tokens are.
pub struct Subject {
    pub user: Arc<User>,
    /// When he signed in, as far as that is known: a middle tier's assertion mostly does not say.
    pub auth_time: Option<UnixTime>,
    pub amr: Vec<String>,
    pub session: Option<i64>,
    pub nonce: Option<String>,
}

/// The refresh token of the answer.
pub enum Refresh {
    None,
    /// A new family.
    New {
        authorization: Box<Authorization>,
        code: Option<i64>,
        expires_at: UnixTime,
    },
    /// The next token of a family.
    Rotated(String),
}

/// A grant that is refused, with what must be done about it nevertheless (a replay revokes the family).
#[derive(Debug)]
pub struct Refusal {
    pub fault: Box<Fault>,
    pub changes: Vec<Change>,
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self {
            fault: Box::new(fault),
            changes: Vec::new(),
        }
    }
}

pub const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

impl<'a> GrantRequest<'a> {
    /// Errors: `PARAMETER_MISSING`, `GRANT_TYPE_UNSUPPORTED`, `TOKEN_USE_UNSUPPORTED`.
    pub fn read(form: &'a Form<'a>) -> Result<Self, Fault> {
        let required = |name| form.get(name).ok_or_else(|| missing(name));
        match required("grant_type")? {
            "authorization_code" => Ok(Self::AuthorizationCode {
                code: required("code")?,
                redirect_uri: form.get("redirect_uri"),
                code_verifier: form.get("code_verifier"),
            }),
            "refresh_token" => Ok(Self::RefreshToken {
                refresh_token: required("refresh_token")?,
            }),
            "client_credentials" => Ok(Self::ClientCredentials),
            JWT_BEARER => {
                let assertion = required("assertion")?;
                match required("requested_token_use")? {
                    "on_behalf_of"
                        if form.get("requested_token_type").is_none_or(is_access_token) =>
                    {
                        Ok(Self::JwtBearer { assertion })
                    }
                    _ => Err(TOKEN_USE_UNSUPPORTED.plain()),
                }
            }
            other => {
                let shown: String = other
                    .chars()
                    .filter(char::is_ascii_graphic)
                    .take(80)
                    .collect();
                Err(GRANT_TYPE_UNSUPPORTED
                    .with(format!("The grant type '{shown}' is not supported.")))
            }
        }
    }

    /// The grant type's name, for the audit trail.
    pub fn name(&self) -> &'static str {
        match self {
            Self::AuthorizationCode { .. } => "authorization_code",
            Self::RefreshToken { .. } => "refresh_token",
            Self::ClientCredentials => "client_credentials",
            Self::JwtBearer { .. } => JWT_BEARER,
        }
    }

    /// Whether the client may use the grant at all: an application acts in its own name, or exchanges tokens, only
    /// when it proved who it is.
    ///
    /// Errors: `CLIENT_CREDENTIAL_MISSING`.
    pub fn check_allowed(&self, client: &Client) -> Result<(), Fault> {
        let confidential_only = matches!(self, Self::ClientCredentials | Self::JwtBearer { .. });
        if confidential_only && client.proof == ClientProof::Public {
            return Err(none::credential_missing());
        }
        Ok(())
    }

    pub async fn plan(&self, asking: &Asking<'_>) -> Result<Plan, Refusal> {
        match *self {
            Self::AuthorizationCode {
                code,
                redirect_uri,
                code_verifier,
            } => authorization_code::plan(asking, code, redirect_uri, code_verifier).await,
            Self::RefreshToken { refresh_token } => {
                refresh_token::plan(asking, refresh_token).await
            }
            Self::ClientCredentials => client_credentials::plan(asking).await,
            Self::JwtBearer { assertion } => jwt_bearer::plan(asking, assertion).await,
        }
    }
}

fn is_access_token(requested_token_type: &str) -> bool {
    requested_token_type == "urn:ietf:params:oauth:token-type:access_token"
}

//! What a form carries in its hidden field: where the browser stands, sealed and bound to this browser.
//!
//! It is the protection against forged requests at the same time: another site can neither read nor make it, and one
//! that an attacker got for himself names his browser. (SameSite alone does not stop a sibling host.)

use super::Browser;
use crate::Authority;
use crate::dialects::Dialect;
use behalf_model::fault::{FORM_EXPIRED, FORM_FOREIGN};
use behalf_model::secret::Sealed;
use behalf_model::{Fault, TenantId, UnixTime, UserId};
use serde::{Deserialize, Serialize};

/// Pages may stay open this long.
const GOOD_FOR_S: i64 = 3600;

/// What is to be done once the user is signed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Pending {
    /// An authorization request, its parameters as they came.
    Authorize {
        dialect: Dialect,
        params: Vec<(String, String)>,
    },
    /// A request for the consent of an administrator.
    AdminConsent { params: Vec<(String, String)> },
}

/// The page that carries the form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Step {
    SignIn(Pending),
    /// `user` saw the consent page whose content has the digest `shown`; nothing else can be accepted.
    Consent {
        pending: Pending,
        user: UserId,
        shown: String,
    },
    SignOut {
        params: Vec<(String, String)>,
    },
}

/// The content of the hidden field `form`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Form {
    browser: String,
    issued_at: UnixTime,
    step: Step,
}

impl Form {
    pub fn seal(authority: &Authority, tenant: TenantId, browser: &Browser, step: Step) -> String {
        let form = Self {
            browser: browser.fingerprint(),
            issued_at: authority.env.now(),
            step,
        };
        #[expect(
            clippy::expect_used,
            reason = "derived Serialize of plain data with string keys cannot fail"
        )]
        let text = serde_json::to_string(&form).expect("a form serialises");
        authority.sealer.seal(&purpose(tenant), &text).0
    }

    /// Errors: `FORM_FOREIGN`, `FORM_EXPIRED`.
    pub fn open(
        authority: &Authority,
        tenant: TenantId,
        browser: &Browser,
        text: Option<&str>,
    ) -> Result<Step, Fault> {
        let text = text.ok_or_else(|| FORM_FOREIGN.plain())?;
        let opened = authority
            .sealer
            .open(&purpose(tenant), &Sealed(text.to_owned()));
        let form = opened.and_then(|clear| serde_json::from_str::<Self>(clear.expose()).ok());
        let form = form
            .filter(|form| form.browser == browser.fingerprint())
            .ok_or_else(|| FORM_FOREIGN.plain())?;
        if authority.env.now().since_s(form.issued_at) > GOOD_FOR_S {
            return Err(FORM_EXPIRED.plain());
        }
        Ok(form.step)
    }
}

fn purpose(tenant: TenantId) -> String {
    format!("form:{tenant}")
}

impl Pending {
    /// A parameter of the request that the user came with.
    pub fn param(&self, name: &str) -> Option<&str> {
        let (Self::Authorize { params, .. } | Self::AdminConsent { params }) = self;
        params
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }
}

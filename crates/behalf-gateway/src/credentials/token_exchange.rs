//! OAuth 2.0 Token Exchange (RFC 8693 section 2.1). `audience` and `resource` come from `oauth_extra` of the profile.

use super::token_request::Form;
use behalf_model::Secret;

pub(super) const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
pub(super) const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

pub(super) fn fill(form: &mut Form<'_>, subject_token: &Secret) {
    form.put("subject_token", subject_token.expose());
    form.put("subject_token_type", ACCESS_TOKEN);
    form.put("requested_token_type", ACCESS_TOKEN);
    form.scope();
}

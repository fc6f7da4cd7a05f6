//! The gateway's own application (RFC 6749 section 4.4). No user stands behind such a token.

use super::{Asking, Credential, token_request};
use crate::token_cache::Holder;
use behalf_model::Fault;

pub(super) async fn obtain(asking: Asking<'_>) -> Result<Credential, Fault> {
    token_request::bearer(asking, Holder::Application, || async move {
        let mut form = token_request::Form::new(asking);
        form.scope();
        token_request::ask(asking, form, None).await
    })
    .await
}

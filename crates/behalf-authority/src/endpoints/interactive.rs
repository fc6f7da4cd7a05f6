//! Everything that a browser sees, in one router.

use super::{adminconsent, authorize, consent, login, logout};
use crate::Authority;
use axum::Router;
use std::sync::Arc;

pub fn routes() -> Router<Arc<Authority>> {
    Router::new()
        .merge(authorize::routes())
        .merge(login::routes())
        .merge(consent::routes())
        .merge(adminconsent::routes())
        .merge(logout::routes())
}

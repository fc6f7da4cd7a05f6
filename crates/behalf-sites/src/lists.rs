//! Finding lists of a site. A list of another site is never found, whatever its id.

use crate::Sites;
use crate::permissions::Permit;
use behalf_model::Fault;
use behalf_model::fault::LIST_NOT_FOUND;
use behalf_model::site::List;
use std::ops::Deref;
use std::sync::Arc;
use uuid::Uuid;

/// A list with the permit for its site. Only [`open`] makes one; items are reached through it alone.
pub(crate) struct OpenList<'p> {
    pub permit: &'p Permit,
    list: Arc<List>,
}

impl Deref for OpenList<'_> {
    type Target = List;

    fn deref(&self) -> &List {
        &self.list
    }
}

/// By id, or by title in any letter case.
///
/// Errors: `LIST_NOT_FOUND`.
pub(crate) async fn open<'p>(
    permit: &'p Permit,
    name: &str,
    room: &Sites,
) -> Result<OpenList<'p>, Fault> {
    let tenant = room.config.tenant;
    let own = |list: &Arc<List>| list.site == permit.site() && list.tenant == tenant;
    let by_id = match Uuid::try_parse(name) {
        Ok(id) => room
            .facts
            .get::<List>(tenant, &id.to_string())
            .await?
            .filter(own),
        Err(_) => None,
    };
    let found = match by_id {
        Some(list) => Some(list),
        None => room
            .facts
            .by_alias::<List>(tenant, &List::title_alias(permit.site(), name))
            .await?
            .filter(own),
    };
    let list = found.ok_or_else(|| LIST_NOT_FOUND.plain())?;
    Ok(OpenList { permit, list })
}

/// All lists of the site, ordered by id.
pub(crate) async fn all(permit: &Permit, room: &Sites) -> Result<Arc<Vec<Arc<List>>>, Fault> {
    room.facts
        .by_tag(room.config.tenant, &format!("site:{}", permit.site()))
        .await
}

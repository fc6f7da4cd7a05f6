//! Items of a list: reading, and writing with the right editor, the right ETag and an audit row in the same commit.

use crate::lists::OpenList;
use crate::occasion::Occasion;
use crate::{Sites, columns};
use behalf_model::audit::AuditEvent;
use behalf_model::fault::{CONFLICT, ITEM_CHANGED, ITEM_NOT_FOUND};
use behalf_model::ports::{Change, ItemQuery, StoreError};
use behalf_model::site::{Author, Item, ItemChange, NewItem, Site, SiteRight};
use behalf_model::{Fault, TenantId};
use serde_json::{Map, Value};

/// What a writer says about the state he saw (`If-Match`, RFC 9110 §13.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Precondition {
    /// No header: the change applies to whatever is there.
    None,
    /// `*`: the item exists.
    Exists,
    /// One of these ETags.
    AnyOf(Vec<String>),
}

/// A page of items, and the id to go on after when there are more.
pub(crate) struct Page {
    pub items: Vec<Item>,
    pub next: Option<i64>,
}

/// Strong ETag of an item, quotes included: ids are never given out again, so id and version say it all.
pub(crate) fn etag(item: &Item) -> String {
    format!("\"{},{}\"", item.id, item.version)
}

/// Errors: `ITEM_NOT_FOUND`.
pub(crate) async fn get(list: &OpenList<'_>, id: i64, room: &Sites) -> Result<Item, Fault> {
    room.store()
        .item(list.id, id)
        .await?
        .ok_or_else(|| ITEM_NOT_FOUND.plain())
}

pub(crate) async fn page(
    list: &OpenList<'_>,
    after: i64,
    limit: usize,
    room: &Sites,
) -> Result<Page, Fault> {
    // One more than asked for tells whether there is another page.
    let query = ItemQuery {
        list: list.id,
        after,
        limit: limit + 1,
    };
    let mut items = room.store().items(&query).await?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().map(|item| item.id).filter(|_| more);
    Ok(Page { items, next })
}

/// Errors: those of [`columns::create`].
pub(crate) async fn create(
    list: &OpenList<'_>,
    sent: Map<String, Value>,
    occasion: &Occasion,
    room: &Sites,
) -> Result<Item, Fault> {
    debug_assert!(list.permit.allows(SiteRight::Write));
    let fields = columns::create(list, sent)?;
    let (by, at) = (list.permit.author().clone(), occasion.now());
    // The id is known only after the commit; the row finds its item by editor, time and request id.
    let audit = written("item.created", list, None, occasion);
    let new = NewItem {
        list: list.id,
        fields: fields.clone(),
        by: by.clone(),
        at,
    };
    let committed = room
        .store()
        .commit(vec![Change::InsertItem(new), Change::Audit(audit)])
        .await?;
    let id = *committed
        .ids
        .first()
        .ok_or_else(|| StoreError::Corrupt("an item without an id".to_owned()))?;
    Ok(Item {
        list: list.id,
        id,
        version: 1,
        fields,
        created_by: by.clone(),
        created_at: at,
        modified_by: by,
        modified_at: at,
    })
}

/// Changes the named columns. When another writer comes in between, the change is made again on what he left,
/// unless the precondition forbids it.
///
/// Errors: `ITEM_NOT_FOUND`, `ITEM_CHANGED`, `CONFLICT` when others were faster again and again, and those of
/// [`columns::change`].
pub(crate) async fn update(
    list: &OpenList<'_>,
    id: i64,
    sent: &Map<String, Value>,
    precondition: &Precondition,
    occasion: &Occasion,
    room: &Sites,
) -> Result<Item, Fault> {
    /// Each failed attempt means that another writer succeeded, so only a crowd on one item gets this far.
    const ATTEMPTS: usize = 64;
    debug_assert!(list.permit.allows(SiteRight::Write));
    for _ in 0..ATTEMPTS {
        let item = get(list, id, room).await?;
        precondition.check(&item)?;
        let fields = columns::change(list, &item.fields, sent.clone())?;
        let (by, at) = (list.permit.author().clone(), occasion.now());
        let mut audit = written("item.updated", list, Some(id), occasion);
        audit.detail.insert(
            "columns".to_owned(),
            sent.keys()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(", "),
        );
        let expected_version = Some(item.version);
        let change = ItemChange {
            list: list.id,
            id,
            expected_version,
            fields: fields.clone(),
            by: by.clone(),
            at,
        };
        match room
            .store()
            .commit(vec![Change::UpdateItem(change), Change::Audit(audit)])
            .await
        {
            Ok(_) => {
                return Ok(Item {
                    version: item.version + 1,
                    fields,
                    modified_by: by,
                    modified_at: at,
                    ..item
                });
            }
            Err(StoreError::Conflict(_)) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(CONFLICT.plain())
}

/// Errors: `ITEM_NOT_FOUND`, `ITEM_CHANGED`, `CONFLICT`.
pub(crate) async fn delete(
    list: &OpenList<'_>,
    id: i64,
    precondition: &Precondition,
    occasion: &Occasion,
    room: &Sites,
) -> Result<(), Fault> {
    debug_assert!(list.permit.allows(SiteRight::Write));
    let item = get(list, id, room).await?;
    precondition.check(&item)?;
    let expected_version = matches!(precondition, Precondition::AnyOf(_)).then_some(item.version);
    let audit = written("item.deleted", list, Some(id), occasion);
    let delete = Change::DeleteItem {
        list: list.id,
        id,
        expected_version,
    };
    match room
        .store()
        .commit(vec![delete, Change::Audit(audit)])
        .await
    {
        Ok(_) => Ok(()),
        // Either it is gone, or it is another version than the one that was checked.
        Err(StoreError::Conflict(_)) => {
            precondition.check(&get(list, id, room).await?)?;
            Err(CONFLICT.plain())
        }
        Err(other) => Err(other.into()),
    }
}

/// Leaves a row about a write that was refused. It changed nothing, so nobody waits for the disk.
pub(crate) async fn refused(
    author: Author,
    site: &Site,
    fault: &Fault,
    occasion: &Occasion,
    room: &Sites,
) {
    let object = format!("sites/{}", site.id);
    let outcome = fault.kind.code;
    let event = audit(
        "item.refused",
        &author,
        site.tenant,
        object,
        outcome,
        occasion,
    );
    room.store().commit_soon(vec![Change::Audit(event)]).await;
}

impl Precondition {
    /// Errors: `ITEM_CHANGED`.
    fn check(&self, item: &Item) -> Result<(), Fault> {
        match self {
            Self::None | Self::Exists => Ok(()),
            Self::AnyOf(tags) if tags.contains(&etag(item)) => Ok(()),
            Self::AnyOf(_) => Err(ITEM_CHANGED.plain()),
        }
    }
}

fn written(action: &str, list: &OpenList<'_>, id: Option<i64>, occasion: &Occasion) -> AuditEvent {
    let items = format!("sites/{}/lists/{}/items", list.site, list.id);
    let object = match id {
        Some(id) => format!("{items}/{id}"),
        None => items,
    };
    audit(
        action,
        list.permit.author(),
        list.tenant,
        object,
        "ok",
        occasion,
    )
}

fn audit(
    action: &str,
    by: &Author,
    tenant: TenantId,
    object: String,
    outcome: &str,
    on: &Occasion,
) -> AuditEvent {
    AuditEvent {
        at_ms: on.now_ms,
        tenant: Some(tenant),
        action: action.to_owned(),
        user: by.user.clone(),
        client: by.via.clone(),
        object: Some(object),
        outcome: outcome.to_owned(),
        request_id: Some(on.request_id.clone()),
        ..AuditEvent::default()
    }
}

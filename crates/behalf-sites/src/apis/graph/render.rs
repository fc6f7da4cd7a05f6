//! Sites, lists and items as Graph shows them. Every URL is built from the configured public URL.

use super::query::{Expand, Options};
use crate::Sites;
use crate::caller::app_title;
use crate::items::etag;
use behalf_model::Fault;
use behalf_model::site::{Author, Item, List, Site};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/');

pub(super) fn site(site: &Site, room: &Sites) -> Value {
    let name = site.path.rsplit('/').next().unwrap_or_default();
    let mut shown = json!({
        "@odata.context": format!("{}/v1.0/$metadata#sites/$entity", room.public_url()),
        "id": site.graph_id(),
        "name": name,
        "displayName": site.title,
        "webUrl": web_url(site, room),
        "siteCollection": { "hostname": site.host },
    });
    if site.path.is_empty() {
        shown["root"] = json!({});
    }
    shown
}

pub(super) fn list(list: &List, site: &Site, room: &Sites) -> Value {
    let title = utf8_percent_encode(&list.title, PATH)
        .to_string()
        .replace('/', "%2F");
    json!({
        "id": list.id,
        "name": list.title,
        "displayName": list.title,
        "webUrl": format!("{}/Lists/{title}", web_url(site, room)),
        "list": { "template": "genericList", "hidden": false, "contentTypesEnabled": false },
        "parentReference": { "siteId": site.graph_id() },
    })
}

/// Times in UTC; `fields` only when they are to be shown.
pub(super) async fn item(
    item: &Item,
    site: &Site,
    expand: &Expand,
    room: &Sites,
) -> Result<Value, Fault> {
    let tag = etag(item);
    let mut shown = json!({
        "@odata.etag": tag,
        "id": item.id.to_string(),
        "eTag": tag,
        "createdDateTime": item.created_at.rfc3339(),
        "lastModifiedDateTime": item.modified_at.rfc3339(),
        "createdBy": author(&item.created_by, room).await?,
        "lastModifiedBy": author(&item.modified_by, room).await?,
        "parentReference": { "id": item.list, "siteId": site.graph_id() },
    });
    if *expand != Expand::None {
        shown["fields"] = fields(item, expand);
    }
    Ok(shown)
}

/// A `fieldValueSet`: the columns with their values, `id` and the ETag.
pub(super) fn fields(item: &Item, expand: &Expand) -> Value {
    let mut shown: Map<String, Value> = item
        .fields
        .iter()
        .filter(|(name, _)| expand.shows(name))
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect();
    shown.insert("@odata.etag".to_owned(), etag(item).into());
    shown.insert("id".to_owned(), item.id.to_string().into());
    Value::Object(shown)
}

/// An `identitySet`: the user as editor, the application through which he wrote beside him.
async fn author(author: &Author, room: &Sites) -> Result<Value, Fault> {
    let mut shown = Map::new();
    if let Some(user) = &author.user {
        shown.insert(
            "user".to_owned(),
            json!({ "id": user, "displayName": author.name }),
        );
    }
    if let Some(client) = &author.via {
        let title = app_title(client, room).await?;
        shown.insert(
            "application".to_owned(),
            json!({ "id": client, "displayName": title }),
        );
    }
    Ok(Value::Object(shown))
}

pub(super) fn item_url(site: &Site, item: &Item, room: &Sites) -> String {
    format!(
        "{}/v1.0/sites/{}/lists/{}/items/{}",
        room.public_url(),
        site.graph_id(),
        item.list,
        item.id
    )
}

/// The address of the page after `next`, with the options of this one.
pub(super) fn next_link(
    site: &Site,
    list: &List,
    options: &Options,
    next: i64,
    room: &Sites,
) -> String {
    let expand = match &options.expand {
        Expand::None => String::new(),
        Expand::All => "$expand=fields&".to_owned(),
        Expand::Only(names) => {
            let names: Vec<String> = names
                .iter()
                .map(|name| utf8_percent_encode(name, PATH).to_string())
                .collect();
            format!("$expand=fields($select={})&", names.join(","))
        }
    };
    let items = format!(
        "{}/v1.0/sites/{}/lists/{}/items",
        room.public_url(),
        site.graph_id(),
        list.id
    );
    format!("{items}?{expand}$top={}&$skiptoken={next}", options.top)
}

fn web_url(site: &Site, room: &Sites) -> String {
    match utf8_percent_encode(&site.path, PATH).to_string() {
        path if path.is_empty() => room.public_url().to_owned(),
        path => format!("{}/{path}", room.public_url()),
    }
}

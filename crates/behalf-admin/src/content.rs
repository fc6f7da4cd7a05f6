//! `[[site]]` and `[[list]]`

use crate::declaration;
use crate::draft::Draft;
use crate::plan::{Outcome, Tools};
use crate::problem::{Wrong, wrong};
use behalf_model::ports::Change;
use behalf_model::site::{Author, List, NewItem, Site};
use uuid::Uuid;

pub async fn declare_site(
    draft: &mut Draft<'_>,
    _: &Tools<'_>,
    given: &declaration::Site,
) -> Result<(), Wrong> {
    let tenant = draft.tenant(&given.tenant).await?;
    for member in &given.members {
        check_member(&member.who)?;
    }
    let site = Site {
        tenant: tenant.id,
        id: guid(&given.id)?,
        web_id: guid(&given.web_id)?,
        host: given.host.to_lowercase(),
        path: given.path.trim_matches('/').to_owned(),
        title: given.title.clone(),
        members: given.members.clone(),
    };
    draft
        .put(&site, format!("site {} \"{}\"", site.id, site.title))
        .await
}

fn check_member(who: &str) -> Result<(), Wrong> {
    let named = who
        .split_once(':')
        .is_some_and(|(kind, name)| matches!(kind, "user" | "group") && !name.is_empty());
    if named || who == "everyone" {
        return Ok(());
    }
    Err(wrong(
        format!("'{who}' names no member"),
        "Write everyone, user:<upn or id> or group:<name>.",
    ))
}

pub async fn declare_list(
    draft: &mut Draft<'_>,
    tools: &Tools<'_>,
    given: &declaration::List,
) -> Result<(), Wrong> {
    let tenant = draft.tenant(&given.tenant).await?;
    let site = guid(&given.site)?;
    if draft
        .get::<Site>(tenant.id, &site.to_string())
        .await?
        .is_none()
    {
        return Err(wrong(
            format!("there is no site {site}"),
            "Declare it with [[site]], or mend the id.",
        ));
    }
    let id = guid(&given.id)?;
    let list = List {
        tenant: tenant.id,
        site,
        id,
        title: given.title.clone(),
        columns: given.columns.clone(),
    };
    draft
        .put(&list, format!("list {id} \"{}\"", list.title))
        .await?;
    if draft
        .touched
        .last()
        .is_some_and(|t| t.outcome == Outcome::Created)
    {
        let by = Author {
            user: None,
            name: "apply".to_owned(),
            via: None,
        };
        let items = given.items.iter().map(|fields| {
            Change::InsertItem(NewItem {
                list: id,
                fields: fields.clone(),
                by: by.clone(),
                at: tools.now,
            })
        });
        draft.more.extend(items);
    }
    Ok(())
}

fn guid(text: &str) -> Result<Uuid, Wrong> {
    Uuid::try_parse(text)
        .map_err(|_| wrong(format!("'{text}' is not a GUID"), "Give the id as a GUID."))
}

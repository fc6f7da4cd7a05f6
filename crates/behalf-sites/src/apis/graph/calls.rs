//! What each address does once the caller may.

use super::query::{Expand, Options};
use super::{body, precondition, render};
use crate::items::{self, etag};
use crate::occasion::Occasion;
use crate::permissions::Permit;
use crate::{Sites, lists};
use axum::body::Body;
use axum::response::Response;
use behalf_model::Fault;
use behalf_model::site::{Item, Site};
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use serde_json::{Value, json};

/// One permitted request on a site.
pub(super) struct Call<'a> {
    pub room: &'a Sites,
    pub occasion: &'a Occasion,
    pub site: &'a Site,
    pub permit: &'a Permit,
    pub headers: &'a HeaderMap,
    pub uri: &'a Uri,
}

/// An item is shown whole, or as its `fieldValueSet` alone (`…/fields`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Item,
    Fields,
}

impl Call<'_> {
    pub fn site(&self) -> Result<Response, Fault> {
        Options::none(self.uri)?;
        Ok(answer(StatusCode::OK, &render::site(self.site, self.room)))
    }

    pub async fn lists(&self) -> Result<Response, Fault> {
        Options::none(self.uri)?;
        let lists = lists::all(self.permit, self.room).await?;
        let value: Vec<Value> = lists
            .iter()
            .map(|list| render::list(list, self.site, self.room))
            .collect();
        Ok(answer(
            StatusCode::OK,
            &json!({ "@odata.context": self.context("lists"), "value": value }),
        ))
    }

    pub async fn list(&self, name: &str) -> Result<Response, Fault> {
        Options::none(self.uri)?;
        let list = lists::open(self.permit, name, self.room).await?;
        Ok(answer(
            StatusCode::OK,
            &render::list(&list, self.site, self.room),
        ))
    }

    pub async fn items(&self, list: &str) -> Result<Response, Fault> {
        let options = Options::of_items(self.uri)?;
        let list = lists::open(self.permit, list, self.room).await?;
        options.expand.check(&list)?;
        let page = items::page(&list, options.after, options.top, self.room).await?;
        let mut value = Vec::with_capacity(page.items.len());
        for item in &page.items {
            value.push(render::item(item, self.site, &options.expand, self.room).await?);
        }
        let context = self.context(&format!("lists('{}')/items", list.id));
        let mut answered = json!({ "@odata.context": context, "value": value });
        if let Some(next) = page.next {
            answered["@odata.nextLink"] =
                render::next_link(self.site, &list, &options, next, self.room).into();
        }
        Ok(answer(StatusCode::OK, &answered))
    }

    pub async fn item(&self, list: &str, id: i64, shape: Shape) -> Result<Response, Fault> {
        let expand = Options::of_item(self.uri)?.expand;
        let list = lists::open(self.permit, list, self.room).await?;
        expand.check(&list)?;
        let item = items::get(&list, id, self.room).await?;
        self.show(StatusCode::OK, &item, shape, &expand).await
    }

    pub async fn create(&self, list: &str, body: Body) -> Result<Response, Fault> {
        Options::none(self.uri)?;
        let list = lists::open(self.permit, list, self.room).await?;
        let sent = body::fields(self.headers, body, self.room.config.max_body_bytes).await?;
        let item = items::create(&list, sent, self.occasion, self.room).await?;
        let mut response = self
            .show(StatusCode::CREATED, &item, Shape::Item, &Expand::All)
            .await?;
        let location = render::item_url(self.site, &item, self.room);
        if let Ok(location) = HeaderValue::from_str(&location) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        Ok(response)
    }

    pub async fn update(
        &self,
        list: &str,
        id: i64,
        body: Body,
        shape: Shape,
    ) -> Result<Response, Fault> {
        Options::none(self.uri)?;
        let precondition = precondition::of(self.headers)?;
        let list = lists::open(self.permit, list, self.room).await?;
        let sent = body::fields(self.headers, body, self.room.config.max_body_bytes).await?;
        let item = items::update(&list, id, &sent, &precondition, self.occasion, self.room).await?;
        self.show(StatusCode::OK, &item, shape, &Expand::All).await
    }

    pub async fn delete(&self, list: &str, id: i64) -> Result<Response, Fault> {
        Options::none(self.uri)?;
        let precondition = precondition::of(self.headers)?;
        let list = lists::open(self.permit, list, self.room).await?;
        items::delete(&list, id, &precondition, self.occasion, self.room).await?;
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        Ok(response)
    }

    async fn show(
        &self,
        status: StatusCode,
        item: &Item,
        shape: Shape,
        expand: &Expand,
    ) -> Result<Response, Fault> {
        let entity = format!("lists('{}')/items", item.list);
        let (mut shown, context) = match shape {
            Shape::Item => (
                render::item(item, self.site, expand, self.room).await?,
                format!("{entity}/$entity"),
            ),
            Shape::Fields => (
                render::fields(item, expand),
                format!("{entity}('{}')/fields/$entity", item.id),
            ),
        };
        shown["@odata.context"] = self.context(&context).into();
        let mut response = answer(status, &shown);
        if let Ok(tag) = HeaderValue::from_str(&etag(item)) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        Ok(response)
    }

    fn context(&self, entity: &str) -> String {
        format!(
            "{}/v1.0/$metadata#sites('{}')/{entity}",
            self.room.public_url(),
            self.site.graph_id()
        )
    }
}

fn answer(status: StatusCode, value: &Value) -> Response {
    let mut response = Response::new(Body::from(value.to_string()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    response
}

/// Names of OData parameters as Graph answers them.
const CONTENT_TYPE: &str = "application/json;odata.metadata=minimal;charset=utf-8";

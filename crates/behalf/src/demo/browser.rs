//! A browser without JavaScript, just enough to walk through the sign-in pages: cookies, redirects, forms.

use super::DemoError;
use behalf_model::ports::{Egress, Outbound, OutboundRequest, OutboundResponse};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use std::collections::BTreeMap;
use std::sync::Arc;
use url::Url;

/// One person's browser: cookies by host and port.
pub struct Browser {
    outbound: Arc<dyn Outbound>,
    cookies: BTreeMap<(String, String), String>,
}

/// What came back, and from where.
pub struct Page {
    pub url: Url,
    pub status: u16,
    pub location: Option<String>,
    pub text: String,
}

/// A form of a page with the values it would send.
#[derive(Debug, Default, PartialEq)]
pub struct Form {
    pub action: String,
    pub fields: Vec<(String, String)>,
    pub buttons: Vec<(String, String)>,
}

impl Browser {
    pub fn new(outbound: Arc<dyn Outbound>) -> Self {
        Self {
            outbound,
            cookies: BTreeMap::new(),
        }
    }

    /// Opens `url` and follows redirects until a page comes, or a redirect to `stop_at` (returned as its URL).
    pub async fn open(&mut self, url: &str, stop_at: &str) -> Result<Result<Page, Url>, DemoError> {
        let page = self
            .request(Method::GET, Url::parse(url)?, Bytes::new())
            .await?;
        self.follow(page, stop_at).await
    }

    /// Sends a form of `page` with `values` filled in.
    pub async fn submit(
        &mut self,
        page: &Page,
        form: &Form,
        values: &[(&str, &str)],
        stop_at: &str,
    ) -> Result<Result<Page, Url>, DemoError> {
        let mut fields = form.fields.clone();
        for (name, value) in values {
            fields.retain(|(n, _)| n != name);
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let target = page.url.join(&form.action)?;
        let next = self
            .request(Method::POST, target, Bytes::from(body))
            .await?;
        self.follow(next, stop_at).await
    }

    async fn follow(
        &mut self,
        mut page: Page,
        stop_at: &str,
    ) -> Result<Result<Page, Url>, DemoError> {
        const MOST_REDIRECTS: usize = 10;
        for _ in 0..MOST_REDIRECTS {
            let Some(location) = &page.location else {
                return Ok(Ok(page));
            };
            let target = page.url.join(location)?;
            if target.as_str().starts_with(stop_at) {
                return Ok(Err(target));
            }
            page = self.request(Method::GET, target, Bytes::new()).await?;
        }
        Err(DemoError::step(format!(
            "more than {MOST_REDIRECTS} redirects, the last from {}",
            page.url.path()
        )))
    }

    async fn request(&mut self, method: Method, url: Url, body: Bytes) -> Result<Page, DemoError> {
        let site = format!(
            "{}:{}",
            url.host_str().unwrap_or_default(),
            url.port_or_known_default().unwrap_or(0)
        );
        let mut headers = HeaderMap::new();
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .filter(|((s, _), _)| *s == site)
            .map(|((_, n), v)| format!("{n}={v}"))
            .collect();
        if !cookies.is_empty() {
            headers.insert(header::COOKIE, HeaderValue::from_str(&cookies.join("; "))?);
        }
        if method == Method::POST {
            headers.insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/x-www-form-urlencoded"),
            );
            headers.insert(
                header::ORIGIN,
                HeaderValue::from_str(&url.origin().ascii_serialization())?,
            );
        }
        let response = self
            .outbound
            .send(request(method, url.as_str(), headers, body))
            .await?;
        self.remember(&site, &response);
        let location = response
            .headers
            .get(header::LOCATION)
            .filter(|_| response.status.is_redirection());
        Ok(Page {
            status: response.status.as_u16(),
            location: location.and_then(|l| l.to_str().ok()).map(str::to_owned),
            text: String::from_utf8_lossy(&response.body).into_owned(),
            url,
        })
    }

    fn remember(&mut self, site: &str, response: &OutboundResponse) {
        for cookie in response.headers.get_all(header::SET_COOKIE) {
            let pair = cookie
                .to_str()
                .ok()
                .and_then(|c| c.split(';').next())
                .and_then(|c| c.split_once('='));
            if let Some((name, value)) = pair {
                self.cookies.insert(
                    (site.to_owned(), name.trim().to_owned()),
                    value.trim().to_owned(),
                );
            }
        }
    }
}

/// A request as the demo sends it: to loopback only, with the limits of a patient user.
pub fn request(method: Method, url: &str, headers: HeaderMap, body: Bytes) -> OutboundRequest {
    OutboundRequest {
        method,
        url: url.to_owned(),
        headers,
        body,
        connect_timeout_ms: 5_000,
        total_timeout_ms: 30_000,
        max_response_bytes: 1 << 20,
        egress: Egress {
            private_addresses: true,
            ..Egress::default()
        },
    }
}

/// The forms of a page. Reads the HTML that our own templates write; it is no parser for the web.
pub fn forms(html: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    for tag in html
        .split('<')
        .skip(1)
        .filter_map(|t| t.split_once('>').map(|(tag, _)| tag))
    {
        let name = tag.split_whitespace().next().unwrap_or_default();
        let value = |attribute: &str| attribute_of(tag, attribute);
        match (name, forms.last_mut()) {
            ("form", _) => forms.push(Form {
                action: value("action").unwrap_or_default(),
                ..Form::default()
            }),
            ("input" | "button", Some(form)) => {
                let Some(field) = value("name") else { continue };
                let kind = value("type")
                    .unwrap_or_else(|| if name == "button" { "submit" } else { "text" }.to_owned());
                let pair = (field, value("value").unwrap_or_default());
                match kind.as_str() {
                    "submit" | "button" => form.buttons.push(pair),
                    "checkbox" | "radio" if !tag.contains(" checked") => {}
                    _ => form.fields.push(pair),
                }
            }
            _ => {}
        }
    }
    forms
}

/// The address of the first link that contains `part`.
pub fn link(html: &str, part: &str) -> Option<String> {
    let tags = html
        .split('<')
        .filter(|t| t.starts_with("a "))
        .filter_map(|t| t.split_once('>'));
    tags.filter_map(|(tag, _)| attribute_of(tag, "href"))
        .find(|href| href.contains(part))
}

fn attribute_of(tag: &str, name: &str) -> Option<String> {
    let after = tag.split_once(&format!(" {name}=\""))?.1;
    let raw = after.split_once('"')?.0;
    Some(unescape(raw))
}

fn unescape(text: &str) -> String {
    let pairs = [
        ("&#38;", "&"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
    ];
    let more = [("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")];
    pairs
        .iter()
        .chain(&more)
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_forms_with_their_values() {
        let html = r#"<h1>Sign in</h1><form method="post" action="/t/login?x=1&#38;y=2">
            <input type="hidden" name="csrf" value="a&#34;b"><input name="username"><input type="password" name="password">
            <input type="checkbox" name="everyone"><button name="answer" value="accept">Yes</button></form>"#;
        let all = forms(html);
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].action, "/t/login?x=1&y=2");
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            all[0].fields,
            [
                pair("csrf", "a\"b"),
                pair("username", ""),
                pair("password", "")
            ]
        );
        assert_eq!(all[0].buttons, [pair("answer", "accept")]);
        assert_eq!(
            link(
                r#"<a class="b" href="/t/login/microsoft?a=1&#38;b=2">go</a>"#,
                "/login/microsoft"
            )
            .as_deref(),
            Some("/t/login/microsoft?a=1&b=2")
        );
    }
}

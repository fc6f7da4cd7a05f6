//! Signs a user in over plain HTTP and redeems codes: the set-up of the measurements, not a measurement.

use crate::world::{CLIENT, PASSWORD, SECRET, TENANT, USER};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::SocketAddr;

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Http = Client<hyper_util::client::legacy::connect::HttpConnector, Full<bytes::Bytes>>;

const REDIRECT: &str = "https://127.0.0.1/callback";
/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub struct Browser {
    root: String,
    http: Http,
    cookies: BTreeMap<String, String>,
}

struct Page {
    status: u16,
    location: Option<String>,
    text: String,
}

impl Browser {
    pub fn new(authority: SocketAddr) -> Self {
        let http = Client::builder(TokioExecutor::new()).build_http();
        Self {
            root: format!("http://{authority}"),
            http,
            cookies: BTreeMap::new(),
        }
    }

    /// Tokens of the user for `scope`; signs in at the first call, uses the session afterwards.
    pub async fn tokens(&mut self, scope: &str) -> Result<Value, Failure> {
        let query = encode(&[
            ("client_id", CLIENT),
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("scope", scope),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        let mut page = self
            .get(&format!(
                "{}/{TENANT}/oauth2/v2.0/authorize?{query}",
                self.root
            ))
            .await?;
        for _ in 0..5 {
            if let Some(location) = page.location.clone() {
                if location.starts_with(REDIRECT) {
                    return self.redeem(&location).await;
                }
                let next = if location.starts_with('/') {
                    format!("{}{location}", self.root)
                } else {
                    location
                };
                page = self.get(&next).await?;
                continue;
            }
            let (action, mut fields) =
                form(&page.text).ok_or_else(|| format!("{} {}", page.status, page.text))?;
            for (name, value) in [("username", USER), ("password", PASSWORD)] {
                if let Some(field) = fields.iter_mut().find(|(n, _)| n == name) {
                    field.1 = value.to_owned();
                }
            }
            let fields: Vec<(&str, &str)> = fields
                .iter()
                .map(|(a, b)| (a.as_str(), b.as_str()))
                .collect();
            let target = if action.starts_with('/') {
                format!("{}{action}", self.root)
            } else {
                action
            };
            page = self.post(&target, &encode(&fields)).await?;
        }
        Err("the sign-in did not end".into())
    }

    async fn redeem(&mut self, location: &str) -> Result<Value, Failure> {
        let query = location.split_once('?').map(|(_, q)| q).unwrap_or_default();
        let code = form_urlencoded::parse(query.as_bytes())
            .find(|(n, _)| n == "code")
            .map(|(_, v)| v.into_owned());
        let code = code.ok_or_else(|| format!("no code in {location}"))?;
        let body = encode(&[
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT),
            ("client_secret", SECRET),
            ("redirect_uri", REDIRECT),
            ("code", &code),
            ("code_verifier", VERIFIER),
        ]);
        let page = self
            .post(&format!("{}/{TENANT}/oauth2/v2.0/token", self.root), &body)
            .await?;
        let answer: Value = serde_json::from_str(&page.text)?;
        if page.status == 200 {
            Ok(answer)
        } else {
            Err(page.text.into())
        }
    }

    async fn get(&mut self, url: &str) -> Result<Page, Failure> {
        self.send(http::Request::get(url), "").await
    }

    async fn post(&mut self, url: &str, body: &str) -> Result<Page, Failure> {
        let request = http::Request::post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", &self.root);
        self.send(request, body).await
    }

    async fn send(&mut self, request: http::request::Builder, body: &str) -> Result<Page, Failure> {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        let request = request
            .header("cookie", cookies.join("; "))
            .body(Full::from(body.to_owned()))?;
        let response = self.http.request(request).await?;
        for cookie in response.headers().get_all("set-cookie") {
            if let Some((name, value)) = cookie
                .to_str()?
                .split(';')
                .next()
                .and_then(|c| c.split_once('='))
            {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let location = response
            .headers()
            .get("location")
            .map(|l| l.to_str().map(str::to_owned))
            .transpose()?;
        let status = response.status().as_u16();
        let text = String::from_utf8(response.into_body().collect().await?.to_bytes().to_vec())?;
        Ok(Page {
            status,
            location,
            text,
        })
    }
}

fn encode(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// Action and fields of the form with a password, or of the first form.
fn form(html: &str) -> Option<(String, Vec<(String, String)>)> {
    let forms: Vec<&str> = html
        .split("<form")
        .skip(1)
        .filter_map(|f| f.split("</form>").next())
        .collect();
    let chosen = forms
        .iter()
        .find(|f| f.contains("name=\"password\""))
        .or(forms.first())?;
    let attribute = |tag: &str, name: &str| {
        let value = tag.split_once(&format!(" {name}=\""))?.1.split_once('"')?.0;
        Some(
            value
                .replace("&#38;", "&")
                .replace("&amp;", "&")
                .replace("&#34;", "\"")
                .replace("&#39;", "'"),
        )
    };
    let fields = chosen
        .split('<')
        .filter(|t| t.starts_with("input") || t.starts_with("button"));
    let fields = fields.filter_map(|t| {
        Some((
            attribute(t, "name")?,
            attribute(t, "value").unwrap_or_default(),
        ))
    });
    Some((attribute(chosen, "action")?, fields.collect()))
}

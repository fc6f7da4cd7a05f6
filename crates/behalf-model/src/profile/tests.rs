use super::*;

/// Example 1 of the seed as a table typed off the page.
const SEED: &str = r#"{
    "name": "Graph OBO",
    "Url": "https://graph.microsoft.com/v1.0",
    "OAuth Url": "https://login.microsoftonline.com/{TenantId}/oauth2/v2.0/token",
    "OAuth Scope": "Sites.ReadWrite.All",
    "OAuth Client ID": "11111111-2222-3333-4444-555555555555",
    "OAuth Client Secret": "secret:gateway-entra",
    "OAuth Grant Type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "OAuth Use On Behalf Of": "True",
    "variables": { "TenantId": "contoso" }
}"#;

fn seed() -> Profile {
    serde_json::from_str(SEED).unwrap()
}

fn errors(profile: &Profile) -> Vec<(&'static str, String)> {
    let mut problems = profile.check();
    problems.retain(|p| p.severity == Severity::Error);
    problems.into_iter().map(|p| (p.field, p.message)).collect()
}

/// The only error after a change to the seed's profile.
fn error(change: impl FnOnce(&mut Profile)) -> (&'static str, String) {
    let mut profile = seed();
    change(&mut profile);
    let mut found = errors(&profile);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[test]
fn the_labels_of_the_seed_are_read() {
    let profile = seed();
    assert_eq!(profile.check(), []);
    assert_eq!(profile.auth(), Auth::Oauth);
    assert_eq!(profile.oauth_grant, Some(Grant::JwtBearer));
    assert!(profile.oauth_on_behalf_of);
    assert_eq!(profile.obo_provider, "microsoft");
    assert_eq!(profile.timeouts.total_ms, 30_000);
    assert_eq!(profile.limits.max_response_bytes, 10 << 20);
    assert_eq!(
        profile.token_cache,
        TokenCache {
            on: true,
            renew_early_s: 300
        }
    );
    assert_eq!(
        profile.resolved().unwrap().oauth_url.as_deref(),
        Some("https://login.microsoftonline.com/contoso/oauth2/v2.0/token")
    );
    let stored = serde_json::to_string(&profile).unwrap();
    assert_eq!(serde_json::from_str::<Profile>(&stored).unwrap(), profile);
}

#[test]
fn a_label_and_its_name_are_one_member() {
    let twice = SEED.replace("\"Url\"", "\"url\": \"https://x.example\", \"Url\"");
    let error = serde_json::from_str::<Profile>(&twice)
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("duplicate field `url`"), "{error}");
    let unknown = SEED.replace("OAuth Scope", "OAuth Scopes");
    assert!(serde_json::from_str::<Profile>(&unknown).is_err());
}

#[test]
fn booleans_headers_and_queries_as_people_type_them() {
    for (word, value) in [
        ("true", true),
        ("\"True\"", true),
        ("\"no\"", false),
        ("\"\"", false),
    ] {
        let text = SEED.replace("\"True\"", word);
        let profile: Profile = serde_json::from_str(&text).unwrap();
        assert_eq!(profile.oauth_on_behalf_of, value);
    }
    let text = SEED.replace(
        "\"variables\"",
        r#""Headers": "{\"X-A\": \"1\"}", "Global Custom Query Options": "?a=1&b=x=y", "variables""#,
    );
    let profile: Profile = serde_json::from_str(&text).unwrap();
    assert_eq!(profile.headers["X-A"], "1");
    assert_eq!(profile.query["b"], "x=y");
    let bad = SEED.replace("\"variables\"", r#""Headers": "X-A: 1", "variables""#);
    assert!(serde_json::from_str::<Profile>(&bad).is_err());
}

#[test]
fn secrets_are_references_and_never_echoed() {
    for typed in ["\"hunter2\"", "\"secret:\"", "12345"] {
        let text = SEED.replace("\"secret:gateway-entra\"", typed);
        let error = serde_json::from_str::<Profile>(&text)
            .unwrap_err()
            .to_string();
        assert!(error.contains("secret:<name>"), "{error}");
        assert!(
            !error.contains("hunter2") && !error.contains("12345"),
            "{error}"
        );
    }
    assert_eq!(
        seed().oauth_client_secret.unwrap().to_string(),
        "secret:gateway-entra"
    );
}

#[test]
fn unresolved_variables_are_refused() {
    assert_eq!(
        error(|p| p.variables.clear()),
        ("oauth_url", "`{TenantId}` is not resolved".to_owned())
    );
    assert_eq!(
        error(|p| p.variables = [("TenantId".to_owned(), Variable::from(" "))].into()),
        ("oauth_url", "`{TenantId}` is not resolved".to_owned())
    );
    assert_eq!(
        error(|p| p.url = "https://{Host Name}/x".to_owned()),
        ("url", "`{Host Name}` is not resolved".to_owned())
    );
    assert_eq!(
        error(|p| p.url = "https://x.example/{$y".to_owned()),
        ("url", "a `{` is left in the URL".to_owned())
    );
}

#[test]
fn variables_are_inserted_once_in_any_case() {
    let mut profile = seed();
    profile.variables = [
        ("tenantid".to_owned(), Variable::from("{Other}")),
        ("Other".to_owned(), Variable::from("x")),
    ]
    .into();
    // The value itself looks like a variable: it is not replaced, and a URL cannot hold it.
    assert_eq!(
        errors(&profile),
        [("oauth_url", "a `{` is left in the URL".to_owned())]
    );
    profile.variables = [("tenantid".to_owned(), Variable::from("t"))].into();
    profile.oauth_scope = "api://{TenantId}/read".to_owned();
    profile.headers = [("X-T".to_owned(), "{tenantId}{".to_owned())].into();
    let resolved = profile.resolved().unwrap();
    assert_eq!(resolved.oauth_scope, "api://t/read");
    assert_eq!(resolved.headers["X-T"], "t{");
}

#[test]
fn public_variables_are_written_out_in_full() {
    let text = SEED.replace("\"contoso\"", r#"{ "value": "contoso", "public": true }"#);
    let profile: Profile = serde_json::from_str(&text).unwrap();
    assert!(profile.variables["TenantId"].public);
    let stored = serde_json::to_string(&profile).unwrap();
    assert_eq!(serde_json::from_str::<Profile>(&stored).unwrap(), profile);
}

#[test]
fn urls_must_be_https_and_clean() {
    for (url, message) in [
        ("http://x.example", "http:// would send tokens in clear"),
        ("ftp://x.example", "the URL must start with https://"),
        ("x.example/a", "this is not a URL"),
        ("/a", "the URL must start with https://"),
        ("https://", "this is not a URL"),
        (
            "https://user:pw@x.example",
            "the URL must name a host, and no user",
        ),
        (
            "https://x.example:99999/a",
            "the port must be a number up to 65535",
        ),
        ("https://[::1]:/a", "the port must be a number up to 65535"),
        (
            "https://x.example?a=1",
            "the URL must not have a query or fragment",
        ),
        (
            "https://x.example/#a",
            "the URL must not have a query or fragment",
        ),
        (
            "https://x.example/a/../b",
            "the path has an empty, `.` or `..` segment",
        ),
        (
            "https://x.example/a/%2E%2e/b",
            "the path has an empty, `.` or `..` segment",
        ),
        (
            "https://x.example//a",
            "the path has an empty, `.` or `..` segment",
        ),
        (
            "https://x.example\\a",
            "space, control character or backslash",
        ),
        (
            "https://x.example/a b",
            "space, control character or backslash",
        ),
        ("", ""),
    ] {
        let (field, found) = error(|p| p.url = url.to_owned());
        assert_eq!(field, "url");
        assert!(found.contains(message), "{url}: {found}");
    }
    let mut local = seed();
    local.url = "http://127.0.0.1:8080/v1.0/".to_owned();
    local.oauth_url = Some("http://localhost:8443/{TenantId}/oauth2/v2.0/token".to_owned());
    assert_eq!(errors(&local).len(), 2);
    local.allow_insecure = true;
    assert_eq!(errors(&local), []);
}

#[test]
fn on_behalf_of_takes_a_confidential_client_and_a_delegating_grant() {
    assert_eq!(
        error(|p| p.oauth_client_secret = None),
        (
            "oauth_client_secret",
            "on-behalf-of needs a client that identifies itself with an id and a secret or certificate".to_owned()
        )
    );
    let mut certificate = seed();
    certificate.oauth_client_secret = None;
    certificate.oauth_client_certificate = Some("secret:cert".parse().unwrap());
    assert_eq!(errors(&certificate), []);
    assert_eq!(
        error(|p| p.oauth_grant = Some(Grant::ClientCredentials)),
        (
            "oauth_grant",
            "this grant type cannot act on behalf of a user".to_owned()
        )
    );
    let mut exchange = seed();
    exchange.oauth_grant = Some(Grant::TokenExchange);
    exchange.oauth_scope.clear();
    assert_eq!(errors(&exchange), []);
    assert_eq!(error(|p| p.oauth_grant = None).0, "oauth_grant");
    assert_eq!(error(|p| p.oauth_scope = " ".to_owned()).0, "oauth_scope");
    assert_eq!(error(|p| p.obo_provider = String::new()).0, "obo_provider");
    assert_eq!(error(|p| p.oauth_client_id = None).0, "oauth_client_id");
    assert_eq!(
        error(|p| p.oauth_on_behalf_of = false).0,
        "oauth_on_behalf_of"
    );
    let mut plain = Profile::new("x", "https://x.example");
    plain.oauth_on_behalf_of = true;
    assert_eq!(
        errors(&plain),
        [(
            "oauth_on_behalf_of",
            "on-behalf-of works with auth = \"oauth\" only".to_owned()
        )]
    );
}

#[test]
fn one_way_to_authenticate() {
    assert_eq!(
        error(|p| p.username = Some("u".to_owned())),
        (
            "username",
            "username and password must be empty when an OAuth Url is set".to_owned()
        )
    );
    assert_eq!(
        error(|p| p.api_key = Some("secret:k".parse().unwrap())).0,
        "api_key"
    );
    let mut basic = Profile::new("x", "https://x.example");
    basic.username = Some("u".to_owned());
    assert_eq!(basic.auth(), Auth::Basic);
    assert_eq!(errors(&basic)[0].0, "password");
    basic.password = Some("secret:p".parse().unwrap());
    assert_eq!(errors(&basic), []);
    basic.auth = Some(Auth::None);
    assert_eq!(errors(&basic)[0].0, "username");
    assert_eq!(
        error(|p| {
            p.oauth_grant = Some(Grant::Password);
            p.oauth_on_behalf_of = false;
        })
        .0,
        "oauth_grant"
    );
}

#[test]
fn what_the_gateway_sets_itself_cannot_be_set() {
    for name in ["Authorization", "host", "Transfer-Encoding"] {
        let (field, message) = error(|p| {
            p.headers.insert(name.to_owned(), "x".to_owned());
        });
        assert_eq!(
            (field, message),
            ("headers", format!("the header `{name}` cannot be set"))
        );
    }
    assert_eq!(
        error(|p| {
            p.headers.insert("X-A".to_owned(), "a\r\nb".to_owned());
        })
        .0,
        "headers"
    );
    assert_eq!(
        error(|p| {
            p.oauth_extra.insert("assertion".to_owned(), "x".to_owned());
        }),
        (
            "oauth_extra",
            "`assertion` is set by the gateway itself".to_owned()
        )
    );
    assert_eq!(
        error(|p| p.allowed_methods = vec!["TRACE".to_owned()]).0,
        "allowed_methods"
    );
    assert_eq!(error(|p| p.timeouts.total_ms = 0).0, "timeouts");
}

#[test]
fn doubtful_scopes_and_authorities_are_warnings() {
    let warning = |change: fn(&mut Profile)| {
        let mut profile = seed();
        change(&mut profile);
        let problems = profile.check();
        assert!(
            problems.iter().all(|p| p.severity == Severity::Warning),
            "{problems:?}"
        );
        problems.into_iter().map(|p| p.message).collect::<Vec<_>>()
    };
    assert!(warning(|p| p.oauth_scope = "openid api://a/x api://a/y".to_owned()).is_empty());
    assert_eq!(
        warning(|p| p.oauth_scope = "Sites.Read.All api://a/x https://b.example/y".to_owned()),
        [
            "the scopes belong to several resources: the default resource, api://a, https://b.example"
        ]
    );
    assert!(
        warning(|p| p.oauth_scope = "order.read".to_owned())[0]
            .starts_with("the bare scope `order.read`")
    );
    assert!(
        warning(|p| p.oauth_url =
            Some("https://login.microsoftonline.com/common/oauth2/v2.0/token".to_owned()))[0]
            .contains("leave open in which tenant")
    );
}

#[test]
fn the_resource_of_a_scope() {
    for (scope, resource) in [
        ("order.read", None),
        (
            "api://ometa.order.system/order.read",
            Some("api://ometa.order.system"),
        ),
        (
            "https://graph.microsoft.com/.default",
            Some("https://graph.microsoft.com"),
        ),
        (
            "11111111-2222-3333-4444-555555555555/read",
            Some("11111111-2222-3333-4444-555555555555"),
        ),
        ("api://x", Some("api://x")),
    ] {
        assert_eq!(resource_of(scope), resource, "{scope}");
    }
}

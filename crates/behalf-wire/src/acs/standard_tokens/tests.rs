use super::*;

fn tokens() -> StandardTokens {
    StandardTokens {
        host_url: "https://sites.corp.lan/sites/a b".into(),
        app_web_url: None,
        language: "en-US".into(),
        client_tag: "0".into(),
        product_number: "15.0.0.0".into(),
    }
}

const QUERY: &str = "SPHostUrl=https%3A%2F%2Fsites.corp.lan%2Fsites%2Fa%20b&SPLanguage=en-US&SPClientTag=0&SPProductNumber=15.0.0.0";

fn expanded(url: &str) -> String {
    let more = MoreTokens {
        host_title: Some("A & {ClientTag}"),
        remote_app_url: Some("https://app.corp.lan:3333"),
        ..MoreTokens::default()
    };
    tokens().expand(url, &more).unwrap()
}

#[test]
fn tokens_are_replaced_where_they_stand() {
    for (url, expected) in [
        (
            "https://app/?{StandardTokens}",
            format!("https://app/?{QUERY}"),
        ),
        (
            "https://app/?%7BStandardTokens%7d&SPHasRedirectedToSharePoint=1",
            format!("https://app/?{QUERY}&SPHasRedirectedToSharePoint=1"),
        ),
        (
            "~remoteAppUrl/Default.aspx",
            "https://app.corp.lan:3333/Default.aspx".into(),
        ),
        ("{RemoteAppUrl}/x", "https://app.corp.lan:3333/x".into()),
        ("{HostUrl}/x", "https://sites.corp.lan/sites/a b/x".into()),
        (
            "/x?h={HostUrl}",
            "/x?h=https%3A%2F%2Fsites.corp.lan%2Fsites%2Fa%20b".into(),
        ),
        (
            "/x?t={HostTitle}&l={Language}",
            "/x?t=A%20%26%20%7BClientTag%7D&l=en-US".into(),
        ),
        (
            "/x?{Unknown}&{}&{ItemId}&{",
            "/x?{Unknown}&{}&{ItemId}&{".into(),
        ),
        ("/{{Language}}", "/{en-US}".into()),
        ("", String::new()),
    ] {
        assert_eq!(expanded(url), expected, "{url}");
    }
}

#[test]
fn an_app_web_is_told_when_there_is_one() {
    let tokens = StandardTokens {
        app_web_url: Some("https://app-1.corp.lan/x".into()),
        ..tokens()
    };
    assert!(
        tokens
            .query()
            .contains("&SPAppWebUrl=https%3A%2F%2Fapp-1.corp.lan%2Fx&SPLanguage")
    );
    let query = tokens.query();
    let form = Form::parse(query.as_bytes(), &[]).unwrap();
    assert_eq!(StandardTokens::read(&form), Some(tokens));
}

#[test]
fn all_four_must_be_there_to_be_read() {
    let read = |query: &str| {
        let form = Form::parse(query.as_bytes(), &[]).unwrap();
        StandardTokens::read(&form)
    };
    assert_eq!(read(QUERY), Some(tokens()));
    for missing in ["SPHostUrl", "SPLanguage", "SPClientTag", "SPProductNumber"] {
        assert_eq!(read(&QUERY.replace(missing, "x")), None, "{missing}");
    }
    assert_eq!(read(&QUERY.replace("SPClientTag=0", "SPClientTag=")), None);
}

#[test]
fn a_context_token_never_comes_into_a_url() {
    for url in ["/x?t={AppContextToken}", "/x?t=%7bappcontexttoken%7D"] {
        assert_eq!(
            tokens().expand(url, &MoreTokens::default()),
            Err(ContextTokenInUrl)
        );
    }
}

use super::*;

#[test]
fn only_plain_absolute_urls_are_read() {
    for (text, written, host) in [
        (
            "https://sites.corp.lan",
            "https://sites.corp.lan",
            "sites.corp.lan",
        ),
        (
            "https://sites.corp.lan/",
            "https://sites.corp.lan",
            "sites.corp.lan",
        ),
        (
            "https://Sites.corp.lan:443/a%20b/",
            "https://Sites.corp.lan:443/a%20b",
            "sites.corp.lan",
        ),
        (
            "http://127.0.0.1:8080/x",
            "http://127.0.0.1:8080/x",
            "127.0.0.1:8080",
        ),
    ] {
        let url = WebUrl::parse(text).unwrap();
        assert_eq!(
            (url.as_str(), url.host().to_string().as_str()),
            (written, host)
        );
    }
    for text in [
        "",
        "/sites/sales",
        "sites.corp.lan",
        "//sites.corp.lan",
        "ftp://sites.corp.lan",
        "javascript:alert(1)",
        "https://",
        "https://user@sites.corp.lan",
        "https://sites.corp.lan@evil.lan",
        "https://sites.corp.lan?x=y",
        "https://sites.corp.lan#x",
        "https://sites.corp.lan\\@evil.lan",
        "https://sites.corp.lan/a b",
        "https://sites.corp.lan/\r\nx",
        "https://sites.corp.lan:99999",
    ] {
        let error = WebUrl::parse(text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::HostNotAllowed, "{text}");
    }
}

#[test]
fn origin_and_paths_are_cut_and_joined() {
    let web = WebUrl::parse("https://sites.corp.lan:8443/sites/a").unwrap();
    assert_eq!(web.origin(), "https://sites.corp.lan:8443");
    assert_eq!(
        web.join("_api/web"),
        "https://sites.corp.lan:8443/sites/a/_api/web"
    );
    assert_eq!(WebUrl::parse("https://a").unwrap().origin(), "https://a");
}

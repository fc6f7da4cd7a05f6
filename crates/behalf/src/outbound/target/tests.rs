use super::*;
use bytes::Bytes;
use http::HeaderMap;

fn request(url: &str, egress: Egress) -> OutboundRequest {
    OutboundRequest {
        method: Method::GET,
        url: url.to_owned(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
        connect_timeout_ms: 1,
        total_timeout_ms: 1,
        max_response_bytes: 1,
        egress,
    }
}

fn refusal(url: &str, egress: Egress) -> String {
    match Target::of(&request(url, egress), &[]) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("{url} was accepted"),
    }
}

#[test]
fn urls_that_could_mean_something_else_are_refused() {
    for (url, why) in [
        (
            "http://a.example/",
            "http:// is not allowed here; use https://",
        ),
        ("ftp://a.example/", "it does not begin with https://"),
        ("/only/a/path", "it does not begin with https://"),
        (
            "https://a.example@b.example/",
            "user information before the host is not allowed",
        ),
        ("https://a.example/x#y", "it has a fragment"),
        (
            "https://a.example/x\r\nInjected: 1",
            "it holds a character that URLs cannot have, or is not a URL",
        ),
        (
            "https://a.example/x y",
            "it holds a character that URLs cannot have, or is not a URL",
        ),
        ("https://:443/", "it names no host"),
        (
            "",
            "it holds a character that URLs cannot have, or is not a URL",
        ),
    ] {
        let said = refusal(url, Egress::default());
        assert_eq!(said, format!("the URL is not usable: {why}"), "{url}");
    }
}

#[test]
fn a_host_list_is_exact_apart_from_letter_case() {
    let only = |host: &str| Egress {
        hosts: vec![host.to_owned()],
        ..Egress::default()
    };
    for (rule, url) in [
        ("api.example", "https://API.example/x"),
        ("api.example", "https://api.example:8443/x"),
        ("api.example:443", "https://api.example/x"),
        ("Api.Example:8443", "https://api.example:8443/x"),
    ] {
        assert!(
            Target::of(&request(url, only(rule)), &[]).is_ok(),
            "{rule} {url}"
        );
    }
    for (rule, url) in [
        ("api.example", "https://api.example.evil/"),
        ("api.example", "https://evil-api.example/"),
        ("api.example:443", "https://api.example:8443/"),
    ] {
        assert!(
            refusal(url, only(rule)).contains("is not allowed by the egress rules"),
            "{rule} {url}"
        );
    }
}

#[test]
fn the_default_port_follows_the_scheme() {
    let insecure = Egress {
        insecure: true,
        ..Egress::default()
    };
    let port = |url| {
        Target::of(&request(url, insecure.clone()), &[])
            .map(|t| t.key.port())
            .unwrap()
    };
    assert_eq!(
        (port("https://a/"), port("http://a/"), port("https://a:1/")),
        (443, 80, 1)
    );
}

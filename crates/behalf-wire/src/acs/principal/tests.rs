use super::*;
use proptest::prelude::*;

const ID: &str = "00000003-0000-0ff1-ce00-000000000000";
const REALM: &str = "4c6b2b1e-8f0a-4c51-9d5e-0123456789ab";

#[test]
fn names_are_read_and_written() {
    for (text, id, host, written) in [
        (format!("{ID}@{REALM}"), ID, None, format!("{ID}@{REALM}")),
        (
            format!("{ID}/Sites.Corp.LAN:8443@{}", REALM.to_uppercase()),
            ID,
            Some("sites.corp.lan:8443"),
            format!("{ID}/sites.corp.lan:8443@{REALM}"),
        ),
        (
            format!("{ID}/sites.corp.lan:443@{REALM}"),
            ID,
            Some("sites.corp.lan"),
            format!("{ID}/sites.corp.lan@{REALM}"),
        ),
        (
            format!("{ID}/[::1]:8443@{REALM}"),
            ID,
            Some("[::1]:8443"),
            format!("{ID}/[::1]:8443@{REALM}"),
        ),
        (format!("{ID}@*"), ID, None, format!("{ID}@*")),
    ] {
        let name: PrincipalName = text.parse().unwrap();
        assert_eq!(name.id(), id);
        assert_eq!(name.host().map(Host::to_string).as_deref(), host);
        assert_eq!(name.to_string(), written);
    }
}

#[test]
fn names_that_two_readers_could_cut_differently_are_refused() {
    for (text, error) in [
        ("", NameError::NoRealm),
        (ID, NameError::NoRealm),
        ("@realm", NameError::Id),
        ("id@", NameError::Realm),
        ("id@realm@other", NameError::Realm),
        ("id/@realm", NameError::Host),
        ("id/a/b@realm", NameError::Host),
        ("id/a:b@realm", NameError::Host),
        ("id/a:+1@realm", NameError::Host),
        ("id/a:0@realm", NameError::Host),
        ("id/a:65536@realm", NameError::Host),
        ("id/a:@realm", NameError::Host),
        ("id/[::1@realm", NameError::Host),
        ("id/::1@realm", NameError::Host),
        ("id/.evil@realm", NameError::Host),
        ("id/https://a@realm", NameError::Host),
        ("i d@realm", NameError::Id),
        ("id\r\n@realm", NameError::Id),
        ("id@re\"alm", NameError::Realm),
    ] {
        assert_eq!(PrincipalName::parse(text), Err(error), "{text:?}");
    }
    let long = format!("{}@realm", "a".repeat(256));
    assert_eq!(PrincipalName::parse(&long), Err(NameError::Id));
}

#[test]
fn a_host_comes_from_an_absolute_url() {
    for (url, host) in [
        ("https://a.corp.lan/sites/x?y#z", "a.corp.lan"),
        ("HTTPS://A.corp.lan:8443", "a.corp.lan:8443"),
        ("https://a.corp.lan:443/", "a.corp.lan"),
        ("http://localhost:80/", "localhost"),
        ("http://localhost:5000?x", "localhost:5000"),
    ] {
        assert_eq!(Host::of_url(url).unwrap().to_string(), host);
    }
    for url in [
        "a.corp.lan",
        "ftp://a",
        "https://",
        "https://good@evil/",
        "https://good:x@evil/",
        "//a/",
        "javascript://a",
    ] {
        assert_eq!(Host::of_url(url), Err(NameError::Host), "{url}");
    }
    // What some browsers read as a slash must not hide another host.
    assert_eq!(Host::of_url("https://good\\@evil/").unwrap().name(), "good");
}

#[test]
fn a_missing_port_may_be_any() {
    let host = |text: &str| Host::parse(text).unwrap();
    assert!(host("a:8443").may_be(&host("A")) && host("a").may_be(&host("a:8443")));
    assert!(!host("a:8443").may_be(&host("a:8444")) && !host("a").may_be(&host("b")));
    assert_ne!(host("a"), host("a:8443"));
    for (text, loopback) in [
        ("localhost", true),
        ("127.0.0.1:1", true),
        ("[::1]", true),
        ("localhost.evil", false),
        ("10.0.0.1", false),
    ] {
        assert_eq!(host(text).is_loopback(), loopback, "{text}");
    }
}

proptest! {
    #[test]
    fn what_is_read_is_read_again_the_same(text in "[ -~]{0,60}") {
        if let Ok(name) = PrincipalName::parse(&text) {
            prop_assert_eq!(PrincipalName::parse(&name.to_string()), Ok(name.clone()));
            prop_assert_eq!(PrincipalName::parse(&text.to_uppercase()), Ok(name));
        }
    }
}

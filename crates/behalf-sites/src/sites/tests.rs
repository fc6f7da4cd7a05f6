use super::*;

#[test]
fn site_ids_have_five_forms() {
    let (id, web) = (Uuid::from_u128(1), Uuid::from_u128(2));
    assert_eq!(SiteName::parse("Root"), Some(SiteName::Root));
    assert_eq!(
        SiteName::parse(&id.to_string().to_uppercase()),
        Some(SiteName::Id(id))
    );
    let full = SiteName::Full {
        host: "content.lan".to_owned(),
        id,
        web,
    };
    assert_eq!(
        SiteName::parse(&format!("content.lan,{id},{web}")),
        Some(full)
    );
    let host = SiteName::Path {
        host: "content.lan".to_owned(),
        path: String::new(),
    };
    assert_eq!(SiteName::parse("content.lan"), Some(host));
    for bad in [
        "",
        ",",
        "a,b",
        "content.lan,1,2",
        &format!("content.lan,{id},{web},{web}"),
        &format!("content.lan,{id}"),
    ] {
        assert_eq!(SiteName::parse(bad), None, "{bad}");
    }
}

#[test]
fn the_public_host_has_no_port_and_no_path() {
    for (url, host) in [
        ("https://content.lan", "content.lan"),
        ("https://content.lan:8444", "content.lan"),
        ("https://content.lan:8444/x", "content.lan"),
        ("https://[::1]:8444", "[::1]"),
        ("https://[::1]", "[::1]"),
    ] {
        assert_eq!(public_host(url), host, "{url}");
    }
}

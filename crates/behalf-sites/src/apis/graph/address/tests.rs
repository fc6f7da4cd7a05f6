use super::*;

fn by_path(path: &str) -> SiteName {
    SiteName::Path {
        host: "content.lan".to_owned(),
        path: path.to_owned(),
    }
}

fn parsed(path: &str) -> (SiteName, What) {
    let address = Address::parse(path).unwrap_or_else(|| panic!("{path} means nothing"));
    (address.site, address.what)
}

#[test]
fn every_documented_path_has_a_meaning() {
    let list = || "Products".to_owned();
    assert_eq!(parsed("/v1.0/sites/root"), (SiteName::Root, What::Site));
    assert_eq!(parsed("/v1.0/sites/root/"), (SiteName::Root, What::Site));
    assert_eq!(
        parsed("/V1.0/Sites/root/Lists"),
        (SiteName::Root, What::Lists)
    );
    assert_eq!(
        parsed("/v1.0/sites/root/lists/Products"),
        (SiteName::Root, What::List(list()))
    );
    assert_eq!(
        parsed("/v1.0/sites/root/lists/Products/items"),
        (SiteName::Root, What::Items(list()))
    );
    assert_eq!(
        parsed("/v1.0/sites/root/lists/Products/items/7"),
        (SiteName::Root, What::Item(list(), 7))
    );
    assert_eq!(
        parsed("/v1.0/sites/root/lists/Products/items/7/fields"),
        (SiteName::Root, What::Fields(list(), 7))
    );
}

#[test]
fn a_site_can_be_named_by_host_and_path() {
    assert_eq!(
        parsed("/v1.0/sites/content.lan:/teams/sales"),
        (by_path("teams/sales"), What::Site)
    );
    assert_eq!(
        parsed("/v1.0/sites/content.lan:/teams/sales:"),
        (by_path("teams/sales"), What::Site)
    );
    assert_eq!(
        parsed("/v1.0/sites/content.lan:/teams/sales:/lists"),
        (by_path("teams/sales"), What::Lists)
    );
    assert_eq!(
        parsed("/v1.0/sites/content.lan:/"),
        (by_path(""), What::Site)
    );
    assert_eq!(
        parsed("/v1.0/sites/content.lan%3A%2Fteams%2Fsales/lists"),
        (by_path("teams/sales"), What::Lists)
    );
    assert_eq!(
        parsed("/v1.0/sites/content.lan%3A%2Fteams%2Fsales%3A/lists"),
        (by_path("teams/sales"), What::Lists)
    );
    let port = SiteName::Path {
        host: "localhost:8444".to_owned(),
        path: "sales".to_owned(),
    };
    assert_eq!(
        parsed("/v1.0/sites/localhost:8444:/sales"),
        (port, What::Site)
    );
}

#[test]
fn segments_are_decoded_once_and_stay_segments() {
    assert_eq!(
        parsed("/v1.0/sites/root/lists/a%2Fb%20c"),
        (SiteName::Root, What::List("a/b c".to_owned()))
    );
    assert_eq!(
        parsed("/v1.0/sites/root/lists/a%252Fb"),
        (SiteName::Root, What::List("a%2Fb".to_owned()))
    );
    assert_eq!(
        parsed("/v1.0/sites/root/lists/.."),
        (SiteName::Root, What::List("..".to_owned()))
    );
}

#[test]
fn anything_else_means_nothing() {
    for path in [
        "",
        "/",
        "/v1.0",
        "/v1.0/sites",
        "/v1.0/sites/",
        "/v1.0/users/root",
        "/beta/sites/root",
        "//v1.0/sites/root",
        "/v1.0//sites/root",
        "/v1.0/sites/a,b",
        "/v1.0/sites/:/x",
        "/v1.0/sites/root/items",
        "/v1.0/sites/root/lists/Products/columns",
        "/v1.0/sites/root/lists/Products/items/7/fields/x",
        "/v1.0/sites/root/lists/Products/items/7/versions",
        "/v1.0/sites/root/lists/Products/items/0",
        "/v1.0/sites/root/lists/Products/items/-1",
        "/v1.0/sites/root/lists/Products/items/+7",
        "/v1.0/sites/root/lists/Products/items/07",
        "/v1.0/sites/root/lists/Products/items/7.0",
        "/v1.0/sites/root/lists/Products/items/9223372036854775808",
        "/v1.0/sites/root/lists/%FF",
    ] {
        assert_eq!(Address::parse(path), None, "{path}");
    }
}

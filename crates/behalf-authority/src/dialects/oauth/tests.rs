use super::at_resource;

#[test]
fn a_resource_indicator_prefixes_bare_scopes() {
    assert_eq!(
        at_resource("openid read api://b/write", "api://a"),
        "openid api://a/read api://b/write"
    );
    assert_eq!(
        at_resource("openid offline_access", "api://a"),
        "openid offline_access api://a/.default"
    );
    assert_eq!(
        at_resource("", "https://contoso.com/"),
        "https://contoso.com//.default"
    );
}

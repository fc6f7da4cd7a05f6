use super::*;

#[test]
fn an_app_host_domain_is_a_host_with_an_optional_port() {
    for (given, kept) in [
        ("App.Contoso.example", "app.contoso.example"),
        ("app.contoso.example:443", "app.contoso.example"),
        ("app.contoso.example:8443", "app.contoso.example:8443"),
        ("localhost:5000", "localhost:5000"),
        ("[::1]:5000", "[::1]:5000"),
    ] {
        assert_eq!(app_host_domain(given).unwrap(), kept);
    }
    for given in [
        "https://app.contoso.example",
        "app.contoso.example/start",
        "user@app",
        "app:0",
        "a b",
        "",
    ] {
        let said = app_host_domain(given).unwrap_err();
        assert!(
            said.message.contains(&format!("'{given}'")) && said.remedy.contains("without scheme")
        );
    }
}

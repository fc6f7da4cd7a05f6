use super::*;
use crate::testing;

#[test]
fn each_mistake_is_named_with_its_remedy() {
    let good = testing::settings;
    let cases: Vec<(AppSettingsBuilder, &str)> = vec![
        (AppSettings::builder("", &testing::secret(1)), "client id"),
        (
            AppSettings::builder("id@realm", &testing::secret(1)),
            "client id",
        ),
        (
            AppSettings::builder(testing::CLIENT_ID, "hidden-secret")
                .app_host_domain("a")
                .allow_any_content_host(),
            "client secret is not usable",
        ),
        (
            good().secondary_secret("hidden-secret"),
            "secondary client secret",
        ),
        (
            AppSettings::builder(testing::CLIENT_ID, &testing::secret(1)),
            "no app host domain",
        ),
        (
            good().app_host_domain("https://app"),
            "app_host_domain \"https://app\"",
        ),
        (good().realm("contoso"), "realm is no GUID"),
        (good().sts("http://sts.corp.lan"), "http:// to sts.corp.lan"),
        (good().sts("http://127.0.0.1:1"), "http:// to 127.0.0.1:1"),
        (good().allow_sts_host("a/b"), "allow_sts_host"),
        (good().allow_content_host("a b"), "allow_content_host"),
        (good().clock_skew_s(-1), "negative"),
        (
            AppSettings::builder(testing::CLIENT_ID, &testing::secret(1)).app_host_domain("a"),
            "no content host",
        ),
    ];
    for (builder, named) in cases {
        let error = builder.build().unwrap_err();
        assert!(error.why().contains(named), "{error}");
        assert!(!error.to_string().contains("hidden-secret") && !error.fix().is_empty());
    }
}

#[test]
fn domains_come_one_by_one_or_separated() {
    let settings = testing::settings()
        .app_host_domain("b.lan; c.lan:1 ;")
        .build()
        .unwrap();
    let domains: Vec<_> = settings
        .app_host_domains()
        .iter()
        .map(Host::to_string)
        .collect();
    assert_eq!(domains, [testing::DOMAIN, "b.lan", "c.lan:1"]);
    let c = Host::parse("c.lan:1").unwrap();
    assert_eq!(settings.own_origin(Some(&c)), "https://c.lan:1");
    assert_eq!(settings.own_origin(None), "https://app.corp.lan:3333");
}

#[test]
fn http_is_for_this_machine_and_only_when_allowed() {
    let settings = testing::settings()
        .sts("http://localhost:1")
        .allow_http_on_loopback();
    assert!(settings.build().is_ok());
    let elsewhere = testing::settings()
        .sts("http://sts.corp.lan")
        .allow_http_on_loopback();
    assert!(elsewhere.build().is_err());
}

#[test]
fn debug_shows_no_secret() {
    let settings = testing::settings().build().unwrap();
    assert!(!format!("{settings:?}").contains(&testing::secret(1)));
}

use super::*;
use behalf_model::TenantId;
use uuid::Uuid;

fn app(uris: &[(&str, Platform)]) -> Principal {
    Principal {
        tenant: TenantId(Uuid::nil()),
        client_id: "app".parse().unwrap(),
        title: "App".to_owned(),
        public: false,
        enabled: true,
        secrets: Vec::new(),
        certificates: Vec::new(),
        redirect_uris: uris
            .iter()
            .map(|(uri, platform)| RedirectUri {
                uri: (*uri).to_owned(),
                platform: *platform,
            })
            .collect(),
        permissions: Vec::new(),
        known_client_applications: Vec::new(),
        app_host_domain: None,
        promoted_secret: None,
    }
}

fn allowed(app: &Principal, asked: &str) -> bool {
    permitted(app, asked).is_ok()
}

#[test]
fn every_letter_counts() {
    let app = app(&[("https://app.example/cb", Platform::Web)]);
    assert!(allowed(&app, "https://app.example/cb"));
    for asked in [
        "https://app.example/cb/",
        "https://app.example/CB",
        "https://App.example/cb",
        "https://app.example:443/cb",
        "https://app.example/cb?x=1",
        "https://app.example/cb#x",
        "https://app.example/cb/../evil",
        "https://app.example/c",
        "http://app.example/cb",
        "https://app.example.evil.example/cb",
        "https://evil.example/https://app.example/cb",
        "",
    ] {
        assert!(!allowed(&app, asked), "{asked}");
    }
}

#[test]
fn the_port_of_a_loopback_address_is_free_for_installed_apps_only() {
    let native = app(&[
        ("http://localhost", Platform::Native),
        ("http://127.0.0.1:1/cb", Platform::Native),
    ]);
    for asked in [
        "http://localhost:51234",
        "http://localhost:51234/",
        "http://localhost/",
        "http://127.0.0.1:80/cb",
    ] {
        assert!(allowed(&native, asked), "{asked}");
    }
    for asked in [
        "http://localhost:51234/other",
        "https://localhost:51234",
        "http://localhost.evil.example",
        "http://localhost:80@evil.example/",
        "http://localhost:99999",
        "http://localhost:",
        "http://127.0.0.1:80/cb2",
        "http://127.0.0.2:80/cb",
    ] {
        assert!(!allowed(&native, asked), "{asked}");
    }
    let web = app(&[("http://localhost:5000/cb", Platform::Web)]);
    assert!(allowed(&web, "http://localhost:5000/cb"));
    assert!(!allowed(&web, "http://localhost:5001/cb"));
}

#[test]
fn installed_apps_may_use_a_scheme_of_their_own_but_none_that_runs_content() {
    let native = app(&[
        ("msauth.example://auth", Platform::Native),
        ("javascript:alert(1)", Platform::Native),
    ]);
    assert!(allowed(&native, "msauth.example://auth"));
    assert!(
        !allowed(&native, "javascript:alert(1)"),
        "even when somebody registered it"
    );
}

#[test]
fn the_refusal_names_both_sides() {
    let fault = permitted(&app(&[]), "https://evil.example/").unwrap_err();
    assert!(fault.is(&REDIRECT_URI_MISMATCH));
    assert!(
        fault.detail.contains("'https://evil.example/'") && fault.detail.contains("'app'"),
        "{fault}"
    );
}

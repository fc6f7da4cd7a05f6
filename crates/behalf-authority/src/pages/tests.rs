use super::*;

#[test]
fn form_targets_are_origins_and_cannot_extend_the_policy() {
    assert_eq!(
        csp_source("https://app.example/cb?x=1").as_deref(),
        Some("https://app.example")
    );
    assert_eq!(
        csp_source("http://localhost:8400/").as_deref(),
        Some("http://localhost:8400")
    );
    assert_eq!(csp_source("http://[::1]:8400/").as_deref(), Some("http:"));
    assert_eq!(
        csp_source("msauth.com.example://auth").as_deref(),
        Some("msauth.com.example:")
    );
    assert_eq!(
        csp_source("https://a;script-src/").as_deref(),
        Some("https:")
    );
    assert_eq!(csp_source("no uri"), None);
}

#[test]
fn a_script_is_allowed_only_where_the_answer_submits_itself() {
    let plain = content_security_policy(&Policy::default());
    assert!(
        plain.contains("default-src 'none'") && plain.contains("frame-ancestors 'none'"),
        "{plain}"
    );
    assert!(!plain.contains("script-src"), "{plain}");
    let submitting = content_security_policy(&Policy {
        form_targets: vec!["https://app".into()],
        auto_submit: true,
    });
    assert!(
        submitting.contains("form-action 'self' https://app; script-src 'sha256-"),
        "{submitting}"
    );
}

#[test]
fn what_people_and_clients_wrote_is_shown_not_run() {
    let nasty = "\"><script>alert(1)</script>";
    let html = SignIn {
        tenant: nasty,
        app: nasty,
        problem: Some(nasty),
        current: Some(nasty),
        action: "/t/login".to_owned(),
        form: nasty,
        hint: nasty,
        passwords: vec![ProviderForm {
            name: nasty,
            label: nasty,
        }],
        links: vec![Link {
            label: nasty,
            href: "/t".to_owned(),
        }],
        providers: 2,
    }
    .render()
    .unwrap();
    assert!(!html.contains("<script"), "{html}");
    assert!(!html.contains("\"\">"), "{html}");
}

use super::*;
use crate::testing::*;
use behalf_wire::acs::Host;
use behalf_wire::acs::high_trust::{HighTrustCheck, HighTrustToken, TrustedIssuer, verify};
use behalf_wire::jose::Certificate;
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256};
use std::sync::LazyLock;

const ISSUER: &str = "11111111-2222-3333-4444-555555555555";

/// PEM of a certificate valid from 2025 to 2030, and of its key.
static CERTIFICATE: LazyLock<(String, String)> = LazyLock::new(|| certificate(2025, 2030));

fn certificate(from_year: i32, to_year: i32) -> (String, String) {
    let key = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
    let mut params = CertificateParams::new(vec!["app".to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(from_year, 1, 1);
    params.not_after = rcgen::date_time_ymd(to_year, 1, 1);
    let certificate = params.self_signed(&key).unwrap();
    (certificate.pem(), key.serialize_pem())
}

fn settings<'a>((certificate_pem, private_key_pem): &'a (String, String)) -> HighTrustSettings<'a> {
    HighTrustSettings {
        client_id: CLIENT_ID,
        issuer_id: ISSUER,
        certificate_pem,
        private_key_pem,
        realm: None,
        content_hosts: &["sites.corp.lan"],
        allow_http_on_loopback: false,
    }
}

fn verified(token: &AccessToken) -> HighTrustToken {
    let trusted = TrustedIssuer {
        certificates: vec![Certificate::from_pem(&CERTIFICATE.0).unwrap()],
        is_trust_broker: true,
    };
    let check = HighTrustCheck {
        realm: REALM,
        hosts: &[Host::parse("sites.corp.lan").unwrap()],
        clock_skew_s: 0,
    };
    verify(
        token.expose(),
        &check,
        |id| (id == ISSUER).then(|| trusted.clone()),
        NOW_S,
    )
    .unwrap()
}

#[tokio::test]
async fn tokens_are_what_a_content_host_accepts() {
    let http = everything();
    let app = HighTrustApp::new(&settings(&CERTIFICATE), http.clone(), TestEnv::new()).unwrap();
    let token = app
        .user_token(&web(), &HighTrustUser::sid("S-1-5-21-9"))
        .await
        .unwrap();
    let read = verified(&token);
    assert_eq!((read.client_id(), read.issuer_id()), (CLIENT_ID, ISSUER));
    assert_eq!(read.user().unwrap().name_id.as_deref(), Some("s-1-5-21-9"));
    assert_eq!(token.expires_at_s(), NOW_S + 43_200);

    let upn = HighTrustUser::upn("alice@corp.lan", "trusted:behalf");
    let read = verified(&app.user_token(&web(), &upn).await.unwrap());
    assert_eq!(read.user().unwrap().upn.as_deref(), Some("alice@corp.lan"));
    let app_only = app.app_only_token(&web()).await.unwrap();
    assert_eq!(verified(&app_only).user(), None);
    assert_eq!(http.seen_at("client.svc").len(), 1);
}

#[tokio::test]
async fn clients_call_with_the_tokens() {
    let http = everything();
    let app = HighTrustApp::new(&settings(&CERTIFICATE), http.clone(), TestEnv::new()).unwrap();
    app.user_client(web(), HighTrustUser::sid("s-1"))
        .get("web")
        .await
        .unwrap();
    app.app_only_client(web()).get("web").await.unwrap();
    let seen = http.seen_at("_api");
    assert!(seen[0].header("authorization").ends_with('.'));
    assert!(!seen[1].header("authorization").ends_with('.'));
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused() {
    let env = TestEnv::new();
    let refused = |settings: HighTrustSettings<'_>| {
        let error = HighTrustApp::new(&settings, everything(), env.clone())
            .err()
            .unwrap();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        error.why().to_owned()
    };
    let (other, expired) = (certificate(2025, 2030), certificate(2020, 2025));
    let mixed = (CERTIFICATE.0.clone(), other.1);
    assert!(refused(settings(&mixed)).contains("does not belong"));
    assert!(refused(settings(&expired)).contains("expired"));
    let swapped = (CERTIFICATE.1.clone(), CERTIFICATE.0.clone());
    assert!(refused(settings(&swapped)).contains("PRIVATE KEY"));
    let no_host = HighTrustSettings {
        content_hosts: &[],
        ..settings(&CERTIFICATE)
    };
    assert!(refused(no_host).contains("no content host"));

    let app = HighTrustApp::new(&settings(&CERTIFICATE), everything(), env.clone()).unwrap();
    let evil = WebUrl::parse("https://evil.lan").unwrap();
    let error = app.app_only_token(&evil).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::HostNotAllowed);
}

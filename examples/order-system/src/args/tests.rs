use super::*;

fn parse(extra: &[&str]) -> Result<Args, clap::Error> {
    let given = [
        "order-system",
        "--issuer",
        "https://login.corp.lan/t/v2.0",
        "--audience",
        "api://ometa.order.system",
    ];
    Args::try_parse_from(given.iter().chain(extra))
}

#[test]
fn the_command_line_is_consistent() {
    use clap::CommandFactory;
    Args::command().debug_assert();
}

#[test]
fn a_v2_issuer_stands_for_its_v1_form_too() {
    let args = parse(&["--http", "--issuer", "https://other.lan/v2.0x"]).unwrap();
    assert_eq!(
        args.issuers(),
        [
            "https://login.corp.lan/t/",
            "https://login.corp.lan/t/v2.0",
            "https://other.lan/v2.0x"
        ]
    );
}

#[test]
fn tls_is_the_default_and_plain_http_stays_on_loopback() {
    assert!(parse(&[]).is_err());
    assert!(parse(&["--tls-cert", "c.pem"]).is_err());
    assert!(parse(&["--tls-cert", "c.pem", "--tls-key", "k.pem", "--http"]).is_err());
    assert!(parse(&["--http"]).unwrap().tls().unwrap().is_none());
    assert!(
        parse(&["--http", "--listen", "[::1]:0"])
            .unwrap()
            .tls()
            .is_ok()
    );
    let refused = parse(&["--http", "--listen", "0.0.0.0:8446"])
        .unwrap()
        .tls()
        .unwrap_err();
    assert_eq!(
        refused,
        "--http is for loopback only, and 0.0.0.0:8446 is not"
    );
}

#[test]
fn an_unusable_certificate_is_named() {
    let error = parse(&["--tls-cert", "nowhere.pem", "--tls-key", "k.pem"])
        .unwrap()
        .tls()
        .unwrap_err();
    assert!(error.starts_with("nowhere.pem: "), "{error}");
}

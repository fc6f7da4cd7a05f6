use super::*;
use behalf_model::env::fixed;
use std::os::unix::fs::PermissionsExt;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_authority_stays_and_the_server_certificate_is_renewed_in_time() {
    let directory = tempfile::tempdir().unwrap();
    let (env, clock) = fixed::env();
    let names = vec!["Login.Corp.Lan".to_owned(), "192.168.1.5".to_owned()];
    let paths = ensure(directory.path(), &names, &env).unwrap();
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    let (ca, leaf) = (read(&paths.ca), read(&paths.certificate));
    assert_eq!(
        (mode(&paths.key), mode(&directory.path().join("ca.key"))),
        (0o600, 0o600)
    );

    ensure(directory.path(), &names, &env).unwrap();
    assert_eq!(
        (read(&paths.ca), read(&paths.certificate)),
        (ca.clone(), leaf.clone()),
        "nothing changes without a reason"
    );

    clock.advance_s(LEAF_LIFE_S - BACKDATE_S - RENEW_BEFORE_S);
    ensure(directory.path(), &names, &env).unwrap();
    assert_eq!(read(&paths.ca), ca, "clients trust this file");
    let renewed = read(&paths.certificate);
    assert_ne!(renewed, leaf);

    ensure(directory.path(), &["other.lan".to_owned()], &env).unwrap();
    assert_ne!(
        read(&paths.certificate),
        renewed,
        "other names, other certificate"
    );
}

#[test]
fn the_server_certificate_has_the_names_and_a_life_that_clients_accept() {
    let directory = tempfile::tempdir().unwrap();
    let (env, _) = fixed::env();
    let paths = ensure(directory.path(), &["login.corp.lan".to_owned()], &env).unwrap();
    let der = der(&std::fs::read_to_string(&paths.certificate).unwrap()).unwrap();
    let (_, leaf) = x509_parser::parse_x509_certificate(&der).unwrap();
    assert_eq!(
        alternative_names(&leaf),
        ["127.0.0.1", "::1", "localhost", "login.corp.lan"]
    );
    let life_s = leaf.validity().not_after.timestamp() - leaf.validity().not_before.timestamp();
    assert!(life_s <= 397 * DAY_S);
    assert!(!leaf.is_ca());
}

#[test]
fn a_key_that_does_not_fit_is_replaced_and_a_broken_authority_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let (env, _) = fixed::env();
    let paths = ensure(directory.path(), &[], &env).unwrap();
    std::fs::write(&paths.key, KeyPair::generate().unwrap().serialize_pem()).unwrap();
    ensure(directory.path(), &[], &env).unwrap();
    assert!(is_current(
        &paths,
        &std::fs::read_to_string(&paths.ca).unwrap(),
        &["127.0.0.1".into(), "::1".into(), "localhost".into()],
        env.now()
    ));

    std::fs::write(directory.path().join("ca.key"), "nonsense").unwrap();
    let error = ensure(directory.path(), &[], &env).unwrap_err();
    assert!(error.contains("ca.key"), "{error}");
}

#[test]
fn each_client_gets_its_line() {
    let lines = trust_lines(Path::new("/etc/behalf/ca.pem"));
    let words: Vec<&str> = lines.iter().map(|(_, line)| line.as_str()).collect();
    assert_eq!(
        words,
        [
            "curl --cacert /etc/behalf/ca.pem https://…",
            "export REQUESTS_CA_BUNDLE=/etc/behalf/ca.pem",
            "export NODE_EXTRA_CA_CERTS=/etc/behalf/ca.pem",
            "export SSL_CERT_FILE=/etc/behalf/ca.pem",
        ]
    );
}

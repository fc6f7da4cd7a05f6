use super::*;
use crate::acs::testing::*;
use serde_json::{Value, json};

fn document() -> Metadata {
    let certificates = [certificate(rsa_pkcs8(), 25, 30)];
    Metadata::of_sts(REALM, "https://sts.corp.lan:8443", &certificates).unwrap()
}

#[test]
fn the_document_has_the_members_and_names_that_clients_read() {
    let certificate = certificate(rsa_pkcs8(), 25, 30);
    let value: Value = serde_json::from_slice(&document().to_json()).unwrap();
    let acs = "00000001-0000-0000-c000-000000000000";
    assert_eq!(
        value,
        json!({
            "version": "1.0", "name": "ACS", "realm": REALM,
            "issuer": format!("{acs}@{REALM}"),
            "allowedAudiences": [format!("{acs}/sts.corp.lan:8443@{REALM}")],
            "keys": [{"usage": "Signing", "keyValue": {
                "type": "x509Certificate",
                "value": STANDARD.encode(certificate.der()),
                "keyInfo": {"x5t": certificate.x5t()}}}],
            "endpoints": [
                {"usage": "issuance", "protocol": "OAuth2",
                 "location": format!("https://sts.corp.lan:8443/{REALM}/tokens/OAuth/2")},
                {"usage": "issuance", "protocol": "DelegationIssuance1.0",
                 "location": "https://sts.corp.lan:8443/tokens/delegation/1"},
                {"usage": "management", "protocol": "DelegationManagement1.0",
                 "location": "https://sts.corp.lan:8443/mgmt/delegation/1"}
            ]
        })
    );
}

#[test]
fn what_is_written_is_read_again() {
    let read = Metadata::parse(&document().to_json()).unwrap();
    assert_eq!(read, document());
    assert_eq!(
        read.token_endpoint().unwrap(),
        format!("https://sts.corp.lan:8443/{REALM}/tokens/OAuth/2")
    );
    assert_eq!(read.keyring(NOW_S).unwrap().keys().len(), 1);
}

#[test]
fn a_content_host_publishes_its_certificate_too() {
    let host = Host::parse("sites.corp.lan").unwrap();
    let certificates = [certificate(rsa_pkcs8(), 25, 30)];
    let document = Metadata::of_content_host(REALM, host, &certificates).unwrap();
    let read = Metadata::parse(&document.to_json()).unwrap();
    assert_eq!(read.service_name.as_deref(), Some(SHAREPOINT_PRINCIPAL));
    assert_eq!(read.issuer, format!("{SHAREPOINT_PRINCIPAL}@{REALM}"));
    assert_eq!(read.certificates()[0].der(), certificates[0].der());
    assert_eq!(read.token_endpoint(), Err(MetadataError::Endpoints(0)));
}

#[test]
fn two_token_endpoints_are_as_bad_as_none() {
    let mut document = document();
    document.endpoints.push(document.endpoints[0].clone());
    assert_eq!(document.token_endpoint(), Err(MetadataError::Endpoints(2)));
}

#[test]
fn documents_of_other_servers_are_read_as_far_as_they_go() {
    let text = br#"{"serviceName":"x","realm":"r","extra":[1],
        "keys":[{"usage":"Signing","keyValue":{"type":"other","value":"AAAA"}},
                {"usage":"Signing","keyValue":{"type":"x509Certificate","value":"AAAA"}}],
        "endpoints":[{"protocol":"OAuth2","location":"https://sts/x"}]}"#;
    let read = Metadata::parse(text).unwrap();
    assert_eq!(read.token_endpoint(), Ok("https://sts/x"));
    assert_eq!(read.keyring(NOW_S).unwrap_err(), MetadataError::NoKey);
    for bad in [&b""[..], b"[]", b"<html>", br#"{"endpoints":{}}"#] {
        assert_eq!(Metadata::parse(bad), Err(MetadataError::Shape));
    }
    assert_eq!(
        Metadata::parse(&vec![b' '; MAX_BYTES + 1]),
        Err(MetadataError::TooLarge)
    );
}

#[test]
fn an_expired_certificate_signs_nothing() {
    let expired = [certificate(rsa_pkcs8(), 20, 25)];
    let document = Metadata::of_sts(REALM, "https://sts", &expired).unwrap();
    assert_eq!(document.keyring(NOW_S).unwrap_err(), MetadataError::NoKey);
}

use super::*;

#[test]
fn client_info_is_what_msal_decodes() {
    let bytes = base64url::decode(&client_info("u", "t"), "client_info").unwrap();
    assert_eq!(bytes, br#"{"uid":"u","utid":"t"}"#);
}

#[test]
fn an_app_only_token_has_roles_and_no_scp() {
    let claims = AccessTokenV2 {
        aud: "api",
        iss: "https://login/t/v2.0",
        iat: 1,
        nbf: 1,
        exp: 2,
        azp: "app",
        azpacr: ClientProof::Certificate,
        groups: &[],
        claim_names: None,
        claim_sources: None,
        idtyp: Some("app"),
        name: "",
        oid: "o",
        preferred_username: "",
        roles: &["Orders.Read.All".to_owned()],
        scp: "",
        sub: "o",
        tid: "t",
        uti: "u",
        ver: "2.0",
    };
    let text = String::from_utf8(to_json(&claims)).unwrap();
    assert_eq!(
        text,
        r#"{"aud":"api","iss":"https://login/t/v2.0","iat":1,"nbf":1,"exp":2,"azp":"app","azpacr":"2","idtyp":"app","oid":"o","roles":["Orders.Read.All"],"sub":"o","tid":"t","uti":"u","ver":"2.0"}"#
    );
}

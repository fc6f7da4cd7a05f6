use super::*;

const REALM: &str = "4c6b2b1e-8f0a-4c51-9d5e-0123456789ab";

#[test]
fn the_header_is_as_recorded_and_each_way_of_cutting_it_finds_the_realm() {
    let issuers = [format!("{SHAREPOINT_PRINCIPAL}@{REALM}")];
    let challenge = Challenge {
        realm: REALM,
        trusted_issuers: &issuers,
        authorization_uri: "https://login.corp.lan/common/oauth2/authorize",
    };
    let header = challenge.header_value();
    assert_eq!(
        header,
        format!(
            "Bearer realm=\"{REALM}\",client_id=\"00000003-0000-0ff1-ce00-000000000000\",trusted_issuers=\"00000001-0000-0000-c000-000000000000@*,00000003-0000-0ff1-ce00-000000000000@{REALM}\",authorization_uri=\"https://login.corp.lan/common/oauth2/authorize\""
        )
    );
    assert_eq!(realm_of(&header), Some(REALM));
    let by_quote_and_comma = header
        .split("\",")
        .next()
        .and_then(|part| part.split("=\"").nth(1));
    assert_eq!(by_quote_and_comma, Some(REALM));
    let first = header.split(',').next().unwrap();
    assert_eq!(first.split('=').nth(1).unwrap().trim_matches('"'), REALM);
}

#[test]
fn headers_without_a_guid_have_no_realm() {
    for header in [
        "",
        "Bearer",
        "Bearer realm=\"short\"",
        "Bearer realm=\"4c6b2b1e-8f0a-4c51-9d5e-0123456789a",
        "Bearer realm=\"zzzzzzzz-8f0a-4c51-9d5e-0123456789ab\"",
        "Bearer realm=\"äöäöäöäöäöäöäöäöäöäöäöäöäöäöäöäöäöäö\"",
        "Negotiate",
    ] {
        assert_eq!(realm_of(header), None, "{header}");
    }
    let second = format!("Negotiate, Bearer realm=\"{REALM}\",client_id=\"x\"");
    assert_eq!(realm_of(&second), Some(REALM));
}

#[test]
fn nothing_can_split_the_header() {
    let challenge = Challenge {
        realm: REALM,
        trusted_issuers: &[],
        authorization_uri: "https://x\r\nSet-Cookie: a=b",
    };
    assert!(!challenge.header_value().contains(['\r', '\n']));
}

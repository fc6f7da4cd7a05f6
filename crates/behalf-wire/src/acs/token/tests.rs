use super::*;

fn read<'a>(form: &'a Form<'_>) -> Result<TokenRequest<'a>, RequestError> {
    TokenRequest::read(form)
}

fn form(text: &str) -> Form<'_> {
    Form::parse(text.as_bytes(), PARAMETERS).unwrap()
}

#[test]
fn every_grant_is_written_and_read_again() {
    for grant in [
        Grant::ClientCredentials,
        Grant::RefreshToken("IAAA+/="),
        Grant::AuthorizationCode {
            code: "IAAA",
            redirect_uri: "https://app/x?y=1&z",
        },
    ] {
        let request = TokenRequest {
            client_id: "id@realm",
            client_secret: "AB+/=",
            resource: "sp/host:8443@realm",
            grant,
        };
        let body = request.to_form();
        assert!(body.is_ascii());
        assert!(read(&form(&body)).unwrap() == request, "{}", grant.name());
    }
}

#[test]
fn forms_of_known_clients_are_read() {
    // Unescaped names; the resource before the client; the resource in `scope` only.
    for body in [
        "grant_type=refresh_token&client_id=a/h@R&client_secret=s&resource=sp/h:1@R&refresh_token=t",
        "resource=sp%2Fh%3A1%40R&client_id=a%2Fh%40R&client_secret=s&grant_type=refresh_token&refresh_token=t",
        "grant_type=refresh_token&client_id=a/h@R&client_secret=s&scope=sp/h:1@R&refresh_token=t",
    ] {
        let form = form(body);
        let request = read(&form).unwrap();
        assert_eq!((request.client_id, request.resource), ("a/h@R", "sp/h:1@R"));
        assert!(request.grant == Grant::RefreshToken("t"));
    }
}

#[test]
fn what_is_missing_is_named() {
    for (body, error) in [
        ("", RequestError::Missing("grant_type")),
        ("grant_type=password&client_id=a", RequestError::Grant),
        (
            "grant_type=client_credentials",
            RequestError::Missing("client_id"),
        ),
        (
            "grant_type=client_credentials&client_id=a&client_secret=",
            RequestError::Missing("client_secret"),
        ),
        (
            "grant_type=client_credentials&client_id=a&client_secret=s",
            RequestError::Missing("resource"),
        ),
        (
            "grant_type=refresh_token",
            RequestError::Missing("refresh_token"),
        ),
        (
            "grant_type=authorization_code&code=c",
            RequestError::Missing("redirect_uri"),
        ),
    ] {
        assert_eq!(read(&form(body)).map(|_| ()), Err(error), "{body}");
    }
}

#[test]
fn every_value_of_the_answer_is_a_string() {
    let answer = TokenAnswer {
        not_before_s: 1000,
        expires_at_s: 44_200,
        resource: "sp/h@R",
        access_token: "jwt",
        refresh_token: Some("next"),
    };
    assert_eq!(
        String::from_utf8(answer.to_json(1001)).unwrap(),
        r#"{"token_type":"Bearer","expires_in":"43199","not_before":"1000","expires_on":"44200","resource":"sp/h@R","access_token":"jwt","refresh_token":"next"}"#
    );
    let answer = TokenAnswer {
        refresh_token: None,
        ..answer
    };
    let read = ReceivedAnswer::parse(&answer.to_json(1001)).unwrap();
    assert_eq!(
        (read.access_token.as_str(), read.refresh_token.as_deref()),
        ("jwt", None)
    );
    assert_eq!(read.expires_at_s(1001), Some(44_200));
    // Past its end the answer says 0, not a negative number.
    assert!(
        String::from_utf8(answer.to_json(50_000))
            .unwrap()
            .contains(r#""expires_in":"0""#)
    );
}

#[test]
fn numbers_are_read_too_and_garbage_is_not() {
    let read = |text: &str| ReceivedAnswer::parse(text.as_bytes());
    let entra = read(r#"{"token_type":"bearer","expires_in":60,"access_token":"t"}"#).unwrap();
    assert_eq!(entra.expires_at_s(1000), Some(1060));
    let only_on = read(r#"{"token_type":"Bearer","expires_on":"5","access_token":"t"}"#).unwrap();
    assert_eq!(only_on.expires_at_s(1000), Some(5));
    assert!(!format!("{entra:?}").contains("\"t\""));
    for text in [
        "",
        "{}",
        r#"{"error":"x"}"#,
        r#"{"token_type":"Bearer","access_token":""}"#,
        r#"{"token_type":"mac","access_token":"t"}"#,
        r#"{"token_type":"Bearer","access_token":"t","expires_in":"soon"}"#,
    ] {
        assert!(read(text).is_none(), "{text}");
    }
}

#[test]
fn debug_shows_no_secret() {
    let request = TokenRequest {
        client_id: "id@realm",
        client_secret: "hidden",
        resource: "sp",
        grant: Grant::RefreshToken("hidden"),
    };
    assert!(!format!("{request:?}").contains("hidden"));
}

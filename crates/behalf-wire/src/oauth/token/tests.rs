use super::*;

#[test]
fn absent_members_are_not_written() {
    let answer = TokenAnswer {
        token_type: "Bearer",
        scope: None,
        expires_in: 3599,
        ext_expires_in: Some(3599),
        expires_on: None,
        not_before: None,
        resource: None,
        access_token: "a.b.c",
        refresh_token: None,
        id_token: None,
        client_info: None,
    };
    let text = String::from_utf8(answer.to_json()).unwrap();
    assert_eq!(
        text,
        r#"{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"a.b.c"}"#
    );
}

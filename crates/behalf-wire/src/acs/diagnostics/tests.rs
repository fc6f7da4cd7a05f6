use super::*;

#[test]
fn the_header_is_written_read_and_cannot_be_split() {
    let value = header_value(
        INVALID_AUDIENCE,
        "Invalid audience Uri 'x'.",
        "invalid_client",
    );
    assert_eq!(
        value,
        r#"3000003;reason="Invalid audience Uri 'x'.";category="invalid_client""#
    );
    assert_eq!(
        read(&value),
        Some(("Invalid audience Uri 'x'.", "invalid_client"))
    );
    let evil = header_value(INVALID_SIGNATURE, "a\"\r\nb: ä", "c");
    assert_eq!(evil, r#"3000006;reason="a'??b: ?";category="c""#);
    assert_eq!(read("3000006"), None);
}

use super::*;

#[test]
fn guids_lose_their_letter_case_other_ids_keep_it() {
    let upper: ClientId = "11111111-AAAA-2222-BBBB-333333333333".parse().unwrap();
    assert_eq!(upper.as_str(), "11111111-aaaa-2222-bbbb-333333333333");
    assert!(upper.is_guid());
    let plain: ClientId = "Order-Portal_1.0".parse().unwrap();
    assert_eq!(plain.as_str(), "Order-Portal_1.0");
    assert!(!plain.is_guid());
}

#[test]
fn ids_that_could_carry_markup_or_separators_are_refused() {
    for bad in [
        "",
        " ",
        "a b",
        "a/b",
        "a\r\nb",
        "<script>",
        "a@b",
        &"x".repeat(129),
    ] {
        assert_eq!(bad.parse::<ClientId>(), Err(InvalidClientId), "{bad:?}");
    }
}

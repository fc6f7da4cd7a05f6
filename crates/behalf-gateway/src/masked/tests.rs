use super::masked;
use proptest::prelude::*;

#[test]
fn neither_jwts_nor_what_was_sent_is_repeated() {
    let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJvaWQiOiJhbGljZSJ9.c2ln_-";
    for (text, shown) in [
        (format!("bad token {jwt}"), "bad token ***"),
        (format!("assertion=\"{jwt}\";x=1"), "assertion=\"***\";x=1"),
        (format!("{jwt},{jwt}"), "***,***"),
        (format!("é{jwt}é"), "é***é"),
        (
            "you sent Bearer opaque-1!".to_owned(),
            "you sent Bearer ***!",
        ),
        ("opaque-1opaque-1".to_owned(), "******"),
        ("eyJ is how they begin".to_owned(), "eyJ is how they begin"),
        ("nothing to hide".to_owned(), "nothing to hide"),
    ] {
        assert_eq!(masked(&text, &["opaque-1", ""]), shown);
    }
}

proptest! {
    #[test]
    fn what_was_sent_never_comes_back(
        before in any::<String>(),
        credential in "[A-Za-z0-9._~+/-]{12,80}",
        after in any::<String>(),
    ) {
        let shown = masked(&format!("{before}{credential}{after}"), &[&credential]);
        prop_assert!(!shown.contains(&credential));
    }
}

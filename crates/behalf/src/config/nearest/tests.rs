use super::*;

#[test]
fn slips_are_recognised_and_other_words_are_not() {
    let known = ["address", "rooms", "certificate", "key", "allow_http"];
    for (word, meant) in [
        ("adress", "address"),
        ("Rooms", "rooms"),
        ("allowHttp", "allow_http"),
        ("certificat", "certificate"),
        ("room", "rooms"),
    ] {
        assert_eq!(nearest(word, &known), Some(meant), "{word}");
    }
    for word in ["database", "x", "tls_version"] {
        assert_eq!(nearest(word, &known), None, "{word}");
    }
}

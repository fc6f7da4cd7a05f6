use super::*;

#[test]
fn the_canonical_form_round_trips() {
    for length in 0..70_u8 {
        let bytes: Vec<u8> = (0..length).map(|byte| byte.wrapping_mul(37)).collect();
        let text = encode(&bytes);
        assert_eq!(text.len(), encoded_len(bytes.len()));
        assert_eq!(decode(&text, "it").unwrap(), bytes);
        let mut appended = "x.".to_owned();
        encode_into(&bytes, &mut appended);
        assert_eq!(appended, format!("x.{text}"));
    }
    assert_eq!(decode("_-8", "it").unwrap(), [0xff, 0xef]);
}

#[test]
fn every_other_spelling_is_refused() {
    for text in [
        "QQ==",
        "QQ=",
        "QUI=",
        "Q",
        "QUJDR",
        "QR",
        "QS",
        "Qf",
        "QUJ",
        "QU K",
        " QQ",
        "QQ ",
        "QQ\n",
        "Q\r\nQ",
        "+w",
        "/w",
        "Q.Q",
        "Q?Q",
        "QQ\0",
        "ÄÄ",
        "QUI\u{200b}",
    ] {
        assert_eq!(
            decode(text, "it"),
            Err(JoseError::Encoding("it")),
            "{text:?}"
        );
    }
}

#[test]
fn thumbprints_are_read_as_clients_write_them() {
    let bytes = [0xfb, 0xff, 0x01, 0x02];
    for text in ["-_8BAg", "-_8BAg==", "+/8BAg", "+/8BAg=="] {
        assert_eq!(decode_lenient(text).unwrap(), bytes, "{text}");
    }
    for text in ["-_8B Ag", "+_8BAg", "-_8BAh", "=QQ", "Q"] {
        assert_eq!(decode_lenient(text), None, "{text}");
    }
}

use super::*;

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|index| u8::from_str_radix(&text[index..index + 2], 16).unwrap())
        .collect()
}

#[test]
fn hashes_of_the_standards() {
    // FIPS 180-4, "abc".
    assert_eq!(
        sha256(b"abc")[..],
        hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    );
    assert_eq!(
        sha1(b"abc")[..],
        hex("a9993e364706816aba3e25717850c26c9cd0d89d")
    );
    // RFC 4231 test case 2.
    let mac = hmac_sha256(b"Jefe", b"what do ya want for nothing?");
    assert_eq!(
        mac[..],
        hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    );
}

#[test]
fn hkdf_of_rfc_5869_case_1() {
    let okm: [u8; 42] = hkdf_sha256(
        &hex("000102030405060708090a0b0c"),
        &[0x0b; 22],
        &hex("f0f1f2f3f4f5f6f7f8f9"),
    );
    let expected =
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865";
    assert_eq!(okm[..], hex(expected));
}

#[test]
fn sealed_text_opens_only_as_it_was_sealed() {
    let (key, nonce) = ([7; 32], [9; 12]);
    for plaintext in [&b""[..], b"x", &[5; 5000]] {
        let sealed = aead_seal(&key, nonce, b"row 1", plaintext);
        assert_eq!(sealed.len(), plaintext.len() + 16);
        assert_eq!(
            aead_open(&key, nonce, b"row 1", &sealed).unwrap(),
            plaintext
        );
        assert_eq!(aead_open(&[8; 32], nonce, b"row 1", &sealed), None);
        assert_eq!(aead_open(&key, [8; 12], b"row 1", &sealed), None);
        assert_eq!(aead_open(&key, nonce, b"row 2", &sealed), None);
        assert_eq!(aead_open(&key, nonce, b"row 1", &sealed[1..]), None);
        assert_eq!(aead_open(&key, nonce, b"row 1", &sealed[..15]), None);
        let mut changed = sealed;
        changed[0] ^= 1;
        assert_eq!(aead_open(&key, nonce, b"row 1", &changed), None);
    }
}

#[test]
fn equality_in_constant_time_is_equality() {
    for (a, b, equal) in [
        ("", "", true),
        ("a", "a", true),
        ("a", "b", false),
        ("a", "aa", false),
        ("a", "", false),
    ] {
        assert_eq!(
            constant_time_eq(a.as_bytes(), b.as_bytes()),
            equal,
            "{a} {b}"
        );
    }
}

#[test]
fn aes_refuses_keys_of_other_lengths() {
    for length in [0, 1, 15, 17, 31, 33, 64] {
        let key = vec![0; length];
        assert!(AesBlock::new(&key).is_none());
        assert!(cbc_decrypt(&key, [0; 16], &[0; 16]).is_none());
        assert!(cbc_mac(&key, &[]).is_none());
        assert!(gcm_open(&key, &[0; 12], &[], &[0; 16]).is_none());
    }
}

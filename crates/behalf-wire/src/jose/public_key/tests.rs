use super::*;
use crate::jose::backend::{KeyKind, Signer, generate_pkcs8};
use crate::jose::{JoseError, JwsAlg};

fn rsa(n: Vec<u8>, e: &[u8]) -> PublicKey {
    PublicKey::Rsa { n, e: e.to_vec() }
}

/// An odd number of so many bits.
fn odd(bits: usize) -> Vec<u8> {
    let mut bytes = vec![0xa7; bits.div_ceil(8)];
    let top = (bits - 1) % 8;
    bytes[0] = 1 << top;
    bytes
}

#[test]
fn rsa_numbers() {
    let f4 = &[1, 0, 1][..];
    for bits in [2048, 2049, 3072, 4096, 8192] {
        assert_eq!(rsa(odd(bits), f4).check(), Ok(()), "{bits}");
    }
    assert_eq!(rsa(odd(2048), &[1, 0, 0, 1]).check(), Ok(()));
    for bits in [512, 1024, 2047] {
        assert!(
            matches!(rsa(odd(bits), f4).check(), Err(JoseError::KeyWeak(_))),
            "{bits}"
        );
    }
    for exponent in [&[1][..], &[3], &[5], &[17], &[0xff, 0xff]] {
        assert!(
            matches!(rsa(odd(2048), exponent).check(), Err(JoseError::KeyWeak(_))),
            "{exponent:?}"
        );
    }
    for exponent in [
        &[][..],
        &[0],
        &[0, 1, 0, 1],
        &[2],
        &[1, 0, 2],
        &[1, 0, 0, 0, 1],
    ] {
        assert!(
            matches!(
                rsa(odd(2048), exponent).check(),
                Err(JoseError::KeyInvalid(_))
            ),
            "{exponent:?}"
        );
    }
    let mut even = odd(2048);
    even[255] = 0x10;
    for modulus in [
        vec![],
        vec![0],
        even,
        [vec![0], odd(2048)].concat(),
        odd(8193),
    ] {
        assert!(matches!(
            rsa(modulus, f4).check(),
            Err(JoseError::KeyInvalid(_))
        ));
    }
}

#[test]
fn coordinates_have_the_full_length() {
    for (curve, length) in [(Curve::P256, 32), (Curve::P384, 48), (Curve::P521, 66)] {
        let ec = |x: usize, y: usize| PublicKey::Ec {
            curve,
            x: vec![1; x],
            y: vec![1; y],
        };
        assert_eq!(ec(length, length).check(), Ok(()));
        for (x, y) in [
            (length - 1, length),
            (length, length - 1),
            (length + 1, length),
            (0, 0),
        ] {
            assert!(matches!(ec(x, y).check(), Err(JoseError::KeyInvalid(_))));
        }
    }
    for length in [0, 31, 33] {
        assert!(PublicKey::Ed25519 { x: vec![1; length] }.check().is_err());
        assert!(PublicKey::X25519 { x: vec![1; length] }.check().is_err());
    }
}

#[test]
fn spki_of_generated_keys() {
    let cases = [
        (KeyKind::Rsa2048, JwsAlg::RS256),
        (KeyKind::P256, JwsAlg::ES256),
        (KeyKind::Ed25519, JwsAlg::EdDSA),
    ];
    for (kind, alg) in cases {
        let (_, spki) = Signer::from_pkcs8(alg, &generate_pkcs8(kind).unwrap()).unwrap();
        let key = PublicKey::from_spki(&spki).unwrap();
        assert!(key.signature_algs().contains(&alg), "{key:?}");
        assert!(PublicKey::from_spki(&[spki.as_slice(), &[0]].concat()).is_err());
        assert!(PublicKey::from_spki(&spki[..spki.len() - 1]).is_err());
    }
    assert!(PublicKey::from_spki(b"").is_err());
}

#[test]
fn thumbprints_of_rfc_7638_and_rfc_8037() {
    let decode = |text: &str| base64url::decode(text, "a number").unwrap();
    let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n\
             3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zg\
             dAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFC\
             ur-kEgU8awapJzKnqDKgw";
    assert_eq!(
        rsa(decode(n), &[1, 0, 1]).thumbprint(),
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    );
    let ed = PublicKey::Ed25519 {
        x: decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
    };
    assert_eq!(
        ed.thumbprint(),
        "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    );
}

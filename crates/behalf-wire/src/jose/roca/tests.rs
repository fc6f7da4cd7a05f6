use super::*;
use crate::jose::backend::{KeyKind, generate_pkcs8};
use crate::jose::{JwsAlg, PublicKey, SigningKey};

/// 65537 to the given power, big-endian: a power of the generator modulo every prime, as a marked modulus is.
fn power_of_generator(exponent: usize) -> Vec<u8> {
    let mut digits: Vec<u8> = vec![1];
    for _ in 0..exponent {
        // 65537 x = x + 65536 x, little-endian bytes.
        let mut carry = 0_u16;
        let shifted: Vec<u8> = [0, 0].into_iter().chain(digits.iter().copied()).collect();
        digits.resize(shifted.len(), 0);
        for (digit, other) in digits.iter_mut().zip(shifted) {
            let sum = u16::from(*digit) + u16::from(other) + carry;
            *digit = sum as u8;
            carry = sum >> 8;
        }
        digits.extend((carry > 0).then_some(carry as u8));
    }
    digits.reverse();
    digits
}

#[test]
fn marked_numbers_are_recognised() {
    assert_eq!(power_of_generator(2), [1, 0, 2, 0, 1]);
    for exponent in [1, 2, 33, 120, 128] {
        assert!(is_suspect(&power_of_generator(exponent)), "{exponent}");
    }
}

#[test]
fn sound_numbers_are_not() {
    for number in [&[2][..], &[3], &[15], &[0xff; 256], &[0x80, 1, 7]] {
        assert!(!is_suspect(number), "{number:?}");
    }
    let key = SigningKey::from_pkcs8(
        JwsAlg::RS256,
        None,
        &generate_pkcs8(KeyKind::Rsa2048).unwrap(),
    )
    .unwrap();
    let jwk = key.public_jwk().unwrap();
    let Some(PublicKey::Rsa { n, .. }) = jwk.public_key() else {
        panic!("an RSA key")
    };
    assert!(!is_suspect(n));
}

#[test]
fn a_marked_key_is_refused() {
    let key = PublicKey::Rsa {
        n: power_of_generator(128),
        e: vec![1, 0, 1],
    };
    assert!(
        matches!(key.check(), Err(crate::jose::JoseError::KeyWeak(reason)) if reason.contains("ROCA"))
    );
}

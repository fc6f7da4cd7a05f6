mod ecdh;
mod json;

use serde_json::json;

use super::*;
use crate::jose::backend::encryption::{
    aes_encrypt_block, agreement_public, cbc_encrypt, gcm_seal, oaep_wrap,
};
use crate::jose::backend::{Agreement, AgreementCurve, KeyKind, OaepHash, cbc_mac, generate_pkcs8};
use crate::jose::{Curve, Jwk};

const PLAINTEXT: &[u8] = b"The true sign of intelligence is not knowledge but imagination.";
const CONTENT: [&str; 6] = [
    "A128GCM",
    "A192GCM",
    "A256GCM",
    "A128CBC-HS256",
    "A192CBC-HS384",
    "A256CBC-HS512",
];

fn enc_of(name: &str) -> ContentAlg {
    ContentAlg::of(&Header::new(json!({"enc": name}).as_object().unwrap().clone()).unwrap())
        .unwrap()
}

fn seal(enc: &str, key: &[u8], aad: &[u8]) -> Content {
    let (aad, plain) = (aad.to_vec(), PLAINTEXT);
    match enc_of(enc) {
        ContentAlg::AesGcm(_) => {
            let mut ciphertext = gcm_seal(key, &[3; 12], &aad, plain);
            let tag = ciphertext.split_off(plain.len());
            Content {
                aad,
                iv: vec![3; 12],
                ciphertext,
                tag,
            }
        }
        ContentAlg::AesCbcHmac(length) => {
            let (mac_key, cipher_key) = key.split_at(length / 2);
            let ciphertext = cbc_encrypt(cipher_key, [4; 16], plain);
            let bits = (aad.len() as u64 * 8).to_be_bytes();
            let tag = cbc_mac(mac_key, &[&aad, &[4; 16], &ciphertext, &bits]).unwrap();
            Content {
                aad,
                iv: vec![4; 16],
                ciphertext,
                tag,
            }
        }
    }
}

/// A compact token; `wrap` answers the encrypted key and the content key.
fn token(header: &Value, wrapped: &[u8], content_key: &[u8]) -> String {
    let header_text = base64url::encode(header.to_string());
    let content = seal(
        header["enc"].as_str().unwrap(),
        content_key,
        header_text.as_bytes(),
    );
    assemble(&header_text, wrapped, &content)
}

fn assemble(header_text: &str, wrapped: &[u8], content: &Content) -> String {
    let parts = [wrapped, &content.iv, &content.ciphertext, &content.tag].map(base64url::encode);
    format!("{header_text}.{}", parts.join("."))
}

/// AES Key Wrap, wrapping (RFC 3394 section 2.2.1).
fn wrap_aes(wrapping_key: &[u8], key: &[u8]) -> Vec<u8> {
    let mut integrity = [0xa6; 8];
    let mut registers = key.to_vec();
    let count = key.len() / 8;
    for step in 1..=count * 6 {
        let register = &mut registers[(step - 1) % count * 8..][..8];
        let mut block = [0; 16];
        block[..8].copy_from_slice(&integrity);
        block[8..].copy_from_slice(register);
        aes_encrypt_block(wrapping_key, &mut block);
        integrity.copy_from_slice(&block[..8]);
        integrity = (u64::from_be_bytes(integrity) ^ step as u64).to_be_bytes();
        register.copy_from_slice(&block[8..]);
    }
    [&integrity, registers.as_slice()].concat()
}

fn keys(jwk: &Value) -> Vec<DecryptionKey> {
    vec![DecryptionKey::from_jwk(&Jwk::parse(&jwk.to_string()).unwrap()).unwrap()]
}

fn oct(key: &[u8]) -> Value {
    json!({"kty": "oct", "k": base64url::encode(key)})
}

fn opens(token: &str, keys: &[DecryptionKey]) -> bool {
    match decrypt_compact(token, keys) {
        Ok(decrypted) => decrypted.plaintext() == PLAINTEXT,
        Err(_) => false,
    }
}

/// The private JWK of a curve, with the private number all of one byte.
fn curve_key(curve: AgreementCurve, byte: u8) -> (Value, Vec<u8>) {
    let AgreementCurve::Ec(ec) = curve else {
        let d = [byte; 32];
        let x = agreement_public(curve, &d);
        let d = base64url::encode(d);
        return (
            json!({"kty": "OKP", "crv": "X25519", "x": base64url::encode(&x), "d": d}),
            x,
        );
    };
    let mut d = vec![byte; ec.coordinate_bytes()];
    d[0] = 0;
    let point = agreement_public(curve, &d);
    let (x, y) = point[1..].split_at(ec.coordinate_bytes());
    let (x, y, d) = (
        base64url::encode(x),
        base64url::encode(y),
        base64url::encode(d),
    );
    (
        json!({"kty": "EC", "crv": ec.name(), "x": x, "y": y, "d": d}),
        point,
    )
}

fn public(jwk: &Value) -> Value {
    let mut jwk = jwk.clone();
    jwk.as_object_mut().unwrap().remove("d");
    jwk
}

#[test]
fn direct_encryption_with_every_content_algorithm() {
    for enc in CONTENT {
        let key = vec![9; enc_of(enc).key_bytes()];
        let token = token(&json!({"alg": "dir", "enc": enc}), &[], &key);
        assert!(opens(&token, &keys(&oct(&key))), "{enc}");
        for length in [16, 24, 32, 48, 64]
            .into_iter()
            .filter(|length| *length != key.len())
        {
            let refused = decrypt_compact(&token, &keys(&oct(&vec![9; length]))).unwrap_err();
            assert_eq!(refused, JoseError::NoFittingKey, "{enc} {length}");
        }
    }
}

#[test]
fn key_wrap_with_every_length() {
    for (alg, length) in [("A128KW", 16), ("A192KW", 24), ("A256KW", 32)] {
        for enc in CONTENT {
            let (shared, content_key) = (vec![8; length], vec![9; enc_of(enc).key_bytes()]);
            let wrapped = wrap_aes(&shared, &content_key);
            let header = json!({"alg": alg, "enc": enc});
            assert!(
                opens(
                    &token(&header, &wrapped, &content_key),
                    &keys(&oct(&shared))
                ),
                "{alg} {enc}"
            );
            let mut changed = wrapped.clone();
            changed[9] ^= 1;
            for bad in [
                changed,
                wrapped[8..].to_vec(),
                wrapped[1..].to_vec(),
                vec![],
                vec![0; 8],
                vec![0; 16],
            ] {
                let refused =
                    decrypt_compact(&token(&header, &bad, &content_key), &keys(&oct(&shared)));
                assert_eq!(
                    refused.unwrap_err(),
                    JoseError::DecryptionFailed,
                    "{alg} {enc} {}",
                    bad.len()
                );
            }
            // A wrapped key of another length than enc needs.
            let long = wrap_aes(&shared, &[content_key.as_slice(), &[9; 8]].concat());
            assert!(!opens(
                &token(&header, &long, &content_key),
                &keys(&oct(&shared))
            ));
        }
    }
}

#[test]
fn gcm_key_wrap_takes_iv_and_tag_from_the_header() {
    for (alg, length) in [("A128GCMKW", 16), ("A192GCMKW", 24), ("A256GCMKW", 32)] {
        let (shared, content_key) = (vec![8; length], vec![9; 16]);
        let mut wrapped = gcm_seal(&shared, &[6; 12], &[], &content_key);
        let tag = wrapped.split_off(16);
        let header = |iv: &[u8], tag: &[u8]| json!({"alg": alg, "enc": "A128GCM", "iv": base64url::encode(iv), "tag": base64url::encode(tag)});
        assert!(opens(
            &token(&header(&[6; 12], &tag), &wrapped, &content_key),
            &keys(&oct(&shared))
        ));
        for (iv, tag) in [
            (&[6; 11][..], &tag[..]),
            (&[7; 12], &tag),
            (&[6; 12], &tag[..15]),
            (&[6; 12], &[0; 16]),
        ] {
            assert!(!opens(
                &token(&header(iv, tag), &wrapped, &content_key),
                &keys(&oct(&shared))
            ));
        }
        assert!(!opens(
            &token(
                &json!({"alg": alg, "enc": "A128GCM"}),
                &wrapped,
                &content_key
            ),
            &keys(&oct(&shared))
        ));
    }
}

/// The private JWK of the key pair used for RSA, read back from its PKCS#8 form.
fn rsa_keys(der: &[u8]) -> Value {
    use x509_parser::der_parser::der::parse_der;
    let (_, info) = parse_der(der).unwrap();
    let octets = info.as_sequence().unwrap()[2].as_slice().unwrap().to_vec();
    let (_, numbers) = parse_der(&octets).unwrap();
    let mut jwk = json!({"kty": "RSA"});
    for (index, name) in ["n", "e", "d", "p", "q", "dp", "dq", "qi"]
        .into_iter()
        .enumerate()
    {
        let number = numbers.as_sequence().unwrap()[index + 1]
            .as_slice()
            .unwrap();
        let start = number.iter().position(|byte| *byte != 0).unwrap();
        jwk[name] = json!(base64url::encode(&number[start..]));
    }
    jwk
}

#[test]
fn rsa_oaep_with_every_hash() {
    let der = generate_pkcs8(KeyKind::Rsa2048).unwrap();
    let jwk = rsa_keys(&der);
    let content_key = [9; 32];
    let cases = [
        ("RSA-OAEP", OaepHash::Sha1),
        ("RSA-OAEP-256", OaepHash::Sha256),
        ("RSA-OAEP-384", OaepHash::Sha384),
        ("RSA-OAEP-512", OaepHash::Sha512),
    ];
    for (alg, hash) in cases {
        let wrapped = oaep_wrap(&der, hash, &content_key);
        let header = json!({"alg": alg, "enc": "A256GCM"});
        let good = token(&header, &wrapped, &content_key);
        assert!(opens(&good, &keys(&jwk)), "{alg}");
        let mut changed = wrapped.clone();
        changed[100] ^= 1;
        for bad in [
            changed,
            wrapped[1..].to_vec(),
            vec![],
            vec![0; 256],
            vec![0xff; 256],
        ] {
            let refused = decrypt_compact(&token(&header, &bad, &content_key), &keys(&jwk));
            assert_eq!(refused.unwrap_err(), JoseError::DecryptionFailed, "{alg}");
        }
        let mut bound = jwk.clone();
        bound["alg"] = json!("RSA-OAEP-256");
        assert_eq!(opens(&good, &keys(&bound)), alg == "RSA-OAEP-256");
    }
    let mut without_primes = jwk.clone();
    without_primes.as_object_mut().unwrap().remove("qi");
    assert!(DecryptionKey::from_jwk(&Jwk::parse(&without_primes.to_string()).unwrap()).is_err());
    let mut foreign = jwk;
    foreign["dp"] = foreign["dq"].clone();
    assert!(DecryptionKey::from_jwk(&Jwk::parse(&foreign.to_string()).unwrap()).is_err());
}

#[test]
fn changed_and_shortened_parts_are_refused() {
    for enc in CONTENT {
        let key = vec![9; enc_of(enc).key_bytes()];
        let header_text = base64url::encode(json!({"alg": "dir", "enc": enc}).to_string());
        let good = || seal(enc, &key, header_text.as_bytes());
        let change: [fn(&mut Content); 12] = [
            |content| content.tag[0] ^= 1,
            |content| *content.tag.last_mut().unwrap() ^= 1,
            |content| content.tag.push(0),
            |content| {
                content.tag.pop();
            },
            |content| content.tag.truncate(8),
            |content| content.tag.clear(),
            |content| content.iv[0] ^= 1,
            |content| content.iv.push(0),
            |content| {
                content.iv.pop();
            },
            |content| content.iv.clear(),
            |content| content.ciphertext[0] ^= 1,
            |content| content.ciphertext.clear(),
        ];
        for (index, change) in change.into_iter().enumerate() {
            let mut content = good();
            change(&mut content);
            let refused =
                decrypt_compact(&assemble(&header_text, &[], &content), &keys(&oct(&key)))
                    .unwrap_err();
            assert_eq!(refused, JoseError::DecryptionFailed, "{enc} change {index}");
        }
        // The header is authenticated too.
        let other = base64url::encode(json!({"alg": "dir", "enc": enc, "x": 1}).to_string());
        assert!(!opens(&assemble(&other, &[], &good()), &keys(&oct(&key))));
        assert!(opens(
            &assemble(&header_text, &[], &good()),
            &keys(&oct(&key))
        ));
        let beside = assemble(&header_text, &[1], &good());
        assert!(matches!(
            decrypt_compact(&beside, &keys(&oct(&key))),
            Err(JoseError::Malformed(_))
        ));
    }
}

#[test]
fn headers_that_are_refused() {
    let key = [9; 16];
    let cases = [
        (json!({"enc": "A128GCM"}), JoseError::AlgMissing),
        (json!({"alg": "none", "enc": "A128GCM"}), JoseError::AlgNone),
        (
            json!({"alg": "RSA1_5", "enc": "A128GCM"}),
            JoseError::AlgNotOffered,
        ),
        (
            json!({"alg": "PBES2-HS256+A128KW", "enc": "A128GCM"}),
            JoseError::AlgNotOffered,
        ),
        (
            json!({"alg": "DIR", "enc": "A128GCM"}),
            JoseError::Malformed("alg or enc is spelled in another letter case"),
        ),
        (
            json!({"alg": "dir", "enc": "A128GCM", "zip": "DEF"}),
            JoseError::CompressionNotOffered,
        ),
        (
            json!({"alg": "dir", "enc": "A128GCM", "crit": ["exp"], "exp": 1}),
            JoseError::CriticalExtension,
        ),
        (
            json!({"alg": "dir", "enc": "A128GCM", "kid": 1}),
            JoseError::HeaderType("kid"),
        ),
        (
            json!({"alg": "A128KW", "enc": "A128GCM"}),
            JoseError::DecryptionFailed,
        ),
        (
            json!({"alg": "A256KW", "enc": "A128GCM"}),
            JoseError::NoFittingKey,
        ),
        (
            json!({"alg": "RSA-OAEP", "enc": "A128GCM"}),
            JoseError::NoFittingKey,
        ),
        (
            json!({"alg": "ECDH-ES", "enc": "A128GCM"}),
            JoseError::NoFittingKey,
        ),
    ];
    for (header, expected) in cases {
        assert_eq!(
            decrypt_compact(&token(&header, &[], &key), &keys(&oct(&key))).unwrap_err(),
            expected,
            "{header}"
        );
    }
    let unknown = base64url::encode(json!({"alg": "dir", "enc": "A128ABC"}).to_string());
    let missing = base64url::encode(json!({"alg": "dir"}).to_string());
    let refused = |token: &str| decrypt_compact(token, &keys(&oct(&key))).unwrap_err();
    assert_eq!(refused(&format!("{unknown}....")), JoseError::EncNotOffered);
    assert_eq!(refused(&format!("{missing}....")), JoseError::EncMissing);
    for text in ["", "a.b.c", "a.b.c.d", "a.b.c.d.e.f", "....."] {
        assert!(matches!(refused(text), JoseError::Malformed(_)), "{text}");
    }
    assert!(matches!(
        refused(&format!("{missing}.=...")),
        JoseError::Encoding(_)
    ));
    assert!(matches!(
        refused(&"x".repeat(MAX_TOKEN_BYTES + 1)),
        JoseError::TooLarge { .. }
    ));
}

#[test]
fn keys_are_found_by_name_and_bound_to_their_alg() {
    let named = |kid: Option<&str>, byte: u8, extra: Value| {
        let mut jwk = oct(&[byte; 16]);
        jwk.as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        if let Some(kid) = kid {
            jwk["kid"] = json!(kid);
        }
        keys(&jwk).remove(0)
    };
    let plain = json!({});
    let with_kid = token(
        &json!({"alg": "dir", "enc": "A128GCM", "kid": "b"}),
        &[],
        &[2; 16],
    );
    let without = token(&json!({"alg": "dir", "enc": "A128GCM"}), &[], &[2; 16]);
    let ring = [
        named(Some("a"), 1, plain.clone()),
        named(Some("b"), 2, plain.clone()),
        named(Some("c"), 3, plain.clone()),
    ];
    assert!(opens(&with_kid, &ring) && opens(&without, &ring));
    assert_eq!(
        decrypt_compact(&with_kid, &ring[..1]).unwrap_err(),
        JoseError::KeyUnknown
    );
    assert_eq!(
        decrypt_compact(&without, &ring[..1]).unwrap_err(),
        JoseError::DecryptionFailed
    );
    assert!(opens(&with_kid, &[named(None, 2, plain)]));
    for (extra, allowed) in [
        (json!({"alg": "dir"}), true),
        (json!({"alg": "A128GCM"}), true),
        (json!({"alg": "A256GCM"}), false),
        (json!({"alg": "A128KW"}), false),
        (json!({"alg": "HS256"}), false),
        (json!({"key_ops": ["decrypt"]}), true),
        (json!({"key_ops": ["unwrapKey"]}), false),
    ] {
        assert_eq!(
            opens(&without, &[named(None, 2, extra.clone())]),
            allowed,
            "{extra}"
        );
    }
}

#[test]
fn rfc_7516_appendix_a_3() {
    let token = "eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ.\
                 AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.U0m_YmjN04DJvceFICbCVQ";
    let key = json!({"kty": "oct", "k": "GawgguFyGrWKav7AX4VKUg"});
    assert_eq!(
        decrypt_compact(token, &keys(&key))
            .unwrap()
            .into_plaintext(),
        b"Live long and prosper."
    );
}

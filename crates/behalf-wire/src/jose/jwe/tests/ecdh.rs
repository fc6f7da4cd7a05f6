use super::*;

const CURVES: [AgreementCurve; 4] = [
    AgreementCurve::Ec(Curve::P256),
    AgreementCurve::Ec(Curve::P384),
    AgreementCurve::Ec(Curve::P521),
    AgreementCurve::X25519,
];

fn agreement(curve: AgreementCurve, jwk: &Value, point: &[u8]) -> Agreement {
    let d = base64url::decode(jwk["d"].as_str().unwrap(), "d").unwrap();
    Agreement::new(curve, &d, point).unwrap()
}

#[test]
fn ecdh_es_with_every_curve() {
    for curve in CURVES {
        let (recipient, _) = curve_key(curve, 0x51);
        let (sender, sender_point) = curve_key(curve, 0x62);
        let sender_key = agreement(curve, &sender, &sender_point);
        for (alg, wrap_length) in [
            ("ECDH-ES", 0),
            ("ECDH-ES+A128KW", 16),
            ("ECDH-ES+A192KW", 24),
            ("ECDH-ES+A256KW", 32),
        ] {
            for enc in CONTENT {
                let header = json!({"alg": alg, "enc": enc, "epk": public(&sender), "apu": "QWxpY2U", "apv": "Qm9i"});
                let length = enc_of(enc).key_bytes();
                // The sender derives the same key with the two public keys exchanged.
                let mirrored = json!({"epk": public(&recipient), "apu": "QWxpY2U", "apv": "Qm9i"});
                let mirrored = Header::new(mirrored.as_object().unwrap().clone()).unwrap();
                let derive = |purpose: &str, length| {
                    key_management::derive(&mirrored, curve, &sender_key, purpose, length).unwrap()
                };
                let (wrapped, content_key) = if wrap_length == 0 {
                    (vec![], derive(enc, length).to_vec())
                } else {
                    (
                        wrap_aes(&derive(alg, wrap_length), &vec![9; length]),
                        vec![9; length],
                    )
                };
                assert!(
                    opens(&token(&header, &wrapped, &content_key), &keys(&recipient)),
                    "{curve:?} {alg} {enc}"
                );
                let mut other_party = header;
                other_party["apv"] = json!("Qm9j");
                assert!(!opens(
                    &token(&other_party, &wrapped, &content_key),
                    &keys(&recipient)
                ));
            }
        }
    }
}

#[test]
fn rfc_7518_appendix_c_derives_the_same_key() {
    let bob = AgreementCurve::Ec(Curve::P256);
    let bytes = |text: &str| base64url::decode(text, "it").unwrap();
    let d = bytes("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw");
    let private = Agreement::new(bob, &d, &agreement_public(bob, &d)).unwrap();
    let header = json!({"alg": "ECDH-ES", "enc": "A128GCM", "apu": "QWxpY2U", "apv": "Qm9i", "epk": {"kty": "EC",
        "crv": "P-256", "x": "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
        "y": "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps"}});
    let header = Header::new(header.as_object().unwrap().clone()).unwrap();
    let derived = key_management::derive(&header, bob, &private, "A128GCM", 16).unwrap();
    assert_eq!(base64url::encode(&*derived), "VqqN6vgjbSBcIijNcacQGg");
}

#[test]
fn an_ephemeral_key_off_the_curve_is_refused() {
    let curve = AgreementCurve::Ec(Curve::P256);
    let (recipient, _) = curve_key(curve, 0x51);
    let (sender, _) = curve_key(curve, 0x62);
    let mut off = public(&sender);
    off["y"] = off["x"].clone();
    let zero = base64url::encode([0; 32]);
    let other_curve = public(&curve_key(AgreementCurve::Ec(Curve::P384), 0x62).0);
    let cases = [
        off,
        json!({"kty": "EC", "crv": "P-256", "x": zero, "y": zero}),
        json!({"kty": "EC", "crv": "P-256", "x": public(&sender)["x"]}),
        other_curve,
        public(&curve_key(AgreementCurve::X25519, 0x62).0),
        json!({"kty": "oct", "k": "AAAA"}),
        json!("x"),
        json!(null),
    ];
    for epk in cases {
        let header = json!({"alg": "ECDH-ES", "enc": "A128GCM", "epk": epk});
        assert!(
            decrypt_compact(&token(&header, &[], &[9; 16]), &keys(&recipient)).is_err(),
            "{epk}"
        );
    }
    // Points of small order on X25519 give an all-zero secret.
    let (recipient, _) = curve_key(AgreementCurve::X25519, 0x51);
    for x in [[0; 32], {
        let mut one = [0; 32];
        one[0] = 1;
        one
    }] {
        let epk = json!({"kty": "OKP", "crv": "X25519", "x": base64url::encode(x)});
        let header = json!({"alg": "ECDH-ES", "enc": "A128GCM", "epk": epk});
        let refused =
            decrypt_compact(&token(&header, &[], &[9; 16]), &keys(&recipient)).unwrap_err();
        assert_eq!(refused, JoseError::DecryptionFailed);
    }
}

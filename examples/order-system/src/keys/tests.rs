use super::*;
use crate::testing::*;

fn issuer() -> (Arc<FakeIssuer>, IssuerKeys) {
    let fake = Arc::new(FakeIssuer::default());
    (fake.clone(), IssuerKeys::new(ISSUER.to_owned(), fake))
}

#[tokio::test]
async fn keys_are_read_once_and_kept() {
    let (fake, keys) = issuer();
    let k1 = key("k1");
    fake.publish(&[&k1]);
    let token = sign(&k1, &claims_v2());
    for second in 0..100 {
        assert!(keys.verify(&token, NOW_S + second).await.is_ok());
    }
    assert_eq!(fake.readings(), 1);
}

#[tokio::test]
async fn a_new_key_of_the_issuer_is_found() {
    let (fake, keys) = issuer();
    let (k1, k2) = (key("k1"), key("k2"));
    fake.publish(&[&k1]);
    keys.verify(&sign(&k1, &claims_v2()), NOW_S).await.unwrap();
    fake.publish(&[&k1, &k2]);
    let token = sign(&k2, &claims_v2());
    assert_eq!(
        keys.verify(&token, NOW_S + 1).await.unwrap_err(),
        Unverifiable::Token(JoseError::KeyUnknown)
    );
    assert!(keys.verify(&token, NOW_S + MIN_INTERVAL_S).await.is_ok());
    assert_eq!(fake.readings(), 2);
}

#[tokio::test]
async fn invented_key_ids_do_not_flood_the_issuer() {
    let (fake, keys) = issuer();
    fake.publish(&[&key("k1")]);
    for n in 0..MIN_INTERVAL_S {
        let token = sign(&key(&format!("invented {n}")), &claims_v2());
        assert_eq!(
            keys.verify(&token, NOW_S + n).await.unwrap_err(),
            Unverifiable::Token(JoseError::KeyUnknown)
        );
    }
    assert_eq!(fake.readings(), 1);
}

#[tokio::test]
async fn a_withdrawn_key_stops_counting_within_the_hour() {
    let (fake, keys) = issuer();
    let (k1, k2) = (key("k1"), key("k2"));
    fake.publish(&[&k1]);
    let token = sign(&k1, &claims_v2());
    keys.verify(&token, NOW_S).await.unwrap();
    fake.publish(&[&k2]);
    assert!(keys.verify(&token, NOW_S + MAX_AGE_S - 1).await.is_ok());
    assert_eq!(
        keys.verify(&token, NOW_S + MAX_AGE_S).await.unwrap_err(),
        Unverifiable::Token(JoseError::KeyUnknown)
    );
}

#[tokio::test]
async fn known_keys_survive_an_issuer_that_is_down() {
    let (fake, keys) = issuer();
    let k1 = key("k1");
    fake.publish(&[&k1]);
    let token = sign(&k1, &claims_v2());
    fake.set_down(true);
    let Unverifiable::NoKeys(why) = keys.verify(&token, NOW_S).await.unwrap_err() else {
        panic!("verified")
    };
    assert!(why.ends_with("answers 503"), "{why}");
    assert!(matches!(
        keys.verify(&token, NOW_S + 1).await,
        Err(Unverifiable::NoKeys(_))
    ));
    fake.set_down(false);
    assert!(keys.verify(&token, NOW_S + MIN_INTERVAL_S).await.is_ok());
    fake.set_down(true);
    assert!(
        keys.verify(&token, NOW_S + MIN_INTERVAL_S + 2 * MAX_AGE_S)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_discovery_document_of_another_issuer_lends_no_keys() {
    let (fake, keys) = issuer();
    let k1 = key("k1");
    fake.publish(&[&k1]);
    fake.lie();
    let Unverifiable::NoKeys(why) = keys
        .verify(&sign(&k1, &claims_v2()), NOW_S)
        .await
        .unwrap_err()
    else {
        panic!("verified")
    };
    assert!(
        why.contains("another issuer: https://evil.example"),
        "{why}"
    );
    assert_eq!(fake.readings(), 0);
}

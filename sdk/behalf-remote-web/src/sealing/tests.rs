use super::*;
use crate::testing::TestEnv;

#[test]
fn what_is_sealed_opens_with_key_and_purpose_only() {
    let env = TestEnv::new();
    let key = SealingKey::from_base64(&STANDARD.encode([7; 32])).unwrap();
    let other = SealingKey::from_base64(&STANDARD.encode([8; 32])).unwrap();
    let sealed = key.seal(&*env, b"here", b"clear");
    assert_eq!(key.open(b"here", &sealed).unwrap().as_slice(), b"clear");
    assert!(key.open(b"there", &sealed).is_none() && other.open(b"here", &sealed).is_none());
    for index in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[index] ^= 1;
        assert!(key.open(b"here", &changed).is_none());
        assert!(key.open(b"here", &sealed[..index]).is_none());
    }
    assert_ne!(sealed, key.seal(&*env, b"here", b"clear"));
}

#[test]
fn keys_of_a_wrong_length_are_refused_without_showing_them() {
    for text in ["", "AAECAw==", "?", &STANDARD.encode([1; 33])] {
        let error = SealingKey::from_base64(text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
    }
    let key = SealingKey::from_base64(&STANDARD.encode([7; 32])).unwrap();
    assert_eq!(format!("{key:?}"), "SealingKey(***)");
}

#[test]
fn a_key_file_is_made_once_and_for_its_owner_alone() {
    let env = TestEnv::new();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("key");
    let first = SealingKey::from_file(&path, &*env).unwrap();
    let second = SealingKey::from_file(&path, &*env).unwrap();
    assert_eq!(first.0, second.0);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    std::fs::write(&path, "something else").unwrap();
    let error = SealingKey::from_file(&path, &*env).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let error = SealingKey::from_file(&directory.path().join("no/such"), &*env).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
}

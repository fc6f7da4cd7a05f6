use super::{FileSealer, SealError, Unreadable};
use behalf_model::env::fixed;
use behalf_model::ports::Digester as _;
use behalf_model::secret::{Sealed, Sealer as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const OLD: &str = "old AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const NEW: &str = "new Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA";

fn from_text(text: &str) -> FileSealer {
    FileSealer::from_key_text(text, fixed::env().0).unwrap()
}

fn rejected(text: &str) -> SealError {
    FileSealer::from_key_text(text, fixed::env().0)
        .err()
        .unwrap()
}

fn in_directory() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("keys/behalf.key");
    (directory, path)
}

fn open(path: &Path) -> FileSealer {
    FileSealer::open(path, behalf_model::Env::system()).unwrap()
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

fn clear(sealer: &FileSealer, purpose: &str, sealed: &Sealed) -> Option<String> {
    sealer
        .open(purpose, sealed)
        .map(|secret| secret.expose().to_owned())
}

#[test]
fn a_sealed_text_opens_for_its_purpose_only() {
    let sealer = from_text(OLD);
    let sealed = sealer.seal("secret:a", "grüße \u{1f511}");
    assert!(sealed.0.starts_with("old."));
    assert_eq!(
        clear(&sealer, "secret:a", &sealed),
        Some("grüße \u{1f511}".to_owned())
    );
    assert_eq!(clear(&sealer, "secret:b", &sealed), None);
    assert_eq!(clear(&sealer, "", &sealed), None);
}

#[test]
fn empty_and_long_texts_come_back() {
    let sealer = from_text(OLD);
    for text in ["".to_owned(), "x".repeat(1_000_000)] {
        assert_eq!(clear(&sealer, "p", &sealer.seal("p", &text)), Some(text));
    }
}

#[test]
fn the_same_text_never_seals_alike() {
    let sealer = from_text(OLD);
    assert_ne!(sealer.seal("p", "text"), sealer.seal("p", "text"));
}

#[test]
fn every_changed_character_is_noticed() {
    let sealer = from_text(OLD);
    let sealed = sealer.seal("p", "text").0;
    for index in 0..sealed.len() {
        let mut changed = sealed.clone().into_bytes();
        changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
        assert_eq!(
            clear(&sealer, "p", &Sealed(String::from_utf8(changed).unwrap())),
            None,
            "character {index}"
        );
        assert_eq!(
            clear(&sealer, "p", &Sealed(sealed[..index].to_owned())),
            None,
            "cut at {index}"
        );
    }
}

#[test]
fn all_keys_open_and_the_first_seals() {
    let before = from_text(OLD).seal("p", "text");
    let both = from_text(&format!("# rotated\n\n{NEW}\r\n{OLD}\n"));
    assert_eq!(clear(&both, "p", &before), Some("text".to_owned()));
    let after = both.seal("p", "text");
    assert!(after.0.starts_with("new."));
    assert_eq!(clear(&from_text(OLD), "p", &after), None);
    assert_eq!(both.key_ids(), ["new", "old"]);
}

#[test]
fn resealing_changes_only_what_another_key_sealed() {
    let before = from_text(OLD).seal("p", "text");
    let both = from_text(&format!("{NEW}\n{OLD}"));
    let after = both.reseal("p", &before).unwrap().unwrap();
    assert_eq!(clear(&from_text(NEW), "p", &after), Some("text".to_owned()));
    assert_eq!(both.reseal("p", &after), Ok(None));
    assert_eq!(both.reseal("other", &before), Err(Unreadable));
    assert_eq!(
        both.reseal("p", &Sealed("gone.AAAA".to_owned())),
        Err(Unreadable)
    );
}

#[test]
fn digests_and_derived_keys_outlive_a_rotation() {
    let before = from_text(OLD);
    let both = from_text(&format!("{NEW}\n{OLD}"));
    let digest = before.digest("client-secret", "s3cret");
    assert!(digest.starts_with("old.") && !digest.contains("s3cret"));
    assert_eq!(both.digest("client-secret", "s3cret"), digest);
    assert!(both.matches("client-secret", "s3cret", &digest));
    assert_eq!(before.derive("refresh"), both.derive("refresh"));
    assert_ne!(before.derive("refresh"), before.derive("other"));
}

#[test]
fn a_digest_matches_only_its_secret_purpose_and_key() {
    let sealer = from_text(OLD);
    let digest = sealer.digest("ab", "c");
    assert!(!sealer.matches("ab", "d", &digest));
    assert!(!sealer.matches("a", "bc", &digest));
    assert!(!from_text(NEW).matches("ab", "c", &digest));
    for wrong in [
        "",
        "old",
        "old.",
        ".",
        "old.AAAA",
        "new.AAAA",
        &digest[..digest.len() - 1],
        &format!("{digest}A"),
    ] {
        assert!(!sealer.matches("ab", "c", wrong), "{wrong}");
    }
}

#[test]
fn wrong_key_lines_are_named() {
    let line = |line, reason| SealError::Line { line, reason };
    assert_eq!(rejected(""), SealError::NoKey);
    assert_eq!(rejected("# nothing\n"), SealError::NoKey);
    assert_eq!(
        rejected(&format!("{OLD}\nlonely")),
        line(2, "there is no space after the key id")
    );
    assert_eq!(
        rejected(&format!("{OLD}\n{OLD}")),
        line(2, "the key id occurs twice")
    );
    assert_eq!(
        rejected("a.b AAAA"),
        line(
            1,
            "the key id is not 1-32 characters out of A-Z a-z 0-9 - _"
        )
    );
    assert_eq!(
        rejected("a AAAA"),
        line(1, "the key does not have 32 bytes")
    );
    assert_eq!(rejected("a ??"), line(1, "the key is not base64url"));
}

#[test]
fn the_file_is_made_once_and_for_its_owner_alone() {
    let (_directory, path) = in_directory();
    let sealed = open(&path).seal("p", "text");
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    assert_eq!(clear(&open(&path), "p", &sealed), Some("text".to_owned()));
    assert_eq!(path.parent().unwrap().read_dir().unwrap().count(), 1);
}

#[test]
fn a_file_that_others_can_read_is_refused_with_the_remedy() {
    let (_directory, path) = in_directory();
    open(&path);
    for exposed in [0o640, 0o604, 0o620, 0o601] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(exposed)).unwrap();
        let error = FileSealer::open(&path, fixed::env().0).err().unwrap();
        assert_eq!(
            error,
            SealError::Exposed {
                path: path.clone(),
                mode: exposed
            }
        );
        assert!(
            error
                .to_string()
                .contains(&format!("run `chmod 600 {}`", path.display())),
            "{error}"
        );
    }
}

#[test]
fn a_broken_file_is_never_replaced() {
    let (_directory, path) = in_directory();
    open(&path);
    std::fs::write(&path, "").unwrap();
    assert_eq!(
        FileSealer::open(&path, fixed::env().0).err(),
        Some(SealError::NoKey)
    );
    assert_eq!(std::fs::read(&path).unwrap(), b"");
}

#[test]
fn a_rotation_is_seen_by_other_processes() {
    let (_directory, path) = in_directory();
    let (server, command) = (open(&path), open(&path));
    let before = server.seal("p", "before");
    let digest = server.digest("p", "secret");
    let id = command.rotate().unwrap();
    assert_eq!(mode(&path), 0o600);

    let sealed = command.seal("p", "after");
    assert!(sealed.0.starts_with(&format!("{id}.")));
    assert_eq!(clear(&server, "p", &sealed), Some("after".to_owned()));
    assert!(server.seal("p", "text").0.starts_with(&format!("{id}.")));
    assert_eq!(clear(&server, "p", &before), Some("before".to_owned()));
    assert_eq!(open(&path).digest("p", "secret"), digest);
}

#[test]
fn rotations_at_once_lose_no_key() {
    let (_directory, path) = in_directory();
    open(&path);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| open(&path).rotate().unwrap());
        }
    });
    assert_eq!(open(&path).key_ids().len(), 9);
}

#[test]
fn a_key_in_the_middle_can_be_dropped() {
    let (_directory, path) = in_directory();
    let sealer = open(&path);
    let oldest = sealer.key_ids()[0].clone();
    let middle = sealer.rotate().unwrap();
    let sealed = sealer.seal("p", "text");
    let current = sealer.rotate().unwrap();

    assert_eq!(
        sealer.drop_key("other"),
        Err(SealError::UnknownKey("other".to_owned()))
    );
    assert_eq!(
        sealer.drop_key(&current),
        Err(SealError::CurrentKey(current.clone()))
    );
    assert_eq!(
        sealer.drop_key(&oldest),
        Err(SealError::OldestKey(oldest.clone()))
    );
    assert_eq!(sealer.drop_key(&middle), Ok(()));
    assert_eq!(open(&path).key_ids(), [current, oldest]);
    assert_eq!(clear(&sealer, "p", &sealed), None);
}

#[test]
fn keys_of_the_configuration_are_changed_there() {
    assert_eq!(from_text(OLD).rotate(), Err(SealError::NotAFile));
}

use super::*;

#[test]
fn what_is_written_can_be_read() {
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("a/b");
    Init {
        directory: target.clone(),
    }
    .run()
    .unwrap();
    crate::config::load(&target.join("behalf.toml")).unwrap();
    let text = std::fs::read_to_string(target.join("declarations.toml")).unwrap();
    behalf_admin::read("declarations.toml", &text).unwrap();
    let error = Init { directory: target }.run().unwrap_err().to_string();
    assert!(error.contains("behalf.toml exists already"), "{error}");
}

use super::*;

#[test]
fn a_fault_is_found_by_every_name_it_has() {
    let kind = &behalf_model::fault::OBO_NO_CONSENT;
    for name in [
        "BH3001",
        "bh3001",
        "obo.token_request_failed",
        "AADSTS65001",
        "aadsts65001",
    ] {
        assert!(means(kind, name), "{name}");
    }
    for name in ["BH3002", "AADSTS0", "65001", ""] {
        assert!(!means(kind, name), "{name}");
    }
}

#[test]
fn the_page_of_faults_is_current() {
    let page = include_str!("../../../../../docs/faults.md");
    assert!(
        page == markdown(),
        "run: cargo run -p behalf -- explain --all --markdown > docs/faults.md"
    );
}

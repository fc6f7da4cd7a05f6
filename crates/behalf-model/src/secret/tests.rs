use super::*;

#[test]
fn debug_shows_nothing() {
    assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(***)");
}

use super::*;

#[test]
fn renders_and_reads_back() {
    let at = UnixTime(1_767_225_600);
    assert_eq!(at.rfc3339(), "2026-01-01T00:00:00Z");
    assert_eq!(at.entra(), "2026-01-01 00:00:00Z");
    assert_eq!(UnixTime::parse("2026-01-01T00:00:00Z"), Some(at));
    assert_eq!(UnixTime::parse("2026-01-01T01:00:00+01:00"), Some(at));
    assert_eq!(UnixTime::parse("2026-01-01"), Some(at));
    assert_eq!(UnixTime::parse("yesterday"), None);
}

#[test]
fn arithmetic_saturates_instead_of_wrapping() {
    assert_eq!(UnixTime(i64::MAX).plus_s(1), UnixTime(i64::MAX));
    assert_eq!(UnixTime(10).since_s(UnixTime(4)), 6);
}

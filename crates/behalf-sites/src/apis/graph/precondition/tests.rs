use super::*;
use http::HeaderValue;

fn read(values: &[&'static str]) -> Result<Precondition, Fault> {
    let mut headers = HeaderMap::new();
    values.iter().for_each(|value| {
        headers.append(IF_MATCH, HeaderValue::from_static(value));
    });
    of(&headers)
}

fn any_of(tags: &[&str]) -> Precondition {
    Precondition::AnyOf(tags.iter().map(|tag| (*tag).to_owned()).collect())
}

#[test]
fn tags_are_read_with_their_commas() {
    assert_eq!(read(&[]).unwrap(), Precondition::None);
    assert_eq!(read(&["*"]).unwrap(), Precondition::Exists);
    assert_eq!(read(&["\"7,1\""]).unwrap(), any_of(&["\"7,1\""]));
    assert_eq!(
        read(&["\"7,1\" , \"7,2\"", "\"7,3\""]).unwrap(),
        any_of(&["\"7,1\"", "\"7,2\"", "\"7,3\""])
    );
    assert_eq!(read(&["W/\"7,1\""]).unwrap(), any_of(&["W/\"7,1\""]));
}

#[test]
fn anything_else_is_refused_rather_than_taken_for_no_condition() {
    for values in [
        &[""][..],
        &["7,1"],
        &["\"7,1"],
        &["\"7,1\" x"],
        &["\"7,1\","],
        &["*", "\"7,1\""],
        &["w/\"7,1\""],
    ] {
        assert!(read(values).unwrap_err().is(&MALFORMED), "{values:?}");
    }
}

use super::*;

#[test]
fn empty_values_are_absent_and_the_rest_is_decoded() {
    let params =
        Params::parse(b"client_id=a%2Bb&state=&scope=x+y&redirect_uri=https%3A%2F%2Fapp").unwrap();
    assert_eq!(params.get("client_id"), Some("a+b"));
    assert_eq!(params.get("scope"), Some("x y"));
    assert_eq!(params.get("redirect_uri"), Some("https://app"));
    assert_eq!(params.get("state"), None);
}

#[test]
fn duplicates_are_seen_unless_they_may_repeat() {
    let params = Params::parse(b"resource=a&resource=b&state=1&state=1").unwrap();
    assert_eq!(params.duplicate(&["resource"]), Some("state"));
    assert_eq!(params.duplicate(&["resource", "state"]), None);
    assert_eq!(params.all("resource").collect::<Vec<_>>(), ["a", "b"]);
    assert!(params.has_twice("resource") && !params.has_twice("scope"));
}

#[test]
fn more_than_any_client_sends_is_refused() {
    let of = |count: u32| {
        let pairs: Vec<String> = (0..count).map(|n| format!("p{n}=1")).collect();
        Params::parse(pairs.join("&").as_bytes())
    };
    assert_eq!(of(128).unwrap().0.len(), 128);
    assert!(of(129).is_err_and(|fault| fault.is(&MALFORMED)));
}

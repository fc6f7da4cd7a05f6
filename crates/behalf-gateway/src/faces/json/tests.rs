use super::*;

fn names(body: &str) -> Result<Vec<String>, String> {
    let members = members(body.as_bytes()).map_err(|fault| fault.detail)?;
    Ok(members
        .iter()
        .map(|(name, raw)| format!("{name}={}", raw.get()))
        .collect())
}

#[test]
fn one_object_with_unique_members_is_read_without_touching_its_values() {
    assert_eq!(names(""), Ok(vec![]));
    assert_eq!(names(" {} "), Ok(vec![]));
    let body = r#"{"Site Id":"a,b","Pr\u0069ce":12.50,"Tags":["x"],"N":null}"#;
    assert_eq!(
        names(body).unwrap(),
        ["Site Id=\"a,b\"", "Price=12.50", "Tags=[\"x\"]", "N=null"]
    );
}

#[test]
fn anything_else_is_refused_without_repeating_it() {
    for body in [
        "[]",
        "\"secret-text\"",
        "{\"a\":1",
        "{\"a\":1}{}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"secret-text\"}",
        "nul",
        "{\"a\":{\"b\":1,\"b\":2}}",
        "{\"a\":\u{0}}",
    ] {
        let detail = names(body).expect_err(body);
        assert!(!detail.contains("secret-text"), "{detail}");
    }
    assert!(members(b"{\"a\":\"\xff\"}").is_err());
}

#[test]
fn depth_and_number_of_members_are_bounded() {
    let nested = |depth: usize| format!("{{\"a\":{}1{}}}", "[".repeat(depth), "]".repeat(depth));
    assert!(names(&nested(30)).is_ok());
    assert!(names(&nested(40)).unwrap_err().contains("deeper than 32"));
    assert!(names(&nested(100_000)).is_err());
    let many: Vec<String> = (0..1_001).map(|n| format!("\"{n}\":1")).collect();
    assert!(names(&format!("{{{}}}", many.join(","))).is_err());
}

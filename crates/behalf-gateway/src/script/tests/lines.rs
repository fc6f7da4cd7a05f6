//! The line grammar: continuation, blocks, heredocs, comments, literals.

use super::*;

#[test]
fn keys_are_free_in_case_and_blanks() {
    let ready = ready(
        "# a comment\r\n\r\n  # another\r\nmethod = post\r\nPATH = /x\r\ncontent   type = text/plain\r\nBody = a={$A}\r\n",
        texts(&["A"]),
    );
    let request = ready.render(r#"{"A":"<&\r\n>"}"#).unwrap();
    assert_eq!(request.verb, http::Method::POST);
    assert_eq!(request.body, "a=<&\r\n>");
    assert_eq!(request.header("content-type").unwrap(), "text/plain");
}

#[test]
fn a_value_is_split_at_the_first_equals_sign() {
    let ready = ready("Method=GET\nPath=/x?a=b=c\nQuery.q=1=2", Vec::new());
    assert_eq!(ready.path("{}"), "/x?a=b=c&q=1=2");
}

#[test]
fn an_indented_line_continues_the_value_above() {
    let ready = ready(
        "Method=POST\nPath=/x\nContent Type=text/plain\nBody=one\n   two={$A}\n\tthree",
        texts(&["A"]),
    );
    assert_eq!(ready.body(r#"{"A":"1"}"#), "one\ntwo=1\nthree");
}

#[test]
fn a_body_goes_on_until_its_brackets_balance() {
    let script = "Method=POST\nPath=/x\nBody={\n\"A\": \"}{$A}{\",\n\"B\": [\n1\n]\n}\nTimeout=1s";
    let ready = ready(script, texts(&["A"]));
    assert_eq!(ready.body(r#"{"A":"x"}"#), r#"{"A":"}x{","B":[1]}"#);
    assert_eq!(ready.script.timeout_ms, Some(1_000));
}

#[test]
fn an_xml_body_goes_on_until_its_elements_balance() {
    let script = "Method=POST\nPath=/x\nBody=<a>\n<b c=\">\"/>\n<d>{$A}</d>\n</a>\nTimeout=1s";
    let ready = ready(script, texts(&["A"]));
    assert_eq!(
        ready.body(r#"{"A":"1<2"}"#),
        "<a>\n<b c=\">\"/>\n<d>1&lt;2</d>\n</a>"
    );
    assert_eq!(ready.script.timeout_ms, Some(1_000));
}

#[test]
fn a_heredoc_is_taken_as_it_stands() {
    let script = "Method=POST\nPath=/x\nContent Type=text/plain\nBody=<<END\n  # kept\n\nMethod={$A}\nEND\nTimeout=1s";
    let ready = ready(script, texts(&["A"]));
    assert_eq!(ready.body(r#"{"A":"v"}"#), "  # kept\n\nMethod=v");
    assert_eq!(ready.script.timeout_ms, Some(1_000));
}

#[test]
fn a_literal_shows_the_braces_themselves() {
    let script = "Method=POST\nPath=/{$$a}/x\nBody={\"k\": \"{$$A} {$A}\", \"{$$m}\": \"{plain}\"}";
    let ready = ready(script, texts(&["A"]));
    let request = ready.render(r#"{"A":"v"}"#).unwrap();
    assert_eq!(request.path_and_query(), "/%7B$a%7D/x");
    assert_eq!(request.body, r#"{"k":"{$A} v","{$m}":"{plain}"}"#);
}

#[test]
fn field_names_are_trimmed_and_free_in_case() {
    let ready = ready(
        "Method=GET\nPath=/{$ site id }/{$SITE_ID}",
        texts(&["Site Id"]),
    );
    assert_eq!(ready.path(r#"{"Site Id":"a"}"#), "/a/a");
}

#[test]
fn a_field_name_may_hold_odd_characters() {
    let ready = ready(
        "Method=POST\nPath=/x\nBody={ \"a\": \"{$Größe \"in\" m²: é}\" }",
        texts(&["Größe \"in\" m²: é"]),
    );
    let inputs = serde_json::json!({ "größe \"IN\" m²: É": "1" });
    assert_eq!(ready.body(&inputs.to_string()), r#"{"a":"1"}"#);
}

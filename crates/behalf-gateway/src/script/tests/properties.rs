//! For arbitrary values: a request keeps its shape.

use proptest::prelude::*;

use super::*;

const PATHS: &str = "Method=POST\nPath=/a/{$V}/b/x-{$W}.json?q={$V}&r=1-{$W}\nContent Type=application/json\nHeader.X-V={$H}\nBody={ \"one\": \"{$V}\", \"two\": \"<{$W}>\", \"three\": [ {$V} ] }";

fn fixture() -> Ready {
    ready(PATHS, texts(&["V", "W", "H"]))
}

/// Any text, weighted towards what breaks templates.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        r#"[.%/\\?#&="'{}$<>| a\r\né@:;,+-]{0,12}"#,
        Just("{$W}".to_owned()),
        Just("..".to_owned()),
        Just("%2e%2E".to_owned()),
    ]
}

fn render_with(ready: &Ready, v: &str, w: &str, h: &str) -> Result<RenderedRequest, RenderError> {
    let given = [
        ("V", RawInput::from(v)),
        ("W", RawInput::from(w)),
        ("H", RawInput::from(h)),
    ];
    let bound = ready.inputs.bind(given).unwrap();
    let context = ProvenContext::anonymous("r", now());
    render(&ready.script, &bound, &context, &ready.target)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_path_keeps_its_origin_its_prefix_and_its_segments(v in value(), w in value()) {
        let ready = fixture();
        let Ok(request) = render_with(&ready, &v, &w, "h") else { return Ok(()) };
        prop_assert!(request.url.starts_with("https://graph.microsoft.com/v1.0/a/"));
        let parsed = url::Url::parse(&request.url).unwrap();
        prop_assert_eq!(parsed.as_str(), &request.url);
        prop_assert_eq!(parsed.host_str(), Some("graph.microsoft.com"));
        prop_assert_eq!(parsed.fragment(), None);
        let segments: Vec<&str> = parsed.path_segments().unwrap().collect();
        prop_assert_eq!(segments.len(), 5);
        prop_assert_eq!((segments[0], segments[1], segments[3]), ("v1.0", "a", "b"));
        let decoded = percent_encoding::percent_decode_str(segments[2]).decode_utf8().unwrap();
        prop_assert_eq!(&decoded, &v);
        let pairs: Vec<(String, String)> = parsed.query_pairs().into_owned().collect();
        prop_assert_eq!(pairs, vec![("q".to_owned(), v), ("r".to_owned(), format!("1-{w}"))]);
        let uri: http::Uri = request.url.parse().unwrap();
        prop_assert_eq!(uri.to_string(), request.url);
    }

    #[test]
    fn a_path_refuses_exactly_what_it_cannot_carry(v in value()) {
        let refused = render_with(&fixture(), &v, "w", "h").is_err();
        let must = v.is_empty() || v == "." || v == ".." || v.chars().any(char::is_control);
        prop_assert_eq!(refused, must);
    }

    #[test]
    fn a_json_body_parses_and_holds_the_values_verbatim(v in value(), w in value()) {
        let ready = ready(
            "Method=POST\nBody={ \"one\": \"{$V}\", \"two\": \"<{$W}>\", \"three\": [ {$V} ] }",
            texts(&["V", "W", "H"]),
        );
        let request = render_with(&ready, &v, &w, "h").unwrap();
        let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        let expected = serde_json::json!({ "one": v, "two": format!("<{w}>"), "three": [v] });
        prop_assert_eq!(body, expected);
    }

    #[test]
    fn a_header_never_has_control_characters(h in value()) {
        match render_with(&fixture(), "v", "w", &h) {
            Ok(request) => {
                let sent = request.header("x-v").unwrap().as_bytes().to_vec();
                prop_assert_eq!(&sent, h.as_bytes());
                prop_assert!(sent.iter().all(|b| matches!(b, b' '..=b'~')));
            }
            Err(error) => {
                prop_assert_eq!(error.field, "H");
                prop_assert!(!h.is_ascii() || h.chars().any(char::is_control));
            }
        }
    }

    #[test]
    fn an_xml_body_holds_the_values_verbatim(v in value()) {
        let ready = ready("Method=POST\nBody=<a b=\"{$V}\"><c>{$V}</c></a>", texts(&["V", "W", "H"]));
        let Ok(request) = render_with(&ready, &v, "w", "h") else {
            let xml_cannot = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
            prop_assert!(v.contains(xml_cannot));
            return Ok(());
        };
        let text = std::str::from_utf8(&request.body).unwrap();
        let document = roxmltree::Document::parse(text).unwrap();
        let root = document.root_element();
        prop_assert_eq!(root.attribute("b"), Some(v.as_str()));
        let child = root.first_element_child().unwrap();
        prop_assert_eq!(child.text().unwrap_or_default(), v);
        prop_assert_eq!(root.children().count(), 1);
    }

    #[test]
    fn a_form_body_decodes_to_the_values(v in value(), w in value()) {
        let ready = ready("Method=POST\nBody=a={$V}&b=x{$W}", texts(&["V", "W", "H"]));
        let request = render_with(&ready, &v, &w, "h").unwrap();
        let pairs: Vec<(String, String)> =
            form_urlencoded::parse(&request.body).into_owned().collect();
        prop_assert_eq!(pairs, vec![("a".to_owned(), v), ("b".to_owned(), format!("x{w}"))]);
    }

    #[test]
    fn any_script_compiles_or_says_where_it_is_wrong(script in value(), body in value()) {
        let script = format!("Method=POST\nPath=/{script}\nBody={body}\nHeader.X={script}");
        if let Err(errors) = compile(&method(&script, texts(&["V", "W", "H"]))) {
            prop_assert!(errors.iter().all(|e| e.line > 0 && e.column > 0));
        }
    }
}

//! Scripts that do not compile: message, place and advice.

use super::*;

/// `line:column message (help)` of the only error.
fn error(script: &str) -> String {
    let mut fields = texts(&["Site Id", "Color"]);
    fields.push(Field::new(
        "Tags",
        FieldType::List(Box::new(FieldType::Text)),
    ));
    fields.push(Field::new("Any", FieldType::Json));
    refusal(script, fields).to_string()
}

#[test]
fn lines() {
    assert_eq!(
        error("Method=GET\nPaht=/x"),
        "2:1: unknown key `Paht` in a REST script (did you mean `Path`?)"
    );
    assert_eq!(
        error("Method=GET\nXyzzy=1"),
        "2:1: unknown key `Xyzzy` in a REST script"
    );
    assert_eq!(
        error("Method=GET\nnonsense"),
        "2:1: a line must be `Key=value` (a value goes on over several lines when they start with a blank; comments start with #)"
    );
    assert_eq!(
        error("Method=GET\nPath=/a\npath=/b"),
        "3:1: `Path` is already set in line 2"
    );
    assert_eq!(
        error("Method=GET\nQuery=1"),
        "2:1: `Query` needs a name: `Query.<name>=…`"
    );
    assert_eq!(
        error("Method=GET\nPath.x=/"),
        "2:1: `Path` takes no name after a dot"
    );
    assert_eq!(
        error("Method=POST\nBody={\n\"a\": [1\n"),
        "2:6: this value opens a bracket or element that is never closed"
    );
    assert_eq!(
        error("Method=POST\nBody=<<EOT\nx"),
        "2:6: the text opened with `<<EOT` is never closed (put `EOT` alone on a line after it)"
    );
}

#[test]
fn settings() {
    assert_eq!(
        error("Path=/x"),
        "1:1: the script has no `Method` (write Method= and one of GET, HEAD, POST, PUT, PATCH, DELETE)"
    );
    assert_eq!(
        error("Method=PATHC"),
        "1:8: `PATHC` is not an HTTP method offered here (did you mean `PATCH`?)"
    );
    assert_eq!(
        error("Method=GET\n  Path=/x"),
        "1:8: the HTTP method goes on over several lines (a line that starts with a blank continues the value above)"
    );
    assert_eq!(
        error("Method=GET\nTimeout=soon"),
        "2:9: this is not a time (as in Timeout=10s or Timeout=500ms)"
    );
    assert_eq!(
        error("Method=GET\nSuccess=200-99"),
        "2:9: this is not a list of HTTP statuses (as in Success=200-299,304)"
    );
    assert_eq!(
        error("Method=GET\nMissing=nul"),
        "2:9: `nul` is not a way to treat missing fields (did you mean `null`?)"
    );
    assert_eq!(
        error("Method=GET\nResult=$..x"),
        "2:9: searching at any depth (`..`) is not offered (offered are $, .name, ['na me'], [0] and [*])"
    );
    assert_eq!(
        error("Method=GET\nNext=odata"),
        "2:1: `Next` is not offered yet by this connector"
    );
    assert_eq!(
        error("Method=POST\nMultipart.file={$Color}"),
        "2:1: `Multipart` is not offered yet by this connector"
    );
}

#[test]
fn placeholders() {
    assert_eq!(
        error("Method=GET\nPath=/x/{$Site ID2}"),
        "2:9: `Site ID2` is not an input field of the method (did you mean `Site Id`?)"
    );
    assert_eq!(
        error("Method=GET\nPath=/é/{$Site Id"),
        "2:9: the placeholder opened with `{$` is not closed with `}` (to write the two characters themselves use {$$…})"
    );
    assert_eq!(
        error("Method=GET\nPath=/{$ }"),
        "2:7: a placeholder names a field of 1 to 128 characters: {$Field Name}"
    );
    assert_eq!(
        error("Method=GET\nPath=/{$@user.mail}"),
        "2:7: there is no context value `@user.mail` (did you mean `user.email`?)"
    );
    assert!(
        error("Method=GET\nPath=/{$@token}").starts_with("2:7: there is no context value `@token`")
    );
    assert_eq!(
        error("Method=GET\nPath=/{$Color|lowr}"),
        "2:7: unknown filter `lowr` (did you mean `lower`?)"
    );
    assert!(error("Method=GET\nPath=/{$Color|date}").contains("needs an argument"));
    assert!(error("Method=GET\nPath=/{$Color|lower:x}").contains("takes no argument"));
    assert!(error("Method=GET\nPath=/{$Color|date:%Y}").contains("needs a DateTime"));
    assert!(error("Method=GET\nPath=/{$@now|date:%!}").contains("date format is not understood"));
    assert!(error("Method=GET\nQuery.a={$Color|path}").contains("belongs in a Path"));
    assert!(error("Method=GET\nQuery.a={$Color|rfc8187}").contains("belongs in a header"));
    assert!(
        error("Method=GET\nPath=/{$Tags}")
            .contains("`Tags` is a List of Text, which cannot stand in a path")
    );
    assert!(
        error("Method=GET\nHeader.X={$Any}")
            .contains("`Any` is a Json, which cannot stand in a header")
    );
    assert!(
        error("Method=POST\nBody={\"a\":\"{$Tags}\"}").contains("cannot stand in a JSON string")
    );
}

#[test]
fn raw_never_in_a_url_or_header() {
    for script in [
        "Method=GET\nPath=/{$Color|raw}",
        "Method=GET\nPath=/x?a={$Color|raw}",
        "Method=GET\nQuery.a={$Color|raw}",
        "Method=GET\nHeader.X={$Color|raw}",
    ] {
        let mut method = method(script, texts(&["Color"]));
        method.allow_raw = vec!["Color".to_owned()];
        let errors = compile(&method).unwrap_err();
        assert!(
            errors[0].message.contains("raw is never allowed"),
            "{script}"
        );
    }
}

#[test]
fn paths() {
    for (script, message) in [
        ("Path=x/y", "a path must start with `/`"),
        ("Path={$Color}/y", "a path must start with `/`"),
        ("Path=https://evil.example/", "a path must start with `/`"),
        ("Path=.evil.example/", "a path must start with `/`"),
        ("Path=@evil.example/", "a path must start with `/`"),
        ("Path=/a/../b", "the path has an empty, `.` or `..` segment"),
        (
            "Path=/a/%2e%2E/b",
            "the path has an empty, `.` or `..` segment",
        ),
        ("Path=/a/.%2e", "the path has an empty, `.` or `..` segment"),
        (
            "Path=//evil.example/",
            "the path has an empty, `.` or `..` segment",
        ),
        ("Path=/a//b", "the path has an empty, `.` or `..` segment"),
        ("Path=/a#b", "a path cannot have a fragment (`#`)"),
        ("Path=/a\\b", "a path cannot have a backslash"),
        (
            "Path=/a%zz",
            "a `%` in a path must be followed by two digits",
        ),
        (
            "Path=/a?x=%",
            "a `%` in a query must be followed by two digits",
        ),
        (
            "Path=/a\n b",
            "a path stands on one line, without control characters",
        ),
        (
            "Path=/a?{$Color}=1",
            "the name of a parameter cannot be a placeholder",
        ),
        (
            "Path=/a?x{$Color}=1",
            "the name of a parameter cannot hold a placeholder",
        ),
        ("Path=/a/{Site Id}", "this is not a placeholder"),
    ] {
        let found = error(&format!("Method=GET\n{script}"));
        assert!(found.contains(message), "{script}: {found}");
    }
    assert!(error("Method=GET\nPath=/a/{Site Id}").contains("did you mean `{$Site Id}`?"));
}

#[test]
fn headers() {
    for name in [
        "Authorization",
        "authorization",
        "Host",
        "Cookie",
        "Content-Length",
        "Connection",
        "Keep-Alive",
        "Proxy-Authorization",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
    ] {
        let message = format!("a script cannot set the header `{name}`");
        assert!(error(&format!("Method=GET\nHeader.{name}=x")).contains(&message));
        let json = format!("Method=GET\nHeaders={{ \"{name}\": \"x\" }}");
        assert!(error(&json).contains(&message));
    }
    for (script, message) in [
        ("Header.X Y=1", "`X Y` is not a header name"),
        (
            "Header.{$Color}=1",
            "the name of a header cannot be a placeholder",
        ),
        ("Header.X=é", "a header holds visible ASCII characters"),
        ("Header.X=a\n b", "a header holds visible ASCII characters"),
        ("Header.Accept=x/y", "has a key of its own (write Accept=…)"),
        (
            "Header.content-type=x/y",
            "has a key of its own (write Content Type=…)",
        ),
        (
            "Header.X=1\nHeader.x=2",
            "`Header` is already set in line 2",
        ),
        (
            "Header.X=1\nHeaders={\"x\":\"2\"}",
            "the header `x` is set twice",
        ),
        ("Headers=[1]", "headers are written as a JSON object"),
        ("Headers={\"X\": 1}", "a header value is a JSON string"),
        (
            "Headers={\"X\": \"a\\r\\nb\"}",
            "a header holds visible ASCII characters",
        ),
        ("Content Type=json", "this is not a media type"),
    ] {
        let found = error(&format!("Method=GET\n{script}"));
        assert!(found.contains(message), "{script}: {found}");
    }
}

#[test]
fn bodies() {
    for (script, message) in [
        (
            "Body={\"a\": {$Color}, }",
            "2:22: a member name in double quotes is expected here",
        ),
        (
            "Body={\"a\" 1}",
            "2:11: `:` is missing after the member name",
        ),
        (
            "Body={\"a\": 1 \"b\": 2}",
            "2:14: `,` or `}` is missing here",
        ),
        (
            "Body={\"a\": 1, \"a\": 2}",
            "2:15: the member `a` is written twice",
        ),
        ("Body={\"a\": nul}", "2:12: this is not a JSON value"),
        ("Body={\"a\": 01}", "2:12: this is not a JSON value"),
        (
            "Body={\"a\": {Color}}",
            "2:13: a member name in double quotes is expected here",
        ),
        (
            "Body={\"a\": \"\\x\"}",
            "2:13: an escape in this JSON string is not valid",
        ),
        (
            "Body={\"a\": \"\\ud800\"}",
            "an escape in this JSON string is not valid",
        ),
        ("Body={} x", "2:9: text after the end of the JSON value"),
        ("Body={$$x}", "text stands in quotes in JSON"),
        (
            "Body={\"a{$Color}\": 1}",
            "a placeholder cannot stand in a member name",
        ),
        ("Body=<a></b></a>", "the XML is not well-formed"),
        (
            "Body=<!DOCTYPE a><a>{$Color}</a>",
            "an XML body cannot have a DTD",
        ),
        (
            "Body=<a><?php x?></a>",
            "an XML body cannot have processing instructions",
        ),
        (
            "Body=<a><!-- {$Color} --></a>",
            "a placeholder can stand in text or an attribute value only",
        ),
        ("Body=<a {$Color}=\"1\"/>", "the XML is not well-formed"),
        ("Body=<{$Color}/>", "the XML is not well-formed"),
        (
            "Body=<a><![CDATA[{$Color}]]></a>",
            "CDATA sections and placeholders do not go together",
        ),
        (
            "Body=C:\\secret.txt",
            "this body is neither JSON, XML nor a form",
        ),
        (
            "Body=/etc/passwd",
            "this body is neither JSON, XML nor a form",
        ),
        (
            "Content Type=application/octet-stream\nBody=x",
            "how to escape values in this media type is not known",
        ),
        (
            "Content Type=text/plain",
            "the body is made of the inputs as JSON",
        ),
    ] {
        let found = error(&format!("Method=POST\n{script}"));
        assert!(found.contains(message), "{script}: {found}");
    }
    for verb in ["GET", "HEAD", "DELETE"] {
        let found = error(&format!("Method={verb}\nBody={{}}"));
        assert!(found.contains(&format!("a {verb} request has no body")));
    }
    let deep = format!("Method=POST\nBody={}{}", "[".repeat(100), "]".repeat(100));
    assert!(error(&deep).contains("the template is nested too deeply"));
}

#[test]
fn every_mistake_is_reported() {
    let script = "Method=FETCH\nPath=x\nBody={\"a\": {$Nope}}";
    let errors = compile(&method(script, Vec::new())).unwrap_err();
    let lines: Vec<u32> = errors.iter().map(|e| e.line).collect();
    assert_eq!(lines, [1, 2, 3]);
}

//! Paths, queries, headers, filters and context: what renders.

use super::*;

#[test]
fn static_text_of_a_path_is_encoded_where_it_must_be() {
    let ready = ready(
        "Method=GET\nPath=/lists/My List/items(%20)/é;v=1?x=a b&flag",
        Vec::new(),
    );
    assert_eq!(
        ready.path("{}"),
        "/lists/My%20List/items(%20)/%C3%A9;v=1?x=a%20b&flag"
    );
}

#[test]
fn the_path_filter_allows_several_segments_and_checks_each() {
    let ready = ready(
        "Method=GET\nPath=/files/{$Folder|path}/x",
        texts(&["Folder"]),
    );
    assert_eq!(ready.path(r#"{"Folder":"a b/c"}"#), "/files/a%20b/c/x");
    for folder in ["a/../b", "a//b", "/a", "a/", "..", "a/."] {
        let inputs = serde_json::json!({ "Folder": folder }).to_string();
        assert!(ready.render(&inputs).is_err(), "{folder}");
    }
}

#[test]
fn dots_that_come_together_from_text_and_value_are_refused() {
    let half = ready("Method=GET\nPath=/a/.{$X}/b", texts(&["X"]));
    let error = half.render(r#"{"X":"."}"#).unwrap_err();
    assert!(error.message.contains("`.` or `..`"), "{error}");
    let half = ready("Method=GET\nPath=/a/%2E{$X}/b", texts(&["X"]));
    assert!(half.render(r#"{"X":"."}"#).is_err());
    assert_eq!(half.path(r#"{"X":"x"}"#), "/a/%2Ex/b");
}

#[test]
fn query_pairs_are_data_and_vanish_when_only_a_missing_field() {
    let tags = Field::new("Tags", FieldType::List(Box::new(FieldType::Text)));
    let mut fields = texts(&["Q", "R"]);
    fields.push(tags);
    let script =
        "Method=GET\nPath=/s?q={$Q}&fixed=1\nQuery.$filter=name eq '{$R}'\nQuery.tag={$Tags}";
    let ready = ready(script, fields);
    assert_eq!(
        ready.path(r#"{"Q":"a&b=c d#é","R":"x","Tags":["1","2&3"]}"#),
        "/s?q=a%26b%3Dc%20d%23%C3%A9&fixed=1&$filter=name%20eq%20'x'&tag=1&tag=2%263"
    );
    assert_eq!(
        ready.path(r#"{"R":"y"}"#),
        "/s?fixed=1&$filter=name%20eq%20'y'"
    );
}

#[test]
fn query_of_the_profile_comes_last() {
    let mut profile = Profile::new("Graph OBO", "https://host.example/base/");
    profile
        .query
        .insert("api-version".to_owned(), "1.0 a".to_owned());
    let with = of(&method("Method=GET\nPath=/x?a=1", Vec::new()), &profile);
    assert_eq!(
        with.render("{}").unwrap().url,
        "https://host.example/base/x?a=1&api-version=1.0%20a"
    );
    let without = of(&method("Method=GET", Vec::new()), &profile);
    assert_eq!(
        without.render("{}").unwrap().url,
        "https://host.example/base?api-version=1.0%20a"
    );
}

#[test]
fn headers_of_the_script_win_over_the_profile_and_vanish_when_missing() {
    let mut profile = Profile::new("Graph OBO", GRAPH);
    profile
        .headers
        .insert("X-Team".to_owned(), "profile".to_owned());
    profile
        .headers
        .insert("X-Fixed".to_owned(), "yes".to_owned());
    let script = "Method=GET\nPath=/x\nHeader.X-Team={$Team}\nHeaders={ \"X-Two\": \"v {$Team}\", \"X-Three\": \"3\" }\nAccept=text/csv\nIdempotency Key={$Key}";
    let ready = of(&method(script, texts(&["Team", "Key"])), &profile);
    let full = ready.render(r#"{"Team":"script","Key":"k1"}"#).unwrap();
    let value = |name: &str| full.header(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(value("x-team"), "script");
    assert_eq!(value("x-fixed"), "yes");
    assert_eq!(value("x-two"), "v script");
    assert_eq!(value("x-three"), "3");
    assert_eq!(value("accept"), "text/csv");
    assert_eq!(value("idempotency-key"), "k1");
    assert_eq!(full.headers.len(), 6);
    let without = ready.render("{}").unwrap();
    assert_eq!(without.header("x-team").unwrap(), "profile");
    assert_eq!(without.header("idempotency-key"), None);
    assert_eq!(without.header("content-type"), None);
}

#[test]
fn non_ascii_headers_need_rfc8187() {
    let plain = ready("Method=GET\nHeader.X-Name={$N}", texts(&["N"]));
    let error = plain.render(r#"{"N":"é"}"#).unwrap_err();
    assert!(error.message.contains("rfc8187"), "{error}");
    let script = "Method=GET\nHeader.Content-Disposition=attachment; filename*={$N|rfc8187}";
    let encoded = ready(script, texts(&["N"]))
        .render(r#"{"N":"é€ x.txt"}"#)
        .unwrap();
    assert_eq!(
        encoded.header("content-disposition").unwrap(),
        "attachment; filename*=UTF-8''%C3%A9%E2%82%AC%20x.txt"
    );
}

#[test]
fn filters_in_a_row() {
    let mut fields = texts(&["T", "O"]);
    fields.push(Field::new("D", FieldType::DateTime));
    fields.push(Field::new("N", FieldType::Integer));
    let script = "Method=POST\nPath=/x\nBody={\"low\":\"{$T|trim|lower}\",\"up\":\"{$T|upper}\",\"b64\":\"{$T|base64}\",\"json\":\"{$T|json}\",\"date\":\"{$D|date:%Y-%m-%d}\",\"def\":\"{$O|default:none}\",\"num\":{$N|default:7},\"od\":\"{$T|odata}\"}";
    let ready = ready(script, fields);
    assert_eq!(
        ready.body(r#"{"T":" It's ","D":"2026-03-01T23:30:00-02:00"}"#),
        r#"{"low":"it's","up":" IT'S ","b64":"IEl0J3Mg","json":"\" It's \"","date":"2026-03-02","def":"none","num":7,"od":"' It''s '"}"#
    );
}

#[test]
fn odata_literals_by_type_inside_a_query() {
    let fields = vec![
        text("Name"),
        Field::new("Price", FieldType::Currency),
        Field::new("At", FieldType::DateTime),
        Field::new("Done", FieldType::YesNo),
    ];
    let script = "Method=GET\nPath=/P\nQuery.$filter=Name eq {$Name|odata} and Price gt {$Price|odata} and At lt {$At|odata} and Done eq {$Done|odata}";
    let path = ready(script, fields)
        .path(r#"{"Name":"O'Neil","Price":"1.50","At":"2026-03-01T08:30:00+01:00","Done":true}"#);
    assert_eq!(
        path,
        "/P?$filter=Name%20eq%20%27O%27%27Neil%27%20and%20Price%20gt%201.50%20and%20At%20lt%202026-03-01T07%3A30%3A00Z%20and%20Done%20eq%20true"
    );
}

#[test]
fn context_comes_from_the_gateway_only() {
    let script = "Method=POST\nPath=/u/{$@user.id}\nBody={\"mail\":\"{$@user.email}\",\"dep\":\"{$@user.claim.Department}\",\"roles\":{$@user.claim.roles},\"app\":\"{$@app.id}\",\"req\":\"{$@request.id}\",\"ip\":\"{$@request.ip}\",\"at\":\"{$@now|date:%Y}\",\"region\":\"{$@profile.Region}\"}";
    let ready = of(&method(script, Vec::new()), &graph_with_variables());
    let claims = serde_json::json!({ "Department": "R&D", "roles": ["a", "b"] });
    let context = ProvenContext {
        user: Some(ProvenUser {
            id: "u/1",
            email: Some("ada@contoso.com"),
            name: None,
            upn: None,
            claims: claims.as_object().unwrap(),
        }),
        app_id: Some("app-1"),
        request_id: "req-1",
        request_ip: Some("127.0.0.1".parse().unwrap()),
        now: now(),
    };
    let bound = ready.bind("{}").unwrap();
    let request = render(&ready.script, &bound, &context, &ready.target).unwrap();
    assert_eq!(request.path_and_query(), "/u/u%2F1");
    assert_eq!(
        request.body,
        r#"{"mail":"ada@contoso.com","dep":"R&D","roles":["a","b"],"app":"app-1","req":"req-1","ip":"127.0.0.1","at":"2026","region":"north & south"}"#
    );
    // An input of the same name cannot stand in for it.
    let errors = ready.bind(r#"{"@user.id":"evil"}"#).unwrap_err();
    assert_eq!(errors[0].message, "is not an input of this method");
}

#[test]
fn a_missing_identity_is_an_error_not_a_wider_request() {
    let ready = ready("Method=GET\nPath=/orders?owner={$@user.id}", Vec::new());
    let error = ready.render("{}").unwrap_err();
    assert_eq!(error.to_string(), "`@user.id` is not known for this call");
}

#[test]
fn the_script_may_lower_the_timeout_but_not_raise_it() {
    let with = |timeout: &str| {
        let ready = ready(
            &format!("Method=GET\nPath=/x\nTimeout={timeout}"),
            Vec::new(),
        );
        ready.render("{}").unwrap().timeout_ms
    };
    assert_eq!(with("10s"), 10_000);
    assert_eq!(with("250 ms"), 250);
    assert_eq!(with("5"), 5_000);
    assert_eq!(with("10min"), 30_000);
}

#[test]
fn success_ranges() {
    let ready = ready("Method=GET\nSuccess=200-299, 304", Vec::new());
    let contains = |status| ready.script.success.contains(status);
    assert!(contains(200) && contains(299) && contains(304));
    assert!(!contains(300) && !contains(404) && !contains(199));
    assert!(!Success::default().contains(304));
}

#[test]
fn kinds_follow_the_verb() {
    use behalf_model::method::Kind;
    let kind = |script: &str, unique: bool| {
        let mut field = text("Id");
        field.unique = unique;
        let method = method(script, vec![field]);
        compile(&method).unwrap().default_kind(&method)
    };
    assert_eq!(kind("Method=GET\nPath=/x", false), Kind::List);
    assert_eq!(kind("Method=GET\nPath=/x/{$Id}", true), Kind::Get);
    assert_eq!(
        kind("Method=GET\nPath=/x/{$Id}/children", false),
        Kind::List
    );
    assert_eq!(kind("Method=POST\nPath=/x", false), Kind::Create);
    assert_eq!(kind("Method=PATCH\nPath=/x/{$Id}", true), Kind::Update);
    assert_eq!(kind("Method=delete\nPath=/x/{$Id}", true), Kind::Delete);
}

use super::*;
use behalf_model::env::fixed;

const ID: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

fn correlation(header: Option<(&'static str, &str)>, query: Option<&str>) -> String {
    let mut headers = HeaderMap::new();
    if let Some((name, value)) = header {
        headers.insert(name, value.parse().unwrap());
    }
    Context::new(&fixed::env().0, &headers, query)
        .correlation_id
        .to_string()
}

#[test]
fn the_client_names_its_request_in_header_or_query() {
    assert_eq!(correlation(Some(("client-request-id", ID)), None), ID);
    assert_eq!(correlation(Some(("x-ms-client-request-id", ID)), None), ID);
    assert_eq!(
        correlation(None, Some(&format!("a=b&client-request-id={ID}"))),
        ID
    );
}

#[test]
fn anything_but_a_guid_is_not_echoed() {
    for (header, query) in [
        (Some(("client-request-id", "<script>")), None),
        (None, Some("client-request-id=%3Cb%3E")),
        (None, Some("client-request-id")),
        (None, None),
    ] {
        let id = correlation(header, query);
        assert!(Uuid::try_parse(&id).is_ok() && id != ID, "{id}");
    }
}

#[test]
fn the_body_has_the_last_word() {
    let mut context = Context::new(&fixed::env().0, &HeaderMap::new(), None);
    let before = context.correlation_id;
    context.correlate(Some("nonsense"));
    assert_eq!(context.correlation_id, before);
    context.correlate(Some(ID));
    assert_eq!(context.correlation_id.to_string(), ID);
}

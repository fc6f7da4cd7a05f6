use super::*;
use behalf_model::ports::Egress;
use bytes::Bytes;
use http::StatusCode;

fn redirect(method: Method, location: &str) -> Result<String, Fault> {
    let request = OutboundRequest {
        method,
        url: "https://erp.test:8443/v1/orders?x=1".into(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
        connect_timeout_ms: 1,
        total_timeout_ms: 1,
        max_response_bytes: 1,
        egress: Egress::default(),
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::LOCATION, HeaderValue::from_str(location).unwrap());
    let response = OutboundResponse {
        status: StatusCode::FOUND,
        headers,
        body: Bytes::new(),
    };
    redirect_target(&request, &response)
}

#[test]
fn a_redirect_within_the_origin_is_followed_for_reads() {
    for (location, target) in [
        ("/v2/orders?y=2", "https://erp.test:8443/v2/orders?y=2"),
        ("https://erp.test:8443/v2", "https://erp.test:8443/v2"),
        ("HTTPS://ERP.test:8443/v2", "HTTPS://ERP.test:8443/v2"),
    ] {
        assert_eq!(redirect(Method::GET, location).unwrap(), target);
        assert!(redirect(Method::POST, location).is_err(), "{location}");
    }
}

#[test]
fn no_redirect_takes_the_token_to_another_origin() {
    for location in [
        "https://evil.test/v2",
        "https://erp.test/v2",
        "http://erp.test:8443/v2",
        "//evil.test/v2",
        "https://erp.test:8443@evil.test/",
        "https://erp.test:8443.evil.test/",
        "/\\evil.test",
        "/v2#fragment",
        "v2/orders",
        "",
        "javascript:alert(1)",
    ] {
        let fault = redirect(Method::GET, location).expect_err(location);
        assert!(fault.is(&BACKEND_REDIRECT), "{location}");
    }
    let fault = redirect(Method::GET, "https://evil.test/steal?token=1").expect_err("a refusal");
    assert_eq!(
        fault.detail,
        "erp.test:8443 redirects a GET to evil.test: refused."
    );
}

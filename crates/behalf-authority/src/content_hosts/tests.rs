use super::*;

const R: &str = "aaaaaaaa-0000-4000-8000-000000000001";

fn tenant() -> Tenant {
    serde_json::from_value(
        serde_json::json!({ "id": R, "domains": ["corp.example"], "display_name": "Corp" }),
    )
    .unwrap()
}

fn hosts(names: &[&str]) -> Vec<Host> {
    names
        .iter()
        .map(|name| Host::parse(name).unwrap())
        .collect()
}

#[test]
fn sites_are_served_on_the_port_of_the_content_server() {
    let server = Host::of_url("https://sites.corp.lan:8443").unwrap();
    let sites = [
        "sites.corp.lan",
        "Team.corp.lan",
        "other.lan:444",
        "team.corp.lan",
        "no host!",
    ];
    assert_eq!(
        collect(Some(server), sites.into_iter()),
        hosts(&["sites.corp.lan:8443", "team.corp.lan:8443", "other.lan:444"])
    );
    assert_eq!(
        collect(None, ["a.lan", "b.lan:443"].into_iter()),
        hosts(&["a.lan", "b.lan"])
    );
    assert!(collect(None, [].into_iter()).is_empty());
}

#[test]
fn a_resource_is_named_with_or_without_its_port_in_any_letter_case() {
    let own = hosts(&["sites.corp.lan:8443", "plain.lan"]);
    for (asked, host) in [
        (
            format!("{SHAREPOINT_PRINCIPAL}/sites.corp.lan:8443@{R}"),
            "sites.corp.lan:8443",
        ),
        (
            format!("{SHAREPOINT_PRINCIPAL}/SITES.corp.lan@{}", R.to_uppercase()),
            "sites.corp.lan",
        ),
        (
            format!("{SHAREPOINT_PRINCIPAL}/plain.lan:443@Corp.Example"),
            "plain.lan",
        ),
    ] {
        assert_eq!(
            named(&own, &tenant(), &asked).unwrap().to_string(),
            host,
            "{asked}"
        );
    }
}

#[test]
fn everything_else_is_unknown_and_shown_without_its_odd_characters() {
    let own = hosts(&["sites.corp.lan:8443", "plain.lan"]);
    for asked in [
        format!("{SHAREPOINT_PRINCIPAL}/sites.corp.lan:8444@{R}"),
        format!("{SHAREPOINT_PRINCIPAL}/plain.lan:8443@{R}"),
        format!("{SHAREPOINT_PRINCIPAL}/evil.lan@{R}"),
        format!("{SHAREPOINT_PRINCIPAL}@{R}"),
        format!("{SHAREPOINT_PRINCIPAL}/plain.lan"),
        format!("{SHAREPOINT_PRINCIPAL}/plain.lan@aaaaaaaa-0000-4000-8000-000000000002"),
        format!("{SHAREPOINT_PRINCIPAL}/plain.lan@*"),
        format!("00000001-0000-0000-c000-000000000000/plain.lan@{R}"),
        format!("{SHAREPOINT_PRINCIPAL}/plain.lan/x@{R}"),
        "\r\n\"x\" é".to_owned(),
        String::new(),
    ] {
        let fault = named(&own, &tenant(), &asked).unwrap_err();
        assert!(fault.is(&CONTENT_HOST_UNKNOWN), "{asked}");
        assert!(
            !fault.detail.contains(['\r', '\n', 'é']),
            "{}",
            fault.detail
        );
    }
}

use super::*;

fn private(listed: &[&str], url: &str) -> bool {
    let mut profile = Profile::new("P", url);
    profile.egress = listed.iter().map(|entry| (*entry).to_owned()).collect();
    of(&profile, url).private_addresses
}

#[test]
fn only_the_host_of_the_url_is_reachable() {
    let profile = Profile::new("P", "https://ERP.test:8443/v1");
    let egress = of(&profile, &profile.url);
    assert_eq!(egress.hosts, ["erp.test:8443"]);
    assert!(!egress.private_addresses && !egress.insecure);
    assert_eq!(
        of(&profile, "https://login.test/t/token").hosts,
        ["login.test"]
    );
}

#[test]
fn private_addresses_need_the_host_or_its_network_on_the_list() {
    assert!(!private(&[], "https://erp.local/v1"));
    assert!(private(&["ERP.local"], "https://erp.local:8443/v1"));
    assert!(private(&["erp.local:8443"], "https://erp.local:8443/v1"));
    assert!(!private(&["erp.local:8443"], "https://erp.local/v1"));
    assert!(!private(&["local"], "https://erp.local/v1"));
    assert!(private(&["10.0.0.0/8"], "https://10.1.2.3/v1"));
    assert!(!private(&["10.0.0.0/8"], "https://11.1.2.3/v1"));
    assert!(!private(&["10.0.0.0/8"], "https://erp.local/v1"));
    assert!(!private(
        &["10.0.0.0/40", "10.0.0.0/x", "/"],
        "https://10.0.0.1/"
    ));
    assert!(private(&["0.0.0.0/0"], "https://10.1.2.3/v1"));
    assert!(private(&["::1"], "https://[::1]:8443/"));
    assert!(private(&["fd00::/8"], "https://[fd12::1]/"));
    assert!(!private(&["fd00::/8"], "https://10.0.0.1/"));
}

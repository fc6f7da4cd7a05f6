use super::*;

const GOOD: &str = r#"
[authority]
public_url = "https://login.corp.lan"

[gateway]
public_url = "https://api.corp.lan/gateway"
tenant = "corp.lan"
audiences = ["api://gateway"]

[[listener]]
address = "127.0.0.1:8443"
rooms = ["authority", "gateway"]
"#;

fn said(text: &str) -> String {
    parse("behalf.toml", text).unwrap_err().to_string()
}

/// `GOOD` with one line replaced.
fn with(line: &str, by: &str) -> String {
    assert!(GOOD.contains(line), "{line}");
    GOOD.replace(line, by)
}

#[test]
fn a_small_file_is_enough() {
    let config = parse("behalf.toml", GOOD).unwrap();
    assert_eq!(config.store.path, PathBuf::from("behalf.db"));
    assert!(config.listener[0].uses_local_ca());
    assert_eq!(
        (
            *config.limits.header_timeout_s.get_ref(),
            config.limits.shutdown_s
        ),
        (30, 10)
    );
}

#[test]
fn paths_are_relative_to_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("behalf.toml");
    std::fs::write(
        &path,
        GOOD.replace("[authority]", "[store]\npath = \"data/x.db\"\n[authority]"),
    )
    .unwrap();
    let config = load(&path).unwrap();
    assert_eq!(config.store.path, directory.path().join("data/x.db"));
    assert_eq!(config.local_ca.directory, directory.path().join("ca"));
}

#[test]
fn errors_name_file_line_key_and_remedy() {
    for (text, expected) in [
        (
            with("address =", "adress ="),
            "behalf.toml:11: BH5001 unknown key 'adress' in [[listener]]\n    Did you mean 'address'? docs/configuration.md describes every key.",
        ),
        (
            with("tenant = \"corp.lan\"\n", ""),
            "behalf.toml:5: BH5001 the key 'tenant' is missing in [gateway]\n    Add it. docs/configuration.md describes every key.",
        ),
        (
            with("[authority]", "[limits]\nshutdown_s = \"ten\"\n[authority]"),
            "behalf.toml:3: BH5001 the value of 'shutdown_s' in [limits] cannot be used: invalid type: string \"ten\", expected u64\n    docs/configuration.md describes every key.",
        ),
        (
            with("[\"authority\", \"gateway\"]", "[\"authority\", \"gate\"]"),
            "behalf.toml:12: BH5001 the value of 'rooms' in [[listener]] cannot be used: unknown variant 'gate', expected one of 'authority', 'gateway', 'sites'\n    docs/configuration.md describes every key.",
        ),
        (
            with("[\"authority\", \"gateway\"]", "[\"authority\", \"sites\"]"),
            "behalf.toml:12: BH5001 [[listener]] has the room 'sites', which is not configured\n    Add the table [sites], or take the room out of the list.",
        ),
        (
            with("\"127.0.0.1:8443\"", "\"localhost\""),
            "behalf.toml:11: BH5001 [[listener]] address 'localhost' is no IP address with port\n    Write for example 127.0.0.1:8443, 0.0.0.0:443 or [::]:443.",
        ),
        (
            with("\"127.0.0.1:8443\"", "\"0.0.0.0:80\"\nallow_http = true"),
            "behalf.toml:11: BH5001 [[listener]] 0.0.0.0:80 would carry tokens and passwords over plain HTTP\n    allow_http is for loopback addresses only; give certificate and key, or neither for the local certificate authority.",
        ),
        (
            with("https://login.corp.lan", "https://corp.lan/auth"),
            "behalf.toml:3: BH5001 [authority] public_url 'https://corp.lan/auth' has a path\n    The authority must be at the root of its host: Microsoft's libraries drop or rewrite a path before the tenant.",
        ),
        (
            with("https://login.corp.lan", "http://login.corp.lan"),
            "behalf.toml:3: BH5001 [authority] public_url 'http://login.corp.lan' is not https\n    Use https://; http:// is possible on loopback only.",
        ),
        (
            with("[\"api://gateway\"]", "[]"),
            "behalf.toml:8: BH5001 [gateway] audiences names nothing, so that every token would be refused\n    List the client id and the application ID URI under which tokens for this room are issued.",
        ),
        (
            with("rooms =", "certificate = \"a.pem\"\nrooms ="),
            "behalf.toml:12: BH5001 [[listener]] has one of certificate and key without the other\n    Give both, or neither for the local certificate authority.",
        ),
        (
            with("[authority]", "[limits]\nmax_connections = 0\n[authority]"),
            "behalf.toml:3: BH5001 [limits] max_connections is 0, so that nothing could be served\n    Give a larger number, or leave the key out.",
        ),
        (
            "[authority\n".to_owned(),
            "behalf.toml:1: BH5001 unclosed table, expected ']'\n    docs/configuration.md describes every key.",
        ),
    ] {
        assert_eq!(said(&text), expected);
    }
}

#[test]
fn all_problems_are_told_at_once() {
    let text = with("https://login.corp.lan", "login").replace("127.0.0.1:8443", "x");
    let problems = parse("behalf.toml", &text).unwrap_err().0;
    assert_eq!(problems.iter().map(|p| p.line).collect::<Vec<_>>(), [3, 11]);
}

#[test]
fn a_missing_file_is_named() {
    let said = load(Path::new("no/such/behalf.toml"))
        .unwrap_err()
        .to_string();
    assert!(
        said.starts_with("no/such/behalf.toml: BH5001 the host file cannot be read: "),
        "{said}"
    );
    assert!(
        said.ends_with("Name it with --config, or make one with `behalf init DIR`."),
        "{said}"
    );
}

/// The keys of each table, as the reader itself lists them when it meets an unknown one.
fn keys() -> Vec<(&'static str, Vec<String>)> {
    fn of<T: for<'a> Deserialize<'a>>() -> Vec<String> {
        let error = toml::from_str::<T>("no-such-key = 1").err().unwrap();
        error
            .message()
            .split('`')
            .skip(3)
            .step_by(2)
            .map(str::to_owned)
            .collect()
    }
    vec![
        ("[store]", of::<Store>()),
        ("[log]", of::<Log>()),
        ("[local_ca]", of::<LocalCa>()),
        ("[limits]", of::<Limits>()),
        ("[outbound]", of::<Outbound>()),
        ("[authority]", of::<Authority>()),
        ("[gateway]", of::<Gateway>()),
        ("[sites]", of::<Sites>()),
        ("[[listener]]", of::<Listener>()),
    ]
}

#[test]
fn the_manual_has_every_key_and_no_other() {
    let manual = include_str!("../../../../docs/configuration.md");
    let sections: Vec<(&str, Vec<String>)> = manual
        .split("\n## `")
        .skip(1)
        .map(|section| {
            let (title, rest) = section.split_once('`').unwrap();
            let rows = rest
                .lines()
                .filter_map(|line| line.strip_prefix("| `"))
                .map(|row| row.split('`').next().unwrap().to_owned());
            (title, rows.collect())
        })
        .collect();
    assert_eq!(sections, keys());
}

#[test]
fn the_example_of_the_manual_and_of_init_is_usable() {
    let manual = include_str!("../../../../docs/configuration.md");
    let example = manual
        .split("```toml\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    parse("docs/configuration.md", example).unwrap();
}

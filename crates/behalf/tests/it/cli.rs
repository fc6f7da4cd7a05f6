//! Help, exit codes, and what is said when something is wrong.

use crate::site::{Site, behalf, run};
use std::io::Write;
use std::process::Stdio;

/// Every command path there is, as the help lists them.
fn commands(path: &[String]) -> Vec<Vec<String>> {
    let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
    arguments.push("--help");
    let help = run(&arguments);
    assert_eq!(help.code, 0, "{path:?}: {}", help.err);
    let mut all = vec![path.to_vec()];
    let listed = help
        .out
        .split_once("Commands:\n")
        .map_or("", |(_, rest)| rest);
    for line in listed.lines().take_while(|line| !line.is_empty()) {
        let name = line
            .strip_prefix("  ")
            .filter(|l| !l.starts_with(' '))
            .and_then(|l| l.split(' ').next());
        if let Some(name) = name.filter(|name| *name != "help") {
            all.extend(commands(&[path, &[name.to_owned()]].concat()));
        }
    }
    all
}

#[test]
fn every_command_explains_itself() {
    let all = commands(&[]);
    assert!(all.len() > 30, "{all:?}");
    for path in &all {
        let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
        arguments.push("--help");
        let help = run(&arguments).out;
        let first = help.lines().next().unwrap();
        assert!(
            !first.starts_with("Usage"),
            "{path:?} says nothing about itself"
        );
        assert!(
            !help.contains('\u{1b}'),
            "{path:?}: colours outside a terminal"
        );
        if path.len() <= 1 {
            assert!(
                help.contains("Examples:\n  "),
                "{path:?} has no examples:\n{help}"
            );
        }
    }
}

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in [
        &[][..],
        &["no-such-command"],
        &["serve", "--no-such-option"],
        &["apply"],
        &["explain"],
        &["user", "add"],
    ] {
        let said = run(arguments);
        assert_eq!(said.code, 2, "{arguments:?}");
        assert!(said.out.is_empty() && !said.err.is_empty(), "{arguments:?}");
        assert!(!said.err.contains('\u{1b}'), "{arguments:?}");
    }
}

#[test]
fn a_missing_host_file_is_told_with_its_remedy() {
    let site = Site::empty();
    let said = site.run(&["serve", "--config", "nowhere.toml"]);
    assert_eq!(said.code, 2);
    assert_eq!(
        said.err,
        "error: nowhere.toml: BH5001 the host file cannot be read: No such file or directory (os error 2)\n    Name it with --config, or make one with `behalf init DIR`.\n"
    );
}

#[test]
fn a_wrong_key_is_told_with_file_line_and_the_right_one() {
    let site = Site::empty();
    site.write(
        "behalf.toml",
        &include_str!("behalf.toml").replace("audiences = [\"https", "audience = [\"https"),
    );
    let said = site.run(&["check"]);
    assert_eq!(said.code, 2);
    assert_eq!(
        said.err,
        "error: behalf.toml:12: BH5001 unknown key 'audience' in [sites]\n    Did you mean 'audiences'? docs/configuration.md describes every key.\n"
    );
}

#[test]
fn an_undeclared_gateway_tenant_is_told_before_serving() {
    let said = Site::empty().run(&["serve"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains(
            "BH5003 there is no tenant 'example.lan'\n    Declare it first (`behalf apply -f FILE`)"
        ),
        "{}",
        said.err
    );
}

#[test]
fn plain_http_is_for_loopback_only() {
    let site = Site::new();
    site.write(
        "behalf.toml",
        &include_str!("behalf.toml").replace("127.0.0.1:0", "0.0.0.0:0"),
    );
    let said = site.run(&["serve", "--dev-http"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err
            .contains("0.0.0.0:0 is no loopback address, so that --dev-http is refused"),
        "{}",
        said.err
    );
}

#[test]
fn a_wrong_log_level_and_a_missing_certificate_are_named() {
    let site = Site::new();
    let file = include_str!("behalf.toml");
    site.write(
        "behalf.toml",
        &format!("{file}certificate = \"no.pem\"\nkey = \"no.key\"\n"),
    );
    let said = site.run(&["check"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("no.pem cannot be read as PEM")
            && said.err.contains("Check [[listener]] certificate and key"),
        "{}",
        said.err
    );
    site.write(
        "behalf.toml",
        &format!("[log]\nlevel = \"behalf=loud\"\n{file}"),
    );
    let said = site.run(&["serve"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("[log] level:"), "{}", said.err);
}

#[test]
fn faults_are_explained() {
    let said = run(&["explain", "AADSTS65001"]);
    assert!(
        said.out
            .contains("BH3001 Requesting an access token failed\n"),
        "{}",
        said.out
    );
    let unknown = run(&["explain", "BH9999"]);
    assert_eq!(
        (unknown.code, unknown.err.as_str()),
        (
            2,
            "error: BH5003 there is no fault 'BH9999'\n    Codes look like BH3001; `behalf explain --all` lists them.\n"
        )
    );
}

#[test]
fn completions_know_the_commands() {
    let said = run(&["completions", "bash"]);
    assert!(said.code == 0 && said.out.contains("jose-verify"));
}

#[test]
fn tokens_are_verified_line_by_line_while_the_asker_waits() {
    let mut child = behalf()
        .args(["debug", "jose-verify"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    // RFC 7515 appendix A.1.
    let key = r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#;
    let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    writeln!(input, r#"{{"op":"jws","key":{key},"token":"{token}"}}"#).unwrap();
    let answer = lines.next().unwrap().unwrap();
    assert!(
        answer.contains("\"ok\":true") && answer.contains("7b22697373223a226a6f65222c"),
        "{answer}"
    );
    writeln!(
        input,
        r#"{{"op":"jws","key":{key},"token":"{}"}}"#,
        token.replace(".eyJ", ".eyK")
    )
    .unwrap();
    assert!(lines.next().unwrap().unwrap().contains("\"ok\":false"));
    drop(input);
    assert!(lines.next().is_none());
    assert!(child.wait().unwrap().success());
}

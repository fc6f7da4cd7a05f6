//! Declarations and single commands against a real database.

use crate::site::{JOB, JOB_SECRET, Site, TENANT};
use std::os::unix::fs::PermissionsExt;

const ALICE: &str = "a11ce000-0000-4000-8000-000000000001";

#[test]
fn applying_twice_changes_nothing_and_an_export_applies_to_the_same_state() {
    let site = Site::empty();
    let first = site.done(&["apply", "-f", "world.toml"]);
    assert!(
        first.contains(&format!("created   tenant {TENANT} \"Example\"\n")),
        "{first}"
    );
    assert!(first.ends_with("0 changed, 0 unchanged\n"), "{first}");
    let again = site.done(&["apply", "-f", "world.toml"]);
    assert!(again.contains("\n0 created, 0 changed, "), "{again}");

    site.done(&["export", "-o", "now.toml"]);
    let text = std::fs::read_to_string(site.path("now.toml")).unwrap();
    for secret in [JOB_SECRET, "correct-horse-battery", "named-secret-in-clear"] {
        assert!(!text.contains(secret), "{secret} in clear");
    }
    let back = site.done(&["apply", "-f", "now.toml"]);
    assert!(back.contains("\n0 created, 0 changed, "), "{back}");
    let mode = |name| {
        std::fs::metadata(site.path(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(
        [
            mode("now.toml"),
            mode("behalf.key"),
            mode("behalf.db"),
            mode("ca/ca.key"),
            mode("ca/server.key")
        ],
        [0o600; 5]
    );
}

#[test]
fn several_files_are_one_change() {
    let site = Site::empty();
    site.write(
        "second.toml",
        "[[tenant]]\nid = \"5ec0d000-0000-4000-8000-000000000002\"\ndisplay_name = \"Second\"\n",
    );
    let told = site.done(&["apply", "-f", "world.toml", "second.toml"]);
    assert!(
        told.contains("created   tenant 5ec0d000-0000-4000-8000-000000000002"),
        "{told}"
    );
}

#[test]
fn a_dry_run_tells_and_does_nothing() {
    let site = Site::empty();
    let told = site.done(&["apply", "-f", "world.toml", "--dry-run"]);
    assert!(
        told.contains("nothing was changed; it would be: "),
        "{told}"
    );
    assert_eq!(
        site.done(&["tenant", "list"]),
        "ID  DOMAINS  STATE  PROVIDERS  NAME\n"
    );
}

#[test]
fn every_problem_is_told_at_once_and_nothing_is_applied() {
    let site = Site::empty();
    let world = include_str!("world.toml")
        .replace("roles = [\"Call.All\"]", "roles = [\"Call.Nothing\"]")
        .replace("Path=/now", "Path=now{$Nobody}");
    site.write("world.toml", &world);
    let said = site.run(&["apply", "-f", "world.toml"]);
    assert_eq!(said.code, 1);
    assert!(
        said.err
            .starts_with("error: BH5002 nothing is applied because of "),
        "{}",
        said.err
    );
    let line = world.lines().position(|l| l == "[[grant]]").unwrap() + 1;
    assert!(
        said.err.contains(&format!(
            "world.toml:{line}: 'Gateway' has no application permission 'Call.Nothing'"
        )),
        "{}",
        said.err
    );
    assert!(said.err.contains("read-clock"), "{}", said.err);
    assert!(!site.done(&["tenant", "list"]).contains("Example"));
}

#[test]
fn gateway_files_come_as_a_directory() {
    let site = Site::new();
    std::fs::create_dir_all(site.path("gateway/methods/clock")).unwrap();
    let method = "object = \"Clock\"\nname = \"Set Clock\"\nprofiles = [\"Clock Service\"]\nscript = \"\"\"\nMethod=PUT\nPath=/now\n\"\"\"\n";
    site.write("gateway/methods/clock/set-clock.toml", method);
    let told = site.done(&["apply", "-f", "gateway"]);
    assert!(
        told.contains("created   method clock/set-clock\n"),
        "{told}"
    );
    let methods = site.done(&["method", "list"]);
    assert_eq!(
        methods.lines().filter(|l| l.starts_with("clock/")).count(),
        2,
        "{methods}"
    );
    assert!(
        site.done(&["method", "check"])
            .ends_with("2 methods, 1 profiles, 1 objects, 0 warnings: ok\n")
    );
    site.write(
        "gateway/methods/clock/set-clock.toml",
        &method.replace("PUT", "FETCH"),
    );
    let said = site.run(&["method", "check", "gateway"]);
    assert_eq!(said.code, 1);
    assert!(
        said.err.contains("methods/clock/set-clock.toml:"),
        "{}",
        said.err
    );
}

#[test]
fn a_user_from_first_to_last() {
    let site = Site::new();
    let on = |arguments: &[&str]| {
        site.done(&[&["user"], arguments, &["--tenant", "example.lan"]].concat())
    };
    let made = on(&[
        "add",
        "--upn",
        "bob@example.lan",
        "--name",
        "Bob",
        "--group",
        "Sales",
    ]);
    let (id, password) = made.trim_end().split_once("\npassword: ").unwrap();
    assert!(password.len() >= 20, "{made}");
    assert!(
        on(&["list"]).contains(&format!("{id}  password  bob@example.lan    active")),
        "{}",
        on(&["list"])
    );
    let twice = site.run(&[
        "user",
        "add",
        "--tenant",
        "example.lan",
        "--upn",
        "BOB@example.lan",
        "--name",
        "x",
    ]);
    assert_eq!(
        (
            twice.code,
            twice
                .err
                .contains("there is a user 'BOB@example.lan' already")
        ),
        (1, true),
        "{}",
        twice.err
    );

    on(&["disable", "bob@example.lan"]);
    assert!(on(&["list"]).contains("bob@example.lan    inactive"));
    on(&["enable", id]);
    assert!(on(&["list"]).contains("bob@example.lan    active"));
    let set = site.run_with_input(
        &[
            "user",
            "set-password",
            "bob@example.lan",
            "--tenant",
            "example.lan",
            "--password-stdin",
        ],
        "a new password\n",
    );
    assert_eq!(
        (set.code, set.out.contains("a new password")),
        (0, false),
        "{}",
        set.err
    );

    let person = site.done(&[
        "person",
        "link",
        "--tenant",
        "example.lan",
        "alice@example.lan",
        id,
    ]);
    assert!(
        site.done(&["export"]).matches(person.trim()).count() >= 3,
        "the person and both users"
    );
    on(&["delete", id]);
    let gone = site.run(&["user", "disable", id, "--tenant", "example.lan"]);
    assert_eq!(
        (gone.code, gone.err.contains("there is no user")),
        (1, true),
        "{}",
        gone.err
    );
}

#[test]
fn consent_is_given_and_taken() {
    let site = Site::new();
    let names = [
        "--tenant",
        "example.lan",
        "--client",
        JOB,
        "--resource",
        "api://gateway",
    ];
    let run = |arguments: &[&str]| site.run(&[&["consent"], arguments, &names].concat());
    let list = || site.done(&["grant", "list"]);
    assert!(list().contains("the app itself  Call.All"), "{}", list());
    assert_eq!(
        run(&["add", "--scope", "call", "--user", "alice@example.lan"]).code,
        0
    );
    assert!(list().contains(&format!("{ALICE}  call")), "{}", list());
    let unknown = run(&["add", "--scope", "fly"]);
    assert_eq!(
        (unknown.code, unknown.err.as_str()),
        (
            1,
            "error: BH5003 the API has no scope 'fly'\n    It has: call.\n"
        )
    );
    assert_eq!(run(&["remove", "--role", "Call.All"]).code, 0);
    assert!(!list().contains("Call.All"));
    assert_eq!(run(&["remove", "--role", "Call.All"]).code, 1);
    assert_eq!(run(&["add"]).code, 2);
}

#[test]
fn tenants_apps_and_secrets_by_single_commands() {
    let site = Site::new();
    let id = site.done(&[
        "tenant",
        "add",
        "--name",
        "Second",
        "--domain",
        "second.lan",
    ]);
    assert!(
        site.done(&["tenant", "list"])
            .contains(&format!("{}  second.lan", id.trim()))
    );
    let taken = site.run(&["tenant", "add", "--name", "Third", "--domain", "SECOND.lan"]);
    assert_eq!(
        (taken.code, taken.err.contains("taken")),
        (1, true),
        "{}",
        taken.err
    );

    let app = site.done(&[
        "app",
        "register",
        "--tenant",
        "second.lan",
        "--title",
        "Orders",
        "--app-id-uri",
        "api://orders",
        "--scope",
        "order.read",
    ]);
    assert!(
        site.done(&["app", "list", "--tenant", "second.lan"])
            .contains("api://orders  Orders")
    );
    let made = site.done(&[
        "app",
        "secret",
        "add",
        app.trim(),
        "--tenant",
        "second.lan",
        "--expires",
        "2031-01-01",
    ]);
    let (_, secret) = made.trim_end().split_once("\nsecret: ").unwrap();
    assert!(!site.done(&["export"]).contains(secret));
    let upper = site.run(&[
        "app",
        "register",
        "--tenant",
        "second.lan",
        "--title",
        "x",
        "--app-id-uri",
        "api://Orders2",
    ]);
    assert_eq!(
        (upper.code, upper.err.contains("BH5002")),
        (1, true),
        "{}",
        upper.err
    );

    let set = site.run_with_input(
        &["secret", "set", "upstream", "--tenant", "second.lan"],
        "hush\n",
    );
    assert_eq!(
        (set.code, set.out.as_str()),
        (0, "secret:upstream\n"),
        "{}",
        set.err
    );
    assert!(
        site.done(&["secret", "list"])
            .contains("second.lan   upstream")
    );
    let short = site.run_with_input(
        &[
            "app",
            "secret",
            "add",
            app.trim(),
            "--tenant",
            "second.lan",
            "--value-stdin",
        ],
        "short\n",
    );
    assert_eq!(short.code, 2);
}

#[test]
fn the_audit_trail_names_every_change_and_holds_together() {
    let site = Site::new();
    site.done(&[
        "user",
        "disable",
        "alice@example.lan",
        "--tenant",
        "example.lan",
    ]);
    let list = site.done(&["audit", "list"]);
    assert!(
        list.lines().nth(1).unwrap().contains("admin.user_disabled"),
        "{list}"
    );
    assert!(list.contains("admin.applied"), "{list}");
    let json = site.done(&["audit", "list", "--json", "--limit", "1"]);
    let row: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(row["event"]["object"], ALICE);
    assert!(
        site.done(&["audit", "verify"])
            .ends_with("rows: the chain is whole\n")
    );
}

#[test]
fn the_doctor_says_which_check_fails() {
    let site = Site::new();
    let said = site.run(&[
        "doctor",
        "obo",
        "--user",
        "alice@example.lan",
        "--method",
        "Clock/Read Clock",
        "--no-exchange",
    ]);
    assert_eq!(said.code, 1);
    assert!(
        said.out.contains("FAIL") && said.out.contains("does not use on-behalf-of"),
        "{}",
        said.out
    );
    let unknown = site.run(&[
        "doctor",
        "obo",
        "--user",
        "alice@example.lan",
        "--method",
        "clock/none",
    ]);
    assert_eq!(unknown.code, 1);
}

#[test]
fn sealed_things_survive_a_new_key_and_the_old_one_can_go_only_when_unused() {
    let site = Site::new();
    let keys = |site: &Site| {
        site.done(&["check"])
            .lines()
            .find(|l| l.starts_with("key file"))
            .unwrap()
            .to_owned()
    };
    let before = keys(&site);
    let told = site.done(&["seal", "rotate"]);
    assert!(told.contains("unreadable 0"), "{told}");
    assert_ne!(keys(&site), before);
    // The named secret opens still: applying it again changes nothing.
    assert!(
        site.done(&["apply", "-f", "world.toml"])
            .contains("\n0 created, 0 changed, ")
    );
    std::fs::remove_file(site.path("behalf.key")).unwrap();
    let lost = site.run(&["apply", "-f", "world.toml"]);
    assert_eq!(lost.code, 0, "a lost secret is set anew: {}", lost.err);
    assert!(
        lost.out.contains("changed   secret \"order-api\""),
        "{}",
        lost.out
    );
}

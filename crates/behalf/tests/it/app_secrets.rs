//! The secrets of a SharePoint app by single commands.

use crate::site::Site;

const TENANT: &str = "contoso.lan";

fn register(site: &Site, host: &str) -> String {
    site.done(&[
        "app",
        "register",
        "--tenant",
        TENANT,
        "--title",
        "Remote web",
        "--app-host-domain",
        host,
    ])
    .trim()
    .to_owned()
}

fn add(site: &Site, app: &str, id: &str) -> String {
    let made = site.done(&["app", "secret", "add", app, "--tenant", TENANT, "--id", id]);
    let (_, secret) = made.trim_end().split_once("\nsecret: ").unwrap();
    secret.to_owned()
}

fn site() -> Site {
    let site = Site::empty();
    site.done(&["tenant", "add", "--name", "Contoso", "--domain", TENANT]);
    site
}

#[test]
fn secrets_of_an_app_with_a_host_sign_and_are_never_shown_again() {
    let site = site();
    let app = register(&site, "App.Contoso.lan:8443");
    let (old, new) = (add(&site, &app, "old"), add(&site, &app, "new"));
    // Base64 of 32 bytes, as the button "Generate" of AppRegNew makes them.
    assert_eq!((old.len(), &old[43..], old != new), (44, "=", true));
    site.done(&["app", "secret", "promote", &app, "new", "--tenant", TENANT]);
    let export = site.done(&["export"]);
    assert!(
        export.contains("app_host_domain = \"app.contoso.lan:8443\""),
        "{export}"
    );
    assert!(export.contains("promoted_secret = \"new\""), "{export}");
    assert_eq!(export.matches("sealed = ").count(), 2, "{export}");
    assert!(!export.contains(&old) && !export.contains(&new));

    // What was exported is taken back as it is.
    site.write("exported.toml", &export);
    let again = site.done(&["apply", "-f", "exported.toml"]);
    assert!(again.contains("0 created, 0 changed"), "{again}");

    site.done(&["app", "secret", "remove", &app, "new", "--tenant", TENANT]);
    assert!(!site.done(&["export"]).contains("promoted_secret"));
}

#[test]
fn what_cannot_sign_is_refused() {
    let site = site();
    let app = register(&site, "app.contoso.lan");
    let add = [
        "app",
        "secret",
        "add",
        &app,
        "--tenant",
        TENANT,
        "--value-stdin",
    ];
    let said = site.run_with_input(&add, "long-enough-but-no-base64-text\n");
    assert_eq!(
        (said.code, said.err.contains("cannot sign context tokens")),
        (2, true),
        "{}",
        said.err
    );
    let unknown = site.run(&["app", "secret", "promote", &app, "x", "--tenant", TENANT]);
    assert_eq!(
        (unknown.code, unknown.err.contains("has no secret 'x'")),
        (1, true),
        "{}",
        unknown.err
    );
    let url = site.run(&[
        "app",
        "register",
        "--tenant",
        TENANT,
        "--title",
        "x",
        "--app-host-domain",
        "https://app.lan",
    ]);
    assert_eq!(
        (url.code, url.err.contains("is no host name")),
        (1, true),
        "{}",
        url.err
    );

    // An app without a host keeps digests only: nothing of it can sign.
    let plain = site.done(&["app", "register", "--tenant", TENANT, "--title", "Plain"]);
    let plain = plain.trim();
    site.done(&[
        "app", "secret", "add", plain, "--tenant", TENANT, "--id", "one",
    ]);
    assert!(!site.done(&["export"]).contains("sealed = "));
    let promote = site.run(&["app", "secret", "promote", plain, "one", "--tenant", TENANT]);
    assert_eq!(
        (promote.code, promote.err.contains("cannot sign")),
        (1, true),
        "{}",
        promote.err
    );
}

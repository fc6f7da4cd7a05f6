//! Declarations against a real store: planned, committed, exported, applied again.

use behalf_admin::{File, Outcome, Plan, Problem, Tools, export, plan, read};
use behalf_model::env::fixed;
use behalf_model::facts::Facts;
use behalf_model::ports::Digester;
use behalf_model::principal::{Principal, SecretCredential};
use behalf_model::resource::Resource;
use behalf_model::secret::{Sealed, Sealer};
use behalf_model::source::Source;
use behalf_model::user::User;
use behalf_model::{Env, Secret, TenantId};
use behalf_store::SqliteStore;
use std::sync::Arc;

const WORLD: &str = include_str!("world.toml");
const CONTOSO: &str = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";

/// Reversible stand-ins: what matters here is when they are called, not what they compute.
struct Fake;

fn backwards(text: &str) -> String {
    text.chars().rev().collect()
}

impl Sealer for Fake {
    fn seal(&self, purpose: &str, clear: &str) -> Sealed {
        Sealed(format!("k.{purpose}|{}", backwards(clear)))
    }

    fn open(&self, purpose: &str, sealed: &Sealed) -> Option<Secret> {
        sealed
            .0
            .strip_prefix(&format!("k.{purpose}|"))
            .map(|text| Secret::new(backwards(text)))
    }
}

impl Digester for Fake {
    fn digest(&self, purpose: &str, secret: &str) -> String {
        format!("d.{purpose}|{}", secret.len())
    }

    fn matches(&self, purpose: &str, secret: &str, digest: &str) -> bool {
        digest == self.digest(purpose, secret)
    }
}

struct Bench {
    facts: Facts,
    env: Env,
    _store: Arc<SqliteStore>,
}

fn bench() -> Bench {
    let store = Arc::new(SqliteStore::open_temporary().unwrap());
    Bench {
        facts: Facts::new(store.clone()),
        env: fixed::env().0,
        _store: store,
    }
}

impl Bench {
    async fn plan(&self, text: &str) -> Result<Plan, Vec<Problem>> {
        let file = read("world.toml", text).map_err(|p| vec![p])?;
        self.plan_files(&[file]).await
    }

    async fn plan_files(&self, files: &[File]) -> Result<Plan, Vec<Problem>> {
        let hash = |clear: &str| format!("$argon2id${clear}");
        let matches = |clear: &str, hash: &str| hash == format!("$argon2id${clear}");
        let compile = |sources: &[Source]| {
            Ok(sources
                .iter()
                .map(|s| format!("compiled {}", s.slug))
                .collect())
        };
        let tools = Tools {
            env: &self.env,
            sealer: &Fake,
            digester: &Fake,
            hash_password: &hash,
            password_matches: &matches,
            compile: &compile,
            gateway_tenant: None,
            now: self.env.now(),
        };
        plan(files, Vec::new(), &self.facts, &tools).await
    }

    async fn apply(&self, text: &str) -> Plan {
        let plan = self.plan(text).await.unwrap_or_else(|p| {
            panic!("{}", p.iter().map(ToString::to_string).collect::<String>())
        });
        self.facts
            .store()
            .commit(plan.changes.clone())
            .await
            .unwrap();
        plan
    }

    async fn problem(&self, text: &str) -> String {
        self.plan(text).await.unwrap_err()[0].to_string()
    }
}

fn contoso() -> TenantId {
    CONTOSO.parse().unwrap()
}

#[tokio::test]
async fn applying_twice_changes_nothing_the_second_time() {
    let bench = bench();
    let first = bench.apply(WORLD).await;
    assert!(
        first.touched.iter().all(|t| t.outcome == Outcome::Created),
        "{:?}",
        first.touched
    );
    assert_eq!(
        first.warnings,
        ["compiled orders", "compiled order/create-order"]
    );
    let second = bench.plan(WORLD).await.unwrap();
    assert!(
        second
            .touched
            .iter()
            .all(|t| t.outcome == Outcome::Unchanged),
        "{:?}",
        second.touched
    );
    assert!(second.changes.is_empty(), "{:?}", second.changes);
}

#[tokio::test]
async fn an_export_applies_to_the_same_state_and_holds_nothing_in_clear() {
    let bench = bench();
    bench.apply(WORLD).await;
    let text = export(&bench.facts, None).await.unwrap();
    for clear in ["first-client-secret-0123", "named-secret-0123456789"] {
        assert!(!text.contains(clear), "{clear} stands in\n{text}");
    }
    let again = bench.plan(&text).await.unwrap();
    assert!(again.changes.is_empty(), "{:?}\n{text}", again.changes);
}

#[tokio::test]
async fn one_changed_line_is_one_change() {
    let bench = bench();
    bench.apply(WORLD).await;
    let plan = bench
        .apply(&WORLD.replace("Alice Archer", "Alice A. Archer"))
        .await;
    let changed: Vec<_> = plan
        .touched
        .iter()
        .filter(|t| t.outcome == Outcome::Changed)
        .collect();
    assert_eq!(changed.len(), 2, "the user and her account: {changed:?}");
    let alice = bench
        .facts
        .by_alias::<User>(contoso(), "upn:password:alice@contoso.example")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(alice.name, "Alice A. Archer");
    assert_eq!(alice.valid_from, None, "a new name ends no session");
}

#[tokio::test]
async fn a_new_password_ends_what_the_old_one_began() {
    let bench = bench();
    bench.apply(WORLD).await;
    bench
        .apply(&WORLD.replace("Correct-Horse-7", "Another-Horse-8"))
        .await;
    let alice = bench
        .facts
        .by_alias::<User>(contoso(), "upn:password:alice@contoso.example")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(alice.valid_from, Some(bench.env.now()));
}

#[tokio::test]
async fn an_app_without_secrets_in_the_file_keeps_those_it_has() {
    let bench = bench();
    bench.apply(WORLD).await;
    let without = WORLD.replace(
        "secrets = [{ id = \"first\", value = \"first-client-secret-0123\" }]\n",
        "",
    );
    bench
        .apply(&without.replace("Framework", "Renamed Framework"))
        .await;
    let app = bench
        .facts
        .get::<Principal>(contoso(), "11111111-2222-3333-4444-555555555555")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(app.title, "Renamed Framework");
    let purpose = SecretCredential::purpose(contoso(), &app.client_id);
    assert!(Fake.matches(&purpose, "first-client-secret-0123", &app.secrets[0].digest));
}

#[tokio::test]
async fn mistakes_are_named_with_file_line_and_remedy() {
    let bench = bench();
    for (from, to, line, says) in [
        (
            "id = \"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee\"",
            "id = \"contoso\"",
            1,
            "'contoso' is not a GUID",
        ),
        (
            "api://orders\"]",
            "api://Orders\"]",
            27,
            "has upper-case letters\n    Write api://orders.",
        ),
        (
            "value = \"first-client-secret-0123\"",
            "value = \"short\"",
            15,
            "shorter than 16",
        ),
        (
            "https://app.contoso.example/callback",
            "http://app.contoso.example/callback",
            15,
            "is not https",
        ),
        (
            "https://app.contoso.example/callback",
            "javascript://x/%0aalert(1)",
            15,
            "runs or reads things in the browser",
        ),
        (
            "https://app.contoso.example/callback",
            "https://app.contoso.example/cb#x",
            15,
            "has a fragment",
        ),
        (
            "delegated = [\"order.write\"]",
            "delegated = [\"order.wrote\"]",
            15,
            "exposes no scope 'order.wrote'",
        ),
        (
            "scopes = [\"order.read\"]\n",
            "scopes = [\"order.reed\"]\n",
            39,
            "It exposes: order.read, order.write.",
        ),
        (
            "user = \"alice@contoso.example\"",
            "user = \"alise@contoso.example\"",
            39,
            "no user 'alise@contoso.example'",
        ),
        (
            "client = \"11111111",
            "client = \"21111111",
            39,
            "no app '21111111",
        ),
        (
            "provider = \"password\"",
            "provider = \"windows\"",
            7,
            "no provider 'windows'",
        ),
    ] {
        assert!(WORLD.contains(from), "{from}");
        let said = bench.problem(&WORLD.replacen(from, to, 1)).await;
        assert!(
            said.starts_with(&format!("world.toml:{line}: ")) && said.contains(says),
            "{to}: {said}"
        );
    }
}

#[tokio::test]
async fn unknown_keys_and_broken_toml_are_refused_with_their_line() {
    let bench = bench();
    let said = bench
        .problem(&WORLD.replace("title = \"Framework\"", "titel = \"Framework\""))
        .await;
    assert!(
        said.contains("world.toml:18: ") && said.contains("unknown field `titel`"),
        "{said}"
    );
    let said = bench.problem("[[tenant]\n").await;
    assert!(said.starts_with("world.toml:1: "), "{said}");
}

#[tokio::test]
async fn all_mistakes_are_told_at_once_and_nothing_is_planned() {
    let bench = bench();
    let text = WORLD
        .replace("order.write\"] }]", "order.wrote\"] }]")
        .replace("user = \"alice@", "user = \"alise@");
    assert_eq!(bench.plan(&text).await.unwrap_err().len(), 2);
}

#[tokio::test]
async fn the_same_thing_twice_is_a_mistake() {
    let bench = bench();
    let grant = WORLD.find("[[grant]]").unwrap();
    let end = WORLD[grant + 2..]
        .find("\n[[")
        .map_or(WORLD.len(), |n| grant + 2 + n);
    let twice = format!("{WORLD}\n{}", &WORLD[grant..end]);
    let said = bench.problem(&twice).await;
    assert!(
        said.contains("is declared twice") && said.contains("join them"),
        "{said}"
    );
}

#[tokio::test]
async fn an_app_id_uri_belongs_to_one_app() {
    let bench = bench();
    let second = "\n[[app]]\ntenant = \"contoso.example\"\nclient_id = \"other-app\"\ntitle = \"Other\"\n[app.api]\napp_id_uris = [\"api://orders\"]\n";
    let said = bench.problem(&format!("{WORLD}{second}")).await;
    assert!(said.contains("the name 'api://orders' is taken"), "{said}");
}

#[tokio::test]
async fn an_api_without_a_uri_gets_the_one_of_its_client_id() {
    let bench = bench();
    let other = "\n[[app]]\ntenant = \"contoso.example\"\nclient_id = \"77777777-AAAA-4000-8000-000000000001\"\ntitle = \"Other\"\n[app.api]\nscopes = [{ value = \"read\", consent = \"admins_and_users\" }]\n";
    let world = format!("{WORLD}{other}");
    bench.apply(&world).await;
    let tenant: TenantId = CONTOSO.parse().unwrap();
    let alias = Resource::uri_alias("api://77777777-aaaa-4000-8000-000000000001");
    let found = bench.facts.by_alias::<Resource>(tenant, &alias).await;
    assert_eq!(found.unwrap().unwrap().scopes[0].value, "read");
    assert!(bench.plan(&world).await.unwrap().changes.is_empty());
}

#[tokio::test]
async fn secrets_that_sign_context_tokens_are_exported_sealed_and_taken_back() {
    let bench = bench();
    const SECRET: &str = "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=";
    let world = format!(
        "{WORLD}\n[[app]]\ntenant = \"contoso.example\"\nclient_id = \"remote-web\"\ntitle = \"Remote web\"\n\
         app_host_domain = \"App.Contoso.example:8443\"\npromoted_secret = \"first\"\n\
         secrets = [{{ id = \"first\", value = \"{SECRET}\" }}]\n"
    );
    bench.apply(&world).await;
    assert!(bench.plan(&world).await.unwrap().changes.is_empty());
    let text = export(&bench.facts, None).await.unwrap();
    assert!(
        text.contains("sealed = \"k.app-secret:") && !text.contains(SECRET),
        "{text}"
    );
    let again = bench.plan(&text).await.unwrap();
    assert!(again.changes.is_empty(), "{:?}\n{text}", again.changes);

    let unknown = world.replace(
        "promoted_secret = \"first\"",
        "promoted_secret = \"second\"",
    );
    let said = bench.problem(&unknown).await;
    assert!(
        said.contains("promoted_secret 'second' is no secret of app remote-web"),
        "{said}"
    );
    let no_host = world.replace("App.Contoso.example:8443", "https://app.contoso.example");
    let said = bench.problem(&no_host).await;
    assert!(
        said.contains("is no host name with an optional port"),
        "{said}"
    );
}

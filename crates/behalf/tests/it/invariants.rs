//! The rules of the house that the compiler does not enforce, read from the sources (ARCHITECTURE.md, "Invariants").

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// A source file: path below the project's root with `/`, and text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    fn is_test(&self) -> bool {
        self.path.contains("/tests/")
            || self.path.ends_with("/tests.rs")
            || self.path.ends_with("/testing.rs")
    }

    /// Line numbers and code of lines that are no comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self
            .text
            .lines()
            .enumerate()
            .map(|(n, line)| (n + 1, line.split(" // ").next().unwrap_or(line)));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

/// All Rust files below the given directories.
fn sources(directories: &[&str]) -> Vec<Source> {
    let root = root();
    let mut open: Vec<PathBuf> = directories.iter().map(|d| root.join(d)).collect();
    let mut found = Vec::new();
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir()
                && path
                    .file_name()
                    .is_some_and(|n| n != "target" && n != "node_modules")
            {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let path = path
                    .strip_prefix(&root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                found.push(Source { path, text });
            }
        }
    }
    assert!(
        found.len() > 3,
        "the sources are not where they are expected"
    );
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Where code names one of the words, apart from the files that may.
fn naming(words: &[&str], among: &[Source], allowed: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for source in among.iter().filter(|s| !allowed(&s.path)) {
        for (line, code) in source.code() {
            if words.iter().any(|word| code.contains(word)) {
                found.push(format!("{}:{line}", source.path));
            }
        }
    }
    found
}

fn manifest(path: &str) -> toml::Table {
    fs::read_to_string(root().join(path))
        .unwrap()
        .parse()
        .unwrap()
}

/// The project's own crates that a crate depends on.
fn own_dependencies(path: &str, sections: &[&str]) -> BTreeSet<String> {
    let manifest = manifest(path);
    let tables = sections.iter().filter_map(|s| manifest.get(*s)?.as_table());
    tables
        .flat_map(|t| t.keys().cloned())
        .filter(|name| name.starts_with("behalf"))
        .collect()
}

#[test]
fn arrows_point_down_only() {
    const ROOMS: [&str; 4] = [
        "behalf-authority",
        "behalf-gateway",
        "behalf-sites",
        "behalf-admin",
    ];
    let normal = |name: &str| {
        own_dependencies(
            &format!("crates/{name}/Cargo.toml"),
            &["dependencies", "build-dependencies"],
        )
    };
    let set = |names: &[&str]| {
        names
            .iter()
            .map(|n| (*n).to_owned())
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(normal("behalf-model"), set(&[]));
    assert!(normal("behalf-wire").is_subset(&set(&[])));
    assert!(normal("behalf-store").is_subset(&set(&["behalf-model", "behalf-wire"])));
    for room in ROOMS {
        assert!(
            normal(room).is_subset(&set(&["behalf-model", "behalf-wire"])),
            "{room}: {:?}",
            normal(room)
        );
        let in_tests =
            own_dependencies(&format!("crates/{room}/Cargo.toml"), &["dev-dependencies"]);
        let others = ROOMS
            .iter()
            .filter(|other| **other != room && in_tests.contains(**other))
            .count();
        assert_eq!(others, 0, "{room} needs another room for its tests");
    }
    assert!(
        own_dependencies("sdk/behalf-remote-web/Cargo.toml", &["dependencies"])
            .is_subset(&set(&["behalf-wire"]))
    );
}

#[test]
fn only_env_reads_the_clock_and_the_systems_randomness() {
    let found = naming(
        &["SystemTime::now", "getrandom::", "Utc::now", "thread_rng"],
        &sources(&["crates"]),
        |path| path == "crates/behalf-model/src/env.rs" || path.ends_with("tests/it/invariants.rs"),
    );
    assert_eq!(found, [""; 0]);
}

#[test]
fn only_the_backend_names_a_crypto_library() {
    let found = naming(
        &["aws_lc_rs", " ring::", "openssl"],
        &sources(&["crates"]),
        |path| {
            // The roof sets up TLS; the tests of the binary are a TLS client of their own.
            path.starts_with("crates/behalf-wire/src/jose/backend")
                || path == "crates/behalf/src/tls.rs"
                || path.starts_with("crates/behalf/tests/")
        },
    );
    assert_eq!(found, [""; 0]);
}

#[test]
fn sql_is_spoken_in_the_store_only() {
    let words = [
        "\"SELECT ",
        "\"INSERT INTO",
        "\"UPDATE ",
        "\"DELETE FROM",
        "rusqlite",
    ];
    let found = naming(&words, &sources(&["crates"]), |path| {
        path.starts_with("crates/behalf-store/") || path.ends_with("tests/it/invariants.rs")
    });
    assert_eq!(found, [""; 0]);
}

#[test]
fn the_store_knows_no_oauth() {
    let found = naming(
        &["grant_type", "client_assertion", "code_verifier", "axum"],
        &sources(&["crates/behalf-store/src"]),
        |_| false,
    );
    assert_eq!(found, [""; 0]);
}

#[test]
fn the_model_does_no_io() {
    let words = [
        "std::fs", "std::net", "tokio", "println!", "hyper", "reqwest",
    ];
    let found = naming(&words, &sources(&["crates/behalf-model/src"]), |_| false);
    assert_eq!(found, [""; 0]);
}

#[test]
fn secrets_cannot_be_printed() {
    let found = naming(
        &[
            "Display for Secret ",
            "Display for crate::Secret ",
            "ToString for Secret ",
        ],
        &sources(&["crates"]),
        |path| path.ends_with("tests/it/invariants.rs"),
    );
    assert_eq!(found, [""; 0]);
    // Nothing that writes the clear text into a log line.
    let found = naming(&["expose()"], &sources(&["crates"]), |path| {
        path.ends_with("tests/it/invariants.rs")
    });
    let all = sources(&["crates"]);
    for place in found {
        let (path, line) = place.rsplit_once(':').unwrap();
        let source = all.iter().find(|s| s.path == path).unwrap();
        let code = source
            .text
            .lines()
            .nth(line.parse::<usize>().unwrap() - 1)
            .unwrap();
        assert!(
            !["tracing::", "info!(", "warn!(", "error!(", "debug!("]
                .iter()
                .any(|log| code.contains(log)),
            "{place}: {code}"
        );
    }
}

#[test]
fn no_room_runs_on_a_rule_it_gave_itself() {
    for member in [
        "authority",
        "gateway",
        "sites",
        "admin",
        "model",
        "wire",
        "store",
    ] {
        let path = format!("crates/behalf-{member}");
        let lints = manifest(&format!("{path}/Cargo.toml"));
        assert_eq!(lints["lints"]["workspace"].as_bool(), Some(true), "{path}");
        let text = fs::read_to_string(root().join(&path).join("src/lib.rs"))
            .unwrap()
            .replace("\n//! ", " ");
        assert!(
            text.contains("Owns") && text.to_lowercase().contains("must never contain"),
            "{path}/src/lib.rs"
        );
    }
    let found = naming(
        &["#[ignore", "#[allow(", "todo!(", "unimplemented!("],
        &sources(&["crates"]),
        |path| path.ends_with("tests/it/invariants.rs"),
    );
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_file_is_one_thing() {
    const MOST_LINES: usize = 500;
    let long: Vec<String> = sources(&["crates"])
        .iter()
        .filter(|s| !s.is_test() && s.text.lines().count() > MOST_LINES)
        .map(|s| format!("{} {}", s.path, s.text.lines().count()))
        .collect();
    assert_eq!(long, [""; 0]);
}

/// One kind of the catalogue, as its source declares it.
struct Declared {
    name: String,
    number: String,
    /// Every word by which a test can recognise the fault in an answer: `BH2020`, `client.unknown`, `700016`.
    words: Vec<String>,
}

fn faults() -> Vec<Declared> {
    let mut found = Vec::new();
    for source in sources(&["crates/behalf-model/src/fault"])
        .iter()
        .filter(|s| !s.is_test())
    {
        for (_, line) in source.code() {
            let Some((name, rest)) = line.trim().split_once(" = \"BH") else {
                continue;
            };
            let quoted: Vec<&str> = rest.split('"').collect();
            let number = format!("BH{}", quoted[0]);
            let mut words = vec![name.to_owned(), number.clone(), quoted[2].to_owned()];
            let aadsts = rest
                .split_once("aadsts ")
                .and_then(|(_, n)| n.split([' ', ',']).next());
            words.extend(aadsts.map(str::to_owned));
            found.push(Declared {
                name: name.to_owned(),
                number,
                words,
            });
        }
    }
    assert!(
        found.len() > 40,
        "the catalogue is not read right: {}",
        found.len()
    );
    found
}

fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].trim_end_matches("AADSTS").chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

#[test]
fn every_fault_is_documented_used_and_provoked_by_a_test() {
    let page = fs::read_to_string(root().join("docs/faults.md")).unwrap();
    let all = sources(&["crates"]);
    let (tests, code): (Vec<&Source>, Vec<&Source>) = all
        .iter()
        .filter(|s| !s.path.starts_with("crates/behalf-model/src/fault"))
        .partition(|s| s.is_test());
    let mut missing = Vec::new();
    for Declared {
        name,
        number,
        words,
    } in faults()
    {
        if !page.contains(&format!("## {number} ")) {
            missing.push(format!("{number} {name} is not in docs/faults.md"));
        }
        if !code.iter().any(|s| has_word(&s.text, &name)) {
            missing.push(format!("{number} {name} is not used"));
        }
        if !tests
            .iter()
            .any(|s| words.iter().any(|word| has_word(&s.text, word)))
        {
            missing.push(format!("{number} {name} is provoked by no test"));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

//! The manual is compared with the types that read the files.

use super::*;

const MANUAL: &str = include_str!("../../../../docs/declarations.md");

/// The TOML examples of the manual, in order.
fn examples() -> Vec<&'static str> {
    MANUAL
        .split("```toml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

/// The keys of a type, as the reader itself lists them when it meets an unknown one.
fn keys<T: for<'a> Deserialize<'a>>() -> Vec<String> {
    let error = toml::from_str::<T>("no-such-key = 1").err().unwrap();
    error
        .message()
        .split('`')
        .skip(3)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_example_of_the_manual_can_be_read() {
    let all = examples();
    assert!(all.len() >= 6, "the manual has lost its examples");
    for example in all {
        if let Err(problem) = read("docs/declarations.md", example) {
            panic!("{problem}\nin\n{example}");
        }
    }
}

#[test]
fn the_manual_shows_every_key_of_every_kind() {
    let all = examples().concat();
    let shown = |key: &str| {
        all.lines()
            .any(|line| line.trim_start().starts_with(&format!("{key} =")))
            || all.contains(&format!("{{ {key} ="))
            || all.contains(&format!(", {key} ="))
            || all.contains(&format!("# or {key} ="))
            || all.contains(&format!("[{key}]"))
            || all.contains(&format!(".{key}]"))
    };
    let kinds = [
        ("[[tenant]]", keys::<Tenant>()),
        ("[[secret]]", keys::<Secret>()),
        ("[[person]]", keys::<Person>()),
        ("[[user]]", keys::<User>()),
        ("[[app]]", keys::<App>()),
        ("secrets", keys::<ClientSecret>()),
        ("certificates", keys::<Certificate>()),
        ("permissions", keys::<Permission>()),
        ("[app.api]", keys::<Api>()),
        ("[[grant]]", keys::<Grant>()),
        ("[[site]]", keys::<Site>()),
        ("[[list]]", keys::<List>()),
        ("", keys::<Content>()),
    ];
    // What only an export writes is described in prose.
    const EXPORTED: [&str; 2] = ["sealed", "digest"];
    for (kind, keys) in kinds {
        assert!(!keys.is_empty(), "{kind}");
        for key in keys.iter().filter(|key| !EXPORTED.contains(&key.as_str())) {
            assert!(
                shown(key),
                "docs/declarations.md does not show '{key}' of {kind}"
            );
        }
    }
    assert!(
        EXPORTED
            .iter()
            .all(|key| MANUAL.contains(&format!("`{key}`")))
    );
}

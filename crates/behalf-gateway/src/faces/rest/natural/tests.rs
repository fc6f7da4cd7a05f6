use super::*;
use crate::library::{SourceText, compile};

fn loaded(methods: &[(&str, &str)]) -> Loaded {
    let mut sources = vec![SourceText {
        path: "profiles/p.toml".into(),
        text: "name = \"P\"\nurl = \"https://erp.test\"".into(),
    }];
    for (n, (name, rest)) in methods.iter().enumerate() {
        sources.push(SourceText {
            path: format!("methods/product/{n}.toml"),
            text: format!("object = \"Product\"\nname = \"{name}\"\nprofiles = [\"P\"]\n{rest}"),
        });
    }
    Loaded::new(compile(&sources).unwrap_or_else(|errors| panic!("{errors:?}")))
}

const KEY: &str = "input = [{ name = \"Id\", unique = true, required = true }]\n";

#[test]
fn an_object_is_found_in_singular_and_plural() {
    let loaded = loaded(&[("All", "script = \"Method=GET\\nPath=/p\"")]);
    for segment in ["product", "products", "Product", "PRODUCTS"] {
        assert_eq!(object(&loaded, segment).unwrap(), "product", "{segment}");
    }
    assert!(
        object(&loaded, "producs")
            .unwrap_err()
            .is(&OBJECT_NOT_FOUND)
    );
}

#[test]
fn verbs_mean_the_only_method_of_their_kind() {
    let update = format!("{KEY}script = \"Method=PATCH\\nPath=/p/{{$Id}}\"");
    let loaded = loaded(&[
        ("All", "script = \"Method=GET\\nPath=/p\""),
        ("Change", &update),
        ("Add", "script = \"Method=POST\\nPath=/p\""),
        ("Add Another", "script = \"Method=POST\\nPath=/q\""),
    ]);
    let name = |found: Result<Arc<CompiledMethod>, Fault>| {
        found.map(|m| m.method.name.clone()).map_err(|f| f.detail)
    };
    assert_eq!(
        name(of_collection(&loaded, "product", &Method::GET)),
        Ok("All".into())
    );
    let several = name(of_collection(&loaded, "product", &Method::POST)).unwrap_err();
    assert!(
        several.contains("POST /api/product/add, POST /api/product/add-another"),
        "{several}"
    );
    for verb in [Method::PATCH, Method::PUT] {
        let (method, field) = of_item(&loaded, "product", &verb).unwrap();
        assert_eq!(
            (method.method.name.as_str(), field.as_str()),
            ("Change", "Id")
        );
    }
    for verb in [Method::GET, Method::DELETE] {
        assert!(
            of_item(&loaded, "product", &verb)
                .unwrap_err()
                .is(&METHOD_NOT_FOUND)
        );
    }
}

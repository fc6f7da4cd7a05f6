use super::*;
use crate::library::{SourceText, compile};

fn document() -> Value {
    let source = |path: &str, text: &str| SourceText {
        path: path.into(),
        text: text.into(),
    };
    let catalog = compile(&[
        source(
            "profiles/p.toml",
            "name = \"P\"\nurl = \"https://erp.test\"",
        ),
        source(
            "methods/product/update.toml",
            r#"
            object = "Product"
            name = "Update Product"
            description = "Changes colour and price."
            profiles = ["P"]
            input = [
              { name = "Site Id", required = true },
              { name = "Item Id", required = true, unique = true },
              { name = "Color", enum = ["Red", "Blue"] },
              { name = "Price", type = "Currency", min = 0 },
              { name = "Count", type = "Integer", min = 1, max = 9, default = 1, required = true },
            ]
            output = [{ name = "Item Id", path = "id" }, { name = "Price", type = "Currency" }]
            policy = { anonymous = true }
script = '''
Method=PATCH
Path=/sites/{$Site Id}/items/{$Item Id}
Body={ "Color": "{$Color}", "Price": "{$Price}", "Count": {$Count} }
'''
            "#,
        ),
        source(
            "methods/product/list.toml",
            "object = \"Product\"\nname = \"List\"\nprofiles = [\"P\"]\ninput = [{ name = \"Top\", type = \"Integer\" }]\n\
             script = \"Method=GET\\nPath=/items?top={$Top}\"",
        ),
    ]);
    describe(
        &catalog.unwrap_or_else(|errors| panic!("{errors:?}")),
        "https://gw.test",
    )
}

#[test]
fn every_method_has_its_call_and_its_natural_verbs() {
    let document = document();
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    assert_eq!(
        paths,
        [
            "/api/product",
            "/api/product/list",
            "/api/product/update-product",
            "/api/product/{key}"
        ]
    );
    let verbs = |path: &str| -> Vec<String> {
        document["paths"][path]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect()
    };
    assert_eq!(verbs("/api/product/{key}"), ["patch", "put"]);
    assert_eq!(verbs("/api/product"), ["get"]);
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][0]["url"], "https://gw.test");
}

#[test]
fn inputs_and_rows_have_schemas_with_their_limits() {
    let document = document();
    let call = &document["paths"]["/api/product/update-product"]["post"];
    let body = &call["requestBody"]["content"]["application/json"];
    assert_eq!(body["schema"]["required"], json!(["Site Id", "Item Id"]));
    assert_eq!(body["schema"]["additionalProperties"], false);
    assert_eq!(
        body["schema"]["properties"]["Color"]["enum"],
        json!(["Red", "Blue"])
    );
    assert_eq!(body["schema"]["properties"]["Count"]["maximum"], 9);
    assert_eq!(body["example"]["Count"], 1);
    // A text for a number is a number written as text, not any text.
    let pattern = body["schema"]["properties"]["Price"]["pattern"].as_str();
    let pattern = regex::Regex::new(pattern.unwrap()).unwrap();
    for price in ["0", "12.50", "-1e-3", "+7"] {
        assert!(pattern.is_match(price), "{price}");
    }
    for no_price in ["", "abc", "1,5", ".5", "1.", "0x1"] {
        assert!(!pattern.is_match(no_price), "{no_price}");
    }
    let rows =
        &call["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["rows"];
    assert_eq!(rows["items"]["required"], json!(["Item Id", "Price"]));
    assert_eq!(call["security"], json!([{ "bearer": [] }, {}]));
    // In the natural form the key stands in the path and not in the body.
    let patch = &document["paths"]["/api/product/{key}"]["patch"];
    let properties = &patch["requestBody"]["content"]["application/json"]["schema"]["properties"];
    assert!(properties.get("Item Id").is_none() && properties.get("Site Id").is_some());
    assert_eq!(patch["parameters"][0]["name"], "key");
    let list = &document["paths"]["/api/product"]["get"];
    assert_eq!(list["parameters"][1]["name"], "Top");
    assert_eq!(list["security"], json!([{ "bearer": [] }]));
}

#[test]
fn operation_ids_are_unique_and_references_resolve() {
    let document = document();
    let mut ids = std::collections::HashSet::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()));
        }
    }
    assert_eq!(ids.len(), 5);
    let text = document.to_string();
    for (at, _) in text.match_indices("\"$ref\":\"#") {
        let pointer = text[at + 9..].split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
}

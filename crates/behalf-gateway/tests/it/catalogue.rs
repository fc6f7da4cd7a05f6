//! Sources change while the gateway runs: as a whole, or not at all.

use crate::world::{CREATE_ORDER, World};
use behalf_gateway::{SourceText, compile, files};
use behalf_model::source::SourceKind;

#[tokio::test]
async fn a_change_in_the_store_is_used_by_the_next_call() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    assert_eq!(world.create_order(Some(&bearer)).await.status, 200);
    let moved = CREATE_ORDER.replace("Path=/orders", "Path=/v2/orders");
    world
        .source(SourceKind::Method, "order/create-order", &moved)
        .await;
    assert_eq!(world.create_order(Some(&bearer)).await.status, 200);
    assert_eq!(
        world.network.calls()[1].url,
        "https://erp.ometa.net/v2/orders"
    );
}

#[tokio::test]
async fn a_mistake_anywhere_leaves_the_catalogue_before_it_in_use() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    let state = world.gateway.load().await.unwrap();
    assert!(state.errors.is_empty(), "{:?}", state.errors);
    let broken = CREATE_ORDER.replace("{$Customer Id}", "{$Costumer Id}");
    world
        .source(SourceKind::Method, "order/create-order", &broken)
        .await;
    let more = CREATE_ORDER.replace("Create Order", "Another Order");
    world
        .source(SourceKind::Method, "order/another-order", &more)
        .await;
    assert_eq!(world.create_order(Some(&bearer)).await.status, 200);
    let reply = world
        .call("POST", "/api/order/another-order", Some(&bearer), None)
        .await;
    assert_eq!(reply.problem().1, "gateway.method_not_found");
    let state = world.gateway.load().await.unwrap();
    let error = state.errors[0].to_string();
    assert!(
        error.starts_with("methods/order/create-order.toml:"),
        "{error}"
    );
    assert!(error.contains("Costumer Id"), "{error}");
    world
        .source(SourceKind::Method, "order/create-order", CREATE_ORDER)
        .await;
    assert!(world.gateway.load().await.unwrap().errors.is_empty());
    assert_eq!(world.network.calls().len(), 1);
}

#[tokio::test]
async fn without_any_good_catalogue_a_method_is_not_just_unknown() {
    let world = World::new().await;
    world
        .source(SourceKind::Method, "order/create-order", "object = ")
        .await;
    let (_, bearer) = world.user(1, "Alice").await;
    let reply = world.create_order(Some(&bearer)).await;
    assert_eq!(
        (reply.problem().0, reply.problem().1),
        (503, "gateway.catalogue_broken")
    );
}

#[tokio::test]
async fn files_and_store_are_one_catalogue() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().join("methods/order");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(
        folder.join("from-file.toml"),
        CREATE_ORDER.replace("Create Order", "From File"),
    )
    .unwrap();
    std::fs::write(folder.join("notes.txt"), "not a source").unwrap();
    let sources = files::read(directory.path()).unwrap();
    assert_eq!(sources.len(), 1);
    assert_eq!(sources[0].path, "methods/order/from-file.toml");
    world.gateway.set_files(sources);
    let body = serde_json::json!({"Customer Id": "c", "Order Reference": "r"});
    let reply = world
        .call("POST", "/api/order/from-file", Some(&bearer), Some(body))
        .await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(world.create_order(Some(&bearer)).await.status, 200);
    world.gateway.set_files(Vec::new());
    let reply = world
        .call("POST", "/api/order/from-file", Some(&bearer), None)
        .await;
    assert_eq!(reply.problem().1, "gateway.method_not_found");
}

#[test]
fn what_can_never_work_is_refused_at_save_and_what_is_doubtful_is_shown() {
    let source = |path: &str, text: &str| SourceText {
        path: path.into(),
        text: text.into(),
    };
    let refused = |profile: &str| {
        compile(&[source("profiles/p.toml", profile)])
            .map(drop)
            .unwrap_err()[0]
            .to_string()
    };
    let base = crate::world::ORDERS_OBO;
    // R34: on-behalf-of takes a confidential client.
    let public = base.replace("oauth_client_secret = \"secret:gateway-entra\"", "");
    assert!(
        refused(&public).contains("secret or certificate"),
        "{}",
        refused(&public)
    );
    // R30: nothing unresolved is ever sent.
    let open = base.replace("variables", "# variables");
    assert!(
        refused(&open).contains("`{TenantId}` is not resolved"),
        "{}",
        refused(&open)
    );
    for (name, setting) in [
        ("proxy", "proxy = \"https://proxy.test\""),
        ("standard", "standard = \"odata\""),
    ] {
        let why = refused(&format!("{base}\n{setting}"));
        let expected = format!("`{name}` as it is set here is not offered yet");
        assert!(why.contains(&expected), "{why}");
    }
    // R45: an anonymous caller could only get error 2.
    let anonymous = CREATE_ORDER.replace("anonymous = false", "anonymous = true");
    let sources = [
        source("profiles/p.toml", base),
        source("methods/order/create.toml", &anonymous),
    ];
    let warnings = compile(&sources).unwrap().warnings;
    assert!(
        warnings
            .iter()
            .any(|w| w.to_string().contains("No Access Token Is Present")),
        "{warnings:?}"
    );
}

use super::*;

const GRAPH_PROFILE: &str = r#"# profiles/graph-obo.toml
name = "Graph OBO"
connector = "rest"
url = "https://graph.microsoft.com/v1.0"
auth = "oauth"
oauth_url = "https://login.microsoftonline.com/{TenantId}/oauth2/v2.0/token"
oauth_scope = "Sites.ReadWrite.All"
oauth_client_id = "11111111-2222-3333-4444-555555555555"
oauth_client_secret = "secret:gateway-entra"
oauth_grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
oauth_on_behalf_of = true
variables = { TenantId = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee" }
"#;

const UPDATE_PRODUCT: &str = r#"# methods/product/update-product.toml
object = "Product"
name = "Update Product"
kind = "update"
profiles = ["Graph OBO"]          # first = default
input = [
  { name = "Site Id", type = "Text", required = true },
  { name = "Item Id", type = "Text", required = true, unique = true },
  { name = "Color",   type = "Text" },
  { name = "Price",   type = "Currency", min = 0 },
]
output = [
  { name = "Item Id", type = "Text", unique = true, path = "id" },
  { name = "Color",   type = "Text", path = "fields.Color" },
  { name = "Price",   type = "Currency", path = "fields.Price" },
]
policy = { anonymous = false, allow = ["group:Sales"] }
script = '''
Method=PATCH
Path=/sites/{$Site Id}/lists/Products/items/{$Item Id}
Body={ "Color": "{$Color}", "Price": "{$Price}" }
'''
"#;

const ORDERS_PROFILE: &str = r#"# profiles/orders-obo.toml
"Name" = "Order System OBO"
connector = "REST"
"Url" = "https://erp.ometa.net"
"OAuth Url" = "https://login.microsoftonline.com/{TenantId}/oauth2/v2.0/token"
"OAuth Scope" = "api://ometa.order.system/order.read api://ometa.order.system/order.write api://ometa.order.system/order.delete"
"OAuth Client ID" = "11111111-2222-3333-4444-555555555555"
"OAuth Client Secret" = "secret:gateway-entra"
"OAuth Grant Type" = "urn:ietf:params:oauth:grant-type:jwt-bearer"
"OAuth Use On Behalf Of" = "True"
variables = { TenantId = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee" }
"#;

const CREATE_ORDER: &str = r#"# methods/order/create-order.toml
object = "Order"
name = "Create Order"
profiles = ["Order System OBO"]
input = [
  { name = "Customer Id",     type = "Text", required = true },
  { name = "Order Reference", type = "Text", required = true, max_length = 64 },
]
output = [ { name = "Order Id", type = "Text", unique = true, path = "id" } ]
policy = { anonymous = false }
script = '''
Method=POST
Path=/orders
Body={ "CustomerId": "{$Customer Id}", "Order Reference": "{$Order Reference}" }
'''
"#;

const PRODUCT: &str = r#"
name = "Product"
label = "Produkt"
fields = [ { name = "Item Id", unique = true } ]
views = [ { name = "Edit", kind = "update", method = "update product" } ]
"#;

fn file<'f>(path: &'f str, text: &'f str) -> SourceFile<'f> {
    SourceFile { path, text }
}

fn errors(files: &[SourceFile<'_>]) -> Vec<String> {
    let errors = Catalog::parse(files).unwrap_err();
    errors.iter().map(ToString::to_string).collect()
}

/// The only error when the text of the method of example 1 is changed so.
fn method_error(from: &str, to: &str) -> String {
    assert!(UPDATE_PRODUCT.contains(from));
    let changed = UPDATE_PRODUCT.replacen(from, to, 1);
    let mut found = errors(&[
        file("profiles/graph-obo.toml", GRAPH_PROFILE),
        file("methods/product/update-product.toml", &changed),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn profile_errors(from: &str, to: &str) -> Vec<String> {
    assert!(GRAPH_PROFILE.contains(from));
    let changed = GRAPH_PROFILE.replacen(from, to, 1);
    // A method on a refused profile is not blamed as well.
    errors(&[
        file("profiles/graph-obo.toml", &changed),
        file("methods/product/update-product.toml", UPDATE_PRODUCT),
    ])
}

#[test]
fn the_two_worked_examples_compile_verbatim() {
    let catalog = Catalog::parse(&[
        file("methods/product/update-product.toml", UPDATE_PRODUCT),
        file("methods/order/create-order.toml", CREATE_ORDER),
        file("objects/product.toml", PRODUCT),
        file("profiles/graph-obo.toml", GRAPH_PROFILE),
        file("profiles/orders-obo.toml", ORDERS_PROFILE),
    ])
    .unwrap();
    let update = catalog.method("product", "update-product").unwrap();
    assert_eq!(update.kind, Kind::Update);
    let profile = &update.profile(None).unwrap().profile;
    assert_eq!(
        profile.oauth_url.as_deref(),
        Some(
            "https://login.microsoftonline.com/aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee/oauth2/v2.0/token"
        )
    );
    assert_eq!(
        profile.oauth_client_secret.as_ref().unwrap().name(),
        "gateway-entra"
    );
    let create = catalog.method("order", "create-order").unwrap();
    assert_eq!(create.kind, Kind::Create);
    let orders = create.profile(Some("order system obo")).unwrap();
    assert!(orders.profile.oauth_on_behalf_of);
    assert_eq!(orders.profile.scopes().count(), 3);
    assert!(create.profile(Some("Graph OBO")).is_none());
    assert_eq!(catalog.objects().count(), 1);
    assert_eq!(catalog.methods().count(), 2);
    assert_eq!(catalog.profiles().count(), 2);
    // What the reference wants offered for the real Graph.
    let warnings: Vec<String> = catalog.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "methods/product/update-product.toml:18:10: Microsoft Graph updates the columns of an item below `/fields` \
          (Path=/sites/{}/lists/Products/items/{}/fields, with the columns as outputs at the root of the answer)"
        ]
    );
}

#[test]
fn a_mistake_in_the_script_is_shown_where_it_stands_in_the_file() {
    assert_eq!(
        method_error("{$Item Id}", "{$Item Idd}"),
        "methods/product/update-product.toml:20:45: `Item Idd` is not an input field of the method (did you mean `Item Id`?)"
    );
    assert_eq!(
        method_error("'''\nMethod=PATCH", "'''Method=PATHC"),
        "methods/product/update-product.toml:18:20: `PATHC` is not an HTTP method offered here (did you mean `PATCH`?)"
    );
}

#[test]
fn mistakes_in_a_method_file() {
    for (from, to, message) in [
        (
            "kind =",
            "kinds =",
            "4:1: unknown key `kinds` (did you mean `kind`?)",
        ),
        (
            "\"update\"",
            "\"updat\"",
            "4:8: unknown variant `updat`, expected one of",
        ),
        (
            "type = \"Currency\"",
            "type = \"Money\"",
            "10:30: unknown type `Money`: expected Text, Char,",
        ),
        (
            "min = 0",
            "min = \"x\"",
            "10:48: an exact decimal such as 12.50 is expected",
        ),
        (
            "min = 0",
            "mim = 0",
            "10:42: unknown key `mim` (did you mean `min`?)",
        ),
        (
            "[\"Graph OBO\"]",
            "[\"Graph OBA\"]",
            "5:13: there is no profile `Graph OBA` (did you mean `Graph OBO`?)",
        ),
        ("[\"Graph OBO\"]", "[]", "5:12: the method names no profile"),
        (
            "[\"Graph OBO\"]",
            "[\"Graph OBO\", \"graph obo\"]",
            "5:26: the profile `graph obo` is named twice",
        ),
        ("group:Sales", "grp:Sales", "`grp:Sales` is not a condition"),
        (
            "path = \"id\"",
            "path = \"$..id\"",
            "13:60: searching at any depth",
        ),
        (
            "type = \"Text\" },\n  { name = \"Price\"",
            "type = \"Text\" },\n  { name = \"PRICE\" },\n  { name = \"Price\"",
            "11:12: `Price` and `PRICE` have the same identifier `Price`",
        ),
        (
            "kind = \"update\"",
            "allow_raw = [\"Colour\"]",
            "4:13: `Colour` is not an input field (did you mean `Color`?)",
        ),
        (
            "object = \"Product\"",
            "object = \"\"",
            "2:10: the method names no object",
        ),
        (
            "name = \"Update Product\"",
            "name = \"--\"",
            "3:8: the name `--` is empty or already taken",
        ),
        ("object = \"Product\"\n", "", "missing field `object`"),
        ("kind = \"update\"", "kind = ", "4:8: "),
    ] {
        let found = method_error(from, to);
        let shown = found
            .strip_prefix("methods/product/update-product.toml:")
            .unwrap();
        assert!(shown.contains(message), "{from} → {to}: {found}");
    }
}

#[test]
fn mistakes_in_a_profile_file() {
    for (from, to, message) in [
        (
            "oauth_scope =",
            "oauth_scopes =",
            "7:1: unknown key `oauth_scopes` (did you mean `oauth_scope`?)",
        ),
        (
            "TenantId = ",
            "Tenant = ",
            "6:13: `{TenantId}` is not resolved (Set it: variables = { TenantId = \"…\" }.)",
        ),
        (
            "\"rest\"",
            "\"odata\"",
            "3:13: this kind of back-end is not offered yet (offered is rest)",
        ),
        (
            "https://graph",
            "http://graph",
            "4:7: http:// would send tokens in clear",
        ),
        (
            "oauth_client_secret = \"secret:gateway-entra\"\n",
            "",
            "on-behalf-of needs a client that identifies itself",
        ),
        (
            "oauth_on_behalf_of = true",
            "oauth_on_behalf_of = \"maybe\"",
            "11:22: invalid value: string \"maybe\", expected true or false",
        ),
    ] {
        let found = profile_errors(from, to);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(message), "{from} → {to}: {found:?}");
        assert!(
            found[0].starts_with("profiles/graph-obo.toml:"),
            "{found:?}"
        );
    }
}

#[test]
fn a_secret_typed_into_a_profile_never_comes_back_in_the_message() {
    for typed in ["\"hunter2\"", "20261234", "[\"hunter2\"]", "\"hunter2"] {
        for found in profile_errors("\"secret:gateway-entra\"", typed) {
            assert!(
                !found.contains("hunter2") && !found.contains("20261234"),
                "{found}"
            );
        }
    }
    assert_eq!(
        profile_errors("\"secret:gateway-entra\"", "\"hunter2\""),
        [
            "profiles/graph-obo.toml:9:23: expected a reference `secret:<name>`; the secret itself does not belong in a profile"
        ]
    );
}

#[test]
fn every_file_with_a_mistake_is_named() {
    let found = errors(&[
        file("profiles/a.toml", "name = "),
        file("methods/x/b.toml", "nope"),
        file("README.md", "text"),
    ]);
    assert_eq!(found.len(), 3);
    assert!(found[0].starts_with("profiles/a.toml:1:"));
    assert!(found[1].starts_with("methods/x/b.toml:1:"));
    assert_eq!(
        found[2],
        "README.md:1:1: the folder of this file does not say what it declares \
         (files stand in objects/, methods/<object>/ or profiles/)"
    );
}

#[test]
fn names_are_unique_by_slug() {
    let found = errors(&[
        file("profiles/a.toml", GRAPH_PROFILE),
        file("profiles/b.toml", GRAPH_PROFILE),
        file("methods/product/a.toml", UPDATE_PRODUCT),
        file(
            "methods/product/b.toml",
            &UPDATE_PRODUCT.replace("Update Product", "UPDATE-product"),
        ),
    ]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with("profiles/b.toml:2:8: the name `Graph OBO` is empty or already taken")
    );
    assert!(found[1].starts_with("methods/product/b.toml:3:8: the name `UPDATE-product`"));
}

#[test]
fn an_object_view_must_name_a_method() {
    let object = PRODUCT.replace("update product", "Updat Product");
    let found = errors(&[
        file("objects/product.toml", &object),
        file("profiles/graph-obo.toml", GRAPH_PROFILE),
        file("methods/product/update-product.toml", UPDATE_PRODUCT),
    ]);
    assert_eq!(
        found,
        [
            "objects/product.toml: view `Edit`: the object has no method `Updat Product` (did you mean `Update Product`?)"
        ]
    );
}

fn warnings(profile: &str, method: &str) -> Vec<String> {
    let catalog = Catalog::parse(&[
        file("profiles/p.toml", profile),
        file("methods/m.toml", method),
    ]);
    catalog
        .unwrap()
        .warnings
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn what_works_but_is_doubtful_is_said() {
    let anonymous = CREATE_ORDER.replace("anonymous = false", "anonymous = true");
    let found = warnings(ORDERS_PROFILE, &anonymous);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with(
        "methods/m.toml:10:10: anonymous callers are allowed, but the profile `Order System OBO`"
    ));
    assert!(found[0].contains("No Access Token Is Present"));

    let slow = CREATE_ORDER.replace("Path=/orders", "Path=/orders\nTimeout=60s");
    assert!(warnings(ORDERS_PROFILE, &slow)[0].contains("stays at 30000 ms"));

    let unused = CREATE_ORDER.replace("{$Customer Id}", "fixed");
    assert_eq!(
        warnings(ORDERS_PROFILE, &unused),
        ["methods/m.toml:6:3: the script never uses the input `Customer Id`"]
    );

    let mixed = ORDERS_PROFILE.replace("api://ometa.order.system/order.read ", "order.read ");
    let found = warnings(&mixed, CREATE_ORDER);
    assert_eq!(found.len(), 2);
    assert!(found[0].starts_with("profiles/p.toml:6:17: the scopes belong to several resources: the default resource, api://ometa.order.system"));
    assert!(
        found[1].contains("the bare scope `order.read` means a permission of the default resource")
    );
}

#[test]
fn a_method_and_its_profile_must_agree() {
    let get_only = format!("{ORDERS_PROFILE}allowed_methods = [\"GET\"]\n");
    let variable = CREATE_ORDER.replace("/orders", "/orders/{$@profile.TenantId}");
    let found = errors(&[
        file("profiles/p.toml", &get_only),
        file("methods/m.toml", &variable),
    ]);
    assert_eq!(
        found,
        [
            "methods/m.toml:11:10: the profile `Order System OBO` does not allow POST",
            "methods/m.toml:11:10: `{$@profile.TenantId}` is not a public variable of the profile `Order System OBO` \
             (variables = { TenantId = { value = \"…\", public = true } })",
        ]
    );
}

#[test]
fn stored_documents_compile_through_the_same_door() {
    let files = [
        file("profiles/p.toml", ORDERS_PROFILE),
        file("methods/m.toml", CREATE_ORDER),
        file("objects/product.toml", "name = \"Product\""),
    ];
    let (objects, methods, profiles) = Declarations::parse(&files).unwrap().into_models();
    let json = serde_json::to_string(&(&objects, &methods, &profiles)).unwrap();
    let (objects, mut methods, profiles): (Vec<Object>, Vec<Method>, Vec<Profile>) =
        serde_json::from_str(&json).unwrap();
    let catalog = Catalog::compile(objects, methods.clone(), profiles.clone()).unwrap();
    assert!(catalog.method("order", "create-order").is_some());
    methods[0].script = "Method=POST\nPaht=/x".to_owned();
    let found = Catalog::compile(Vec::new(), methods, profiles).unwrap_err();
    assert_eq!(
        found[0].to_string(),
        "methods/order/create-order.toml:2:1: unknown key `Paht` in a REST script (did you mean `Path`?)"
    );
}

#[test]
fn a_thousand_methods_compile_quickly_enough_to_reload() {
    let profile = file("profiles/p.toml", ORDERS_PROFILE);
    let texts: Vec<String> = (0..1_000)
        .map(|n| CREATE_ORDER.replace("Create Order", &format!("Create Order {n}")))
        .collect();
    let mut files = vec![profile];
    files.extend(texts.iter().map(|text| file("methods/m.toml", text)));
    let catalog = Catalog::parse(&files).unwrap();
    assert_eq!(catalog.methods_of("order").count(), 1_000);
}

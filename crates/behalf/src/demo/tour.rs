//! The tour: both worked examples of the seed as the user, then each of its seven errors, over the wire.

use super::DemoError;
use super::print::Printer;
use super::world::World;
use behalf_model::fault::{self, Kind};
use serde_json::{Value, json};

/// The item that example 1 changes.
const ITEM: &str = "7";
const SITE: &str = "contoso.sharepoint.com,2c712604-1370-44e7-a1f5-426573fda80a,2d2244c3-251a-49ea-93a8-39e1c3a060fe";

/// Runs everything; true when every step did what it must.
pub async fn run(world: &World, out: &mut Printer) -> Result<bool, DemoError> {
    out.heading("Sign-in");
    let alice = world.sign_in("alice@contoso.example", "microsoft").await?;
    out.passed(
        "Alice signs in at the framework, through Microsoft (Contoso)",
        &alice.who(),
    );
    examples(world, out, &alice.token).await?;
    errors(world, out, &alice.token).await?;
    Ok(out.all_passed())
}

async fn examples(world: &World, out: &mut Printer, alice: &str) -> Result<(), DemoError> {
    out.heading("Example 1: update a SharePoint list item in the user's name");
    out.script("Method=PATCH\nPath=/sites/{$Site Id}/lists/Products/items/{$Item Id}\nBody={ \"Color\": \"{$Color}\", \"Price\": \"{$Price}\" }");
    let answer = world
        .call(
            "product/update-product",
            Some(alice),
            &product("Red", "12.50"),
        )
        .await?;
    let row = &answer.body["rows"][0];
    let ok =
        answer.status == 200 && row["Editor"] == "Alice Archer" && row["Via"] == "Ometa Framework";
    out.check(
        ok,
        "POST /api/product/update-product",
        &format!(
            "item {ITEM} is now {} at {}; editor {}, via {}",
            text(&row["Color"]),
            text(&row["Price"]),
            text(&row["Editor"]),
            text(&row["Via"])
        ),
        &answer,
    );

    out.heading("Example 2: create an order in an API of one's own");
    out.script("Method=POST\nPath=/orders\nBody={ \"CustomerId\": \"{$Customer Id}\", \"Order Reference\": \"{$Order Reference}\" }");
    let answer = world
        .call("order/create-order", Some(alice), &order())
        .await?;
    let row = &answer.body["rows"][0];
    let ok = answer.status == 200 && row["Created By"] == "Alice Archer";
    out.check(
        ok,
        "POST /api/order/create-order",
        &format!(
            "order {} created by {}, via {}",
            text(&row["Order Id"]),
            text(&row["Created By"]),
            text(&row["Via"])
        ),
        &answer,
    );
    Ok(())
}

async fn errors(world: &World, out: &mut Printer, alice: &str) -> Result<(), DemoError> {
    let path = "product/update-product";
    let inputs = product("Blue", "9");
    out.heading("The seven errors of the seed");

    let bob = world.sign_in("bob@contoso.example", "microsoft").await?;
    let consent = world.take_admin_consent().await?;
    let answer = world.call(path, Some(&bob.token), &inputs).await?;
    const MESSAGE: &str = "Requesting an access token failed: BadRequest Bad Request invalid_grant AADSTS65001: The user or administrator has not consented to use the application with ID '11111111-2222-3333-4444-555555555555' named 'Ometa Framework'. Send an interactive authorization request for this user and resource.";
    out.refused(
        &fault::OBO_NO_CONSENT,
        MESSAGE,
        "example 1 without admin consent: Bob calls",
        &answer,
    );
    world.put(&consent).await?;

    let resource = world.authorize_wrong_client().await?;
    let answer = world
        .call("order/create-order", Some(&bob.token), &order())
        .await?;
    out.refused(
        &fault::OBO_NO_CONSENT,
        MESSAGE,
        "example 2 with a wrong client id authorized: Bob calls",
        &answer,
    );
    world.put(&resource).await?;

    let answer = world
        .call("product/update-product-open", None, &inputs)
        .await?;
    expect(
        out,
        &fault::OBO_NO_ACCESS_TOKEN,
        "nobody is signed in, and the method allows that",
        &answer,
    );

    world.set_active(&alice_user(world).await?, false).await?;
    let answer = world.call(path, Some(alice), &inputs).await?;
    expect(
        out,
        &fault::OBO_USER_INACTIVE,
        "an administrator disables Alice",
        &answer,
    );
    world.set_active(&alice_user(world).await?, true).await?;
    let answer = world.call(path, Some(alice), &inputs).await?;
    out.check(
        answer.status == 200,
        "enabled again, the same token works",
        "Alice Archer, via Ometa Framework",
        &answer,
    );

    let job = world.job_token().await?;
    let answer = world.call(path, Some(&job), &inputs).await?;
    expect(
        out,
        &fault::OBO_NO_USER_IN_TOKEN,
        "the nightly job calls with its own token",
        &answer,
    );

    world.unlink_walter().await?;
    let walter = world.sign_in("walter@home.example", "password").await?;
    let answer = world.call(path, Some(&walter.token), &inputs).await?;
    expect(
        out,
        &fault::OBO_NO_PROVIDER_USER,
        "Walter has a local account only",
        &answer,
    );
    world.link_to_unused_microsoft_user().await?;
    let answer = world.call(path, Some(&walter.token), &inputs).await?;
    expect(
        out,
        &fault::OBO_NO_PROVIDER_TOKEN,
        "his person gets a Microsoft user who never signed in",
        &answer,
    );

    world.delete(&bob).await?;
    let answer = world.call(path, Some(&bob.token), &inputs).await?;
    expect(
        out,
        &fault::OBO_USER_NOT_FOUND,
        "an administrator deletes Bob",
        &answer,
    );
    let again = world.sign_in("bob@contoso.example", "microsoft").await?;
    let answer = world.call(path, Some(&again.token), &inputs).await?;
    let ok = answer.status == 200 && again.user_id != bob.user_id;
    out.check(
        ok,
        "Bob signs in again and is a new user",
        &again.who(),
        &answer,
    );
    Ok(())
}

async fn alice_user(world: &World) -> Result<behalf_model::user::User, DemoError> {
    world.microsoft_user("alice@contoso.example").await
}

fn expect(out: &mut Printer, kind: &'static Kind, situation: &str, answer: &super::world::Answer) {
    out.refused(kind, kind.title, situation, answer);
}

fn product(color: &str, price: &str) -> Value {
    json!({"Site Id": SITE, "Item Id": ITEM, "Color": color, "Price": price})
}

fn order() -> Value {
    json!({"Customer Id": "C-42", "Order Reference": "PO \"7\" / é"})
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

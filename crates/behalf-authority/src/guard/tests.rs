use super::*;

#[tokio::test]
async fn a_panic_after_an_await_is_caught() {
    let result = catching(async {
        tokio::task::yield_now().await;
        panic!("there is something")
    })
    .await;
    assert!(matches!(result, Err(Panicked(text)) if text == "there is something"));
    assert!(matches!(catching(async { 7 }).await, Ok(7)));
}

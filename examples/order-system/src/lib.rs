//! The Ometa Order System: an API of one's own behind Behalf, or behind Microsoft Entra.
//!
//! It knows nothing of Behalf but its issuer's address: it checks the token of every request itself (`tokens.rs`),
//! keeps orders with the user who made each (`orders.rs`), and answers JSON (`http.rs`).

mod args;
mod fetch;
mod http;
mod keys;
mod orders;
mod problem;
mod server;
#[cfg(test)]
mod testing;
mod tokens;

pub use args::Args;
use std::sync::Arc;

/// Serves until the process ends. The text of an error is meant for the person who started it.
pub async fn run(args: Args) -> Result<(), String> {
    let tls = args.tls()?;
    let fetch = Arc::new(fetch::Https::new(args.ca.as_deref(), args.http)?);
    let issuers = args
        .issuers()
        .into_iter()
        .map(|issuer| keys::IssuerKeys::new(issuer, fetch.clone()))
        .collect();
    let tokens = tokens::Tokens::new(args.audience.clone(), issuers);
    let orders =
        orders::Orders::open(&args.db).map_err(|e| format!("{}: {e}", args.db.display()))?;
    let router = http::router(http::App {
        tokens,
        orders,
        now_s,
    });
    let server = server::Server::bind(args.listen, tls).await?;
    println!("order-system is ready at {}", server.url());
    server.run(router).await;
    Ok(())
}

/// Seconds since 1970: the one place that reads the clock; everything else is told the time.
#[expect(
    clippy::disallowed_methods,
    reason = "this program stands alone and has no Env to take the time from"
)]
fn now_s() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |passed| {
        i64::try_from(passed.as_secs()).unwrap_or(i64::MAX)
    })
}

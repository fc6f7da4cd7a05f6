//! `order-system --help` says how to start it; the crate's library has the rest.

use clap::Parser;
use order_system::Args;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match order_system::run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("order-system: {message}");
            ExitCode::FAILURE
        }
    }
}

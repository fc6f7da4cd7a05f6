//! The roof: command line, configuration, wiring, listeners, outbound HTTP. Nothing is decided here about who may do
//! what; that is the rooms' business.

mod cli;
mod commands;
mod config;
mod demo;
mod edge;
mod failure;
mod files;
mod listener;
mod local_ca;
mod log;
mod outbound;
mod tls;
mod verifier;
mod wiring;

use clap::Parser;
use std::process::ExitCode;

/// A request makes a few dozen small allocations; the C library's allocator took a fifth of a gateway call.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: the program cannot start its threads: {error}");
            return ExitCode::from(1);
        }
    };
    match runtime.block_on(cli.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            failure.exit_code()
        }
    }
}

//! The roof.
mod config;
mod edge;
mod files;
mod listener;
mod local_ca;
mod log;
mod outbound;
mod tls;
fn main() {}

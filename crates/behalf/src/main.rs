//! The roof.
mod outbound;
mod tls;
fn main() {}

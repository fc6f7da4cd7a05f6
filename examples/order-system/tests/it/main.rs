//! The program itself, over TLS, with an issuer of its own in the test.

#[cfg(test)]
mod issuer;
#[cfg(test)]
mod program;

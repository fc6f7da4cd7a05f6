//! The crate as its users see it, over real TLS on this machine.

#[cfg(test)]
mod launch;
#[cfg(test)]
mod servers;

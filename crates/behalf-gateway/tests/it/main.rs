//! The gateway from wire to wire: real router, real store, and fakes for whatever lies outside.

#[cfg(test)]
mod callers;
#[cfg(test)]
mod calls;
#[cfg(test)]
mod catalogue;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod fakes;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod seven_errors;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod world;

//! The room from wire to wire: requests in, responses out, on a real store.

#[cfg(test)]
mod conditions;
#[cfg(test)]
mod permissions;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod world;
#[cfg(test)]
mod writing;

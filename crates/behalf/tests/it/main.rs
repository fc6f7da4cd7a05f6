//! The real binary, run as a user runs it; and the rules of the house, read from its sources.

#[cfg(test)]
mod administer;
#[cfg(test)]
mod app_secrets;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod invariants;
#[cfg(test)]
mod serve;
#[cfg(test)]
mod site;

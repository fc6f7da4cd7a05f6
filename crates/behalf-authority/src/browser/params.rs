//! Parameters of a request, in their order, with an eye on duplicates.

use behalf_model::Fault;
use behalf_model::fault::MALFORMED;

/// More parameters than any client sends; a bound on work per request, as in `behalf_wire::oauth::form`.
const MAX_PARAMETERS: usize = 128;

/// Decoded name-value pairs of a query or form body. Empty values count as absent (RFC 6749 §3.1).
/// No `Debug`: a password may be among them.
#[derive(Clone, Default)]
pub struct Params(pub Vec<(String, String)>);

impl Params {
    /// Errors: `MALFORMED` for more than `MAX_PARAMETERS`: what follows looks for duplicates among all of them.
    pub fn parse(encoded: &[u8]) -> Result<Self, Fault> {
        let pairs: Vec<_> = form_urlencoded::parse(encoded)
            .into_owned()
            .filter(|(_, value)| !value.is_empty())
            .take(MAX_PARAMETERS + 1)
            .collect();
        if pairs.len() > MAX_PARAMETERS {
            return Err(MALFORMED.with("The request has more than 128 parameters."));
        }
        Ok(Self(pairs))
    }

    /// The first value. Callers refuse duplicates first, see `duplicate`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// A name that occurs twice, except those that may (RFC 6749 §3.1: parameters must not be repeated; two readers
    /// that pick different ones would see two different requests).
    pub fn duplicate(&self, repeatable: &[&str]) -> Option<&str> {
        self.0.iter().enumerate().find_map(|(i, (name, _))| {
            let again = self.0[..i].iter().any(|(earlier, _)| earlier == name);
            (again && !repeatable.contains(&name.as_str())).then_some(name.as_str())
        })
    }

    pub fn has_twice(&self, name: &str) -> bool {
        self.all(name).nth(1).is_some()
    }
}

#[cfg(test)]
mod tests;

//! Words of other servers that are fit to be repeated.

#[cfg(test)]
mod tests;

/// How a JWT begins: `{"` in base64url.
const JWT: &str = "eyJ";
/// Shorter runs are words that happen to begin like one.
const SHORTEST_JWT: usize = 20;

/// The text without the credentials that were `sent` to the server, and without anything that has the form of a JWT.
///
/// Attack: a server that repeats in its error what it was sent would hand the back-end's token, which only the gateway
/// may hold, to the caller.
pub(crate) fn masked(text: &str, sent: &[&str]) -> String {
    let mut out = text.to_owned();
    for credential in sent.iter().filter(|credential| !credential.is_empty()) {
        out = out.replace(credential, "***");
    }
    let mut from = 0;
    while let Some(at) = out[from..].find(JWT).map(|at| from + at) {
        let of_jwt = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '=');
        let end = out[at..]
            .find(|c| !of_jwt(c))
            .map_or(out.len(), |len| at + len);
        if end - at > SHORTEST_JWT {
            out.replace_range(at..end, "***");
        }
        from = at + 3;
    }
    out
}

//! What a requested scope says about the resource it belongs to.

use super::check::Problem;

/// Scopes of OpenID Connect: they belong to no resource.
pub fn is_openid(scope: &str) -> bool {
    matches!(scope, "openid" | "profile" | "email" | "offline_access")
}

/// The resource a scope names: `api://ometa.order.system/order.read` → `api://ometa.order.system`;
/// `None` for a bare scope, which means the default resource of the authority (R31).
pub fn resource_of(scope: &str) -> Option<&str> {
    if !scope.contains("://") && !scope.contains('/') {
        return None;
    }
    match scope.rsplit_once('/') {
        // `api://x` alone: the slash belongs to the scheme.
        Some((resource, _)) if !resource.ends_with(":/") => Some(resource),
        _ => Some(scope),
    }
}

/// Lints of R31 (a bare scope means the default resource) and R32 (one token, one resource).
pub(super) fn lint(scopes: &[&str]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let of_resources: Vec<&str> = scopes.iter().copied().filter(|s| !is_openid(s)).collect();
    let mut resources: Vec<Option<&str>> = of_resources.iter().map(|s| resource_of(s)).collect();
    resources.sort_unstable();
    resources.dedup();
    if resources.len() > 1 {
        let names: Vec<&str> = resources
            .iter()
            .map(|r| r.unwrap_or("the default resource"))
            .collect();
        problems.push(Problem::warning(
            "oauth_scope",
            format!(
                "the scopes belong to several resources: {}",
                names.join(", ")
            ),
            "A token has one audience; put the scopes of each resource in a profile of its own.",
        ));
    }
    // Permissions of Microsoft Graph are written in capitals (`Sites.ReadWrite.All`); a small letter at the start is
    // most often a scope of one's own API that lost its application ID URI.
    for scope in of_resources {
        let looks_own = scope.starts_with(|c: char| c.is_lowercase());
        if looks_own && resource_of(scope).is_none() {
            problems.push(Problem::warning(
                "oauth_scope",
                format!(
                    "the bare scope `{scope}` means a permission of the default resource \
                     (Microsoft Graph, or this server's content host)"
                ),
                "For a scope of your own API write its application ID URI in front: `api://…/`.",
            ));
        }
    }
    problems
}

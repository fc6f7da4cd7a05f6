//! BH20xx-BH24xx: faults of the token, discovery and key endpoints.

super::catalogue! {
    TENANT_NOT_FOUND = "BH2001" "tenant.not_found", 400 "invalid_request" aadsts 90002, Client,
        "The tenant does not exist",
        "The first segment of the URL names no tenant of this installation.",
        "Use the tenant's GUID or one of its domain names.";
    TENANT_DISABLED = "BH2002" "tenant.disabled", 400 "invalid_request" aadsts 90033, Administrator,
        "The tenant is disabled",
        "An administrator switched the tenant off: it issues nothing and accepts nothing.",
        "Enable the tenant again.";
}

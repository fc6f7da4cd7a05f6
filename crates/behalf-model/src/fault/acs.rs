//! BH2100-BH2199: faults of the ACS dialect (SharePoint app security) and of context tokens.

super::catalogue! {
    REALM_MISSING = "BH2100" "acs.realm_missing", 400 "invalid_request" aadsts 900023, Client,
        "The request names no realm",
        "Neither the URL nor client_id (<id>@<realm>) nor resource (<id>/<host>@<realm>) names one.",
        "Add the realm: the tenant's GUID, or one of its domain names.";
    REALM_OTHER = "BH2101" "acs.realm_other", 400 "unauthorized_client" aadsts 700016, Client,
        "The application is not registered in this realm",
        "URL, client_id and resource of a request must name one realm.",
        "Discover the realm at the site that is called, and use it in all three places.";
    FORMATTED_NAME_MALFORMED = "BH2102" "acs.name_malformed", 400 "invalid_request" aadsts 90013, Client,
        "A formatted name is malformed",
        "client_id must read <id>@<realm> or <id>/<app host domain>@<realm>, resource <id>/<host>@<realm>.",
        "Mend the parameter that the message names.";
    APP_HOST_OTHER = "BH2103" "acs.app_host_other", 400 "unauthorized_client" aadsts 700016, Client,
        "The application is not registered for this app host domain",
        "client_id names a host that is not the registered app host domain, port included.",
        "Compare the host in the app's configuration with the registered app host domain.";
    CONTENT_HOST_UNKNOWN = "BH2104" "acs.content_host_unknown", 400 "invalid_resource" aadsts 500011, Client,
        "The resource principal was not found in the realm",
        "No site of the tenant has this host name, or it is served on another port.",
        "Write the resource as 00000003-0000-0ff1-ce00-000000000000/<host of the site>@<realm>.";
    CONTEXT_REFRESH_TOKEN_EXPIRED = "BH2105" "acs.refresh_token_expired", 401 "invalid_grant" aadsts 70008, User,
        "The refresh token has expired",
        "The refresh token of a context token or authorization code lives for six months.",
        "The user must launch the app from its site again.";

    APP_HOST_DOMAIN_MISSING = "BH2110" "context_token.no_app_host_domain", 400 "invalid_request", Administrator,
        "The app does not have an endpoint",
        "The app principal has no app host domain, so that no context token can be made for it.",
        "Register the host (and port, if not 443) of the remote web as app host domain.";
    APP_HOST_DOMAIN_OTHER = "BH2111" "context_token.other_app_host_domain", 400 "invalid_request", Administrator,
        "The endpoint of the app is not valid",
        "The address to be launched is not at the registered app host domain, port included.",
        "Make the start page's host and the registered app host domain the same.";
    APP_SECRET_UNREADABLE = "BH2112" "context_token.no_secret", 400 "invalid_request", Administrator,
        "No secret of the app can sign a context token",
        "Every secret has expired, is not valid yet, or was added before the app had an app host domain.",
        "Add a secret to the app (`behalf app secret add`) and give it to the remote web.";
}

//! BH25xx: faults of the sign-in, consent and sign-out pages and of the vault.

super::catalogue! {
    REDIRECT_URI_MISMATCH = "BH2501" "authorize.redirect_uri", 400 "invalid_request" aadsts 50011, Administrator,
        "The redirect URI is not registered for the application",
        "The redirect_uri of the request differs from every redirect URI of the app principal. Every character counts; only the port of a loopback address may differ, and only for installed apps.",
        "Register exactly this redirect URI for the application, or send a registered one.";
    RESPONSE_TYPE_UNSUPPORTED = "BH2502" "authorize.response_type", 400 "unsupported_response_type" aadsts 700054, Client,
        "The response type is not offered",
        "Only the authorization code flow is offered: tokens never travel through the browser's address bar.",
        "Send response_type=code.";
    RESPONSE_MODE_UNSUPPORTED = "BH2503" "authorize.response_mode", 400 "invalid_request" aadsts 70007, Client,
        "The response mode is not offered",
        "response_mode is neither query, fragment nor form_post.",
        "Send one of the three, or leave response_mode out.";
    AUTHORIZE_MALFORMED = "BH2504" "authorize.malformed", 400 "invalid_request" aadsts 900144, Client,
        "The authorization request is incomplete or contradicts itself",
        "A parameter is missing, occurs twice or has a value that is not defined.",
        "Correct the parameter named in the message.";
    REQUEST_OBJECT_UNSUPPORTED = "BH2505" "authorize.request_object", 400 "request_not_supported", Client,
        "Request objects are not offered",
        "The parameters request and request_uri are announced as not supported in the discovery document.",
        "Send the parameters themselves.";
    TARGET_INVALID = "BH2506" "authorize.resource", 400 "invalid_target" aadsts 500011, Client,
        "The resource parameter does not fit the scopes",
        "A resource indicator names no API of this tenant, or another one than the scopes.",
        "Name the API whose scopes are asked for.";
    LOGIN_REQUIRED = "BH2510" "authorize.login_required", 400 "login_required" aadsts 50058, User,
        "Nobody is signed in",
        "The application asked for a silent answer (prompt=none) and there is no session that fits.",
        "Repeat the request without prompt=none so that the user can sign in.";
    CONSENT_REQUIRED = "BH2511" "authorize.consent_required", 400 "consent_required" aadsts 65001, User,
        "The user has not consented to what the application asks for",
        "The application asked for a silent answer (prompt=none) and a consent page would be needed.",
        "Repeat the request without prompt=none, or have an administrator consent.";
    INTERACTION_REQUIRED = "BH2512" "authorize.interaction_required", 400 "interaction_required" aadsts 90094, Administrator,
        "An administrator has to consent first",
        "The application asked for a silent answer (prompt=none) for permissions that only an administrator can give.",
        "Have an administrator consent for the application.";
    CONSENT_DECLINED = "BH2513" "consent.declined", 403 "access_denied" aadsts 65004, User,
        "The user declined to consent to access the application",
        "The consent page was answered with Cancel.",
        "Ask again and accept, if the application is to have this access.";
    ADMIN_CONSENT_NEEDED = "BH2514" "consent.admin_needed", 403 "access_denied" aadsts 90094, Administrator,
        "An administrator has to approve this application",
        "It asks for permissions that only an administrator can give, or users of this tenant may not consent themselves.",
        "Send the administrator the address of the consent page shown here.";
    NOT_AN_ADMINISTRATOR = "BH2515" "consent.not_an_administrator", 403 "permission_denied" aadsts 90093, User,
        "Only an administrator can consent for everyone",
        "The user who is signed in is not an administrator of this tenant.",
        "Sign in as an administrator.";
    CONSENT_CHANGED = "BH2516" "consent.changed", 409 "interaction_required", User,
        "What was to be accepted has changed",
        "Between showing the page and accepting it, the permissions or the signed-in user changed.",
        "Start again from the application and read the page that appears.";
    NO_PERMISSIONS = "BH2517" "consent.no_permissions", 400 "invalid_resource" aadsts 650057, Administrator,
        "The application has no permissions on the resource",
        "It asked for .default, which means the permissions listed at its registration, and the list has none for this resource.",
        "Add API permissions for the resource to the application, or ask for named scopes.";
    ADMIN_CONSENT_DECLINED = "BH2518" "consent.admin_declined", 403 "permission_denied" aadsts 65004, User,
        "The administrator declined to consent to the application",
        "The page was answered with Cancel.",
        "Ask again and accept, if everyone is to have this access.";
    SIGNIN_REFUSED = "BH2520" "signin.refused", 400 "invalid_grant" aadsts 50126, User,
        "The user name or the password is wrong",
        "No account of this tenant has this user name and password. The message does not say which of the two is wrong.",
        "Check both and try again.";
    SIGNIN_LOCKED = "BH2521" "signin.locked", 429 "invalid_grant" aadsts 50053, User,
        "Too many wrong passwords for this account",
        "After several failures every further attempt has to wait, whoever makes it.",
        "Wait for the time named and try again.";
    SIGNIN_USER_DISABLED = "BH2522" "signin.user_disabled", 403 "access_denied" aadsts 50057, Administrator,
        "The account is disabled",
        "An administrator switched the user off.",
        "Ask an administrator to enable the user again.";
    FORM_FOREIGN = "BH2523" "page.form_foreign", 403 "access_denied", Client,
        "This form does not belong to this browser",
        "The hidden value of the form is missing, was changed, or was made for another browser or tenant; that is what a forged request looks like. Browsers that refuse cookies meet it too.",
        "Allow cookies for this site and start again from the application.";
    FORM_EXPIRED = "BH2524" "page.form_expired", 400 "invalid_request", User,
        "This page was open for too long",
        "Forms are good for a limited time.",
        "Start again from the application.";
    SIGNIN_REPLAYED = "BH2525" "signin.replayed", 400 "invalid_request", User,
        "This sign-in was already completed",
        "The address that completes a sign-in works once. Going back in the browser, or a copied link, uses it again.",
        "Start again from the application.";
    SIGNIN_BUSY = "BH2526" "signin.busy", 503 "temporarily_unavailable", Server,
        "Too many people are signing in at this moment",
        "Checking a password is deliberately expensive, so only a few are checked at the same time.",
        "Try again in a few seconds. If this stays, raise password_hashes_at_once on a machine with more cores.";
    PROVIDER_UNKNOWN = "BH2527" "signin.provider_unknown", 404 "invalid_request", Client,
        "The tenant has no such sign-in provider",
        "The address names a provider that is not configured for this tenant, or one of another kind.",
        "Start again from the application, or have an administrator configure the provider.";
    UPSTREAM_UNREACHABLE = "BH2530" "upstream.unreachable", 502 "temporarily_unavailable", Upstream,
        "The sign-in provider cannot be reached",
        "No connection, no TLS, no answer in time, or the address is not allowed (private addresses need private_upstreams).",
        "Check the provider's issuer address from this machine and try again.";
    UPSTREAM_ANSWER = "BH2531" "upstream.answer", 502 "server_error", Upstream,
        "The sign-in provider answered something unusable",
        "Its discovery document, keys or token answer are not what OpenID Connect prescribes, or name another issuer.",
        "Compare the provider's issuer setting, letter by letter, with the issuer in its discovery document.";
    UPSTREAM_REFUSED = "BH2532" "upstream.refused", 403 "access_denied", Upstream,
        "The sign-in provider refused",
        "The provider ended the sign-in with an error instead of a proof of who the user is.",
        "Read the provider's error code: access_denied means the user cancelled, invalid_client a wrong secret, consent_required missing consent for the gateway's application there.";
    UPSTREAM_ID_TOKEN = "BH2533" "upstream.id_token", 403 "access_denied", Upstream,
        "The proof from the sign-in provider was not accepted",
        "Its ID token has a wrong signature, issuer, audience, nonce or time.",
        "Check the provider's client id and issuer, and the clocks of both machines.";
    UPSTREAM_AUDIENCE = "BH2534" "upstream.audience", 403 "access_denied", Administrator,
        "The provider's access token is meant for another API",
        "The stored token must have the gateway's own application as audience, or every call on behalf of the user would be refused later.",
        "Set the provider's scopes to a scope of the gateway's own application there (<client id>/access_as_user: Entra refreshes such a token only under the GUID) and its audiences to that application.";
    UPSTREAM_NOT_SET = "BH2535" "upstream.not_set", 500 "server_error", Administrator,
        "The sign-in provider is not fully configured",
        "Its upstream settings are missing, the client secret they refer to does not exist, or it cannot be opened with the installation's key.",
        "Complete the provider's settings and store the secret under the name they use.";
    UPN_TAKEN = "BH2536" "signin.upn_taken", 409 "access_denied", Administrator,
        "Another user of this provider already has this user name",
        "The provider vouches for a new account with the user name of an older one, as happens when an account is deleted and made again.",
        "Remove the older user; the next sign-in then makes a new one.";
    UPSTREAM_STALE = "BH2537" "upstream.stale", 403 "login_required", Upstream,
        "The provider did not ask for a fresh sign-in",
        "The application demands that the user proves who he is now (max_age), and the provider answered with an older sign-in.",
        "Sign out at the provider and try again.";
    SIGNOUT_REDIRECT = "BH2540" "signout.redirect_uri", 400 "invalid_request" aadsts 50011, Administrator,
        "The address to return to after signing out is not registered",
        "post_logout_redirect_uri must be one of the application's redirect URIs, and the application must be known from id_token_hint or client_id.",
        "Register the address for the application and send id_token_hint or client_id.";
    SIGNOUT_HINT = "BH2541" "signout.hint", 400 "invalid_request", Client,
        "The id_token_hint was not issued here",
        "It is no ID token signed by this tenant for the client named.",
        "Send the ID token of the sign-in unchanged, or leave it out.";
}

//! BH3xxx: faults of the gateway. BH3001-BH3007 are the seven errors of seed 000, their titles its exact texts.

super::catalogue! {
    OBO_NO_CONSENT = "BH3001" "obo.token_request_failed", 403 "invalid_grant" aadsts 65001 sub "consent_required", Administrator,
        "Requesting an access token failed",
        "The token endpoint refused: neither user nor administrator consented to the scopes of the profile, and the API does not list the gateway as authorized client.",
        "Microsoft API scopes: grant admin consent to all of them on the gateway's application. Scopes of a custom API: authorize the gateway's client id AND every scope on the application that owns them.";
    OBO_NO_ACCESS_TOKEN = "BH3002" "obo.no_access_token", 401 "invalid_token", Client,
        "No Access Token Is Present",
        "The request came without a gateway access token, and view and method let anonymous requests through.",
        "Configure the view and the method to block anonymous requests; custom code must send the current access token along.";
    OBO_USER_INACTIVE = "BH3003" "obo.user_inactive", 403 "access_denied" aadsts 50057, Administrator,
        "The current user is inactive",
        "The user in the access token, or the linked user of the provider, was disabled by an administrator.",
        "Enable the user again; the same token then works.";
    OBO_NO_USER_IN_TOKEN = "BH3004" "obo.no_user_in_token", 403 "access_denied" aadsts 7000114, Client,
        "No user could be found in the current access token",
        "The token belongs to an application: it was requested with client_credentials.",
        "Make the request with the user's token.";
    OBO_USER_NOT_FOUND = "BH3005" "obo.user_not_found", 401 "invalid_token" aadsts 50034, User,
        "The user contained in the access token was not found in the system",
        "The user was removed after the token was requested.",
        "Sign in again: that makes a new user and a new access token.";
    OBO_NO_PROVIDER_USER = "BH3006" "obo.no_provider_user", 403 "access_denied", Administrator,
        "No user could be found for the requested provider",
        "The user signed in through another provider and no user of the profile's provider hangs on the same person.",
        "Sign in through the profile's provider, or link the two users through a person.";
    OBO_NO_PROVIDER_TOKEN = "BH3007" "obo.no_provider_token", 401 "invalid_token", User,
        "No user token was found for the current user that could be used for the requested provider",
        "The provider's user is known, but has no valid token here: he never signed in through the provider, or his token expired and could not be refreshed.",
        "Sign in through the provider.";
}

//! BH3xxx: faults of the gateway. BH3001-BH3007 are the seven errors of seed 000, their titles its exact texts.
//! BH301x methods and inputs, BH302x-BH303x the back-end, BH304x the token endpoint, BH305x assertions found unfit
//! before anything is sent, BH306x configuration.

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

    POLICY_DENIED = "BH3010" "gateway.policy_denied", 403 "access_denied" aadsts 50105, Administrator,
        "The policy of the method does not let this caller through",
        "None of the conditions under 'allow' holds for the caller: his user, his groups, his application or a claim of his token.",
        "Add the user to a group that the policy names, or change the policy of the method or its object.";
    OBJECT_NOT_FOUND = "BH3011" "gateway.object_not_found", 404 "invalid_request", Client,
        "There is no object with this name",
        "The name is misspelled, or no method of the object is loaded.",
        "GET /api lists the objects and methods that you may call.";
    METHOD_NOT_FOUND = "BH3012" "gateway.method_not_found", 404 "invalid_request", Client,
        "The object has no method with this name",
        "The name is misspelled, or the object has no method of the kind that the HTTP verb asks for.",
        "GET /api lists the objects and methods that you may call.";
    PROFILE_NOT_ALLOWED = "BH3013" "gateway.profile_not_allowed", 403 "invalid_request", Client,
        "The method may not run on this profile",
        "A caller may only choose among the profiles that the method lists.",
        "Leave the profile out, or add it to the profiles of the method.";
    INPUT_INVALID = "BH3014" "gateway.input_invalid", 400 "invalid_request", Client,
        "An input of the method is missing, unknown or has the wrong form",
        "Inputs are checked against the fields of the method before anything is sent.",
        "Correct the input named in the detail; /openapi.json describes all of them.";
    INPUT_NOT_RENDERABLE = "BH3015" "gateway.input_not_renderable", 400 "invalid_request", Client,
        "An input cannot be placed in the request to the back-end",
        "For example a value that would leave its path segment, or a control character in a header.",
        "Send another value.";
    CALL_ABANDONED = "BH3016" "gateway.call_abandoned", 504 "temporarily_unavailable", Client,
        "The call ended before its outcome was known",
        "The caller hung up or the time for the request was over; the back-end may have done its work.",
        "Look at the back-end before repeating a call that changes something.";
    BACKEND_TIMEOUT = "BH3020" "backend.timeout", 504 "temporarily_unavailable", Upstream,
        "The back-end did not answer in time",
        "It hangs, is overloaded, or the timeout of the profile is too short.",
        "Look at the back-end; raise timeouts.total_ms of the profile when its work really takes longer.";
    BACKEND_UNREACHABLE = "BH3021" "backend.unreachable", 502 "temporarily_unavailable", Upstream,
        "The back-end cannot be reached",
        "Its name does not resolve, nothing listens there, or a firewall is in between.",
        "Check the url of the profile and whether the back-end runs.";
    BACKEND_TLS = "BH3022" "backend.tls", 502 "temporarily_unavailable", Administrator,
        "No trusted connection to the back-end",
        "Its certificate is expired, is for another name, or comes from an authority that is not trusted here.",
        "Renew the certificate, or add its authority to the profile (ca).";
    BACKEND_BROKEN = "BH3023" "backend.broken", 502 "temporarily_unavailable", Upstream,
        "The back-end broke off in the middle of its answer",
        "It crashed or closed the connection. Whether it did the work is not known.",
        "Look at the back-end before repeating a call that changes something.";
    BACKEND_TOO_LARGE = "BH3024" "backend.too_large", 502 "server_error", Upstream,
        "The answer of the back-end is larger than the profile allows",
        "The limit protects the memory of the gateway.",
        "Ask for less, or raise limits.max_response_bytes of the profile.";
    BACKEND_EGRESS = "BH3025" "backend.egress_refused", 502 "server_error", Administrator,
        "The gateway may not contact this address",
        "The host resolves to a private address, or its URL is not https, and the profile does not list it.",
        "Add the host to egress of the profile when the gateway is meant to reach it.";
    BACKEND_REDIRECT = "BH3026" "backend.redirect_refused", 502 "server_error", Upstream,
        "The back-end redirects to where the user's token must not go",
        "Redirects are followed once, for reading calls, within the same origin; everything else could leak the token.",
        "Set the url of the profile to the final address.";
    BACKEND_GARBAGE = "BH3027" "backend.garbage", 502 "server_error", Upstream,
        "The answer of the back-end cannot be understood",
        "It is not the JSON that the method expects, or a value does not fit its output field.",
        "Compare the answer with the outputs and Result of the method.";
    BACKEND_FORBIDDEN = "BH3030" "backend.forbidden", 403 "access_denied", User,
        "The back-end does not allow this to the user",
        "The call arrived in the user's name and the back-end refused it by his rights.",
        "Ask the owner of the back-end for the right; the gateway cannot give it.";
    BACKEND_NOT_FOUND = "BH3031" "backend.not_found", 404 "invalid_request", Client,
        "The back-end knows no such thing",
        "The id in the request does not exist there, or the user may not see it.",
        "Check the inputs that identify it.";
    BACKEND_CONFLICT = "BH3032" "backend.conflict", 409 "invalid_request", Client,
        "The back-end refused because the thing changed or exists already",
        "It answered 409, 412 or 428.",
        "Read the current state and try again.";
    BACKEND_REJECTED = "BH3033" "backend.rejected", 422 "invalid_request", Client,
        "The back-end rejected the data of the request",
        "It answered 400 or 422: a value, or the script of the method, does not suit it.",
        "Read its message in the detail; correct the input or the script.";
    BACKEND_UNAUTHORIZED = "BH3034" "backend.unauthorized", 502 "server_error", Administrator,
        "The back-end does not accept the credential of the profile",
        "It answered 401, for on-behalf-of also to a freshly issued token: audience, scopes or issuer are not what it expects.",
        "Compare OAuth Scope and OAuth Url of the profile with what the back-end validates.";
    BACKEND_BUSY = "BH3035" "backend.busy", 503 "temporarily_unavailable", Upstream,
        "The back-end is busy",
        "It answered 429 or 503.",
        "Repeat the call later; honour Retry-After.";
    BACKEND_FAILED = "BH3036" "backend.failed", 502 "server_error", Upstream,
        "The back-end failed",
        "It answered with a status that the method does not count as success.",
        "Look at the log of the back-end; the request id was sent along as x-request-id.";
    OBO_INTERACTION_REQUIRED = "BH3040" "obo.interaction_required", 401 "interaction_required" aadsts 50079, User,
        "The provider wants the user to sign in again",
        "A policy of the provider asks for something only the user can do: a second factor, another device, a fresh sign-in.",
        "Repeat the sign-in with the claims of the challenge, then repeat the call with the new token.";
    OBO_ASSERTION_REFUSED = "BH3041" "obo.assertion_refused", 401 "invalid_token" aadsts 50013, Client,
        "The provider does not accept the user's token",
        "It is expired, revoked, changed, or was issued for another application than the client of the profile.",
        "Sign in again; check that OAuth Client ID is the application the token was issued for.";
    OBO_CLIENT_REFUSED = "BH3042" "obo.client_refused", 502 "server_error" aadsts 7000215, Administrator,
        "The provider does not accept the gateway's own credentials",
        "Client id, secret or certificate of the profile are wrong, expired, or belong to another tenant. The caller can do nothing about it.",
        "Set OAuth Client ID and the named secret to the value (not the id) of a valid secret of that application.";
    OBO_SCOPE_REFUSED = "BH3043" "obo.scope_refused", 502 "server_error" aadsts 70011, Administrator,
        "The provider does not know the scopes of the profile",
        "A scope is misspelled, its API is not installed in the tenant, or the gateway's application does not list the permission.",
        "Compare OAuth Scope with the scopes of the API and with the API permissions of the gateway's application.";
    OBO_POLICY_BLOCKED = "BH3044" "obo.policy_blocked", 403 "access_denied" aadsts 53003, Administrator,
        "A policy of the provider forbids this access",
        "Conditional access blocks the user, his device or his place. Signing in again does not help.",
        "Give the administrator of the provider the trace id and the application ids.";
    OBO_USER_REFUSED = "BH3045" "obo.user_refused", 403 "access_denied" aadsts 50105, Administrator,
        "The provider refuses this user",
        "He is disabled, unknown or locked there, or not assigned to the application.",
        "Enable or assign the user at the provider.";
    TOKEN_REQUEST_REFUSED = "BH3046" "token_request.refused", 502 "server_error", Administrator,
        "The token endpoint refused the request",
        "It answered with an error that has no special meaning here.",
        "Read its words in the detail.";
    TOKEN_ENDPOINT_UNAVAILABLE = "BH3047" "token_request.unavailable", 503 "temporarily_unavailable" aadsts 90033, Upstream,
        "The token endpoint cannot be reached or is out of order",
        "No connection, no answer in time, or a status of 429 or 5xx.",
        "Repeat the call later; check the OAuth Url of the profile.";
    TOKEN_ENDPOINT_GARBAGE = "BH3048" "token_request.garbage", 502 "server_error", Upstream,
        "The answer of the token endpoint cannot be understood",
        "It is not a token response (RFC 6749, section 5.1), or the token is not a Bearer token.",
        "Check that OAuth Url is the token endpoint and not a sign-in page.";
    VAULT_UNAVAILABLE = "BH3049" "obo.provider_unavailable", 503 "temporarily_unavailable" aadsts 90033, Upstream,
        "The user's token cannot be refreshed at the moment",
        "The provider that issued it cannot be reached.",
        "Repeat the call later; the user need not sign in again.";
    PREFLIGHT_OPAQUE = "BH3050" "preflight.opaque", 401 "invalid_token" aadsts 50013, Client,
        "The user's token is not a JWT",
        "It is opaque or encrypted; only the API it was issued for can read it, and it cannot be exchanged.",
        "Ask the provider for a scope of the gateway's own API.";
    PREFLIGHT_FOR_GRAPH = "BH3051" "preflight.graph_token", 401 "invalid_token" aadsts 50013, Client,
        "The user's token is a Microsoft Graph token",
        "Its header carries a nonce, so that only Microsoft Graph can verify it; it cannot be exchanged.",
        "The client must ask for a scope of the gateway's own API (api://...), not for one of Microsoft Graph.";
    PREFLIGHT_AUDIENCE = "BH3052" "preflight.audience", 401 "invalid_token" aadsts 500131, Client,
        "The user's token was issued for another application",
        "Only the application that a token was issued for may exchange it; letters must match exactly.",
        "The client must ask for a scope of the application that OAuth Client ID names.";
    PREFLIGHT_APP_ONLY = "BH3053" "preflight.app_only", 403 "access_denied" aadsts 7000114, Client,
        "The token to be exchanged belongs to an application",
        "There is no user in it: it was requested with client_credentials.",
        "Make the request with the user's token.";
    PREFLIGHT_ID_TOKEN = "BH3054" "preflight.id_token", 401 "invalid_token" aadsts 240002, Client,
        "The token to be exchanged is an ID token",
        "ID tokens tell a client who signed in; they cannot be exchanged.",
        "Send the access token instead.";
    PREFLIGHT_EXPIRED = "BH3055" "preflight.expired", 401 "invalid_token" aadsts 500133, Client,
        "The user's token has expired or is about to",
        "A token within a minute of its end is refused before it is sent: the provider would refuse it on the way.",
        "The client must get a new token.";
    PREFLIGHT_NOT_YET_VALID = "BH3056" "preflight.not_yet_valid", 401 "invalid_token" aadsts 500133, Server,
        "The user's token is not valid yet",
        "It begins in the future: the clock of its issuer or of this server is wrong.",
        "Correct the clock.";
    PREFLIGHT_TENANT = "BH3057" "preflight.tenant", 403 "access_denied" aadsts 50034, Administrator,
        "The user's token comes from another tenant than the profile's",
        "OAuth Url of the profile names one tenant, the tid of the user's token another.",
        "Use the token endpoint of the user's tenant, or sign in with a user of the profile's tenant.";
    SCOPES_OF_SEVERAL_RESOURCES = "BH3058" "profile.scopes_of_several_resources", 500 "server_error" aadsts 700022, Administrator,
        "The scopes of the profile belong to several APIs",
        "A token has one audience, so one exchange cannot serve two APIs.",
        "Put the scopes of each API in a profile of its own.";
    SCOPE_OF_ITSELF = "BH3059" "profile.scope_of_itself", 500 "server_error" aadsts 90009, Administrator,
        "The profile asks for a token for the gateway itself",
        "The resource in OAuth Scope is the application of OAuth Client ID; Entra refuses that in the form of a URI.",
        "Name the API of the back-end, or use the GUID of the application as resource.";
    SECRET_MISSING = "BH3060" "secret.missing", 500 "server_error", Administrator,
        "A secret that the profile refers to is not there",
        "The named secret was never stored, was removed, or was sealed with a key this installation no longer has.",
        "Store the secret under that name again.";
    TOKEN_OF_ANOTHER_USER = "BH3062" "obo.token_of_another_user", 502 "server_error", Upstream,
        "The token endpoint answered with a token of another user",
        "The user in the token is not the user of the assertion. Using it would show one user's data to another.",
        "Report this to the operator of the token endpoint: one of its caches mixes users.";
    CATALOGUE_BROKEN = "BH3063" "gateway.catalogue_broken", 503 "server_error", Administrator,
        "The methods of the gateway could not be loaded",
        "A stored source or file has a mistake, and no earlier catalogue is there to go on with.",
        "Correct the source that the log names with file, line and column.";
}

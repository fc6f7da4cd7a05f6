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
    TENANT_NOT_NAMED = "BH2003" "tenant.not_named", 400 "invalid_request" aadsts 9001023, Client,
        "The grant type is not supported over the /common, /organizations or /consumers endpoints",
        "Tokens are issued by one tenant; these addresses name none.",
        "Use the tenant's GUID or domain name; for on-behalf-of the 'tid' of the assertion.";

    PARAMETER_MISSING = "BH2010" "token_request.parameter_missing", 400 "invalid_request" aadsts 900144, Client,
        "A parameter is missing in the request body",
        "The grant type needs a parameter that was not sent or is empty.",
        "Send the parameter that the message names.";
    PARAMETER_DUPLICATE = "BH2011" "token_request.parameter_duplicate", 400 "invalid_request" aadsts 9000411, Client,
        "A parameter was sent twice",
        "Two readers could choose different values, so neither is taken (RFC 6749 section 3.2).",
        "Send every parameter once.";
    GRANT_TYPE_UNSUPPORTED = "BH2012" "token_request.grant_type", 400 "unsupported_grant_type" aadsts 70003, Client,
        "The grant type is not supported",
        "The server offers authorization_code, refresh_token, client_credentials and urn:ietf:params:oauth:grant-type:jwt-bearer.",
        "Use one of the grant types in the metadata document.";
    TOKEN_USE_UNSUPPORTED = "BH2013" "token_request.token_use", 400 "invalid_request" aadsts 82001, Client,
        "The requested token use is not supported",
        "The jwt-bearer grant serves on-behalf-of requests only, and hands out access tokens only.",
        "Send requested_token_use=on_behalf_of and no requested_token_type.";

    CLIENT_UNKNOWN = "BH2020" "client.unknown", 400 "unauthorized_client" aadsts 700016, Client,
        "The application was not found in the tenant",
        "The client id is wrong, or the application is registered in another tenant.",
        "Compare client id and tenant with the app registration.";
    CLIENT_DISABLED = "BH2021" "client.disabled", 400 "unauthorized_client" aadsts 7000112, Administrator,
        "The application is disabled",
        "An administrator switched the app principal off.",
        "Enable the app principal.";
    CLIENT_CREDENTIAL_MISSING = "BH2022" "client.credential_missing", 401 "invalid_client" aadsts 7000218, Client,
        "The request must contain 'client_assertion' or 'client_secret'",
        "A confidential client has to prove who it is.",
        "Send the secret or a signed client assertion; register an installed app as public client.";
    CLIENT_SECRET_WRONG = "BH2023" "client.secret_wrong", 401 "invalid_client" aadsts 7000215, Client,
        "Invalid client secret provided",
        "None of the application's secrets is the one that was sent. Often the id of the secret was copied instead of its value.",
        "Send the secret's value, or make a new secret.";
    CLIENT_SECRET_EXPIRED = "BH2024" "client.secret_expired", 401 "invalid_client" aadsts 7000222, Administrator,
        "The provided client secret has expired",
        "The secret is right, but its end date has passed.",
        "Add a new secret to the application, then remove the old one.";
    CLIENT_SECRET_NOT_YET_VALID = "BH2025" "client.secret_not_yet_valid", 401 "invalid_client" aadsts 7000215, Administrator,
        "The provided client secret is not valid yet",
        "The secret is right, but its start date lies in the future.",
        "Use the present secret, or correct the start date.";
    CLIENT_IS_PUBLIC = "BH2026" "client.public_with_credential", 401 "invalid_client" aadsts 700025, Client,
        "The client is public, so neither 'client_assertion' nor 'client_secret' should be presented",
        "A credential inside an installed app is no secret.",
        "Remove the credential from the request, or register the application as confidential.";
    CLIENT_AUTHENTICATED_TWICE = "BH2027" "client.two_methods", 400 "invalid_request" aadsts 9002313, Client,
        "The client authenticates in more than one way",
        "Only one of client_secret, client_assertion and HTTP Basic may be used in a request (RFC 6749 section 2.3).",
        "Use one method.";
    CLIENT_ASSERTION_INVALID = "BH2028" "client.assertion_invalid", 401 "invalid_client" aadsts 700027, Client,
        "The client assertion failed signature validation",
        "It is malformed, names a certificate that is not registered, or was signed with another key.",
        "Register the certificate at the application and sign with its key (PS256 or RS256).";
    CLIENT_ASSERTION_TIME = "BH2029" "client.assertion_time", 401 "invalid_client" aadsts 700024, Client,
        "The client assertion is not within its valid time range",
        "It has expired or is not valid yet; clocks may differ by five minutes.",
        "Make a new assertion for each request; check the clocks.";
    CLIENT_ASSERTION_AUDIENCE = "BH2030" "client.assertion_audience", 401 "invalid_client" aadsts 700023, Client,
        "The audience of the client assertion is not this token endpoint",
        "The claim 'aud' must be the URL of the token endpoint, or the issuer, of the tenant that is asked.",
        "Set 'aud' to the token endpoint to which the request is posted.";
    CLIENT_ASSERTION_TWO_AUDIENCES = "BH2031" "client.assertion_two_audiences", 401 "invalid_client" aadsts 5002741, Client,
        "The client assertion must have exactly one audience",
        "An assertion for two servers could be used by one of them at the other.",
        "Name one audience.";
    CLIENT_ASSERTION_SUBJECT = "BH2032" "client.assertion_subject", 401 "invalid_client" aadsts 700021, Client,
        "The client assertion was not made by the client for itself",
        "The claims 'iss' and 'sub' must both be the client id.",
        "Set 'iss' and 'sub' to the client id.";
    CLIENT_ASSERTION_REPLAYED = "BH2033" "client.assertion_replayed", 401 "invalid_client" aadsts 50012, Client,
        "The client assertion was used before",
        "Its 'jti' was already seen: an assertion counts once.",
        "Make a new assertion with a new 'jti' for each request.";
    CLIENT_CERTIFICATE_EXPIRED = "BH2034" "client.certificate_expired", 401 "invalid_client" aadsts 700027, Administrator,
        "The certificate of the client assertion is outside its validity",
        "The registered certificate has expired or is not valid yet.",
        "Register a new certificate.";

    SCOPE_MALFORMED = "BH2040" "scope.malformed", 400 "invalid_scope" aadsts 70011, Client,
        "The provided value for the input parameter 'scope' is not valid",
        "A scope has characters that are not allowed, or none was sent.",
        "Send scopes separated by one space.";
    SCOPE_UNKNOWN = "BH2041" "scope.unknown", 400 "invalid_scope" aadsts 70011, Client,
        "The scope does not exist on the resource",
        "The API exposes no enabled scope of this name.",
        "Compare the scope with 'Expose an API' of the resource; letters must match exactly.";
    SCOPE_TWO_RESOURCES = "BH2042" "scope.two_resources", 400 "invalid_scope" aadsts 700022, Client,
        "The input parameter 'scope' contains more than one resource",
        "An access token is for one API.",
        "Ask for one token per API.";
    SCOPE_DEFAULT_MIXED = "BH2043" "scope.default_mixed", 400 "invalid_scope" aadsts 70011, Client,
        ".default cannot be combined with named scopes of a resource",
        ".default already means everything that was consented to.",
        "Ask for .default or for named scopes.";
    SCOPE_NO_DEFAULT_RESOURCE = "BH2044" "scope.no_default_resource", 400 "invalid_scope" aadsts 70011, Administrator,
        "The scope names no resource and the tenant has no default resource",
        "A scope without a prefix means the tenant's default resource.",
        "Write the scope as <application ID URI>/<name>, or set the tenant's default resource.";
    RESOURCE_UNKNOWN = "BH2045" "resource.unknown", 400 "invalid_resource" aadsts 500011, Client,
        "The resource was not found in the tenant",
        "No exposed API of the tenant has this application ID URI or app id.",
        "Compare the scope's prefix with the application ID URI of the API.";
    RESOURCE_DISABLED = "BH2046" "resource.disabled", 400 "invalid_resource" aadsts 500014, Administrator,
        "The resource is disabled",
        "An administrator switched the exposed API off.",
        "Enable the resource.";
    SCOPE_NOT_DEFAULT = "BH2047" "scope.not_default", 400 "invalid_scope" aadsts 1002012, Client,
        "The scope of a client_credentials request must be a resource followed by /.default",
        "An application gets the roles it was assigned, not scopes of its choice.",
        "Send scope=<application ID URI>/.default.";
    SCOPE_WIDER = "BH2048" "scope.wider", 400 "invalid_scope" aadsts 70011, Client,
        "The scope goes beyond what was granted",
        "A refresh request may narrow the scopes of the sign-in, not widen them (RFC 6749 section 6).",
        "Ask for scopes of the original request, or send the user through authorize again.";

    CODE_INVALID = "BH2060" "code.invalid", 400 "invalid_grant" aadsts 70000, Client,
        "The authorization code is not valid",
        "It is malformed, was never issued here, or was issued to another client.",
        "Send the code as it was received, from the client that asked for it.";
    CODE_EXPIRED = "BH2061" "code.expired", 400 "invalid_grant" aadsts 70008, Client,
        "The authorization code has expired",
        "Codes live for minutes.",
        "Redeem the code at once; send the user through authorize again.";
    CODE_REPLAYED = "BH2062" "code.replayed", 400 "invalid_grant" aadsts 54005, Client,
        "The authorization code was already redeemed",
        "A code counts once. Because it came twice, the tokens made from it are revoked.",
        "Send the user through authorize again; look for a proxy or handler that repeats requests.";
    CODE_REDIRECT_URI = "BH2063" "code.redirect_uri", 400 "invalid_grant" aadsts 500112, Client,
        "The reply address does not match the one of the authorization request",
        "redirect_uri must be repeated exactly, letter by letter.",
        "Send the same redirect_uri to both endpoints.";
    PKCE_MISSING = "BH2064" "pkce.missing", 400 "invalid_grant" aadsts 501481, Client,
        "The code_verifier is missing",
        "The authorization request had a code_challenge, or a public client sent none.",
        "Use PKCE: code_challenge at authorize, code_verifier at the token endpoint.";
    PKCE_MISMATCH = "BH2065" "pkce.mismatch", 400 "invalid_grant" aadsts 501481, Client,
        "The code_verifier does not match the code_challenge of the authorization request",
        "The code was started by another party, or the verifier was lost in between.",
        "Keep the verifier with the pending sign-in and send it unchanged.";
    PKCE_MALFORMED = "BH2066" "pkce.malformed", 400 "invalid_grant" aadsts 50147, Client,
        "The code_verifier or code_challenge has a wrong length or character",
        "It must have 43 to 128 characters out of A-Z a-z 0-9 - . _ ~ (RFC 7636 section 4.1).",
        "Make the verifier of 32 random bytes in base64url.";

    REFRESH_TOKEN_INVALID = "BH2070" "refresh_token.invalid", 400 "invalid_grant" aadsts 70000, Client,
        "The refresh token is not valid",
        "It is malformed, was never issued here, or was issued to another client.",
        "Sign in again.";
    REFRESH_TOKEN_EXPIRED = "BH2071" "refresh_token.expired", 400 "invalid_grant" aadsts 700082, User,
        "The refresh token has expired",
        "Its lifetime is over.",
        "Sign in again.";
    REFRESH_TOKEN_REVOKED = "BH2072" "refresh_token.revoked", 400 "invalid_grant" aadsts 50173, User,
        "The refresh token was revoked",
        "The user signed out, an administrator revoked it, or it was used twice.",
        "Sign in again.";
    REFRESH_TOKEN_REPLAYED = "BH2073" "refresh_token.replayed", 400 "invalid_grant" aadsts 50173, Client,
        "The refresh token was already exchanged",
        "An older refresh token came back: two parties hold tokens of one family, so the family is revoked.",
        "Sign in again; always store the newest refresh token before using it.";
    USER_GONE = "BH2074" "user.gone", 400 "invalid_grant" aadsts 50034, User,
        "The user account does not exist in the directory",
        "The user was deleted after the token was issued.",
        "Sign in again.";
    USER_INACTIVE = "BH2075" "user.inactive", 400 "invalid_grant" aadsts 50057, Administrator,
        "The user account is disabled",
        "An administrator made the user inactive.",
        "Enable the user again.";
    GRANT_REVOKED = "BH2076" "grant.revoked", 400 "invalid_grant" aadsts 50173, User,
        "The provided grant has expired due to it being revoked",
        "The user signed out everywhere or changed the password after the token was issued.",
        "Sign in again.";

    ASSERTION_INVALID = "BH2080" "assertion.invalid", 400 "invalid_grant" aadsts 50013, Client,
        "Assertion failed signature validation",
        "The assertion is not an access token that this tenant issued and signed.",
        "Send the access token that the caller presented, unchanged and without 'Bearer'.";
    ASSERTION_AUDIENCE = "BH2081" "assertion.audience", 400 "invalid_grant" aadsts 500131, Client,
        "Assertion audience does not match the client app presenting the assertion",
        "The caller's token is for another API than the application that exchanges it.",
        "The caller must ask for a scope of this application's API; letters must match exactly.";
    ASSERTION_EXPIRED = "BH2082" "assertion.expired", 400 "invalid_grant" aadsts 500133, Client,
        "Assertion is not within its valid time range",
        "The access token that was presented has expired.",
        "The caller must get a new access token; long jobs need a refresh token.";
    ASSERTION_IS_ID_TOKEN = "BH2083" "assertion.id_token", 400 "invalid_request" aadsts 240002, Client,
        "The assertion is an id_token and cannot be used as an urn:ietf:params:oauth:grant-type:jwt-bearer grant",
        "ID tokens tell a client who signed in; they do not stand for a call.",
        "Send the access token.";
    ASSERTION_APP_ONLY = "BH2084" "assertion.app_only", 400 "unauthorized_client" aadsts 7000114, Client,
        "The application is not allowed to make application on-behalf-of calls",
        "The assertion belongs to an application: there is no user in it.",
        "Use client_credentials, or send a user's token.";
    TOKEN_FOR_ITSELF = "BH2085" "assertion.self_by_uri", 400 "invalid_request" aadsts 90009, Client,
        "The application is requesting a token for itself: this is supported only if the resource is named by its GUID",
        "The scope names the application's own API by its URI.",
        "Write the scope with the app id: <client id>/<scope>.";
    NO_CONSENT = "BH2086" "consent.missing", 400 "invalid_grant" aadsts 65001 sub "consent_required", Administrator,
        "The user or administrator has not consented to use the application",
        "No grant covers client, resource and user, and the resource does not pre-authorize the client.",
        "Grant admin consent to the application for exactly this resource in this tenant, or list the application among the authorized clients of the resource.";
    DELEGATION_TOO_DEEP = "BH2087" "assertion.chain_too_deep", 400 "invalid_grant" aadsts 50013, Client,
        "The chain of applications in the assertion is too long",
        "Each on-behalf-of step adds an actor; the number is bounded.",
        "Shorten the chain of services.";

    INSTANCE_INVALID = "BH2090" "discovery.instance", 400 "invalid_instance" aadsts 50049, Client,
        "Unknown or invalid instance",
        "The authorization endpoint asked for is not one of this installation.",
        "Ask for an endpoint under this server's public URL.";
}

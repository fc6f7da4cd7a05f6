//! BH10xx: faults that every room can meet.

super::catalogue! {
    INTERNAL = "BH1001" "server.internal", 500 "server_error" aadsts 50000, Server,
        "Something went wrong inside Behalf",
        "A defect, or stored data that cannot be read.",
        "Give the request id to the operator; the log line with that id has the cause.";
    STORE_UNAVAILABLE = "BH1002" "server.store_unavailable", 503 "temporarily_unavailable" aadsts 90033, Server,
        "The database cannot be reached or written",
        "Disk full, file locked or read-only, or the database server is down.",
        "Repair the database; nothing that was acknowledged is lost. Repeat the request afterwards.";
    CONFLICT = "BH1003" "server.conflict", 409 "invalid_request" aadsts 90033, Client,
        "Another request changed the same thing first",
        "Two writers met, or a unique name is already taken.",
        "Read the current state and try again.";
    NOT_FOUND = "BH1004" "request.not_found", 404 "invalid_request" aadsts 90002, Client,
        "There is nothing at this address",
        "The path is misspelled, or the thing was removed.",
        "Compare the path with the metadata or the documentation.";
    METHOD_NOT_ALLOWED = "BH1005" "request.method_not_allowed", 405 "invalid_request" aadsts 900561, Client,
        "This address does not accept the HTTP method",
        "For example GET where a form must be posted.",
        "Use a method named in the Allow header.";
    TOO_LARGE = "BH1006" "request.too_large", 413 "invalid_request" aadsts 90100, Client,
        "The request body is larger than this endpoint accepts",
        "The limit protects the server's memory.",
        "Send less.";
    MALFORMED = "BH1007" "request.malformed", 400 "invalid_request" aadsts 9002313, Client,
        "The request is malformed or invalid",
        "The body is not of the announced type, is nested too deeply, or breaks off.",
        "Send a well-formed body of the documented type.";
    UNSUPPORTED_MEDIA_TYPE = "BH1008" "request.unsupported_media_type", 415 "invalid_request" aadsts 9002313, Client,
        "The content type is not accepted here",
        "The endpoint reads one kind of body only.",
        "Set the Content-Type header that the documentation names.";
    INVALID_TOKEN = "BH1020" "token.invalid", 401 "invalid_token" aadsts 50013, Client,
        "The access token is not valid",
        "It is malformed, not signed by a trusted issuer, or was changed.",
        "Get a new access token for this API.";
    TOKEN_EXPIRED = "BH1021" "token.expired", 401 "invalid_token" aadsts 500133, Client,
        "The access token has expired",
        "Its lifetime is over.",
        "Get a new access token; check the clocks when this comes too early.";
    TOKEN_NOT_YET_VALID = "BH1022" "token.not_yet_valid", 401 "invalid_token" aadsts 500133, Client,
        "The access token is not valid yet",
        "Its nbf lies in the future: one of the clocks is wrong.",
        "Correct the clock of the issuer or of this server.";
    TOKEN_AUDIENCE = "BH1023" "token.audience", 401 "invalid_token" aadsts 500131, Client,
        "The access token was issued for another API",
        "Its audience is not this API; letters must match exactly.",
        "Ask for a scope of this API.";
    TOKEN_ISSUER = "BH1024" "token.issuer", 401 "invalid_token" aadsts 50013, Client,
        "The access token comes from an issuer that is not trusted here",
        "The issuer is neither a tenant of this installation nor a configured provider.",
        "Sign in at an issuer that this API trusts.";
    TOKEN_MISSING = "BH1025" "token.missing", 401 "invalid_token", Client,
        "An access token is required",
        "The request has no Authorization header with a bearer token.",
        "Send 'Authorization: Bearer <token>'.";
    ID_TOKEN_USED = "BH1026" "token.id_token", 401 "invalid_token" aadsts 240002, Client,
        "An ID token was sent where an access token is needed",
        "ID tokens tell a client who signed in; they grant nothing at an API.",
        "Send the access token instead.";
}

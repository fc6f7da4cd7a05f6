//! BH5xxx: faults of administration (declarations, host configuration, commands) and of the edge of the house.

super::catalogue! {
    CONFIGURATION = "BH5001" "configuration.invalid", 500 "server_error", Administrator,
        "The host configuration is not usable",
        "A key of the configuration file is unknown, missing, of the wrong type, or contradicts another.",
        "Correct the line that the message names; docs/configuration.md has every key.";
    DECLARATION_UNREADABLE = "BH5002" "declaration.unreadable", 400 "invalid_request", Administrator,
        "A declaration file cannot be read",
        "It is missing, not valid TOML, or has an unknown key or a value of the wrong type.",
        "Correct the line that the message names; docs/declarations.md has every key.";
    DECLARATION_INVALID = "BH5003" "declaration.invalid", 400 "invalid_request", Administrator,
        "A declaration contradicts itself",
        "A value has the right type and breaks a rule, or the same thing is declared twice.",
        "Follow the remedy beside the message.";
    DECLARATION_REFERENCE = "BH5004" "declaration.reference", 400 "invalid_request", Administrator,
        "A declaration refers to something that does not exist",
        "The tenant, user, application, scope, role, site or list is neither declared nor stored.",
        "Declare it in the same files, or correct the reference.";
    METHOD_REFUSED = "BH5005" "declaration.method_refused", 400 "invalid_request", Administrator,
        "An object, profile or method does not compile",
        "The gateway refuses what could not work or would not be safe at run time.",
        "Correct the line that the message names.";
    COMMAND_REFUSED = "BH5006" "command.refused", 400 "invalid_request", Administrator,
        "The command cannot be carried out",
        "It names something that does not exist, or contradicts the stored state.",
        "Follow the remedy beside the message.";
    REQUEST_TIMEOUT = "BH5090" "request.timeout", 504 "temporarily_unavailable" aadsts 90033, Server,
        "The request took too long",
        "Its body came too slowly, or what it waited for did not answer within the limit of the server.",
        "Repeat the request; if it happens again, look for the slow part in the log by the request id.";
    TRUST_UNAVAILABLE = "BH5091" "token.issuer_unavailable", 503 "temporarily_unavailable" aadsts 90033, Upstream,
        "The keys of the token's issuer cannot be read",
        "The issuer's metadata or key set did not answer, or answered something else.",
        "Repeat the request; check that this server reaches the issuer's address.";
}

//! BH5xxx: faults of administration (declarations, host configuration, commands) and of the edge of the house.

super::catalogue! {
    CONFIGURATION = "BH5001" "configuration.invalid", 500 "server_error", Administrator,
        "The host configuration is not usable",
        "A key of the configuration file is unknown, missing, of the wrong type, or contradicts another.",
        "Correct the line that the message names; docs/configuration.md has every key.";
    DECLARATION_REFUSED = "BH5002" "declaration.refused", 400 "invalid_request", Administrator,
        "The declarations are not applied",
        "A file is unreadable, a declaration breaks a rule, refers to something that does not exist, or a method does not compile. Nothing was changed.",
        "Correct the lines that the message names; docs/declarations.md describes every kind with an example.";
    COMMAND_REFUSED = "BH5003" "command.refused", 400 "invalid_request", Administrator,
        "The command cannot be carried out",
        "It names something that does not exist, or contradicts the stored state.",
        "Follow the remedy beside the message.";
    REQUEST_TIMEOUT = "BH5090" "request.timeout", 504 "temporarily_unavailable" aadsts 90033, Server,
        "The request took too long",
        "Its body came too slowly, or what it waited for did not answer within the limit of the server.",
        "Repeat the request; if it happens again, look for the slow part in the log by the request id.";
}

//! BH4xxx: faults of the sites room.

super::catalogue! {
    SITES_APP_SCOPE = "BH4001" "sites.app_scope_missing", 403 "insufficient_scope" aadsts 65001, Administrator,
        "The application has no scope for this",
        "An app that acts for a user needs a Sites scope of its own; the rights of the user alone are not enough.",
        "Request one of the named scopes with the token and have an administrator consent to it.";
    SITES_USER_RIGHT = "BH4002" "sites.user_right_missing", 403 "access_denied" aadsts 50105, User,
        "The user has no right to this",
        "The user is no member of the site with the needed right; the scopes of the app do not give it to him.",
        "Ask an owner of the site for the named right.";
    SITES_APP_ROLE = "BH4003" "sites.app_role_missing", 403 "insufficient_scope" aadsts 65001, Administrator,
        "The application may not do this by itself",
        "The token names no user, and the application has no application permission that allows it.",
        "Have an administrator grant one of the named application permissions, or call with a token of a user.";
    SITES_USER_NOT_FOUND = "BH4004" "sites.user_not_found", 401 "invalid_token" aadsts 50034, User,
        "The user of the access token does not exist any more",
        "The user was removed after the token was issued.",
        "Sign in again.";
    SITES_USER_INACTIVE = "BH4005" "sites.user_inactive", 403 "access_denied" aadsts 50057, Administrator,
        "The user is disabled",
        "An administrator disabled the user.",
        "Enable the user again; the same token then works.";
    SITES_APP_DISABLED = "BH4006" "sites.app_disabled", 403 "access_denied" aadsts 7000112, Administrator,
        "The application is disabled",
        "An administrator disabled the app principal through which the request came.",
        "Enable the app principal again.";
    SITE_NOT_FOUND = "BH4010" "sites.site_not_found", 404 "invalid_request", Client,
        "The site does not exist",
        "The site id or path names no site of this tenant.",
        "Use host,site id,web id or the id of the site, or host:/path.";
    LIST_NOT_FOUND = "BH4011" "sites.list_not_found", 404 "invalid_request", Client,
        "The list does not exist in this site",
        "Neither id nor title names a list of the site.",
        "Read the lists of the site.";
    ITEM_NOT_FOUND = "BH4012" "sites.item_not_found", 404 "invalid_request", Client,
        "The item does not exist in this list",
        "The id was never given out, or the item was deleted.",
        "Read the items of the list.";
    ITEM_CHANGED = "BH4013" "sites.item_changed", 412 "invalid_request", Client,
        "The item was changed in between",
        "The ETag in If-Match is not the one that the item has now.",
        "Read the item again, and repeat the change with its new ETag.";
    COLUMN_UNKNOWN = "BH4020" "sites.column_unknown", 400 "invalid_request", Client,
        "The list has no such column",
        "Column names must be spelled exactly as the list spells them; id and other properties of the item itself cannot be written.",
        "Use the columns of the list.";
    COLUMN_TYPE = "BH4021" "sites.column_type", 400 "invalid_request", Client,
        "The value does not fit the column",
        "Its type is not the one of the column.",
        "Send a value of the type of the column.";
    COLUMN_REQUIRED = "BH4022" "sites.column_required", 400 "invalid_request", Client,
        "A required column has no value",
        "The list declares the column as required.",
        "Send a value for every required column.";
    QUERY_OPTION_INVALID = "BH4030" "sites.query_option_invalid", 400 "invalid_request", Client,
        "A query option cannot be read",
        "Its value is not of the form that the option has, or it occurs twice.",
        "Correct the option.";
    QUERY_OPTION_NOT_OFFERED = "BH4031" "sites.query_option_not_offered", 501 "invalid_request", Client,
        "A query option is not offered here",
        "Leaving it out silently would give another result than the one asked for.",
        "Leave the option out, and filter or sort what comes back.";
}

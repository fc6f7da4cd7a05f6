//! The form that AppRedirect posts to the remote web.

/// Names of the posted fields, as receivers expect them.
pub mod field {
    pub const APP_TOKEN: &str = "SPAppToken";
    pub const SITE_URL: &str = "SPSiteUrl";
    pub const SITE_TITLE: &str = "SPSiteTitle";
    pub const SITE_LOGO_URL: &str = "SPSiteLogoUrl";
    pub const SITE_LANGUAGE: &str = "SPSiteLanguage";
    pub const SITE_CULTURE: &str = "SPSiteCulture";
    pub const REDIRECT_MESSAGE: &str = "SPRedirectMessage";
    pub const CORRELATION_ID: &str = "SPCorrelationId";
    pub const ERROR_CORRELATION_ID: &str = "SPErrorCorrelationId";
    pub const ERROR_INFO: &str = "SPErrorInfo";
}

/// Query parameter that a remote web adds when it sends a browser back for a token.
pub const HAS_REDIRECTED: &str = "SPHasRedirectedToSharePoint";

/// Path of the page, below a web's address.
pub const APP_REDIRECT_PATH: &str = "_layouts/15/AppRedirect.aspx";

/// The form's values. What is not known is posted empty: receivers expect all ten fields.
#[derive(Clone, Copy, Default)]
pub struct LaunchForm<'a> {
    pub app_token: &'a str,
    pub site_url: &'a str,
    pub site_title: &'a str,
    pub site_logo_url: &'a str,
    pub site_language: &'a str,
    pub site_culture: &'a str,
    pub redirect_message: &'a str,
    pub correlation_id: &'a str,
    pub error_correlation_id: &'a str,
    pub error_info: &'a str,
}

impl<'a> LaunchForm<'a> {
    /// Name and value of each field, to be written as hidden inputs.
    pub fn fields(&self) -> [(&'static str, &'a str); 10] {
        [
            (field::APP_TOKEN, self.app_token),
            (field::SITE_URL, self.site_url),
            (field::SITE_TITLE, self.site_title),
            (field::SITE_LOGO_URL, self.site_logo_url),
            (field::SITE_LANGUAGE, self.site_language),
            (field::SITE_CULTURE, self.site_culture),
            (field::REDIRECT_MESSAGE, self.redirect_message),
            (field::CORRELATION_ID, self.correlation_id),
            (field::ERROR_CORRELATION_ID, self.error_correlation_id),
            (field::ERROR_INFO, self.error_info),
        ]
    }
}

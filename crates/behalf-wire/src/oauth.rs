//! OAuth 2.0 wire data (RFC 6749 and companions).


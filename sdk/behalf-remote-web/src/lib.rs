//! Garden: client library for remote webs of provider-hosted apps.
//!
//! Will own: reading and verifying context tokens, caching access tokens, high-trust tokens (issue 3). Depends on
//! `behalf-wire` only. Must never contain: anything of the server.


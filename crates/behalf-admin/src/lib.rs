//! Room: administration. Declarations (import and export), later the admin API and the console.
//!
//! Must never contain: SQL, token issuing, or a way around the rules that the other rooms enforce.


//! Garden: a provider-hosted app built with `behalf-remote-web` (issue 3 brings it to life).
//!
//! Must never contain: anything but what the author of a remote web would write.

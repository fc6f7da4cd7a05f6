//! The kinds of back-ends, one file each. A connector sends a rendered request and hands back the answer; it knows no
//! user, no policy and no row.

pub(crate) mod attempts;
pub(crate) mod egress;
pub(crate) mod failure;
pub(crate) mod rest;

//! BH25xx: faults of the sign-in, consent and sign-out pages and of the vault.

super::catalogue! {
}

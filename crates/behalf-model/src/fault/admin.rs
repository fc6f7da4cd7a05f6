//! BH5xxx: faults of the admin room.

super::catalogue! {
}

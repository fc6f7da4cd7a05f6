//! BH4xxx: faults of the sites room.

super::catalogue! {
}

//! The contract of `Store`, executable. An engine is good when all of it passes:
//!
//! ```text
//! #[tokio::test(flavor = "multi_thread")]
//! async fn keeps_the_contract() {
//!     behalf_store::conformance::run(|| Arc::new(MyStore::open_empty())).await;
//! }
//! ```
//!
//! What only a restart or a second process can show (durability, versions seen from elsewhere) is tested beside it.

mod atomicity;
mod audit;
mod codes;
mod entities;
mod items;
mod refresh;
mod sample;
mod sessions;
mod sweep;

use behalf_model::ports::Store;
use std::sync::Arc;

/// Runs every property, each on an empty store of its own. Panics at the first one that does not hold.
pub async fn run(make: impl Fn() -> Arc<dyn Store>) {
    entities::every_field_comes_back(make()).await;
    entities::are_found_within_their_kind_and_tenant_only(make()).await;
    entities::lose_their_old_names_when_replaced_or_deleted(make()).await;
    entities::never_share_an_alias(make()).await;
    entities::are_put_only_in_the_expected_state(make()).await;
    entities::are_listed_by_key_page_by_page(make()).await;
    entities::move_the_version(make()).await;

    codes::every_field_comes_back(make()).await;
    codes::are_redeemed_once(make()).await;
    codes::are_redeemed_once_by_many_at_once(make()).await;

    refresh::every_field_comes_back(make()).await;
    refresh::is_rotated_in_place(make()).await;
    refresh::is_rotated_once_by_many_at_once(make()).await;
    refresh::is_revoked_by_id_code_session_user_and_client(make()).await;

    sessions::every_field_comes_back(make()).await;
    sessions::are_deleted_by_id_and_by_user(make()).await;
    sessions::provider_tokens_come_back(make()).await;
    sessions::provider_tokens_are_deleted_by_provider_and_by_user(make()).await;
    sessions::a_hash_is_used_once(make()).await;

    items::every_field_comes_back(make()).await;
    items::change_only_in_the_expected_version(make()).await;
    items::never_get_an_old_id(make()).await;
    items::are_listed_by_id_page_by_page(make()).await;

    audit::every_field_comes_back(make()).await;
    audit::is_read_newest_first_by_tenant_user_and_client(make()).await;
    audit::is_chained(make()).await;

    atomicity::a_conflict_undoes_the_whole_commit(make()).await;
    atomicity::a_conflict_undoes_no_other_commit(make()).await;
    atomicity::later_commits_follow_what_was_handed_over_before(make()).await;

    sweep::removes_what_expired_before_the_given_time(make()).await;
    sweep::removes_more_than_a_batch(make()).await;
    sweep::never_frees_an_id(make()).await;
}

use super::sample::{NOW, bare_authorization, commit, conflict, hash, new_code, new_refresh};
use behalf_model::UnixTime;
use behalf_model::grant::{Code, CodeDetails, PkceChallenge, PkceMethod};
use behalf_model::ports::{Change, NewCode, Store};
use std::sync::Arc;
use tokio::task::JoinSet;

pub(super) async fn every_field_comes_back(store: Arc<dyn Store>) {
    let store = &*store;
    let full = new_code(1, NOW.plus_s(300));
    let details = CodeDetails {
        authorization: bare_authorization(),
        redirect_uri: String::new(),
        nonce: None,
        pkce: None,
    };
    let bare = NewCode {
        secret_hash: [0; 32],
        details,
        expires_at: UnixTime(i64::MAX),
    };
    let plain = PkceChallenge {
        challenge: "p".to_owned(),
        method: PkceMethod::Plain,
    };
    let details = CodeDetails {
        pkce: Some(plain),
        ..bare.details.clone()
    };
    let third = NewCode {
        secret_hash: [0xff; 32],
        details,
        expires_at: UnixTime(0),
    };

    let all = [full, bare, third];
    let ids = commit(store, all.iter().cloned().map(Change::InsertCode).collect()).await;
    assert!(
        ids.is_sorted() && ids.len() == 3 && ids[0] != ids[1] && ids[1] != ids[2],
        "{ids:?}"
    );
    for (id, new) in ids.into_iter().zip(all) {
        let NewCode {
            secret_hash,
            details,
            expires_at,
        } = new;
        let expected = Code {
            id,
            secret_hash,
            details,
            expires_at,
            redeemed: false,
        };
        assert_eq!(store.code(id).await.expect("read"), Some(expected));
    }
    assert_eq!(store.code(i64::MAX).await.expect("read"), None);
    assert_eq!(store.code(-1).await.expect("read"), None);
}

pub(super) async fn are_redeemed_once(store: Arc<dyn Store>) {
    let store = &*store;
    let ids = commit(
        store,
        vec![
            Change::InsertCode(new_code(1, NOW)),
            Change::InsertCode(new_code(2, NOW)),
        ],
    )
    .await;
    commit(store, vec![Change::RedeemCode { id: ids[0] }]).await;
    let code = store
        .code(ids[0])
        .await
        .expect("read")
        .expect("the code stays");
    assert!(code.redeemed && code.secret_hash == hash(1));
    conflict(store, vec![Change::RedeemCode { id: ids[0] }]).await;
    conflict(store, vec![Change::RedeemCode { id: i64::MAX }]).await;
    conflict(
        store,
        vec![
            Change::RedeemCode { id: ids[1] },
            Change::RedeemCode { id: ids[1] },
        ],
    )
    .await;
    assert!(
        store
            .code(ids[1])
            .await
            .expect("read")
            .is_some_and(|code| !code.redeemed)
    );
}

/// What the losers wanted to insert is not there either.
pub(super) async fn are_redeemed_once_by_many_at_once(store: Arc<dyn Store>) {
    let id = commit(&*store, vec![Change::InsertCode(new_code(1, NOW))]).await[0];
    let mut redeemers = JoinSet::new();
    for number in 0..32 {
        let store = store.clone();
        let refresh = new_refresh(number, bare_authorization(), Some(id));
        let changes = vec![Change::InsertRefresh(refresh), Change::RedeemCode { id }];
        redeemers.spawn(async move { store.commit(changes).await });
    }
    let results = redeemers.join_all().await;
    let winners: Vec<_> = results.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    let refresh = winners[0].ids[0];
    let next = commit(
        &*store,
        vec![Change::InsertRefresh(new_refresh(
            1,
            bare_authorization(),
            None,
        ))],
    )
    .await[0];
    for other in (1..=next).filter(|other| ![refresh, next].contains(other)) {
        assert_eq!(store.refresh(other).await.expect("read"), None);
    }
}

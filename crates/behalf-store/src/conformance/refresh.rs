use super::sample::{
    NOW, authorization, bare_authorization, client, commit, conflict, hash, new_refresh, tenant,
    user,
};
use behalf_model::UnixTime;
use behalf_model::grant::{Authorization, RefreshGrant};
use behalf_model::ports::{Change, NewRefresh, Store};
use std::sync::Arc;
use tokio::task::JoinSet;

async fn get(store: &dyn Store, id: i64) -> RefreshGrant {
    store
        .refresh(id)
        .await
        .expect("read")
        .expect("the refresh token is there")
}

fn rotation(id: i64, generation: i64, number: u8) -> Change {
    let (secret_hash, previous_hash) = (hash(number), hash(number.wrapping_sub(1)));
    Change::RotateRefresh {
        id,
        generation,
        secret_hash,
        previous_hash,
        at: NOW.plus_s(i64::from(number)),
    }
}

pub(super) async fn every_field_comes_back(store: Arc<dyn Store>) {
    let store = &*store;
    let many_scopes = Authorization {
        scopes: (0..5_000)
            .map(|number| format!("api://resource/scope.{number}"))
            .collect(),
        client: client(&"c".repeat(128)),
        ..authorization()
    };
    let all = [
        new_refresh(1, authorization(), Some(i64::MAX)),
        NewRefresh {
            expires_at: UnixTime(i64::MAX),
            ..new_refresh(2, bare_authorization(), None)
        },
        new_refresh(3, many_scopes, Some(1)),
    ];
    let ids = commit(
        store,
        all.iter().cloned().map(Change::InsertRefresh).collect(),
    )
    .await;
    for (id, new) in ids.into_iter().zip(all) {
        let NewRefresh {
            secret_hash,
            authorization,
            created_at,
            expires_at,
            code: _,
        } = new;
        let expected = RefreshGrant {
            id,
            authorization,
            secret_hash,
            previous_hash: None,
            generation: 0,
            rotated_at: created_at,
            expires_at,
            revoked: false,
        };
        assert_eq!(get(store, id).await, expected);
    }
    assert_eq!(store.refresh(i64::MAX).await.expect("read"), None);
}

pub(super) async fn is_rotated_in_place(store: Arc<dyn Store>) {
    let store = &*store;
    let id = commit(
        store,
        vec![Change::InsertRefresh(new_refresh(1, authorization(), None))],
    )
    .await[0];
    let before = get(store, id).await;
    commit(store, vec![rotation(id, 0, 2)]).await;
    let after = get(store, id).await;
    let expected = RefreshGrant {
        secret_hash: hash(2),
        previous_hash: Some(hash(1)),
        generation: 1,
        rotated_at: NOW.plus_s(2),
        ..before
    };
    assert_eq!(after, expected);

    conflict(store, vec![rotation(id, 0, 3)]).await;
    conflict(store, vec![rotation(id, 2, 3)]).await;
    conflict(store, vec![rotation(i64::MAX, 0, 3)]).await;
    assert_eq!(get(store, id).await, expected);
    commit(store, vec![Change::RevokeRefresh { id }]).await;
    conflict(store, vec![rotation(id, 1, 3)]).await;
    assert_eq!(
        get(store, id).await,
        RefreshGrant {
            revoked: true,
            ..expected
        }
    );
}

pub(super) async fn is_rotated_once_by_many_at_once(store: Arc<dyn Store>) {
    let id = commit(
        &*store,
        vec![Change::InsertRefresh(new_refresh(1, authorization(), None))],
    )
    .await[0];
    let mut rotations = JoinSet::new();
    for number in 10..42 {
        let store = store.clone();
        rotations.spawn(async move {
            store
                .commit(vec![rotation(id, 0, number)])
                .await
                .map(|_| number)
        });
    }
    let winners: Vec<u8> = rotations.join_all().await.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    let grant = get(&*store, id).await;
    assert_eq!((grant.generation, grant.secret_hash), (1, hash(winners[0])));
}

/// Given the id of the first of several rows.
type Revocation = fn(i64) -> Change;

/// Each revocation reaches all of its own and nothing else.
pub(super) async fn is_revoked_by_id_code_session_user_and_client(store: Arc<dyn Store>) {
    let store = &*store;
    let base = Authorization {
        session: Some(1),
        client: client("one"),
        ..authorization()
    };
    let of = |change: fn(&mut Authorization)| {
        let mut authorization = base.clone();
        change(&mut authorization);
        authorization
    };
    let all = [
        (base.clone(), Some(1)),
        (base.clone(), Some(2)),
        (of(|other| other.session = Some(2)), Some(3)),
        (of(|other| other.session = None), None),
        (of(|other| other.user = user(2)), None),
        (of(|other| other.client = client("two")), None),
        (of(|other| other.tenant = tenant(2)), None),
    ];
    let cases: [(Revocation, &[usize]); 8] = [
        (|first| Change::RevokeRefresh { id: first + 1 }, &[1]),
        (|_| Change::RevokeRefreshOfCode { code: 2 }, &[1]),
        (|_| Change::RevokeRefreshOfSession { session: 2 }, &[2]),
        (
            |_| Change::RevokeRefreshOfUser {
                tenant: tenant(1),
                user: user(1),
            },
            &[0, 1, 2, 3, 5],
        ),
        (
            |_| Change::RevokeRefreshOfUser {
                tenant: tenant(2),
                user: user(2),
            },
            &[],
        ),
        (
            |_| Change::RevokeRefreshOfClient {
                tenant: tenant(1),
                client: "one".to_owned(),
            },
            &[0, 1, 2, 3, 4],
        ),
        (
            |_| Change::RevokeRefreshOfClient {
                tenant: tenant(1),
                client: "none".to_owned(),
            },
            &[],
        ),
        (|_| Change::RevokeRefreshOfSession { session: 9 }, &[]),
    ];
    for (revocation, expected) in cases {
        let rows = all
            .iter()
            .map(|(authorization, code)| new_refresh(1, authorization.clone(), *code));
        let ids = commit(store, rows.map(Change::InsertRefresh).collect()).await;
        let change = revocation(ids[0]);
        commit(store, vec![change.clone()]).await;
        let mut revoked = Vec::new();
        for (index, id) in ids.iter().enumerate() {
            if get(store, *id).await.revoked {
                revoked.push(index);
            }
        }
        assert_eq!(revoked, expected, "{change:?}");
    }
}

//! The floor: the least a token server can do. One client in memory, form in, JWT signed, JSON out; for refresh a row
//! changed in place in SQLite (`synchronous=FULL`) with group commit. No tenant, no consent, no audit.

use behalf_wire::jose::backend::{generate_pkcs8, sha256};
use behalf_wire::jose::{JwsAlg, KeyKind, SigningKey, jws};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rusqlite::Connection;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

type Failure = Box<dyn std::error::Error + Send + Sync>;

struct Floor {
    secret_hash: [u8; 32],
    key: SigningKey,
    writer: mpsc::Sender<Rotation>,
}

struct Rotation {
    row: i64,
    secret_hash: [u8; 32],
    next_hash: [u8; 32],
    done: oneshot::Sender<bool>,
}

pub const CLIENT_SECRET: &str = "floor-client-secret-0123456789";

/// Serves until killed; prints its port on the first line.
pub async fn serve(algorithm: &str, rows: i64) -> Result<(), Failure> {
    let (kind, alg) = match algorithm {
        "RS256" => (KeyKind::Rsa2048, JwsAlg::RS256),
        _ => (KeyKind::P256, JwsAlg::ES256),
    };
    let directory = tempfile::tempdir()?;
    let floor = Arc::new(Floor {
        secret_hash: sha256(CLIENT_SECRET.as_bytes()),
        key: SigningKey::from_pkcs8(alg, Some("floor".into()), &generate_pkcs8(kind)?)?,
        writer: writer(directory.path().join("floor.db"), rows)?,
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let floor = floor.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| token(floor.clone(), request));
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn token(
    floor: Arc<Floor>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Failure> {
    let body = request.into_body().collect().await?.to_bytes();
    let form: HashMap<_, _> = form_urlencoded::parse(&body).collect();
    let given = |name: &str| form.get(name).map(AsRef::as_ref).unwrap_or_default();
    if sha256(given("client_secret").as_bytes()) != floor.secret_hash {
        return Ok(Response::builder().status(401).body(Full::default())?);
    }
    let claims = format!(
        r#"{{"iss":"https://floor","aud":"api://floor","azp":"{}","exp":1893456000,"iat":1800000000,"nbf":1800000000,"jti":"0123456789abcdef","scp":"read write"}}"#,
        given("client_id")
    );
    let jwt = jws::sign_compact(&jws::HeaderExtras::default(), claims.as_bytes(), &floor.key)?;
    let mut json = format!(r#"{{"token_type":"Bearer","expires_in":3599,"access_token":"{jwt}""#);
    if let Some((row, secret)) = given("refresh_token").split_once('.') {
        let next = next_secret(secret);
        let (done, answered) = oneshot::channel();
        let rotation = Rotation {
            row: row.parse()?,
            secret_hash: sha256(secret.as_bytes()),
            next_hash: sha256(next.as_bytes()),
            done,
        };
        floor.writer.send(rotation).await?;
        if !answered.await? {
            return Ok(Response::builder().status(400).body(Full::default())?);
        }
        json.push_str(&format!(r#","refresh_token":"{row}.{next}""#));
    }
    json.push('}');
    Ok(Response::builder()
        .header("content-type", "application/json")
        .body(Full::from(json))?)
}

fn next_secret(secret: &str) -> String {
    sha256(secret.as_bytes())
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// The first secret of row `n`.
pub fn first_secret(row: i64) -> String {
    next_secret(&row.to_string())
}

fn writer(path: std::path::PathBuf, rows: i64) -> Result<mpsc::Sender<Rotation>, Failure> {
    let mut db = Connection::open(path)?;
    db.execute_batch(
        "pragma journal_mode=wal; pragma synchronous=full;
         create table refresh (id integer primary key, hash blob not null, generation integer not null);",
    )?;
    let seed = db.transaction()?;
    for row in 1..=rows {
        let hash = sha256(first_secret(row).as_bytes());
        seed.execute("insert into refresh values ($1, $2, 0)", (row, hash))?;
    }
    seed.commit()?;
    let (sender, mut receiver) = mpsc::channel::<Rotation>(4096);
    std::thread::spawn(move || {
        while let Some(first) = receiver.blocking_recv() {
            let mut group = vec![first];
            while let Ok(next) = receiver.try_recv() {
                group.push(next);
            }
            let outcome = rotate_all(&mut db, &group);
            for (n, rotation) in group.into_iter().enumerate() {
                let ok = outcome.as_ref().is_ok_and(|all| all.get(n) == Some(&true));
                let _ = rotation.done.send(ok);
            }
        }
    });
    Ok(sender)
}

fn rotate_all(db: &mut Connection, group: &[Rotation]) -> rusqlite::Result<Vec<bool>> {
    let transaction = db.transaction()?;
    let mut all = Vec::with_capacity(group.len());
    {
        let mut update = transaction.prepare_cached(
            "update refresh set hash=$1, generation=generation+1 where id=$2 and hash=$3",
        )?;
        for r in group {
            all.push(update.execute((r.next_hash, r.row, r.secret_hash))? == 1);
        }
    }
    transaction.commit()?;
    Ok(all)
}

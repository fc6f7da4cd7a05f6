//! The server under measurement: its host file, its declarations, its start.

use crate::process::Server;
use crate::upstream::{AUDIENCE, Upstream};
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

pub const CLIENT: &str = "be9c0000-0000-4000-8000-000000000001";
pub const SECRET: &str = "bench-client-secret-0123456789";
pub const TENANT: &str = "be9c0000-0000-4000-8000-0000000000ff";
pub const USER: &str = "alice@bench.example";
pub const PASSWORD: &str = "Bench-Password-7";

/// One directory with a host file, a database and a port.
pub struct World {
    directory: tempfile::TempDir,
    behalf: String,
    pub authority: SocketAddr,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

impl World {
    pub fn new(behalf: &str, upstream: &Upstream, backend_port: u16) -> Result<Self, Failure> {
        let directory = tempfile::tempdir()?;
        let authority = free_port()?;
        let config = format!(
            r#"
[log]
level = "error"
access = false

[outbound]
private_hosts = ["127.0.0.1"]

[authority]
public_url = "http://{authority}"
private_upstreams = true

[gateway]
public_url = "http://{authority}"
tenant = "{TENANT}"
audiences = ["api://gateway", "{AUDIENCE}"]

[[listener]]
address = "{authority}"
rooms = ["authority", "gateway"]
allow_http = true
"#
        );
        std::fs::write(directory.path().join("behalf.toml"), config)?;
        let declarations = include_str!("world.toml")
            .replace("{{tenant}}", TENANT)
            .replace("{{client}}", CLIENT)
            .replace("{{secret}}", SECRET)
            .replace("{{password}}", PASSWORD)
            .replace("{{audience}}", AUDIENCE)
            .replace("{{upstream}}", &upstream.url())
            .replace("{{backend}}", &format!("http://127.0.0.1:{backend_port}"));
        std::fs::write(directory.path().join("world.toml"), declarations)?;
        let world = Self {
            directory,
            behalf: behalf.to_owned(),
            authority,
        };
        world.run(&["apply", "-f", &world.path("world.toml")])?;
        Ok(world)
    }

    fn path(&self, name: &str) -> String {
        self.directory.path().join(name).display().to_string()
    }

    pub fn run(&self, arguments: &[&str]) -> Result<(), Failure> {
        let done = Command::new(&self.behalf)
            .args(arguments)
            .args(["--config", &self.path("behalf.toml")])
            .output()?;
        if done.status.success() {
            return Ok(());
        }
        Err(format!(
            "behalf {}: {}",
            arguments[0],
            String::from_utf8_lossy(&done.stderr)
        )
        .into())
    }

    /// Starts the server and waits until it accepts connections.
    pub fn serve(&self) -> io::Result<Server> {
        let server = Server::start(
            &self.behalf,
            &["serve".into(), "--config".into(), self.path("behalf.toml")],
        )?;
        wait_for(self.authority)?;
        Ok(server)
    }
}

pub fn free_port() -> io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}

pub fn wait_for(address: SocketAddr) -> io::Result<()> {
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        match TcpStream::connect(address) {
            Ok(_) => return Ok(()),
            Err(error) if Instant::now() > until => return Err(error),
            Err(_) => std::thread::sleep(Duration::from_millis(2)),
        }
    }
}

/// Stores one refresh token and returns its row id.
pub async fn one_refresh(store: &dyn behalf_model::ports::Store) -> Result<i64, Failure> {
    use behalf_model::UnixTime;
    use behalf_model::grant::Authorization;
    use behalf_model::ports::{Change, NewRefresh};
    let authorization = Authorization {
        tenant: TENANT.parse()?,
        client: CLIENT.parse()?,
        user: "a11ce000-0000-4000-8000-000000000001".parse()?,
        scopes: vec!["api://es256/read".into(), "offline_access".into()],
        auth_time: UnixTime(1_767_225_600),
        amr: vec!["pwd".into()],
        session: Some(1),
        host_web: None,
    };
    let new = NewRefresh {
        secret_hash: [7; 32],
        authorization,
        code: None,
        created_at: UnixTime(1_767_225_600),
        expires_at: UnixTime(4_000_000_000),
    };
    let done = store.commit(vec![Change::InsertRefresh(new)]).await?;
    done.ids.first().copied().ok_or_else(|| "no row id".into())
}

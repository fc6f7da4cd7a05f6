//! A directory with a host file, and the binary run on it.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use tempfile::TempDir;

pub const TENANT: &str = "e0000000-0000-4000-8000-000000000001";
pub const JOB: &str = "0b000000-0000-4000-8000-000000000001";
pub const JOB_SECRET: &str = "job-secret-of-the-tests-0123456789";

pub fn behalf() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_behalf"));
    command.env_remove("RUST_BACKTRACE").stdin(Stdio::null());
    command
}

/// What a finished run said.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code().unwrap(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

pub fn run(arguments: &[&str]) -> Said {
    behalf().args(arguments).output().unwrap().into()
}

pub struct Site {
    directory: TempDir,
}

impl Site {
    /// With the small world of these tests applied.
    pub fn new() -> Self {
        let site = Self::empty();
        let done = site.run(&["apply", "-f", "world.toml"]);
        assert_eq!(done.code, 0, "{}", done.err);
        site
    }

    pub fn empty() -> Self {
        let site = Self {
            directory: tempfile::tempdir().unwrap(),
        };
        site.write("behalf.toml", include_str!("behalf.toml"));
        site.write("world.toml", include_str!("world.toml"));
        site
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = behalf();
        command.args(arguments).current_dir(self.directory.path());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Said {
        self.command(arguments).output().unwrap().into()
    }

    /// Runs what must succeed; gives its standard output.
    pub fn done(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert_eq!(said.code, 0, "{arguments:?}: {}{}", said.out, said.err);
        said.out
    }

    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Said {
        let mut command = self.command(arguments);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        child.wait_with_output().unwrap().into()
    }

    pub fn serve(&self, arguments: &[&str]) -> Server {
        let mut command = self.command(&["serve"]);
        let mut child = command
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let Some(Ok(ready)) = lines.next() else {
            let mut said = String::new();
            child
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut said)
                .unwrap();
            panic!("the server ended before it was ready: {said}");
        };
        let mut words = ready.split(' ');
        assert_eq!(words.next(), Some("ready"), "{ready}");
        let url = words.next().unwrap().to_owned();
        Server {
            child,
            port: url.rsplit_once(':').unwrap().1.parse().unwrap(),
            ready,
            ca: self.path("ca/ca.pem"),
        }
    }
}

pub struct Server {
    child: Child,
    pub port: u16,
    pub ready: String,
    ca: PathBuf,
}

impl Server {
    pub fn get(&self, path: &str) -> Answer {
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: forged.example\r\nConnection: close\r\n\r\n"
        ))
    }

    pub fn post_form(&self, path: &str, form: &str) -> Answer {
        self.ask(&format!(
            "POST {path} HTTP/1.1\r\nHost: forged.example\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        ))
    }

    fn ask(&self, request: &str) -> Answer {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        if self.ready.contains("http://") {
            exchange(stream, request)
        } else {
            exchange(tls(stream, &self.ca), request)
        }
    }

    /// Asks the process to end, as a service manager does; gives exit code and standard error.
    pub fn stop(mut self) -> (Option<i32>, String) {
        let killed = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        assert!(killed.success());
        let mut said = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        (self.child.wait().unwrap().code(), said)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A test that failed leaves the process running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
}

fn tls(stream: TcpStream, ca: &Path) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(ca).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    StreamOwned::new(
        ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap(),
        stream,
    )
}

fn exchange(mut stream: impl Read + Write, request: &str) -> Answer {
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer {
        status,
        head: head.to_lowercase(),
        body: body.to_owned(),
    }
}

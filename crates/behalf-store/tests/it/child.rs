//! This test binary, started once more as another program: a role and a file are given by environment variables.

use crate::{killed, shared};
use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::Path;
use std::process::{ChildStdout, Command, Stdio};

const ROLE: &str = "BEHALF_STORE_TEST_ROLE";
const FILE: &str = "BEHALF_STORE_TEST_FILE";
/// Marks the lines that a role says, among those of the test harness.
const MARK: &str = "said: ";

/// Not a test of its own: does nothing unless it was started by `start`.
#[test]
fn role() {
    let (Ok(role), Some(file)) = (std::env::var(ROLE), std::env::var_os(FILE)) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    match role.as_str() {
        killed::ROLE => runtime.block_on(killed::write_until_killed(Path::new(&file))),
        shared::ROLE => runtime.block_on(shared::write_beside_another(Path::new(&file))),
        other => panic!("no role {other}"),
    }
}

pub struct Child {
    process: std::process::Child,
    lines: Lines<BufReader<ChildStdout>>,
}

pub fn start(role: &str, file: &Path) -> Child {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child::role", "--nocapture"])
        .env(ROLE, role)
        .env(FILE, file)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    Child { process, lines }
}

/// One whole line, at once.
pub fn say(words: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("\n{MARK}{words}\n").as_bytes())
        .unwrap();
    out.flush().unwrap();
}

impl Child {
    /// The next thing it says; `None` when it has ended.
    pub fn hear(&mut self) -> Option<String> {
        self.lines
            .by_ref()
            .map(Result::unwrap)
            .find_map(|line| line.strip_prefix(MARK).map(str::to_owned))
    }

    /// SIGKILL: no destructor runs, nothing is flushed.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub fn succeeded(mut self) -> bool {
        self.process.wait().unwrap().success()
    }
}

//! Child processes under measurement: pinned to a core, their CPU time and memory read from /proc.

use std::io;
use std::process::{Child, Command, Stdio};

/// A server under measurement; killed when dropped.
pub struct Server {
    child: Child,
}

impl Server {
    /// Starts `program` pinned to core 0; the load generator runs on the other core.
    pub fn start(program: &str, arguments: &[String]) -> io::Result<Self> {
        let child = Command::new("taskset")
            .args(["-c", "0", program])
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()?;
        Ok(Self { child })
    }

    /// Seconds of CPU used so far, user and system, the children's (nginx workers) included.
    pub fn cpu_s(&self) -> f64 {
        tree(self.child.id())
            .iter()
            .filter_map(|id| cpu_s(*id))
            .sum()
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory in MiB.
    pub fn rss_mib(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .unwrap_or_default();
        let kib = status.lines().find_map(|l| {
            l.strip_prefix("VmRSS:")?
                .trim()
                .strip_suffix(" kB")?
                .parse::<f64>()
                .ok()
        });
        kib.unwrap_or(0.0) / 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for id in tree(self.child.id()).iter().rev() {
            let _ = Command::new("kill")
                .arg(id.to_string())
                .stderr(Stdio::null())
                .status();
        }
        let _ = self.child.wait();
    }
}

/// Seconds of CPU used so far by a process and its children.
pub fn cpu_of(id: u32) -> f64 {
    tree(id).iter().filter_map(|id| cpu_s(*id)).sum()
}

fn tree(root: u32) -> Vec<u32> {
    let mut all = vec![root];
    let children =
        std::fs::read_to_string(format!("/proc/{root}/task/{root}/children")).unwrap_or_default();
    for child in children.split_whitespace().filter_map(|c| c.parse().ok()) {
        all.extend(tree(child));
    }
    all
}

/// Clock ticks per second of /proc/…/stat on Linux.
const TICKS: f64 = 100.0;

fn cpu_s(id: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |n: usize| fields.get(n)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / TICKS)
}

//! The demo as a process among others.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// Ended with the test, also with one that failed.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_demo_takes_the_order_system_with_it_when_it_is_ended() {
    let data = tempfile::tempdir().unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_behalf"))
        .args(["demo", "--port", "0", "--data"])
        .arg(data.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut demo = Demo(child);
    let mut lines = BufReader::new(demo.0.stdout.take().unwrap()).lines();
    let mark = "order-system is ready at https://";
    let orders = lines
        .by_ref()
        .map(Result::unwrap)
        .find_map(|line| line.strip_prefix(mark).map(str::to_owned))
        .expect("the order system's address");
    lines
        .by_ref()
        .map(Result::unwrap)
        .find(|line| line.starts_with("Everything stays up"))
        .expect("the end of the tour");
    TcpStream::connect(&orders).unwrap();

    let told = Command::new("kill").arg(demo.0.id().to_string()).status();
    assert!(told.unwrap().success());
    assert_eq!(demo.0.wait().unwrap().code(), Some(0));
    // A process that was killed may take a moment to let go of its port.
    assert!(
        (0..1_000).any(|_| {
            std::thread::yield_now();
            TcpStream::connect(&orders).is_err()
        }),
        "the order system is still there"
    );
}

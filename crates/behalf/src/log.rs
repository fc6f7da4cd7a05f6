//! Log lines: formatted where they happen, written by one thread, so that a slow terminal or pipe never stops a request.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Lines that may wait; when more come they are dropped, because serving goes before telling.
const QUEUE: usize = 16_384;

/// Starts logging to standard error. `level` is a filter such as `info` or `info,behalf_gateway=debug`.
pub fn start(level: &str) -> Result<(), String> {
    let filter = EnvFilter::try_new(level).map_err(|e| e.to_string())?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_target(true)
        .with_writer(Lines::start())
        .try_init()
        .map_err(|e| e.to_string())
}

struct Lines(SyncSender<Vec<u8>>);

impl Lines {
    fn start() -> Self {
        let (sender, receiver) = sync_channel(QUEUE);
        std::thread::spawn(move || write_all(&receiver, &mut io::stderr()));
        Self(sender)
    }
}

/// Writes lines as they come, many at once when they come fast.
fn write_all(lines: &Receiver<Vec<u8>>, out: &mut impl Write) {
    const BATCH: usize = 64 * 1024;
    let mut batch = Vec::with_capacity(BATCH);
    while let Ok(line) = lines.recv() {
        batch.extend_from_slice(&line);
        while batch.len() < BATCH
            && let Ok(line) = lines.try_recv()
        {
            batch.extend_from_slice(&line);
        }
        // Nobody is left to tell when standard error is gone.
        let _ = out.write_all(&batch);
        batch.clear();
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line {
            text: Vec::with_capacity(256),
            to: &self.0,
        }
    }
}

/// One line, handed over when complete.
struct Line<'a> {
    text: Vec<u8>,
    to: &'a SyncSender<Vec<u8>>,
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        // A full queue drops the line.
        let _ = self.to.try_send(std::mem::take(&mut self.text));
    }
}

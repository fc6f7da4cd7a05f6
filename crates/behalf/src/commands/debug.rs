//! `behalf debug`

use crate::failure::Failure;
use behalf_wire::jose::verify_line;
use clap::{Args, Subcommand};
use std::io::{BufRead, Read, Write};

/// Check what the servers use, from outside
#[derive(Args)]
#[command(after_help = "Examples:
  echo '{\"op\":\"jws\",\"key\":{…},\"token\":\"eyJ…\"}' | behalf debug jose-verify")]
pub struct Debug {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Verify or decrypt one token per line of standard input, with the very code the servers use
    ///
    /// Question: {"op": "jws"|"jwe", "key": JWK or JWK set, "token": compact string or JSON object}.
    /// Answer, one line each: {"ok": true, "payload": hex}, {"ok": false, "reason": text}, or {"ok": null} for an algorithm
    /// that is not offered at all.
    JoseVerify,
}

/// Longer lines are answered with a refusal, without keeping them in memory.
const MAX_LINE_BYTES: u64 = 4 * 1024 * 1024;

impl Debug {
    pub fn run(self) -> Result<(), Failure> {
        let Action::JoseVerify = self.action;
        answer_lines(&mut std::io::stdin().lock(), &mut std::io::stdout().lock())?;
        Ok(())
    }
}

/// Answers line by line, each as soon as it is there.
fn answer_lines(input: &mut impl BufRead, output: &mut impl Write) -> std::io::Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if input
            .by_ref()
            .take(MAX_LINE_BYTES)
            .read_until(b'\n', &mut line)?
            == 0
        {
            return Ok(());
        }
        let cut_off = line.len() as u64 == MAX_LINE_BYTES && !line.ends_with(b"\n");
        let answer = if cut_off {
            skip_line(input)?;
            format!(
                "{{\"ok\":false,\"reason\":\"the line is longer than {MAX_LINE_BYTES} bytes\"}}"
            )
        } else if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        } else {
            match std::str::from_utf8(&line) {
                Ok(text) => verify_line::answer(text),
                Err(_) => "{\"ok\":false,\"reason\":\"the line is not UTF-8\"}".to_owned(),
            }
        };
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
}

fn skip_line(input: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let (done, used) = match buffer.iter().position(|b| *b == b'\n') {
            Some(at) => (true, at + 1),
            None => (buffer.is_empty(), buffer.len()),
        };
        input.consume(used);
        if done {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests;

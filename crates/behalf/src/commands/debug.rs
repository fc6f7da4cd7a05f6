//! `behalf debug`

use crate::failure::Failure;
use behalf_wire::jose::verify_line;
use behalf_wire::odata::parse_line::ParseLines;
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
    /// Parse one OData text per line of standard input by a rule of the OData ABNF
    ///
    /// First a line {"constraints": {…}} with the names of the model (not answered), then questions
    /// {"rule": name, "input": text}. Answer, one line each: {"ok": true|false}, or {"ok": null} for a rule that is not
    /// offered.
    OdataParse,
}

/// Longer lines are answered with a refusal, without keeping them in memory.
const MAX_LINE_BYTES: u64 = 4 * 1024 * 1024;

impl Debug {
    pub fn run(self) -> Result<(), Failure> {
        let (input, output) = (&mut std::io::stdin().lock(), &mut std::io::stdout().lock());
        match self.action {
            Action::JoseVerify => {
                answer_lines(input, output, |line| Some(verify_line::answer(line)))?
            }
            Action::OdataParse => {
                let mut lines = ParseLines::new();
                answer_lines(input, output, |line| lines.answer(line))?;
            }
        }
        Ok(())
    }
}

/// Answers line by line, each as soon as it is there.
fn answer_lines(
    input: &mut impl BufRead,
    output: &mut impl Write,
    mut ask: impl FnMut(&str) -> Option<String>,
) -> std::io::Result<()> {
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
            Some(format!(
                "{{\"ok\":false,\"reason\":\"the line is longer than {MAX_LINE_BYTES} bytes\"}}"
            ))
        } else if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        } else {
            match std::str::from_utf8(&line) {
                Ok(text) => ask(text),
                Err(_) => Some("{\"ok\":false,\"reason\":\"the line is not UTF-8\"}".to_owned()),
            }
        };
        if let Some(answer) = answer {
            writeln!(output, "{answer}")?;
            output.flush()?;
        }
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

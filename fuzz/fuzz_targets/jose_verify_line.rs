//! No line may make the verifier panic, and every answer is one JSON object.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|line: &str| {
    let answer = behalf_wire::jose::verify_line::answer(line);
    assert!(answer.starts_with("{\"ok\":") && !answer.contains('\n'));
});

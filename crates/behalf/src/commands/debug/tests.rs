use super::*;

fn answers(input: &[u8]) -> Vec<String> {
    let mut output = Vec::new();
    answer_lines(&mut &input[..], &mut output, |line| {
        Some(verify_line::answer(line))
    })
    .unwrap();
    String::from_utf8(output)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_line_has_its_answer_and_empty_lines_have_none() {
    let all = answers(b"nonsense\n\n\xff\n{\"op\":\"jws\"}");
    assert_eq!(all.len(), 3);
    assert!(
        all.iter()
            .all(|a| a.starts_with("{\"ok\":false,\"reason\":")),
        "{all:?}"
    );
    assert!(all[1].contains("UTF-8"));
}

#[test]
fn a_huge_line_is_refused_and_the_next_one_answered() {
    let mut input = vec![b'x'; usize::try_from(MAX_LINE_BYTES).unwrap() * 2 + 7];
    input.extend_from_slice(b"\nnonsense\n");
    let all = answers(&input);
    assert_eq!(all.len(), 2);
    assert!(all[0].contains("longer than"), "{}", all[0]);
    assert!(!all[1].contains("longer than"));
}

#[test]
fn a_line_of_exactly_the_limit_is_one_line() {
    let mut input = vec![b'x'; usize::try_from(MAX_LINE_BYTES).unwrap() - 1];
    input.push(b'\n');
    assert_eq!(answers(&input).len(), 1);
}

#[test]
fn a_line_that_asks_nothing_has_no_answer() {
    let mut lines = ParseLines::new();
    let mut output = Vec::new();
    let input = b"{\"constraints\":{}}\n{\"rule\":\"guidValue\",\"input\":\"nonsense\"}\n{\"rule\":\"noSuchRule\",\"input\":\"x\"}\n";
    answer_lines(&mut &input[..], &mut output, |line| lines.answer(line)).unwrap();
    assert_eq!(
        String::from_utf8(output).unwrap(),
        "{\"ok\":false}\n{\"ok\":null}\n"
    );
}

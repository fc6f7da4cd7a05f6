use super::{BrokenChain, Link, START, link, verify_chain};

fn rows() -> Vec<(i64, &'static str, Link)> {
    let first = link(&START, "{\"action\":\"signin\"}");
    let second = link(&first, "{\"action\":\"consent\"}");
    vec![
        (1, "{\"action\":\"signin\"}", first),
        (2, "{\"action\":\"consent\"}", second),
    ]
}

#[test]
fn the_first_link_is_the_hash_of_32_zero_bytes_and_the_json() {
    let mut bytes = vec![0; 32];
    bytes.extend_from_slice(b"{}");
    assert_eq!(
        link(&START, "{}"),
        behalf_wire::jose::backend::sha256(&bytes)
    );
}

#[test]
fn an_untouched_chain_gives_its_last_link() {
    assert_eq!(verify_chain(START, rows()), Ok(rows()[1].2));
    assert_eq!(
        verify_chain(rows()[0].2, rows().into_iter().skip(1)),
        Ok(rows()[1].2)
    );
}

#[test]
fn a_changed_text_names_its_row() {
    let mut changed = rows();
    changed[1].1 = "{\"action\":\"consent.revoked\"}";
    assert_eq!(verify_chain(START, changed), Err(BrokenChain { id: 2 }));
}

#[test]
fn a_removed_or_swapped_row_names_the_next() {
    assert_eq!(
        verify_chain(START, rows().into_iter().skip(1)),
        Err(BrokenChain { id: 2 })
    );
    assert_eq!(
        verify_chain(START, rows().into_iter().rev()),
        Err(BrokenChain { id: 2 })
    );
}

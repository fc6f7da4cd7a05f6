use super::*;
use std::collections::HashSet;

#[test]
fn no_piece_of_randomness_is_given_out_twice() {
    let env = Env::system();
    let mut seen = HashSet::new();
    for _ in 0..10_000 {
        assert!(seen.insert(env.random::<16>()));
    }
    assert!(!seen.contains(&[0; 16]));
}

#[test]
fn pieces_of_every_size_are_filled() {
    let env = Env::system();
    for _ in 0..100 {
        assert_ne!(env.random::<12>(), [0; 12]);
        assert_ne!(env.random::<100>(), [0; 100]);
        assert_ne!(env.random::<4096>(), [0; 4096]);
    }
}

#[test]
fn threads_share_nothing() {
    let draw = || Env::system().random::<32>();
    let handles: Vec<_> = (0..8).map(|_| std::thread::spawn(draw)).collect();
    let all: HashSet<_> = handles.into_iter().map(|h| h.join().unwrap()).collect();
    assert_eq!(all.len(), 8);
}

#[test]
fn uuids_say_that_they_are_random() {
    assert_eq!(Env::system().uuid().get_version_num(), 4);
}

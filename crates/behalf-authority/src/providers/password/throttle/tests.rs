use super::*;

const NOW: UnixTime = UnixTime(1_000_000);

fn failing(times: u32) -> Throttle<&'static str> {
    let mut throttle = Throttle::default();
    (0..times).for_each(|_| throttle.failed("alice", NOW));
    throttle
}

#[test]
fn people_may_mistype_and_guessers_wait() {
    assert_eq!(failing(4).admit(&"alice", NOW), Ok(()));
    assert_eq!(failing(5).admit(&"alice", NOW), Err(30));
    assert_eq!(failing(6).admit(&"alice", NOW), Err(60));
    assert_eq!(failing(60).admit(&"alice", NOW), Err(900));
    assert_eq!(
        failing(60).admit(&"bob", NOW),
        Ok(()),
        "another account is not held up"
    );
}

#[test]
fn the_wait_ends_and_the_next_failure_waits_longer() {
    let mut throttle = failing(5);
    let later = NOW.plus_s(30);
    assert_eq!(throttle.admit(&"alice", later), Ok(()));
    throttle.failed("alice", later);
    assert_eq!(throttle.admit(&"alice", later), Err(60));
}

#[test]
fn success_and_time_forget_failures() {
    let mut throttle = failing(4);
    throttle.succeeded(&"alice");
    throttle.failed("alice", NOW);
    assert_eq!(throttle.admit(&"alice", NOW), Ok(()));

    let mut throttle = failing(4);
    let much_later = NOW.plus_s(LONGEST_WAIT_S + 1);
    throttle.failed("alice", much_later);
    assert_eq!(throttle.admit(&"alice", much_later), Ok(()));
}

//! Log, window and counter, one at a time.

use super::*;

/// `"9000:1 9999:1"` asks at these milliseconds, at these costs, of a limit of three per ten seconds.
#[track_caller]
fn check(kind: LimiterKind, asks: &str, expected: &str) {
    let mut meter = meter(kind, 3, 3);
    let answers: Vec<String> = asks
        .split(' ')
        .map(|ask| {
            let (ms, cost) = ask.split_once(':').unwrap();
            match meter.try_take(cost.parse().unwrap(), Instant(ms.parse::<u64>().unwrap() * 1_000_000)) {
                Admission::Granted => "ok".into(),
                Admission::RetryAt(at) => format!("@{}", at.0 as f64 / 1e6),
                Admission::NeverFits { burst } => format!("never>{burst}"),
            }
        })
        .collect();
    assert_eq!(answers.join(" "), expected, "{kind:?}");
}

#[test]
fn a_log_lets_go_what_is_exactly_one_window_old() {
    check(LimiterKind::SlidingLog, "9000:3 18999:1 19000:1", "ok @19000 ok");
    check(LimiterKind::SlidingLog, "1000:1 2000:1 3000:1 4000:2 12000:2", "ok ok ok @12000 ok");
    check(LimiterKind::SlidingLog, "1000:4 1000:3", "never>3 ok");
    check(LimiterKind::SlidingLog, "5000:2 4000:1 14999:1 15000:3", "ok ok @15000 ok");
}

#[test]
fn a_window_begins_anew_at_its_edge() {
    check(LimiterKind::FixedWindow, "9000:3 9999:1 10000:3 10001:1 19999:1", "ok @10000 ok @20000 @20000");
    check(LimiterKind::FixedWindow, "0:2 1:2 2:4 45000:3", "ok @10000 never>3 ok");
}

#[test]
fn a_counter_weighs_the_last_window() {
    check(LimiterKind::SlidingCounter, "9000:3 10000:1 13333:1 13334:1", "ok @13333.333334 @13333.333334 ok");
    // None fits in this window any more, so the next one has to begin and pass in part.
    check(LimiterKind::SlidingCounter, "1000:2 2000:2 10000:2 15000:2", "ok @15000 @15000 ok");
    check(LimiterKind::SlidingCounter, "1000:3 2000:3 20000:3", "ok @20000 ok");
    check(LimiterKind::SlidingCounter, "9000:3 35000:3 1:4", "ok ok never>3");
}

/// The sequence of which independent programs agreed: which of these arrivals pass three per ten seconds.
#[test]
fn the_golden_sequence() {
    const ARRIVALS_MS: [u64; 18] = [
        9000, 9000, 9000, 9999, 9999, 10000, 10000, 10000, 10001, 12000, 15000, 18999, 19000, 19001, 19998,
        19999, 20000, 20001,
    ];
    for (kind, amount, burst, expected) in [
        (LimiterKind::FixedWindow, 3, 3, "111001110000000011"),
        (LimiterKind::SlidingLog, 3, 3, "111000000000111000"),
        (LimiterKind::SlidingCounter, 3, 3, "111000000011000010"),
        (LimiterKind::TokenBucket, 5, 3, "111000000111110000"),
    ] {
        let mut meter = meter(kind, amount, burst);
        let passed = ARRIVALS_MS.map(|ms| meter.try_take(1, Instant(ms * 1_000_000)) == Admission::Granted);
        let passed: String = passed.iter().map(|passed| if *passed { '1' } else { '0' }).collect();
        assert_eq!(passed, expected, "{kind:?}");
    }
}

/// Seven of ten were taken at second 2; what is left at second `now` after they were replaced by `actual`.
#[track_caller]
fn check_correction(now: u64, actual: u64, expected: [i128; 3]) {
    let kinds = [LimiterKind::SlidingLog, LimiterKind::FixedWindow, LimiterKind::SlidingCounter];
    let levels = kinds.map(|kind| {
        let mut meter = meter(kind, 10, 10);
        meter.take(7, at(2));
        meter.correct(7, actual, at(2), at(now));
        meter.level(at(now))
    });
    assert_eq!(levels, expected, "log, window, counter");
}

#[test]
fn a_refund_goes_where_the_reservation_counts() {
    check_correction(2, 3, [7, 7, 7]);
    check_correction(9, 3, [7, 7, 7]);
    // The window has turned; half of the other window counts in the counter still.
    check_correction(11, 3, [7, 10, 7]);
    check_correction(12, 3, [10, 10, 7]);
    check_correction(15, 3, [10, 10, 8]);
    check_correction(20, 0, [10, 10, 10]);
    check_correction(95, 0, [10, 10, 10]);
}

#[test]
fn an_overrun_counts_where_it_hurts() {
    check_correction(2, 12, [-2, -2, -2]);
    check_correction(11, 12, [-2, 5, -2]);
    // It counts from now on where it never counted before.
    check_correction(12, 12, [5, 5, -1]);
    check_correction(40, 12, [5, 5, 5]);
}

#[test]
fn a_log_is_corrected_in_place() {
    let mut log = SlidingLog::new(10, W);
    log.take(7, at(2));
    log.take(3, at(4));
    log.correct(7, 1, at(2), at(5));
    assert_eq!(log.try_take(8, at(5)), Admission::RetryAt(at(14)), "one leaves at 12, three more at 14");
    assert_eq!(log.try_take(6, at(5)), Admission::Granted);
    log.correct(1, 0, at(2), at(5));
    assert_eq!(log.entries(), 2, "an empty entry is none");
}

/// However long it lives, a log keeps no more entries than its limit, and one for each instant.
#[test]
fn a_log_is_bounded() {
    let mut log = SlidingLog::new(50, W);
    for step in 0..100_000u64 {
        let now = Instant(step * SECOND / 20);
        let _ = log.try_take(1, now);
        let _ = log.try_take(1, now);
        assert!(log.entries() <= 50);
    }
    for _ in 0..50 {
        log.take(1, at(90_000));
        log.take(0, at(90_000));
    }
    log.level(at(90_000));
    assert_eq!(log.entries(), 1);
}

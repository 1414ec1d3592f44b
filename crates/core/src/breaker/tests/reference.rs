//! What theory says of a breaker: an outage at set times, independent failures, and windows of independent failures.

use super::*;
use rushhour_base::time::MILLISECOND;
use rushhour_base::{Purpose, Seed};

/// Calls of no duration, one each `every_ms` for 600 s, against a provider that is down from 100 s on. Expected: calls
/// that succeeded, failed and were short-circuited, when the breaker opened, and when it closed last.
fn check(every_ms: u64, down_s: u64, failures: u32, cooldown_s: u64, expected: (u32, u32, u32, &[u64], u64)) {
    let policy = BreakerPolicy::consecutive(failures, Span::secs(cooldown_s), Span::secs(1));
    let mut breaker = Breaker::new(Some(policy));
    let (mut ok, mut failed, mut short, mut opened, mut closed) = (0, 0, 0, Vec::new(), 0);
    for now in (0..600 * 1_000).step_by(every_ms as usize).map(|ms| Instant(ms * MILLISECOND)) {
        let second = now.0 / SECOND;
        if !breaker.passes(now) {
            short += 1;
            continue;
        }
        let ticket = breaker.enter(now);
        if (100..100 + down_s).contains(&second) {
            failed += 1;
            if breaker.on_failure(ticket, Span::ZERO, now, 0) {
                opened.push(second);
            }
        } else {
            ok += 1;
            if breaker.on_success(ticket, Span::ZERO, now, 0) {
                closed = second;
            }
        }
    }
    assert_eq!((ok, failed, short, opened.as_slice(), closed), expected);
}

/// Exact values. The overhang (closed late after the outage) is the price.
#[test]
fn an_outage_is_met_as_the_reference_says() {
    check(1_000, 120, 3, 60, (478, 4, 118, &[102, 162], 222));
    check(1_000, 300, 3, 60, (298, 7, 295, &[102, 162, 222, 282, 342], 402));
    check(500, 10, 5, 30, (1_136, 5, 59, &[102], 132));
}

fn fails(share: Ratio, number: u64) -> bool {
    share.holds(Seed(20_260_311).draw(Purpose::named("breaker test"), 0, number).word(0))
}

/// Poisson calls of which each fails with probability p: mean calls to trip (p⁻ⁿ − 1)/(1 − p), and of all calls so many
/// are short-circuited. One call a second and a cool-down of 60 s stand in for λC = 60 Poisson calls.
#[test]
fn failures_in_a_row_are_trigger_happy() {
    for (p, n, to_trip, band) in [(30, 3, 51.48, 1.5), (10, 3, 1_110.0, 110.0)] {
        let policy = BreakerPolicy::consecutive(n, Span::secs(60), Span::secs(60));
        let (mut trips, calls) = (0u32, 400_000);
        let mut breaker = Breaker::new(Some(policy));
        for number in 0..calls {
            let ticket = breaker.enter(at(0));
            if fails(percent(p), number) {
                if breaker.on_failure(ticket, QUICK, at(0), 0) {
                    trips += 1;
                    breaker = Breaker::new(Some(policy));
                }
            } else {
                breaker.on_success(ticket, QUICK, at(0), 0);
            }
        }
        let mean = calls as f64 / f64::from(trips);
        assert!((mean - to_trip).abs() < band, "p = {p} %: {mean} calls to trip, expected {to_trip}");
    }
}

/// Tumbling windows of w calls are independent: each trips with P(Bin(w, p) ≥ share × w).
#[test]
fn a_full_block_trips_as_often_as_the_binomial_says() {
    let mut window = Window::new(Some(share(BreakerWindow::Tumbling(20), 1).trip));
    let blocks = 40_000;
    let tripped = (0..blocks * 20).filter(|&n| window.note(fails(percent(30), n), QUICK, at(0))).count();
    let rate = tripped as f64 / blocks as f64;
    assert!((rate - 0.047_96).abs() < 0.003, "{rate}");
}

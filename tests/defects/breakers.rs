//! Breakers that never close, that open for the wrong reason, or that let a stampede in.

use crate::{count, told};
use rushhour_base::event::BreakerState;
use rushhour_base::time::SECOND;
use rushhour_base::{Instant, Span};
use rushhour_core::breaker::{Breaker, Ticket};
use rushhour_core::settings::BreakerPolicy;

/// Opens after three failures in a row, for a minute; a probe has ten seconds.
fn breaker() -> Breaker {
    Breaker::new(Some(BreakerPolicy::consecutive(3, Span::secs(60), Span::secs(10))))
}

fn at(second: u64) -> Instant {
    Instant(second * SECOND)
}

fn failed(breaker: &mut Breaker, ticket: Ticket, now: Instant) -> bool {
    breaker.on_failure(ticket, Span::ZERO, now, 0)
}

fn succeeded(breaker: &mut Breaker, ticket: Ticket, now: Instant) -> bool {
    breaker.on_success(ticket, Span::ZERO, now, 0)
}

/// The guide's timer that should have half-opened a breaker set an attribute on a dictionary; the error was swallowed by the event
/// loop, and after both providers had failed once, "all providers are OPEN" an hour later. Here no timer is needed: an
/// open breaker knows until when.
#[test]
fn an_open_breaker_opens_up_again() {
    let mut breaker = breaker();
    for _ in 0..3 {
        let ticket = breaker.enter(at(0));
        failed(&mut breaker, ticket, at(0));
    }
    assert!(!breaker.passes(at(59)));
    assert!(breaker.passes(at(60)) && breaker.passes(at(3_600)));
    let probe = breaker.enter(at(3_600));
    assert!(succeeded(&mut breaker, probe, at(3_600)));
    assert_eq!(breaker.state().0, BreakerState::Closed);
}

/// A timer for each failure beyond the threshold, all traffic let in at once when half-open, and failures of calls that were
/// under way already counted against the recovering provider. One probe goes, what was sent before the trip says
/// nothing of now, and late failures do not make the cool-down longer.
#[test]
fn a_recovering_provider_meets_one_probe() {
    let mut breaker = breaker();
    let mut under_way: Vec<Ticket> = (0..10).map(|_| breaker.enter(at(0))).collect();
    for ticket in under_way.drain(..3) {
        failed(&mut breaker, ticket, at(1));
    }
    for ticket in under_way.drain(..3) {
        assert!(!failed(&mut breaker, ticket, at(50)), "it is open already");
    }
    assert_eq!(breaker.state(), (BreakerState::Open, at(61)), "late failures move nothing");
    let probe = breaker.enter(at(61));
    assert!(!breaker.passes(at(61)), "only one goes");
    for ticket in under_way {
        assert!(!failed(&mut breaker, ticket, at(62)), "it was sent before the trip");
    }
    assert!(succeeded(&mut breaker, probe, at(62)));
    assert!(breaker.passes(at(62)));
}

/// A probe whose answer never came kept a lane shut for good (resilience4j 903, 935). Its lease runs out.
#[test]
fn a_lost_probe_is_replaced() {
    let mut breaker = breaker();
    for _ in 0..3 {
        let ticket = breaker.enter(at(0));
        failed(&mut breaker, ticket, at(0));
    }
    let lost = breaker.enter(at(60));
    assert!(!breaker.passes(at(69)));
    assert!(breaker.passes(at(70)));
    let second = breaker.enter(at(70));
    assert!(succeeded(&mut breaker, second, at(71)));
    succeeded(&mut breaker, lost, at(99));
    assert_eq!((breaker.state().0, breaker.tickets()), (BreakerState::Closed, 0));
}

/// Three 429s opened the guide's circuit for 60 seconds although the header asked for five. A 429 is the quota's word, not the
/// lane's health.
#[test]
fn a_429_is_no_failure_of_the_lane() {
    let lines = told(&[
        "duration=60s",
        "provider.one.fault.f={kind='rate_limit_storm', at='9s', for='40s', retry_after='1s'}",
        "policy.breaker={failures=1, cooldown='60s'}",
        "policy.shared_backoff=false",
    ]);
    assert!(count(&lines, "attempt_ended rate_limited") > 3, "{lines:#?}");
    assert_eq!(count(&lines, "breaker_moved"), 0, "{lines:#?}");
}

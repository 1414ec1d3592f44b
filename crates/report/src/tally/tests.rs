mod deadlines;
mod modes;
mod quality;
mod troubles;

use crate::checkers::Checkers;
use crate::divergence::Entry;
use crate::latency::Statistic;
use crate::report::{Evidence, Report};
use crate::script::{Script, Try, clean_run, header, replay, report, report_of, slo};
use proptest::prelude::*;
use rushhour_base::event::{AttemptKind, Blocker, BreakerState, Cause, Reason};
use rushhour_base::header::Comparison;
use rushhour_base::message::AttemptResult;
use rushhour_base::time::SECOND;
use rushhour_base::*;

fn request(agent: u32, turn: u32) -> RequestId {
    RequestId::new(AgentId(agent), turn)
}

fn run(write: impl FnOnce(&mut Script)) -> Report {
    let mut script = Script::default();
    write(&mut script);
    report_of(&header(), &script.entries)
}

#[test]
fn the_counts_of_a_run() {
    let report = report();
    let counts = report.total.counts;
    assert_eq!((counts.arrived, counts.answered, counts.in_flight), (38, 37, 1));
    assert_eq!((counts.attempts, counts.retries), (38, 1));
    assert_eq!((counts.rejected_429, counts.provider_errors, counts.timeouts), (1, 1, 0));
    assert_eq!(report.total.rates.fallback, Some(1.0 / 37.0));
    assert_eq!(report.total.rates.retry_amplification, Some(38.0 / 37.0));
    assert_eq!((report.falls.len(), report.falls[0].reason), (1, Reason::BreakerOpen));
    assert_eq!(report.total.cost, Money::from_micros(36 * 6_000 + 500_000));
    assert_eq!(report.cost.invoiced, Some(Money::from_micros(36 * 6_000)));
    assert_eq!(report.faults[0].struck, Some(1));
    assert_eq!(report.alerts.first[0].cap, "fleet");
}

#[test]
fn response_counts_from_the_intended_start() {
    let report = run(|script| {
        script.at(100_000).arrive(request(0, 0));
        if let Some(Entry::Event { event: Event::Arrived { intended, .. }, .. }) = script.entries.last_mut() {
            *intended = Instant(98 * SECOND);
        }
        script.call(request(0, 0), Try::default()).answered(request(0, 0));
    });
    assert_eq!(report.total.latency.response.max.map(|b| b.at_least), Some(Span::secs(3)));
    assert_eq!(report.total.latency.service.max.map(|b| b.at_least), Some(Span::secs(1)));
}

#[test]
fn the_warm_up_is_left_out_of_latencies_and_of_nothing_else() {
    let report = run(|script| {
        for (turn, at) in [(0, 59_999), (1, 60_000)] {
            script
                .at(at)
                .arrive(request(0, turn))
                .call(request(0, turn), Try::default())
                .answered(request(0, turn));
        }
    });
    assert_eq!(report.total.counts.answered, 2);
    assert_eq!(report.total.latency.response.count, 1);
    assert_eq!(report.total.latency.ttft.count, 1);
    assert_eq!(report.rungs[Rung::Primary as usize].answers, 2);
}

#[test]
fn people_and_rules_stand_apart() {
    let report = run(|script| {
        script.at(60_000).arrive(request(0, 0)).fall(
            request(0, 0),
            Rung::Primary,
            Rung::Human,
            Reason::Budget,
        );
        script.staff(request(0, 0), 90_000).end(request(0, 0), Outcome::Answered, Rung::Human, Reason::None);
    });
    assert_eq!(report.total.latency.response.count, 0);
    assert_eq!(report.rungs[Rung::Human as usize].response.count, 1);
    assert_eq!((report.total.counts.fallbacks, report.total.counts.good), (1, 0));
}

#[test]
fn a_request_in_flight_counts_at_its_age() {
    let report = run(|script| {
        script.at(590_000).arrive(request(0, 0));
        script.at(600_000).end(request(0, 0), Outcome::InFlight, Rung::Primary, Reason::Horizon);
    });
    let response = &report.total.latency.response;
    assert_eq!((response.count, response.open), (1, 1));
    let p50 = response.get(Statistic::P50).expect("it counts");
    assert_eq!((p50.at_least, p50.at_most), (Span::secs(10), None));
    assert_eq!(report.total.latency.service.count, 0);
}

/// Half of what the contended minute grants was used; in the minute after it nobody waited, so that one is no matter.
#[test]
fn undershoot_looks_at_the_minutes_in_which_somebody_waited() {
    let report = run(|script| {
        script.at(0).arrive(request(3, 0)).event(Event::Queued { request: request(3, 0), lane: LaneId(0) });
        for turn in 0..30u32 {
            let other = request(0, turn);
            script
                .at(u64::from(turn) * 1_500)
                .arrive(other)
                .call(other, Try { service_ms: 10, ..Try::default() });
            script.answered(other);
        }
        let reason = Reason::QueueTimeout;
        script.at(60_000).event(Event::Left { request: request(3, 0), lane: LaneId(0), reason });
        script.end(request(3, 0), Outcome::Failed, Rung::Primary, reason);
    });
    let pool = &report.pools[0];
    assert_eq!(pool.limits[0].charged, 30);
    assert_eq!(pool.undershoot, Some(0.5), "30 of 60 requests in the minute");
    assert!((pool.limits[0].utilisation - 30.0 / 600.0).abs() < 1e-12);
    assert_eq!(pool.limits[3].charged, 1, "one call at a time");
}

#[test]
fn nobody_waited_so_there_is_no_undershoot() {
    let report = run(|script| {
        script.at(0).arrive(request(0, 0)).call(request(0, 0), Try::default()).answered(request(0, 0));
    });
    assert_eq!((report.pools[0].undershoot, report.pools[0].binding), (None, None));
}

#[test]
fn what_binds_is_what_was_waited_for_longest() {
    let report = run(|script| {
        let waits =
            [(4_000, Blocker::Requests), (3_000, Blocker::OutputTokens), (2_000, Blocker::OutputTokens)];
        for (turn, (waited_ms, blocked_on)) in (0u32..).zip(waits) {
            script.at(u64::from(turn) * 10_000).arrive(request(0, turn));
            script
                .call(request(0, turn), Try { waited_ms, blocked_on, ..Try::default() })
                .answered(request(0, turn));
        }
        // Whoever gives up has waited for what held the last one up.
        script
            .at(60_000)
            .arrive(request(0, 3))
            .event(Event::Queued { request: request(0, 3), lane: LaneId(0) });
        let reason = Reason::Patience;
        script.at(61_000).event(Event::Left { request: request(0, 3), lane: LaneId(0), reason });
        script.end(request(0, 3), Outcome::Abandoned, Rung::Primary, reason);
    });
    let binding = report.pools[0].binding.expect("they waited");
    assert_eq!(binding.constraint, "output_tokens");
    assert_eq!(binding.evidence, Evidence::Waited(Span::secs(6)));
    assert!((binding.share - 0.6).abs() < 1e-12);
    assert_eq!(
        report.fairness.longest_wait.map(|l| (l.waited, l.request)),
        Some((Span::secs(4), request(0, 0)))
    );
}

#[test]
fn a_breaker_that_stays_open_is_open_to_the_horizon() {
    let moved = |state| Event::BreakerMoved { lane: LaneId(0), state, until: Instant::NEVER };
    let report = run(|script| {
        for (at, state) in [
            (60_000, BreakerState::Open),
            (90_000, BreakerState::HalfOpen),
            (91_000, BreakerState::Open),
            (121_000, BreakerState::HalfOpen),
            (122_000, BreakerState::Closed),
            (540_000, BreakerState::Open),
        ] {
            script.at(at).event(moved(state));
        }
    });
    let breaker = &report.lanes[0].breaker;
    assert_eq!((breaker.opens, breaker.half_opens, breaker.moves.count()), (3, 2, 6));
    assert_eq!(breaker.open, Span::secs(30 + 30 + 60));
}

#[test]
fn only_the_first_thousand_moves_are_kept() {
    let report = run(|script| {
        for n in 0..1_500u64 {
            let state = if n % 2 == 0 { BreakerState::Open } else { BreakerState::Closed };
            script.at(n * 100).event(Event::BreakerMoved { lane: LaneId(1), state, until: Instant::NEVER });
        }
    });
    let moves = &report.lanes[1].breaker.moves;
    assert_eq!((moves.first.len(), moves.left_out), (1_000, 500));
    assert_eq!(report.lanes[1].breaker.open, Span::secs(75), "the sums know all of them");
}

#[test]
fn a_good_answer_keeps_to_the_loosest_limit_of_its_workload() {
    let mut header = header();
    header.slos = vec![
        slo("latency.response.p50", Comparison::Below, 900.0, "< 900ms"),
        slo("latency.response.p99{workload=support}", Comparison::Below, 5_000.0, "< 5s"),
    ];
    let mut script = Script::default();
    for agent in [0, 2] {
        script.at(60_000 + u64::from(agent) * 10_000).arrive(request(agent, 0));
        script
            .call(request(agent, 0), Try { service_ms: 2_000, ..Try::default() })
            .answered(request(agent, 0));
    }
    let report = report_of(&header, &script.entries);
    let good: Vec<u64> = report.workloads.iter().map(|w| w.counts.good).collect();
    assert_eq!(good, [0, 1]);
    assert_eq!(report.total.rates.goodput_per_s, Some(1.0 / 600.0));
}

/// One request's way: how long it waits, how its attempts end, and how it ends itself.
fn journey() -> impl Strategy<Value = (u32, u64, Vec<usize>, usize)> {
    (0u32..4, 0u64..3_000, proptest::collection::vec(0usize..3, 0..4), 0usize..6)
}

fn write(script: &mut Script, journeys: &[(u32, u64, Vec<usize>, usize)]) {
    const RESULTS: [AttemptResult; 3] =
        [AttemptResult::RateLimited, AttemptResult::Overloaded, AttemptResult::Completed];
    for (turn, (agent, waited_ms, attempts, outcome)) in (0u32..).zip(journeys) {
        let (name, outcome) = (request(*agent, turn), Outcome::ALL[*outcome]);
        script.at(u64::from(turn) * 20_000).arrive(name);
        // A whole reply is the last, and an answer of a model has one.
        let whole = attempts.iter().position(|result| RESULTS[*result] == AttemptResult::Completed);
        let mut results: Vec<_> = attempts.iter().map(|result| RESULTS[*result]).collect();
        results.truncate(whole.map_or(results.len(), |last| last + 1));
        if whole.is_none() && outcome == Outcome::Answered {
            results.push(AttemptResult::Completed);
        }
        for (attempt, result) in (0u16..).zip(results) {
            let kind = if attempt == 0 { AttemptKind::First } else { AttemptKind::Retry };
            let (waited_ms, blocked_on) = (*waited_ms, Blocker::Requests);
            script.call(name, Try { attempt, kind, waited_ms, blocked_on, result, ..Try::default() });
        }
        if outcome == Outcome::Parked {
            script.event(Event::Parked { request: name, reason: Reason::CanWait, attempts: 0 });
        }
        script.end(name, outcome, Rung::Primary, Reason::None);
    }
    script.close();
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: 96,
        rng_seed: proptest::test_runner::RngSeed::Fixed(3),
        ..ProptestConfig::default()
    })]
    /// The identities that hold in every run, with no tolerance.
    #[test]
    fn identities(journeys in proptest::collection::vec(journey(), 0..25)) {
        let mut script = Script::default();
        write(&mut script, &journeys);
        let report = report_of(&header(), &script.entries);
        let c = report.total.counts;
        let six = c.answered + c.refused + c.abandoned + c.failed + c.parked + c.in_flight;
        prop_assert_eq!(c.arrived, six);
        prop_assert_eq!(c.arrived, journeys.len() as u64);
        prop_assert_eq!(c.attempts, report.lanes.iter().map(|l| l.attempts).sum::<u64>());
        prop_assert_eq!(c.arrived, report.workloads.iter().map(|w| w.counts.arrived).sum::<u64>());
        prop_assert_eq!(c.answered, report.rungs.iter().map(|r| r.answers).sum::<u64>());
        prop_assert_eq!(c.arrived, report.endings.iter().map(|e| e.count).sum::<u64>());
        let total = report.total.cost;
        prop_assert_eq!(total, report.workloads.iter().map(|w| w.cost).sum());
        prop_assert_eq!(total, report.cost.by_agent.iter().map(|(_, usd)| *usd).sum());
        prop_assert_eq!(total, report.cost.by_model.iter().map(|(_, usd)| *usd).sum());
        prop_assert_eq!(total, report.cost.by_cause.iter().map(|(_, usd)| *usd).sum());
        prop_assert_eq!(total, report.cost.invoiced.unwrap_or_default());
        prop_assert_eq!(report.total.latency.response.open <= c.in_flight, true);
        let mut checkers = Checkers::new(&header());
        replay(&script.entries, &mut checkers);
        prop_assert_eq!(checkers.finish(), vec![]);
    }
}

#[test]
fn the_same_stream_gives_the_same_report() {
    assert_eq!(report(), report());
    assert_eq!(report().digest, report().digest);
    let mut other = clean_run();
    other.truncate(other.len() - 1);
    assert_ne!(report_of(&header(), &other).digest, report().digest);
}

/// One abuser with two requests, of which one is turned away; an honest user is turned away as well.
#[test]
fn abuse_is_what_the_world_says_and_honest_is_who_is_left() {
    use rushhour_base::event::{RiskRule, Standing};
    let throttle = |script: &mut Script, request: RequestId| {
        let (user, source) = (UserId(request.agent().0), SourceId(request.agent().0));
        let (standing, rule, until) = (Standing::New, RiskRule::Burst, Instant::NEVER);
        script.event(Event::Throttled { request, user, source, standing, rule, until });
        script.end(request, Outcome::Refused, Rung::Primary, Reason::SuspectedAbuse);
    };
    let report = run(|script| {
        for turn in 0..2 {
            let request = request(0, turn);
            let kind = AbuseKind::Hammering;
            script
                .at(100_000 + u64::from(turn) * 10_000)
                .truth(Truth::Abuse { request, kind })
                .arrive(request);
            if turn == 0 {
                script.call(request, Try::default()).answered(request);
            } else {
                let (user, from, to) = (UserId(0), Standing::New, Standing::Suspicious);
                script.event(Event::StandingChanged { user, from, to, rule: RiskRule::Burst });
                throttle(script, request);
            }
        }
        script.at(200_000).arrive(request(1, 0));
        throttle(script, request(1, 0));
        script.at(210_000).arrive(request(2, 0)).call(request(2, 0), Try::default()).answered(request(2, 0));
    });
    let figure = |path: &str| report.figure(path).unwrap_or_else(|| panic!("{path} is unknown")).value;
    for (path, value) in [
        ("abuse.attempts", 2.0),
        ("abuse.admitted", 1.0),
        ("abuse.admitted_share", 0.5),
        ("abuse.cost_usd", 0.006),
        ("abuse.throttled", 2.0),
        ("abuse.honest", 2.0),
        ("abuse.honest_throttled", 1.0),
        ("abuse.honest_throttled_rate", 0.5),
        ("abuse.honest_users", 2.0),
        ("abuse.honest_users_throttled", 1.0),
        ("abuse.honest_users_throttled_rate", 0.5),
        // Of the two who are honest one was answered: 1/2.
        ("fairness.jain", 0.5),
    ] {
        assert_eq!(figure(path), Some(value), "{path}");
    }
    let standings = &report.abuse.standings;
    assert_eq!(standings.len(), 30);
    assert_eq!((standings[4].users, standings[5].users), ([0; 4], [0, 0, 0, 1]));
    assert_eq!(standings[29].users, [2, 0, 0, 1]);

    let without = run(|script| {
        script.at(100_000).arrive(request(0, 0));
        throttle(script, request(0, 0));
    });
    let known = |path: &str| without.figure(path).and_then(|figure| figure.value);
    assert_eq!(
        (known("abuse.throttled"), known("abuse.admitted"), known("abuse.cost_usd")),
        (Some(1.0), None, None)
    );
}

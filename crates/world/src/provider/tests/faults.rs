//! Calls that a fault strikes.

use super::*;
use crate::settings::{FaultKind, GrantPlan, ProviderPlan};
use crate::world_for_tests::{call, fault, lane};
use rushhour_base::time::{MILLISECOND, MINUTE};
use rushhour_base::{AgentId, FaultId, LaneId, RequestId};

/// Which of the first `n` requests of agent 0 are struck at second `at`.
fn struck(plan: &WorldPlan, n: u32, at: u64) -> Vec<bool> {
    let mut providers = Providers::new(plan);
    (0..n).map(|turn| struck_one(&mut providers, call(turn), at)).collect()
}

fn struck_one(providers: &mut Providers, call: Call, at: u64) -> bool {
    let mut truths = Truths::default();
    let _under_way = providers.on_request(call, seconds(at), &mut truths);
    truths.0.iter().any(|(_, truth)| matches!(truth, Truth::Struck { .. }))
}

#[test]
fn each_kind_has_its_error() {
    let storm = FaultKind::RateLimitStorm { retry_after: Span::secs(17) };
    for (kind, error, retry_after) in [
        (FaultKind::Overloaded, ErrorKind::Overloaded, None),
        (FaultKind::ServerError, ErrorKind::ServerError, None),
        (storm, ErrorKind::RateLimited, Some(Span::secs(17))),
        (FaultKind::RevokedKey, ErrorKind::Unauthorized, None),
        (FaultKind::ExhaustedCredit, ErrorKind::CreditExhausted, None),
    ] {
        let requests = Some(GrantPlan { amount: 1, period: Span(MINUTE), burst: 1 });
        let quota = QuotaPlan { requests, concurrency: Some(1), ..QuotaPlan::default() };
        let mut providers = Providers::new(&plain_world(quota, vec![fault(kind, 0, 60, 100)]));
        let mut truths = Truths::default();
        for id in 1..4 {
            let (ended, reply) = exchange(&mut providers, call(0), seconds(3), &mut truths);
            assert_eq!(ended, Instant(3_200 * MILLISECOND));
            let result = Err(CallError { kind: error, retry_after });
            assert_eq!(
                reply,
                Reply { call: CallId(id), first_token_at: None, result, limits: LimitHeaders::default() }
            );
        }
        let only = FaultId(0);
        let mut want = vec![(seconds(3), Truth::FaultBegan { fault: only })];
        want.extend((1..4).map(|id| (seconds(3), Truth::Struck { call: CallId(id), fault: only })));
        assert_eq!(truths.0, want);
        // Nothing was charged: the one request of the minute is still there.
        let (_, reply) = exchange(&mut providers, call(0), seconds(60), &mut truths);
        assert!(reply.result.is_ok());
    }
}

#[test]
fn a_hanging_call_never_ends_and_costs_nothing() {
    let mut providers =
        Providers::new(&plain_world(QuotaPlan::default(), vec![fault(FaultKind::Hang, 0, 9, 100)]));
    let ticket = providers.on_request(call(0), seconds(1), &mut ());
    let mut truths = Truths::default();
    for now in [seconds(1), seconds(1_000_000), Instant::NEVER] {
        let progress = providers.poll(&ticket, now, &mut truths);
        assert_eq!(progress, Progress::Pending { wake: Instant::NEVER });
    }
    providers.on_cancel(ticket, seconds(600), &mut truths);
    assert_eq!((truths.0, providers.under_way()), (vec![], 0));
}

#[test]
fn a_fault_strikes_its_share_within_its_window() {
    let plan = plain_world(QuotaPlan::default(), vec![fault(FaultKind::Overloaded, 10, 20, 60)]);
    let count = |at| struck(&plan, 10_000, at).iter().filter(|&&hit| hit).count();
    // Four standard errors of 10,000 draws of 60 % are 196.
    for (at, least, most) in [(9, 0, 0), (10, 5_804, 6_196), (19, 5_804, 6_196), (20, 0, 0)] {
        let count = count(at);
        assert!((least..=most).contains(&count), "{count} of 10,000 struck at {at} s");
    }
}

/// What strikes a call is a matter of its name: not of other calls, other agents or a later fault.
#[test]
fn luck_belongs_to_the_attempt() {
    let first = fault(FaultKind::Overloaded, 0, 60, 50);
    let later = fault(FaultKind::ServerError, 100, 160, 50);
    let plan = plain_world(QuotaPlan::default(), vec![first]);
    let more = plain_world(QuotaPlan::default(), vec![first, later]);
    let alone = struck(&plan, 200, 5);
    assert_eq!(alone, struck(&more, 200, 5));
    assert_ne!(alone, struck(&more, 200, 105), "two faults share their luck");
    let mut providers = Providers::new(&plan);
    let backwards: Vec<bool> = (0..200).rev().map(|n| struck_one(&mut providers, call(n), 5)).collect();
    assert!(alone.iter().rev().eq(&backwards), "the order of calls moves their luck");
    let mut variants = [0; 3];
    for turn in 0..200 {
        let others = [
            Call { attempt: 1, ..call(turn) },
            Call { request: RequestId::new(AgentId(1), turn), ..call(turn) },
            call(turn),
        ];
        for (other, count) in others.into_iter().zip(&mut variants) {
            *count += u32::from(struck_one(&mut providers, other, 5) != alone[turn as usize]);
        }
    }
    let [attempt, agent, same] = variants;
    assert!((60..140).contains(&attempt) && (60..140).contains(&agent), "{variants:?} of 200 differ");
    assert_eq!(same, 0);
}

/// Every fault has luck of its own, also beyond the seven that one draw serves.
#[test]
fn sixteen_faults_have_sixteen_lucks() {
    let lucks: Vec<Vec<bool>> = (0..16)
        .map(|n| {
            let faults = (0..16).map(|m| {
                let percent = if m == n { 50 } else { 0 };
                fault(FaultKind::Overloaded, 0, 60, percent)
            });
            struck(&plain_world(QuotaPlan::default(), faults.collect()), 100, 5)
        })
        .collect();
    for n in 0..16 {
        assert!((25..75).contains(&lucks[n].iter().filter(|&&hit| hit).count()));
        assert!((0..n).all(|m| lucks[m] != lucks[n]), "fault {n} has the luck of another");
    }
}

#[test]
fn a_fault_keeps_to_its_provider_and_lane() {
    let mut plan = plain_world(QuotaPlan::default(), vec![]);
    plan.providers.push(ProviderPlan { name: "other".into(), ..plan.providers[0].clone() });
    plan.lanes = vec![lane(), lane(), ModelLane { provider: 1, ..lane() }];
    let everywhere = fault(FaultKind::Overloaded, 0, 60, 100);
    for (faults, want) in [
        (vec![everywhere], [true, true, false]),
        (vec![FaultPlan { lane: Some(LaneId(1)), ..everywhere }], [false, true, false]),
        (vec![FaultPlan { provider: 1, ..everywhere }], [false, false, true]),
    ] {
        let mut providers = Providers::new(&WorldPlan { faults, ..plan.clone() });
        let hits: [bool; 3] = std::array::from_fn(|lane| {
            struck_one(&mut providers, Call { lane: LaneId(lane as u16), ..call(0) }, 5)
        });
        assert_eq!(hits, want);
    }
}

#[test]
fn faults_are_announced_when_due_and_the_first_that_strikes_wins() {
    let faults = vec![
        fault(FaultKind::Overloaded, 10, 30, 100),
        fault(FaultKind::ServerError, 0, 15, 100),
        fault(FaultKind::ServerError, 15, 40, 100),
        fault(FaultKind::Hang, 25, 25, 100), // never in force
        fault(FaultKind::ServerError, 0, 10, 100),
    ];
    let mut providers = Providers::new(&plain_world(QuotaPlan::default(), faults));
    let mut truths = Truths::default();
    while let Some(at) = providers.next_wake() {
        providers.on_wake(at, &mut truths);
        if at < seconds(40) {
            let _under_way = providers.on_request(call(0), at, &mut truths);
        }
    }
    let (began, ended) =
        (|n| Truth::FaultBegan { fault: FaultId(n) }, |n| Truth::FaultEnded { fault: FaultId(n) });
    let hit = |call, n| Truth::Struck { call: CallId(call), fault: FaultId(n) };
    let want = [
        (0, began(1)),
        (0, began(4)),
        (0, hit(1, 1)),
        (10, ended(4)),
        (10, began(0)),
        (10, hit(2, 0)),
        (15, ended(1)),
        (15, began(2)),
        (15, hit(3, 0)),
        (30, ended(0)),
        (30, hit(4, 2)),
        (40, ended(2)),
    ];
    assert_eq!(truths.0, want.map(|(at, truth)| (seconds(at), truth)));
}

/// Failed calls count as requests where the provider says so, but not those of an account that is none.
#[test]
fn who_has_no_account_is_turned_away_before_any_quota() {
    let counts = |kind| {
        let requests = Some(GrantPlan { amount: 1, period: Span(MINUTE), burst: 1 });
        let quota = QuotaPlan { requests, counts_failed: true, ..QuotaPlan::default() };
        let mut providers = Providers::new(&plain_world(quota, vec![fault(kind, 0, 60, 100)]));
        let mut truths = Truths::default();
        exchange(&mut providers, call(0), seconds(3), &mut truths);
        truths.0.iter().any(|(_, truth)| matches!(truth, Truth::Counted { .. }))
    };
    assert!(counts(FaultKind::ServerError));
    assert!(!counts(FaultKind::RevokedKey) && !counts(FaultKind::ExhaustedCredit));
}

/// Fails twice, then succeeds: whatever becomes of other requests, and whenever the third attempt comes.
#[test]
fn a_fault_may_strike_the_first_attempts_alone() {
    let twice = FaultPlan { attempts: Some(2), ..fault(FaultKind::Overloaded, 0, 60, 100) };
    let mut providers = Providers::new(&plain_world(QuotaPlan::default(), vec![twice]));
    for (turn, at) in [(0, 5), (1, 5), (2, 50)] {
        for attempt in 0..5 {
            let struck = struck_one(&mut providers, Call { attempt, ..call(turn) }, at);
            assert_eq!(struck, attempt < 2, "request {turn}, attempt {attempt}");
        }
    }
}

/// From nothing to 60 % in 40 s, and no further; whoever is struck early would be struck later too.
#[test]
fn a_share_may_grow() {
    let grows = FaultPlan { ramp: Span::secs(40), ..fault(FaultKind::Overloaded, 10, 90, 60) };
    let plan = plain_world(QuotaPlan::default(), vec![grows]);
    let mut before = vec![false; 10_000];
    for (at, share) in [(10, 0), (20, 1_500), (30, 3_000), (49, 5_850), (50, 6_000), (80, 6_000)] {
        let now = struck(&plan, 10_000, at);
        let count = now.iter().filter(|&&hit| hit).count() as i64;
        // Four standard errors of 10,000 draws are at most 200.
        assert!((count - share).abs() <= 200, "{count} of 10,000 struck at {at} s, expected {share}");
        assert!(share > 0 || count == 0, "{count} struck at the very beginning");
        assert!(before.iter().zip(&now).all(|(before, now)| !before || *now), "luck turned at {at} s");
        before = now;
    }
}

//! Replies that are watched while they come: by a caller, and by a quota that counts output as it is produced.

use super::*;
use crate::settings::{GrantPlan, OutputCharge};
use crate::world_for_tests::call;
use rushhour_base::time::{MILLISECOND, MINUTE};
use rushhour_base::{CallId, QuotaId};

/// What a caller is told until the end, and when: tokens, and when the latest came, in milliseconds.
fn told(plan: &WorldPlan, call: Call, every: Span) -> (Vec<(u64, u64, u64)>, u64) {
    let mut providers = Providers::new(plan);
    let ticket = providers.on_request(call, Instant::START, &mut ());
    providers.stream(&ticket, every);
    let (mut told, mut now) = (Vec::new(), Instant::START);
    loop {
        match providers.poll(&ticket, now, &mut ()) {
            Progress::Ended(_) => return (told, now.0 / MILLISECOND),
            Progress::Tokens { output_tokens, latest, wake } => {
                told.push((now.0 / MILLISECOND, output_tokens, latest.0 / MILLISECOND));
                now = wake;
            }
            Progress::Pending { wake } => now = wake,
        }
    }
}

/// 1.01 s to the beginning, then a token every 10 ms; the last comes with the end.
#[test]
fn a_caller_who_streams_is_told_of_tokens_in_steps() {
    let plan = plain_world(QuotaPlan::default(), vec![]);
    let of = |every| told(&plan, Call { max_tokens: 4, ..call(0) }, every);
    let each = vec![(1_010, 0, 1_010), (1_020, 1, 1_020), (1_030, 2, 1_030), (1_040, 3, 1_040)];
    assert_eq!(of(Span::ZERO), (each.clone(), 1_050));
    assert_eq!(of(Span::millis(3)), (each.clone(), 1_050));
    assert_eq!(of(Span::millis(15)), (vec![each[0], (1_025, 1, 1_020), (1_040, 3, 1_040)], 1_050));
    assert_eq!(of(Span::MAX), (vec![each[0]], 1_050));
}

/// Between tellings it is as good as told: whoever looks sees what is there.
#[test]
fn whoever_looks_between_two_tellings_sees_what_is_there() {
    let mut providers = Providers::new(&plain_world(QuotaPlan::default(), vec![]));
    let ticket = providers.on_request(call(0), Instant::START, &mut ());
    providers.stream(&ticket, Span::MAX);
    let at = |ms: u64| Instant(ms * MILLISECOND);
    let wake = at(1_010);
    assert_eq!(providers.poll(&ticket, Instant(wake.0 - 1), &mut ()), Progress::Pending { wake });
    let told = |output_tokens, ms| Progress::Tokens { output_tokens, latest: at(ms), wake: at(3_010) };
    for (now, want) in [(1_010, told(0, 1_010)), (1_019, told(0, 1_010)), (2_015, told(100, 2_010))] {
        assert_eq!(providers.poll(&ticket, at(now), &mut ()), want, "at {now} ms");
    }
    assert!(matches!(providers.poll(&ticket, at(3_010), &mut ()), Progress::Ended(_)));
}

/// Refusals have no tokens to tell of.
#[test]
fn a_refusal_is_told_whole() {
    let quota = QuotaPlan { concurrency: Some(1), ..QuotaPlan::default() };
    let plan = plain_world(quota, vec![]);
    let mut providers = Providers::new(&plan);
    let _first = providers.on_request(call(0), Instant::START, &mut ());
    let second = providers.on_request(call(1), Instant::START, &mut ());
    providers.stream(&second, Span::ZERO);
    let wake = Instant(200 * MILLISECOND);
    assert_eq!(providers.poll(&second, Instant::START, &mut ()), Progress::Pending { wake });
    assert!(matches!(providers.poll(&second, wake, &mut ()), Progress::Ended(Reply { result: Err(_), .. })));
}

fn counted_live(every: Span) -> QuotaPlan {
    let output_tokens = Some(GrantPlan { amount: 60, period: Span(MINUTE), burst: 60 });
    QuotaPlan { output_tokens, output_every: every, ..QuotaPlan::default() }
}

fn charges(truths: &Truths) -> Vec<(u64, u64)> {
    let charge = |(at, truth): &(Instant, Truth)| match truth {
        Truth::Charged { call: CallId(1), quota: QuotaId(0), output_tokens } => {
            Some((at.0 / MILLISECOND, *output_tokens))
        }
        _ => None,
    };
    truths.0.iter().filter_map(charge).collect()
}

/// A step is charged for what was produced in it, the rest at the end; none of it twice.
#[test]
fn a_quota_that_counts_live_is_charged_step_by_step() {
    for (every_ms, want) in [
        (0, vec![(3_010, 200)]),
        (500, vec![(1_510, 50), (2_010, 50), (2_510, 50), (3_010, 50)]),
        (1_500, vec![(2_510, 150), (3_010, 50)]),
        (2_000, vec![(3_010, 200)]),
        (9_000, vec![(3_010, 200)]),
    ] {
        let mut providers = Providers::new(&plain_world(counted_live(Span::millis(every_ms)), vec![]));
        let mut truths = Truths::default();
        let ticket = providers.on_request(call(0), Instant::START, &mut truths);
        let mut now = Instant::START;
        while let Progress::Pending { wake } = providers.poll(&ticket, now, &mut truths) {
            now = wake;
        }
        assert_eq!(charges(&truths), want, "each {every_ms} ms");
    }
}

/// Whoever hangs up in the middle of a step is charged for what is new in it.
#[test]
fn hanging_up_charges_what_no_step_had() {
    let mut providers = Providers::new(&plain_world(counted_live(Span::secs(1)), vec![]));
    let mut truths = Truths::default();
    let ticket = providers.on_request(call(0), Instant::START, &mut truths);
    let due = Instant(2_010 * MILLISECOND);
    assert_eq!(providers.poll(&ticket, Instant::START, &mut truths), Progress::Pending { wake: due });
    assert!(matches!(providers.poll(&ticket, due, &mut truths), Progress::Pending { .. }));
    providers.on_cancel(ticket, Instant(2_345 * MILLISECOND), &mut truths);
    assert_eq!(charges(&truths), [(2_010, 100), (2_345, 33)]);
}

/// Who asks while a long reply comes meets what it has used by then, not an untouched quota.
#[test]
fn a_reply_under_way_leaves_less_for_others() {
    for (every, refused) in [(Span::ZERO, false), (Span::millis(500), true)] {
        let mut providers = Providers::new(&plain_world(counted_live(every), vec![]));
        let first = providers.on_request(call(0), Instant::START, &mut ());
        for ms in [1_510, 2_010, 2_510] {
            assert!(matches!(
                providers.poll(&first, Instant(ms * MILLISECOND), &mut ()),
                Progress::Pending { .. }
            ));
        }
        let (_, reply) =
            exchange(&mut providers, call(1), Instant(2_600 * MILLISECOND), &mut Truths::default());
        assert_eq!(reply.result.is_err(), refused, "each {every}");
    }
}

/// What is charged at admission is charged once, whatever the steps.
#[test]
fn output_charged_up_front_has_no_steps() {
    let output = OutputCharge::UpFront { estimate: crate::settings::Estimate::Sum, refunds: false };
    let quota = QuotaPlan { output, ..counted_live(Span::millis(500)) };
    let mut providers = Providers::new(&plain_world(QuotaPlan { output_tokens: None, ..quota }, vec![]));
    let ticket = providers.on_request(call(0), Instant::START, &mut ());
    let wake = Instant(3_010 * MILLISECOND);
    assert_eq!(providers.poll(&ticket, Instant::START, &mut ()), Progress::Pending { wake });
}

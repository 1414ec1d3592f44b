//! Admitted calls: what they tell, when they end, and what they cost, whole or cut.

use super::*;
use crate::settings::{LatencyPlan, ModelLane};
use crate::world_for_tests::{call, lane};
use rushhour_base::time::MILLISECOND;
use rushhour_base::{LaneId, Money, QuotaId};

const QUOTA: QuotaId = QuotaId(0);
const LANE: LaneId = LaneId(0);

fn bill(id: u64, output_tokens: u64) -> [Truth; 3] {
    let call = CallId(id);
    let amount = Money::from_micros(3_000 + 15 * output_tokens as i64);
    [
        Truth::Charged { call, quota: QUOTA, output_tokens },
        Truth::Released { call, quota: QUOTA },
        Truth::Invoiced {
            call,
            lane: LANE,
            input_tokens: 1_000,
            cached_tokens: 0,
            cache_write_tokens: 0,
            output_tokens,
            amount,
        },
    ]
}

#[test]
fn a_reply_takes_its_time_and_is_billed_at_its_end() {
    let mut providers = Providers::new(&plain_world(QuotaPlan::default(), vec![]));
    let mut truths = Truths::default();
    let (ended, reply) = exchange(&mut providers, call(0), seconds(5), &mut truths);
    assert_eq!(ended, Instant(8_010 * MILLISECOND));
    let usage = Usage { input_tokens: 1_000, output_tokens: 200, ..Usage::default() };
    assert_eq!(
        reply,
        Reply {
            call: CallId(1),
            first_token_at: Some(Instant(6_010 * MILLISECOND)),
            result: Ok(Completion { usage, cut_by_length: false }),
            limits: LimitHeaders { as_of: seconds(5), rounded_to: 1_000, ..LimitHeaders::default() },
        }
    );
    let admitted = Truth::Admitted { call: CallId(1), quota: QUOTA, input_tokens: 1_000, output_tokens: 0 };
    let mut want = vec![(seconds(5), admitted)];
    want.extend(bill(1, 200).map(|truth| (ended, truth)));
    assert_eq!(truths.0, want);
    assert_eq!(providers.under_way(), 0);
}

#[test]
fn a_reply_longer_than_asked_for_is_cut() {
    let mut providers = Providers::new(&plain_world(QuotaPlan::default(), vec![]));
    for (max_tokens, output_tokens, cut_by_length) in
        [(201, 200, false), (200, 200, false), (199, 199, true), (0, 0, true)]
    {
        let short = Call { max_tokens, ..call(0) };
        let (ended, reply) = exchange(&mut providers, short, Instant::START, &mut Truths::default());
        let usage = Usage { input_tokens: 1_000, output_tokens, ..Usage::default() };
        assert_eq!(reply.result, Ok(Completion { usage, cut_by_length }), "at most {max_tokens}");
        assert_eq!(ended, Instant((1_010 + 10 * output_tokens) * MILLISECOND));
        assert_eq!(reply.first_token_at.is_some(), output_tokens > 0);
    }
}

/// Decode takes two seconds for 200 tokens, so a caller who hangs up after half of them pays for half.
#[test]
fn hanging_up_costs_what_was_produced() {
    for (after_ms, produced) in [
        (0, 0),
        (500, 0),
        (1_010, 0),
        (1_019, 0),
        (1_020, 1),
        (2_010, 100),
        (3_009, 199),
        (3_010, 200),
        (9_000, 200),
    ] {
        let mut providers = Providers::new(&plain_world(QuotaPlan::default(), vec![]));
        let mut truths = Truths::default();
        let ticket = providers.on_request(call(0), seconds(5), &mut truths);
        let now = seconds(5) + Span::millis(after_ms);
        providers.on_cancel(ticket, now, &mut truths);
        let want = bill(1, produced).map(|truth| (now, truth));
        assert_eq!(truths.0[1..], want, "cancelled after {after_ms} ms");
        assert_eq!(providers.under_way(), 0);
    }
}

/// A reply that comes in one piece is paid for once it is there, and not before.
#[test]
fn hanging_up_on_a_reply_in_one_piece_costs_all_or_nothing() {
    for (after_ms, produced) in [(1_009, 0), (1_010, 200), (2_000, 200)] {
        let mut plan = plain_world(QuotaPlan::default(), vec![]);
        plan.lanes[0].latency.per_output_token = Span::ZERO;
        let mut providers = Providers::new(&plan);
        let mut truths = Truths::default();
        let ticket = providers.on_request(call(0), Instant::START, &mut truths);
        let now = Instant(after_ms * MILLISECOND);
        providers.on_cancel(ticket, now, &mut truths);
        assert_eq!(truths.0[1..], bill(1, produced).map(|truth| (now, truth)), "after {after_ms} ms");
    }
}

#[test]
fn hanging_up_makes_room() {
    let one = QuotaPlan { concurrency: Some(1), ..QuotaPlan::default() };
    let mut providers = Providers::new(&plain_world(one, vec![]));
    let ticket = providers.on_request(call(0), Instant::START, &mut ());
    let (_, reply) = exchange(&mut providers, call(1), Instant::START, &mut Truths::default());
    assert!(reply.result.is_err());
    providers.on_cancel(ticket, seconds(1), &mut ());
    let (_, reply) = exchange(&mut providers, call(2), seconds(1), &mut Truths::default());
    assert!(reply.result.is_ok());
}

#[test]
fn calls_are_numbered_from_one_and_slots_used_again() {
    let mut providers = Providers::new(&plain_world(QuotaPlan::default(), vec![]));
    let tickets: Vec<Ticket> =
        (0..4).map(|n| providers.on_request(call(n), Instant::START, &mut ())).collect();
    for (n, ticket) in tickets.into_iter().enumerate() {
        let Progress::Ended(reply) = providers.poll(&ticket, seconds(60), &mut ()) else {
            panic!("not over")
        };
        assert_eq!(reply.call, CallId(n as u64 + 1));
    }
    let ticket = providers.on_request(call(9), Instant::START, &mut ());
    assert_eq!((ticket.call, providers.under_way()), (CallId(5), 1));
    assert!(ticket.slot < 4, "no slot was free");
}

#[test]
#[should_panic(expected = "the ticket of call 1 is used up")]
fn a_ticket_is_used_up_by_the_end() {
    let mut providers = Providers::new(&plain_world(QuotaPlan::default(), vec![]));
    let ticket = providers.on_request(call(0), Instant::START, &mut ());
    assert!(matches!(providers.poll(&ticket, seconds(60), &mut ()), Progress::Ended(_)));
    providers.poll(&ticket, seconds(60), &mut ());
}

#[test]
#[should_panic(expected = "the ticket of call 1 is used up")]
fn a_ticket_is_not_good_for_the_next_call_in_its_slot() {
    let mut providers = Providers::new(&plain_world(QuotaPlan::default(), vec![]));
    let ticket = providers.on_request(call(0), Instant::START, &mut ());
    assert!(matches!(providers.poll(&ticket, seconds(60), &mut ()), Progress::Ended(_)));
    let _other = providers.on_request(call(1), seconds(60), &mut ());
    providers.on_cancel(ticket, seconds(61), &mut ());
}

/// 4,000 attempts of spread 0.5: the median is the plan's, 84 of 100 stay below e^0.5 times it, and each attempt has
/// a pace of its own that no other call moves.
#[test]
fn the_pace_of_a_reply_is_lognormal_around_the_plan() {
    let latency = LatencyPlan { spread: 0.5, ..lane().latency };
    let plan = WorldPlan {
        lanes: vec![ModelLane { latency, ..lane() }],
        ..plain_world(QuotaPlan::default(), vec![])
    };
    let service = |turns: std::ops::Range<u32>| -> Vec<u64> {
        let mut providers = Providers::new(&plan);
        turns.map(|t| exchange(&mut providers, call(t), Instant::START, &mut Truths::default()).0.0).collect()
    };
    let mut all = service(0..4_000);
    assert_eq!(all[3_000..], service(3_000..4_000), "other calls move the pace");
    let mut providers = Providers::new(&plan);
    let retry = Call { attempt: 1, ..call(0) };
    let (ended, reply) = exchange(&mut providers, retry, Instant::START, &mut Truths::default());
    assert_ne!(ended.0, all[0], "a retry has the pace of the first attempt");
    // The one factor stretches both ends of the decode.
    let first = reply.first_token_at.expect("a token came").0 as f64;
    assert!((ended.0 as f64 / first - 3_010.0 / 1_010.0).abs() < 1e-6);
    all.sort_unstable();
    let median = all[2_000] as f64 / 3.01e9;
    let wide = all[3_365] as f64 / 3.01e9;
    assert!((median - 1.0).abs() < 0.04, "median {median}");
    assert!((wide / 1.648_721 - 1.0).abs() < 0.06, "84th percentile {wide}");
}

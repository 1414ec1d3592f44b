//! Lanes that are crowded.

use super::*;
use crate::settings::FaultKind;
use crate::settings::{CapacityPlan, ModelLane};
use crate::world_for_tests::{call, fault, lane};
use rushhour_base::{FaultId, Ratio};

/// A plain world whose model serves `concurrency` calls at full pace and refuses beyond `most`.
fn crowded(concurrency: u32, most: Option<u32>, faults: Vec<FaultPlan>) -> Providers {
    let capacity = Some(CapacityPlan { concurrency, refuses_beyond: most });
    let plain = plain_world(QuotaPlan::default(), faults);
    Providers::new(&WorldPlan { lanes: vec![ModelLane { capacity, ..lane() }], ..plain })
}

/// When the call that comes in at `now` will be over.
fn wake(providers: &mut Providers, turn: u32, now: Instant) -> (Ticket, Instant) {
    let ticket = providers.on_request(call(turn), now, &mut ());
    match providers.poll(&ticket, now, &mut ()) {
        Progress::Pending { wake } => (ticket, wake),
        _ => panic!("it ended at once"),
    }
}

/// A reply takes 3.01 s at full pace, and `n/2` times as long as the n-th of a lane that serves two.
#[test]
fn beyond_its_capacity_a_lane_slows_in_proportion() {
    let mut providers = crowded(2, None, vec![]);
    let mut tickets = Vec::new();
    for (turn, ns) in [3_010, 3_010, 4_515, 6_020, 7_525].map(|ms| ms * 1_000_000).into_iter().enumerate() {
        let (ticket, wake) = wake(&mut providers, turn as u32, Instant::START);
        assert_eq!(wake, Instant(ns), "call {turn}");
        tickets.push(ticket);
    }
    // Whoever hangs up makes room; what is under way keeps its pace.
    tickets.into_iter().for_each(|ticket| providers.on_cancel(ticket, seconds(1), &mut ()));
    assert_eq!(wake(&mut providers, 9, seconds(1)).1, Instant(4_010_000_000));
}

#[test]
fn beyond_the_second_threshold_it_refuses() {
    let mut providers = crowded(1, Some(2), vec![]);
    let under_way = [0, 1].map(|turn| wake(&mut providers, turn, Instant::START).0);
    let mut truths = Truths::default();
    let (at, reply) = exchange(&mut providers, call(2), Instant::START, &mut truths);
    let refused = CallError { kind: ErrorKind::Overloaded, retry_after: None };
    assert_eq!((at, reply.result), (Instant(200_000_000), Err(refused)));
    assert_eq!(truths.0, [], "it is neither admitted nor charged");
    under_way.into_iter().for_each(|ticket| providers.on_cancel(ticket, seconds(1), &mut ()));
    assert!(exchange(&mut providers, call(3), seconds(1), &mut truths).1.result.is_ok());
}

/// A quarter of four is one: the second call at once shares it and is struck; alone, a call has room.
#[test]
fn a_brownout_leaves_less_for_a_while() {
    let kind = FaultKind::Brownout { capacity: Ratio::new(1, 4).unwrap() };
    let mut providers = crowded(4, None, vec![fault(kind, 10, 20, 100)]);
    for (at, second_takes_ms, struck) in [(0, 3_010, false), (10, 6_020, true), (20, 3_010, false)] {
        let (first, alone) = wake(&mut providers, 0, seconds(at));
        assert_eq!(alone, seconds(at) + Span::millis(3_010));
        let mut truths = Truths::default();
        let second = providers.on_request(call(1), seconds(at), &mut truths);
        let told = truths.0.iter().any(|(_, truth)| matches!(truth, Truth::Struck { fault: FaultId(0), .. }));
        assert_eq!(told, struck, "at {at} s");
        let wake = seconds(at) + Span::millis(second_takes_ms);
        assert_eq!(providers.poll(&second, seconds(at), &mut ()), Progress::Pending { wake });
        [first, second].into_iter().for_each(|ticket| providers.on_cancel(ticket, seconds(at), &mut ()));
    }
}

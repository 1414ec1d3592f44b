//! Calls that are let in, and whose replies a fault spoils or slows.

use super::*;
use crate::settings::FaultKind;
use crate::world_for_tests::{call, fault};
use rushhour_base::time::MILLISECOND;
use rushhour_base::{CallId, FaultId, Money};

fn providers(kind: FaultKind) -> Providers {
    Providers::new(&plain_world(QuotaPlan::default(), vec![fault(kind, 0, 600, 100)]))
}

/// Output tokens charged, and invoiced with which amount.
fn billed(truths: &Truths) -> (u64, u64, Money) {
    let mut found = (0, 0, Money::ZERO);
    for (_, truth) in &truths.0 {
        match *truth {
            Truth::Charged { output_tokens, .. } => found.0 += output_tokens,
            Truth::Invoiced { output_tokens, amount, .. } => (found.1, found.2) = (output_tokens, amount),
            _ => {}
        }
    }
    found
}

fn was_struck(truths: &Truths) -> bool {
    let struck = Truth::Struck { call: CallId(1), fault: FaultId(0) };
    let place = truths.0.iter().position(|(_, truth)| *truth == struck);
    let admitted = truths.0.iter().position(|(_, truth)| matches!(truth, Truth::Admitted { .. }));
    place.is_some() && admitted < place
}

/// 1.01 s to the first token and 2 s for the other 200, unless something slows them.
#[test]
fn slow_replies_come_whole_and_late() {
    let first = |per_mille, added| FaultKind::SlowFirstToken { per_mille, added };
    for (kind, first_ms, last_ms) in [
        (first(1_000, Span::secs(7)), 8_010, 10_010),
        (first(3_000, Span::ZERO), 3_030, 5_030),
        (first(2_000, Span::millis(5)), 2_025, 4_025),
        (FaultKind::SlowDrip { per_mille: 10_000 }, 1_010, 21_010),
        (FaultKind::SlowDrip { per_mille: 1_500 }, 1_010, 4_010),
    ] {
        let mut truths = Truths::default();
        let (ended, reply) = exchange(&mut providers(kind), call(0), Instant::START, &mut truths);
        assert_eq!(ended, Instant(last_ms * MILLISECOND), "{kind:?}");
        assert_eq!(reply.first_token_at, Some(Instant(first_ms * MILLISECOND)), "{kind:?}");
        assert_eq!(reply.result.map(|completion| completion.usage.output_tokens), Ok(200), "{kind:?}");
        assert_eq!(billed(&truths), (200, 200, Money::from_micros(6_000)), "{kind:?}");
        assert!(was_struck(&truths), "{kind:?}");
    }
}

/// What was produced before is charged and invoiced, and the client is not told how much it was.
#[test]
fn replies_that_break_off_are_paid_for_as_far_as_they_came() {
    for (kind, error) in [
        (FaultKind::Reset, ErrorKind::Disconnected),
        (FaultKind::Truncated, ErrorKind::Truncated),
        (FaultKind::StreamError, ErrorKind::StreamError),
    ] {
        let mut produced = Vec::new();
        for turn in 0..400 {
            let mut truths = Truths::default();
            let (ended, reply) = exchange(&mut providers(kind), call(turn), Instant::START, &mut truths);
            assert_eq!(reply.result, Err(CallError { kind: error, retry_after: None }));
            assert_eq!((reply.call, reply.first_token_at), (CallId(1), Some(Instant(1_010 * MILLISECOND))));
            let (charged, invoiced, amount) = billed(&truths);
            let by_then = (ended.0 - 1_010 * MILLISECOND) / (10 * MILLISECOND);
            assert_eq!((charged, invoiced), (by_then, by_then));
            assert_eq!(amount, Money::from_micros(3_000 + 15 * by_then as i64));
            assert!(by_then < 200 && was_struck(&truths));
            produced.push(by_then);
        }
        // Uniform from 0 to 199: the mean of 400 has a standard error of 2.9.
        let mean = produced.iter().sum::<u64>() as f64 / 400.0;
        assert!((mean - 99.5).abs() < 12.0, "{kind:?} breaks off after {mean} tokens on the average");
        assert!(produced.iter().min() < Some(&10) && produced.iter().max() > Some(&190));
    }
}

#[test]
fn where_a_reply_breaks_off_belongs_to_the_attempt() {
    let ends =
        |call: Call| exchange(&mut providers(FaultKind::Reset), call, seconds(1), &mut Truths::default()).0;
    assert_eq!(ends(call(3)), ends(call(3)));
    assert_ne!(ends(call(3)), ends(call(4)));
    assert_ne!(ends(call(3)), ends(Call { attempt: 1, ..call(3) }));
}

#[test]
fn a_malformed_body_is_paid_for_whole() {
    let mut truths = Truths::default();
    let (ended, reply) = exchange(&mut providers(FaultKind::Malformed), call(0), seconds(5), &mut truths);
    assert_eq!(ended, Instant(8_010 * MILLISECOND));
    assert_eq!(reply.result, Err(CallError { kind: ErrorKind::Malformed, retry_after: None }));
    assert_eq!(billed(&truths), (200, 200, Money::from_micros(6_000)));
}

/// The reply says one thing, quota and invoice another.
#[test]
fn a_wrong_usage_is_only_stated() {
    for (per_mille, input, output) in [(500, 500, 100), (0, 0, 0), (2_300, 2_300, 460), (999, 999, 199)] {
        let mut truths = Truths::default();
        let mut providers = providers(FaultKind::WrongUsage { per_mille });
        let (_, reply) = exchange(&mut providers, call(0), seconds(5), &mut truths);
        let stated = Usage { input_tokens: input, output_tokens: output, ..Usage::default() };
        assert_eq!(reply.result, Ok(Completion { usage: stated, cut_by_length: false }));
        assert_eq!(billed(&truths), (200, 200, Money::from_micros(6_000)));
        let told = Truth::Misstated {
            call: CallId(1),
            lane: call(0).lane,
            input_tokens: input,
            cached_tokens: 0,
            cache_write_tokens: 0,
            output_tokens: output,
        };
        assert_eq!(truths.0.last(), Some(&(Instant(8_010 * MILLISECOND), told)), "{per_mille}");
    }
}

/// A caller who hangs up before the end is told no usage, a wrong one neither.
#[test]
fn who_hangs_up_is_told_no_wrong_usage() {
    let mut providers = providers(FaultKind::WrongUsage { per_mille: 500 });
    let mut truths = Truths::default();
    let ticket = providers.on_request(call(0), Instant::START, &mut truths);
    providers.on_cancel(ticket, seconds(2), &mut truths);
    assert!(!truths.0.iter().any(|(_, truth)| matches!(truth, Truth::Misstated { .. })));
    assert_eq!(billed(&truths).1, 99);
}

/// A quota that refuses a call leaves no reply to spoil.
#[test]
fn what_a_quota_refuses_no_fault_spoils() {
    let quota = QuotaPlan { concurrency: Some(1), ..QuotaPlan::default() };
    let mut providers = Providers::new(&plain_world(quota, vec![fault(FaultKind::Reset, 0, 600, 100)]));
    let mut truths = Truths::default();
    let _first = providers.on_request(call(0), Instant::START, &mut truths);
    let (_, reply) = exchange(&mut providers, call(1), Instant::START, &mut truths);
    assert_eq!(reply.result.map_err(|error| error.kind), Err(ErrorKind::RateLimited));
    let struck = truths.0.iter().filter(|(_, truth)| matches!(truth, Truth::Struck { .. })).count();
    assert_eq!(struck, 1);
}

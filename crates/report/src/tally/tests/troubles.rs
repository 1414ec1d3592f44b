//! Calls that ended in one of the ways in which replies are lost, and replies that lied about their usage.

use super::*;

#[test]
fn every_way_to_lose_a_reply_is_counted() {
    let report = run(|script| {
        let results = AttemptResult::ALL.iter().filter(|result| **result != AttemptResult::Completed);
        script.at(0).arrive(request(0, 0));
        for (attempt, result) in (0..).zip(results) {
            script.call(request(0, 0), Try { attempt, result: *result, ..Try::default() });
        }
        script.call(request(0, 0), Try { attempt: 99, ..Try::default() }).answered(request(0, 0));
    });
    let counts = report.total.counts;
    let broken = [counts.disconnected, counts.truncated, counts.stream_errors, counts.malformed];
    assert_eq!(broken, [1; 4]);
    assert_eq!((counts.unauthorized, counts.credit_exhausted, counts.stalled), (1, 1, 1));
    // An overload, a server error and four broken replies; a timeout and a stall; two locked doors.
    assert_eq!((counts.rejected_429, counts.provider_errors, counts.timeouts), (1, 6, 2));
    let lane = &report.lanes[0];
    assert_eq!((lane.rejected, lane.errors, lane.timeouts, lane.locked_out), (1, 6, 2, 2));
    let figure = |path: &str| report.figure(path).and_then(|figure| figure.value);
    assert_eq!(figure("counts.stalled"), Some(1.0));
    assert_eq!(figure("lanes.locked_out{lane=anthropic/sonnet}"), Some(2.0));
}

/// A call of 1,000 and 200 tokens at $3 and $15 is invoiced at $0.006; its reply speaks of half of them.
#[test]
fn a_misstated_usage_stands_apart_in_the_reconciliation() {
    let report = run(|script| {
        for turn in 0..3 {
            script.at(u64::from(turn) * 60_000).arrive(request(0, turn));
            script.call(request(0, turn), Try::default()).answered(request(0, turn));
        }
        let is_invoice = |entry: &Entry| matches!(entry, Entry::Truth { truth: Truth::Invoiced { .. }, .. });
        let place = script.entries.iter().position(is_invoice).expect("the first call has an invoice");
        let Entry::Truth { at, truth: Truth::Invoiced { call, lane, .. } } = script.entries[place] else {
            panic!("it is an invoice");
        };
        let misstated = Truth::Misstated {
            call,
            lane,
            input_tokens: 500,
            cached_tokens: 0,
            cache_write_tokens: 0,
            output_tokens: 100,
        };
        script.entries.insert(place + 1, Entry::Truth { at, truth: misstated });
        for entry in &mut script.entries {
            if let Entry::Event { event: Event::Posted { call: booked, amount, .. }, .. } = entry
                && *booked == call
            {
                *amount = Money::from_micros(3_000);
            }
        }
    });
    let both = report.cost.reconciliation;
    assert_eq!((both.learned.count, both.misstated.count, both.unlearned.count), (2, 1, 0));
    assert_eq!(both.misstated.amount, Money::from_micros(3_000));
    assert_eq!((both.misstated_by(), both.difference()), (Money::from_micros(-3_000), both.misstated_by()));
    assert_eq!(
        (both.ledger(), both.invoices.amount),
        (Money::from_micros(15_000), Money::from_micros(18_000))
    );
    assert_eq!(both.never_invoiced(), 0);
}

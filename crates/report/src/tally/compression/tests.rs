use super::*;
use crate::script::header;
use proptest::prelude::*;
use rushhour_base::{AgentId, LongPrices, Price, Span};

const LANE: LaneId = LaneId(0);

fn request(turn: u32) -> RequestId {
    RequestId::new(AgentId(0), turn)
}

/// A call of 1,000 tokens of prompt of which some were cached, and 200 of reply, at $3 and $15 for a million.
fn call(tally: &mut CompressionTally, turn: u32, name: u64, cached_tokens: u64, kind: AttemptKind) {
    tally.sent(request(turn), LANE, kind);
    let call = CallId(name);
    let usage =
        Usage { input_tokens: 1_000 - cached_tokens, cached_tokens, output_tokens: 200, ..Usage::default() };
    let Usage { input_tokens, cached_tokens, cache_write_tokens, output_tokens, .. } = usage;
    let amount = tally.prices[0].cost(usage);
    let invoice = Truth::Invoiced {
        call,
        lane: LANE,
        input_tokens,
        cached_tokens,
        cache_write_tokens,
        output_tokens,
        amount,
    };
    tally.invoiced(&invoice);
    tally.attempt_ended(&ended(turn, call, AttemptResult::Completed, usage));
    tally.posted(request(turn), Cause::Answer, amount);
}

fn ended(turn: u32, call: CallId, result: AttemptResult, usage: Usage) -> Event {
    Event::AttemptEnded {
        request: request(turn),
        attempt: 0,
        lane: LANE,
        call,
        result,
        ttft: Span::ZERO,
        service: Span::ZERO,
        input_tokens: usage.input_tokens,
        cached_tokens: usage.cached_tokens,
        output_tokens: usage.output_tokens,
    }
}

fn tally() -> CompressionTally {
    let mut header = header();
    header.lanes[0].prices.cached_read = Price(300_000);
    CompressionTally::new(&header)
}

#[test]
fn what_was_not_sent_is_priced_in_the_mix_of_what_was() {
    let mut tally = tally();
    tally.compressed(request(0), LANE, (5_000, 1_000), true);
    call(&mut tally, 0, 1, 500, AttemptKind::First);
    let report = tally.finish().expect("a history was cut");
    assert_eq!((report.requests, report.cut, report.unmet), (1, 1, 0));
    assert_eq!((report.saved_tokens(), report.saved_share()), (4_000, Some(0.8)));
    // 2,000 more at $3, and 2,000 more at $0.30.
    assert_eq!(report.saved(), Money::from_micros(6_000 + 600));
}

#[test]
fn a_whole_prompt_that_is_a_long_one_would_have_cost_what_long_ones_do() {
    let mut tally = tally();
    let plain = tally.prices[0];
    tally.prices[0].long = Some(LongPrices {
        above_tokens: 2_000,
        input: Price(6_000_000),
        cached_read: plain.cached_read,
        cache_write: plain.cache_write,
        cache_write_1h: plain.cache_write_1h,
        output: Price(22_500_000),
    });
    tally.compressed(request(0), LANE, (3_000, 1_000), false);
    call(&mut tally, 0, 1, 0, AttemptKind::First);
    let report = tally.finish().expect("a history was cut");
    assert_eq!(report.unmet, 1);
    assert_eq!(report.saved(), Money::from_micros(3_000 * 6 + 200 * 45 / 2 - 1_000 * 3 - 200 * 15));
}

#[test]
fn summaries_are_paid_out_of_what_is_saved() {
    let mut tally = tally();
    call(&mut tally, 0, 1, 0, AttemptKind::Summary);
    tally.compressed(request(0), LANE, (5_000, 1_000), true);
    call(&mut tally, 0, 2, 0, AttemptKind::First);
    // This one never comes, and costs its reservation; the work of people that follows is no part of it.
    tally.sent(request(1), LANE, AttemptKind::Summary);
    tally.attempt_ended(&ended(1, CallId(0), AttemptResult::TimedOut, Usage::default()));
    tally.posted(request(1), Cause::Wasted, Money(5));
    tally.posted(request(1), Cause::Human, Money(1_000_000));
    // This one is refused and costs nothing, nor does what rules do then.
    tally.sent(request(2), LANE, AttemptKind::Summary);
    tally.attempt_ended(&ended(2, CallId(3), AttemptResult::RateLimited, Usage::default()));
    tally.posted(request(2), Cause::Rules, Money(1_000_000));
    let report = tally.finish().expect("a history was cut");
    assert_eq!((report.summaries, report.summaries_failed), (1, 2));
    assert_eq!(report.summary_usd, Money::from_micros(6_000) + Money(5));
    assert_eq!(report.saved(), Money::from_micros(12_000 - 6_000) - Money(5));
}

/// Whoever gives up takes the summary with it: the call ends after its request, and is paid all the same.
#[test]
fn a_summary_that_outlives_its_request_is_paid() {
    let mut tally = tally();
    tally.sent(request(0), LANE, AttemptKind::Summary);
    tally.ended(request(0));
    tally.attempt_ended(&ended(0, CallId(0), AttemptResult::Cancelled, Usage::default()));
    tally.posted(request(0), Cause::Wasted, Money(5));
    let report = tally.finish().expect("there was a summary");
    assert_eq!((report.summaries_failed, report.summary_usd), (1, Money(5)));
}

#[test]
fn a_cut_with_which_no_call_went_out_saved_nothing() {
    let mut tally = tally();
    tally.compressed(request(0), LaneId(1), (5_000, 1_000), true);
    call(&mut tally, 0, 1, 0, AttemptKind::First);
    tally.ended(request(0));
    let report = tally.finish().expect("a history was cut");
    assert_eq!((report.cut, report.saved(), report.saved_share()), (0, Money::ZERO, None));
}

#[test]
fn facts_that_were_asked_for_later() {
    let mut tally = tally();
    for (call, carried, summarized, label) in [
        (1, true, false, Label::None),
        (2, true, true, Label::WrongAmount),
        (3, false, false, Label::InventedFact),
        (4, false, true, Label::None),
    ] {
        tally.recalled(CallId(call), carried, summarized);
        tally.labelled(CallId(call), label);
    }
    tally.labelled(CallId(5), Label::InventedFact);
    tally.summarized(10, 9);
    tally.summarized(12, 8);
    let report = tally.finish().expect("somebody asked");
    let recall = report.recall;
    assert_eq!((recall.asked, recall.carried, recall.lost()), (4, 2, 2));
    assert_eq!((recall.lost_to_cut, recall.lost_to_summary), (1, 1));
    assert_eq!((recall.wrong_carried, recall.wrong_after_loss), (1, 1));
    assert_eq!(recall.survival().value(), Some(0.5));
    assert_eq!((report.facts_summarized, report.facts_kept), (22, 17));
    assert!(!report.cut_any());
    assert_eq!(self::tally().finish(), None);
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: 256,
        rng_seed: proptest::test_runner::RngSeed::Fixed(6),
        ..ProptestConfig::default()
    })]
    /// The whole prompt has the tokens that it has, and a longer prompt never costs less.
    #[test]
    fn a_whole_prompt_costs_no_less(
        (input_tokens, cached_tokens, cache_write_tokens) in (0u64..300_000, 0u64..300_000, 0u64..300_000),
        more in 0u64..1_000_000,
        for_an_hour in any::<bool>(),
    ) {
        let prices = Prices {
            input: Price(3_000_000),
            cached_read: Price(300_000),
            cache_write: Price(3_750_000),
            cache_write_1h: Price(6_000_000),
            output: Price(15_000_000),
            ..Prices::default()
        };
        let usage = Usage { input_tokens, cached_tokens, cache_write_tokens, output_tokens: 7, ..Usage::default() };
        let billed = match for_an_hour {
            true => Usage { cache_write_tokens: 0, cache_write_1h_tokens: cache_write_tokens, ..usage },
            false => usage,
        };
        let amount = prices.cost(billed);
        let sent_tokens = usage.prompt_tokens();
        let cut = Cut { lane: LANE, whole_tokens: sent_tokens + more, sent_tokens, met: true };
        let whole = whole_cost(&prices, usage, amount, cut);
        prop_assert!(whole >= amount + Price(300_000).times(more) || sent_tokens == 0);
        prop_assert!(whole <= amount + Price(6_000_000).times(more + 3));
        prop_assert!(more > 0 || whole == amount);
    }
}

//! Caps that are passed, forgotten or skipped, and tokens that are paid twice.

use crate::{count, told};
use rushhour_base::{Event, FleetId, Instant, Keep, Money, Price, Prices, Sink, Truth, Usage};
use rushhour_scenario::Scenario;
use rushhour_tests::{play, scenario};

/// What a run booked.
#[derive(Default)]
struct Books {
    booked: Money,
    sent: u64,
}

impl Sink for Books {
    fn event(&mut self, _: Instant, _: FleetId, event: &Event) {
        match event {
            Event::Posted { amount, .. } => self.booked += *amount,
            Event::Sent { .. } => self.sent += 1,
            _ => {}
        }
    }
    fn truth(&mut self, _: Instant, _: &Truth) {}
}

/// The guide's "hard ceiling" of $20 was checked before a call and charged after it: with 1, 5, 20 and 100 agents it came to
/// $20.01, $21.41, $26.68 and $54.76 (and to 99 against 30 at LiteLLM 26672). The worst case is reserved before the call.
#[test]
fn no_number_of_agents_passes_a_cap() {
    for agents in [1, 5, 20, 100] {
        let scenario = scenario(&format!(
            r#"
            duration = "1h"
            [provider.p.model.m]
            prices = {{ input = "$3", output = "$0" }}
            latency = {{ base = "10s", spread = "0%", per_input_token = "0s", per_output_token = "0s" }}
            [workload.w]
            agents = {agents}
            arrivals = {{ kind = "closed_loop", think = "1s" }}
            prompt = {{ first = 117000, growth = 0, turns = 1, max = 117000 }}
            [policy]
            chain = ["primary", "fail"]
            budget.fleet = {{ cap = "$20", per = "total", at_cap = "fall" }}
            "#
        ));
        let mut books = Books::default();
        play(&scenario, &scenario.variants[0], &mut books);
        assert_eq!((books.sent, books.booked), (56, Money::from_micros(19_656_000)), "{agents} agents");
    }
}

/// In the guide a budget of zero was no budget at all. A cap says what may be spent, and nothing is no cap: the reader of
/// scenarios refuses it rather than to guess which of the two was meant.
#[test]
fn a_cap_of_zero_is_no_licence() {
    let text = crate::PLAIN.to_owned() + "budget.fleet = { cap = \"$0\" }\n";
    let errors = Scenario::parse(&text, "zero.toml", ".".as_ref(), &[]).expect_err("zero is no cap");
    assert!(errors.to_string().contains("policy.budget.fleet.cap"), "{errors}");
}

/// A model that the guide did not know cost $0.002 and $0.008 per thousand tokens, whatever it really cost.
#[test]
fn a_model_without_a_price_is_refused() {
    let text = crate::PLAIN.replace("prices = { input = \"$3\", output = \"$15\" }\n", "");
    let errors = Scenario::parse(&text, "unknown.toml", ".".as_ref(), &[]).expect_err("it has no price");
    assert!(errors.to_string().contains("price"), "{errors}");
}

/// Only successes were recorded: a call that timed out, and was billed all the same, cost nothing in the books. What was never
/// learned is booked at its reservation, and marked as estimated.
#[test]
fn a_call_that_timed_out_is_in_the_books() {
    let lines =
        told(&["policy.timeout=500ms", "policy.chain=['primary', 'fail']", "policy.retry.max_attempts=1"]);
    assert_eq!(count(&lines, "posted wasted $0.006000 estimated"), 1, "{lines:#?}");
}

/// A free model failed, and the fallback was a paid one: nobody asked the budget again (LiteLLM 41344, 41379). Every hop asks
/// for a grant of its own.
#[test]
fn a_fallback_asks_the_budget_too() {
    let lines = told(&[
        "provider.one.model.m.prices={input='$0', output='$0'}",
        "provider.one.fault.f={kind='server_error', at='9s', for='11s'}",
        "policy.retry.max_attempts=1",
        "policy.budget.fleet={cap='$0.001', per='total', at_cap='fall'}",
    ]);
    assert_eq!(count(&lines, "sent first one/m"), 1, "{lines:#?}");
    assert_eq!(count(&lines, "two/m"), 0, "the paid lane was never called: {lines:#?}");
    assert_eq!(count(&lines, "ended failed secondary budget"), 1, "{lines:#?}");
}

/// Tokens read from the cache were billed at the cached and at the full price: $0.7642 for $0.1849 (LiteLLM 14849), up to ten times
/// too much with streaming (11789); ignored altogether elsewhere, $5.94 showed as $0.54 (11935).
#[test]
fn every_token_is_paid_once() {
    let prices = Prices {
        input: Price(3_000_000),
        cached_read: Price(300_000),
        cache_write: Price(3_750_000),
        cache_write_1h: Price(6_000_000),
        output: Price(15_000_000),
        long: None,
    };
    let usage = Usage {
        input_tokens: 1_000,
        cached_tokens: 9_000,
        cache_write_tokens: 500,
        output_tokens: 200,
        ..Usage::default()
    };
    let by_hand = 1_000 * 3_000_000 + 9_000 * 300_000 + 500 * 3_750_000 + 200 * 15_000_000;
    assert_eq!(prices.cost(usage), Money(by_hand));
    let whole = Usage { input_tokens: 10_500, output_tokens: 200, ..Usage::default() };
    assert!(prices.cost(usage) < prices.cost(whole), "the cache makes it cheaper");
    assert!(
        prices.cost(usage) <= prices.worst_case(10_500, 200, Keep::No),
        "and never dearer than was reserved"
    );
}

/// A reservation of the worst case blocked calls at $0 of real spend (LiteLLM 38647): a second call that does not fit beside the
/// first one's reservation must wait for its settlement, not be told that the money is gone.
#[test]
fn a_reservation_is_no_spending() {
    let lines = told(&[
        "workload.w.agents=2",
        "policy.chain=['primary', 'fail']",
        "policy.budget.fleet={cap='$0.0110', per='total', at_cap='pause'}",
    ]);
    assert_eq!(count(&lines, "ended answered"), 2, "{lines:#?}");
    assert_eq!(count(&lines, "11s 1/0 sent first one/m after 1s for budget"), 1, "{lines:#?}");
}

//! What a client that believes the wrong limits learns from the headers of replies, and what a provider writes into them.

use proptest::prelude::*;
use rushhour_base::message::AttemptResult;
use rushhour_base::{
    CallId, Dimension, Event, FleetId, Instant, LimitHeaders, LimitState, Seed, Sink, Span, Truth,
};
use rushhour_core::headers::{Present, limits};
use rushhour_report::checkers::Checkers;
use rushhour_tests::{play, scenario};
use rushhour_world::stamp::{go_duration, rfc3339};
use rushhour_world::wire::{Exchange, anthropic, openai};

/// A hundred impatient agents at a provider that grants half of what `believed` says.
fn text(provider: &str, believed: &str) -> String {
    format!(
        "name = \"mismatch\"\nseed = 5\nduration = \"10m\"\n[provider.p]\n{provider}\n\
         latency = {{ base = \"1s\", per_output_token = \"0s\", spread = \"0%\" }}\n\
         [workload.w]\nagents = 100\narrivals = {{ kind = \"poisson\", per_agent_per_hour = 60 }}\n\
         prompt = {{ first = 500, growth = 0, turns = 1 }}\noutput = 100\nmax_tokens = 200\n\
         [policy]\nshared_backoff = false\nretry = {{ max_attempts = 1 }}\nqueue = {{ max_waiting = 50, max_wait = \"20s\" }}\n\
         [policy.limiter]\nlimits = {{ {believed} }}\n"
    )
}

#[derive(Default)]
struct Seen {
    /// When calls were refused with a 429.
    refused: Vec<Instant>,
    /// When which limit was learned, from what to what.
    learned: Vec<(Instant, Dimension, u64, u64)>,
    corrections: u64,
}

impl Sink for Seen {
    fn event(&mut self, at: Instant, _: FleetId, event: &Event) {
        match *event {
            Event::AttemptEnded { result: AttemptResult::RateLimited, .. } => self.refused.push(at),
            Event::Corrected { dimension, limit_before, limit, .. } => {
                self.corrections += 1;
                if limit != limit_before {
                    self.learned.push((at, dimension, limit_before, limit));
                }
            }
            _ => {}
        }
    }
    fn truth(&mut self, _: Instant, _: &Truth) {}
}

fn seen(text: &str, headers: bool) -> Seen {
    let scenario = scenario(&format!("{text}headers = {headers}\n"));
    let header = scenario.header(&scenario.variants[0], scenario.seed, "test");
    let mut sinks = (Seen::default(), Checkers::new(&header));
    play(&scenario, &scenario.variants[0], &mut sinks);
    assert_eq!(sinks.1.finish(), []);
    sinks.0
}

/// Somebody wrote twice the limit into a file, and no other process tells this one better. With headers the first reply
/// does, and after the first minute nothing is refused any more; without them the provider refuses as long as the run lasts.
#[track_caller]
fn learns(provider: &str, believed: &str, dimension: Dimension, truly: u64) {
    let text = text(provider, believed);
    let (with, without) = (seen(&text, true), seen(&text, false));
    let [(at, of, from, to)] = with.learned[..] else { panic!("learned {:?}", with.learned) };
    assert_eq!((of, from, to), (dimension, 2 * truly, truly));
    assert!(at < Instant::START + Span::secs(10), "only at {at:?}");
    let late = |seen: &Seen| seen.refused.iter().filter(|&&at| at > Instant::START + Span::secs(60)).count();
    assert_eq!(late(&with), 0, "refused at {:?}", with.refused.last());
    assert!(late(&without) > 100, "only {} were refused", late(&without));
    assert_eq!((without.corrections, without.learned.len()), (0, 0));
}

#[test]
fn a_client_of_anthropic_learns_its_limits() {
    let requests = "dialect = \"anthropic\"\n[provider.p.model.m]\npreset = \"claude-sonnet-4-6\"\nquota = { requests_per_minute = 40 }";
    learns(requests, "requests_per_minute = 80", Dimension::Requests, 40);
    let input = requests.replace("requests_per_minute = 40", "input_tokens_per_minute = 20000");
    learns(&input, "input_tokens_per_minute = 40000", Dimension::InputTokens, 20_000);
}

#[test]
fn a_client_of_openai_learns_its_limits() {
    let requests = "dialect = \"openai\"\n[provider.p.model.m]\npreset = \"gpt-4.1\"\nquota = { requests_per_minute = 40 }";
    learns(requests, "requests_per_minute = 80", Dimension::Requests, 40);
    let tokens = requests.replace("requests_per_minute = 40", "tokens_per_minute = 28000");
    learns(&tokens, "tokens_per_minute = 56000", Dimension::Tokens, 28_000);
    let by_the_minute = requests.replace("40 }", "40, enforced = \"fixed_window\" }");
    learns(&by_the_minute, "requests_per_minute = 80", Dimension::Requests, 40);
}

/// OpenAI shows the requests of a day as plain `requests`. A client that took 10,000 a day for 10,000 a minute would be
/// worse off than without headers.
#[test]
fn a_limit_of_the_day_is_not_taken_for_one_of_the_minute() {
    let tier =
        "dialect = \"openai\"\ntier = \"openai/tier-1\"\n[provider.p.model.m]\npreset = \"gpt-4o-mini\"";
    let both = text(tier, "");
    let right = seen(&both, true);
    assert_eq!((right.corrections, right.learned), (0, vec![]), "what is right is left alone");
    let wrong = seen(&text(tier, "requests_per_day = 20000"), true);
    let learned: Vec<_> = wrong.learned.iter().map(|(_, of, from, to)| (*of, *from, *to)).collect();
    assert_eq!(learned, [(Dimension::RequestsPerDay, 20_000, 10_000)]);
}

/// What the heads of replies say of the limits, as bytes on the wire, is what a client reads: each has code of its own.
#[test]
fn heads_on_the_wire_are_read() {
    let now = Instant(5_000_000_000);
    let state = |limit: u64, remaining, after_s: u64| {
        let limit = std::num::NonZeroU64::new(limit).expect("a limit");
        Some(LimitState { limit, remaining, full_at: now + Span::secs(after_s) })
    };
    let (requests, tokens) = (state(1_000, 997, 2), state(450_000, 449_000, 75));
    let openai = LimitHeaders { as_of: now, requests, tokens, ..LimitHeaders::default() };
    let (input_tokens, output_tokens) = (state(300_000, 299_000, 60), state(90_000, 12_000, 3_600));
    let anthropic = LimitHeaders { rounded_to: 1_000, input_tokens, output_tokens, ..openai };
    let exchange = Exchange {
        seed: Seed(7),
        call: CallId(1),
        model: "m",
        organization: "org",
        now,
        starts_unix_s: 1_773_243_000,
        took: Span::millis(20),
    };
    let present = Present { now, unix_ns: (1_773_243_000 + 5) * 1_000_000_000 };
    for (name, written, head) in [
        ("openai", openai, openai::stream_head(&exchange, &openai)),
        ("anthropic", anthropic, anthropic::stream_head(&exchange, &anthropic)),
    ] {
        let read = limits(head.headers.iter().map(|(name, value)| (&**name, &**value)), present);
        let families = |h: &LimitHeaders| [h.requests, h.tokens, h.input_tokens, h.output_tokens];
        assert_eq!(families(&read), families(&written), "{name}: {:?}", head.headers);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_311),
        ..ProptestConfig::default()
    })]

    /// The client reads what the provider writes; each has code of its own.
    #[test]
    fn what_is_written_is_read(wait in 0u64..1_000_000_000_000_000, unix_s in 0i64..253_402_300_799, gap_s in 0u64..1_000_000) {
        let present = Present { now: Instant(7), unix_ns: i128::from(unix_s) * 1_000_000_000 };
        let text = go_duration(Span(wait));
        let headers = [("x-ratelimit-limit-requests", "9"), ("x-ratelimit-reset-requests", text.as_str())];
        let state = limits(headers, present).requests.expect("a limit");
        prop_assert_eq!(state.full_at, Instant(7 + wait - wait % 1_000_000));
        let text = rfc3339((unix_s + gap_s as i64).min(253_402_300_799));
        let headers = [("anthropic-ratelimit-requests-limit", "9"), ("anthropic-ratelimit-requests-reset", text.as_str())];
        let state = limits(headers, present).requests.expect("a limit");
        let gap_s = gap_s.min((253_402_300_799 - unix_s) as u64);
        prop_assert_eq!(state.full_at, Instant(7) + Span::secs(gap_s));
    }
}

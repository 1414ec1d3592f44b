//! Limiters that spin, poll, overtake, forget or let too much pass.

use crate::{count, told};
use rushhour_base::event::Event;
use rushhour_base::time::{MILLISECOND, SECOND};
use rushhour_base::{AgentId, FleetId, Instant, Ratio, Sink, Span, Truth};
use rushhour_core::bucket::{Admission, TokenBucket};
use rushhour_core::limiter::pace::Pace;
use rushhour_core::limiter::{Charge, Ending, Limiter, Meter, When};
use rushhour_core::settings::{
    AgentLimits, AimdPolicy, LimiterKind, LimiterPolicy, PoolLimits, RateLimit, Refund,
};
use rushhour_tests::{run, scenario};

const MINUTE: Span = Span::secs(60);

fn rate(amount: u64) -> RateLimit {
    RateLimit { amount, period: MINUTE, burst: amount }
}

fn meter(kind: LimiterKind, amount: u64) -> Meter {
    Meter::new(kind, rate(amount), AimdPolicy::default(), Instant::START).expect("a kind that limits")
}

/// The algorithms with a limit of their own.
const KINDS: [LimiterKind; 4] = [
    LimiterKind::TokenBucket,
    LimiterKind::SlidingLog,
    LimiterKind::FixedWindow,
    LimiterKind::SlidingCounter,
];

/// The guide's "token bucket" kept an entry that was exactly 60 s old, computed a wait of zero for it and called itself: in
/// virtual time a livelock at t = 60.0, on a real clock a burst of spins. A denial must name a later time, and at that
/// time the answer must be yes.
#[test]
fn an_entry_of_just_the_windows_age_spins_nobody() {
    for kind in KINDS {
        let mut meter = meter(kind, 3);
        (0..3).for_each(|_| assert_eq!(meter.try_take(1, Instant::START), Admission::Granted));
        let Admission::RetryAt(at) = meter.try_take(1, Instant::START) else {
            panic!("{kind:?}: it was full")
        };
        assert!(at > Instant::START, "{kind:?}");
        assert_eq!(meter.try_take(1, at), Admission::Granted, "{kind:?}");
    }
    let mut log = meter(LimiterKind::SlidingLog, 1);
    assert_eq!(log.try_take(1, Instant::START), Admission::Granted);
    assert_eq!(log.try_take(1, Instant(60 * SECOND - 1)), Admission::RetryAt(Instant(60 * SECOND)));
    assert_eq!(log.try_take(1, Instant(60 * SECOND)), Admission::Granted);
}

/// With its token window full the guide's limiter woke 120 times in a minute, half a second too late, one stack frame deeper
/// each time. One wake-up at the right instant is enough.
#[test]
fn a_full_window_is_waited_out_in_one_sleep() {
    let mut log = meter(LimiterKind::SlidingLog, 40_000);
    (0..8).for_each(|_| assert_eq!(log.try_take(5_000, Instant::START), Admission::Granted));
    let now = Instant(250 * MILLISECOND);
    assert_eq!(log.try_take(5_000, now), Admission::RetryAt(Instant(60 * SECOND)));
    assert_eq!(log.try_take(5_000, Instant(60 * SECOND)), Admission::Granted);
}

/// A request of 40,001 tokens under a limit of 40,000 was polled for until the interpreter ran out of stack, some eight
/// minutes later. It must be told at once that it never fits.
#[test]
fn what_is_larger_than_the_limit_is_refused_at_once() {
    for kind in KINDS {
        let asked = meter(kind, 40_000).try_take(40_001, Instant::START);
        assert!(matches!(asked, Admission::NeverFits { .. }), "{kind:?}: {asked:?}");
    }
    let lines = told(&["policy.limiter.limits.tokens_per_minute=1000", "policy.chain=['primary', 'fail']"]);
    assert_eq!(count(&lines, "queued"), 0, "{lines:#?}");
    assert_eq!(count(&lines, "10s 0/0 ended refused"), 1, "{lines:#?}");
}

/// All sleepers woke together, newcomers overtook them, and the wait that was returned was always zero. Who waits is served in
/// order of arrival, one for each place that comes free, and the report says how long each waited.
#[test]
fn who_waits_is_not_overtaken_and_its_wait_is_told() {
    let lines = told(&[
        "duration=40s",
        "workload.w.agents=3",
        "provider.one.model.m.quota={requests_per_minute=12, burst='9%'}",
        "policy.queue.discipline=fifo",
        "policy.chain=['primary', 'fail']",
    ]);
    let sent: Vec<&String> = lines.iter().filter(|line| line.contains("sent")).take(4).collect();
    let expected = [
        "10s 0/0 sent first one/m",
        "15s 1/0 sent first one/m after 5s for requests",
        "20s 2/0 sent first one/m after 10s for requests",
        "25s 0/1 sent first one/m after 4s for requests",
    ];
    assert_eq!(sent, expected);
}

/// The guide reserved prompt and `max_tokens` and gave nothing back: 26 to 34 % of the quota could be used. A failed call
/// kept its tokens too. What a reply did not use comes back, and so does all of a call that failed.
#[test]
fn what_a_reply_did_not_use_comes_back() {
    let pool = PoolLimits { tokens: Some(rate(40_000)), ..PoolLimits::default() };
    let policy = LimiterPolicy { refund: Refund::Unused, ..LimiterPolicy::default() };
    let mut limiter = Limiter::with_policy(&pool, &policy, Instant::START);
    let reserved = Charge { input_tokens: 1_000, output_tokens: 4_096 };
    let used = Charge { input_tokens: 1_000, output_tokens: 100 };
    let mut calls = 0;
    while limiter.ask(reserved, Instant::START).is_ok() {
        let hold = limiter.take(reserved, Instant::START);
        limiter.settle(hold, Ending::Answered(used), Instant::START);
        calls += 1;
    }
    assert_eq!(calls, (40_000 - 5_096) / 1_100 + 1, "each call costs what it used");
    let mut limiter = Limiter::with_policy(&pool, &policy, Instant::START);
    for _ in 0..1_000 {
        let hold = limiter.take(reserved, Instant::START);
        limiter.settle(hold, Ending::Failed, Instant::START);
    }
    assert!(limiter.ask(reserved, Instant::START).is_ok(), "failed calls hold nothing");
}

/// The sample of 000 declared a limit of 40,000 tokens a minute and never read it: 50 calls of 100,000 tokens passed, 125
/// times the limit. All dimensions are asked, and all or none are taken.
#[test]
fn a_limit_on_tokens_holds_beside_one_on_requests() {
    let pool = PoolLimits { requests: Some(rate(50)), tokens: Some(rate(40_000)), ..PoolLimits::default() };
    let mut limiter = Limiter::new(&pool, Ratio::ONE, Instant::START);
    let large = Charge { input_tokens: 100_000, output_tokens: 0 };
    let denial = limiter.ask(large, Instant::START).expect_err("it is 2.5 times the limit");
    assert_eq!(denial.when, When::NeverFits);
    let small = Charge { input_tokens: 1_000, output_tokens: 0 };
    let passed = (0..60).filter(|_| {
        let passes = limiter.ask(small, Instant::START).is_ok();
        if passes {
            drop(limiter.take(small, Instant::START));
        }
        passes
    });
    assert_eq!(passed.count(), 40);
}

/// A limiter in each process, though the limit is the account's: 100 processes let pass 100 times the limit (000), and a
/// gateway's per-pod counters did the same (LiteLLM 27736). Here `limiter.share` divides the limit, and the report
/// tells the 429s of those who forgot.
#[test]
fn processes_that_share_a_limit_keep_it_together() {
    let world = |share: &str| {
        let text = format!(
            r#"
            duration = "10m"
            [provider.p.model.m]
            prices = {{ input = "$0", output = "$0" }}
            quota = {{ requests_per_minute = 60, burst = "50%" }}
            latency = {{ base = "100ms", spread = "0%", per_input_token = "0s", per_output_token = "0s" }}
            [workload.w]
            agents = 40
            arrivals = {{ kind = "poisson", per_agent_per_hour = 300 }}
            [policy]
            processes = 4
            chain = ["primary", "fail"]
            shared_backoff = false
            retry.max_attempts = 1
            limiter.share = "{share}"
            queue.max_wait = "10s"
            "#
        );
        let scenario = scenario(&text);
        let mut refused = Refused(0);
        rushhour_tests::play(&scenario, &scenario.variants[0], &mut refused);
        refused.0
    };
    assert_eq!(world("24%"), 0, "a quarter each, and a little less");
    assert!(world("100%") > 500, "the whole limit each");
}

/// Counts what the provider refused.
struct Refused(u64);

impl Sink for Refused {
    fn event(&mut self, _: Instant, _: FleetId, _: &Event) {}
    fn truth(&mut self, _: Instant, truth: &Truth) {
        self.0 += u64::from(matches!(truth, Truth::Overrun { .. }));
    }
}

/// "8 requests a minute for each of 5 agents is 40, and 40 is less than 50" (003): but a provider that refills continuously sees
/// 40 requests within 14 seconds if all begin together, and needs a burst of 29 for that. Evenly spaced they need one of 5.
#[test]
fn forty_a_minute_are_not_below_fifty_if_they_come_at_once() {
    let refused = |limits: AgentLimits, burst| {
        let mut pace = Pace::new(limits, 5, Instant::START).expect("agents are held to something");
        let mut provider = TokenBucket::full(RateLimit { amount: 50, period: MINUTE, burst }, Instant::START);
        let mut refused = 0;
        for now in (0..600).map(|second| Instant(second * SECOND)) {
            for agent in (0..5).map(AgentId) {
                if pace.ask(agent, now).is_ok() {
                    pace.take(agent, now);
                    refused += u32::from(provider.try_take(1, now) != Admission::Granted);
                }
            }
        }
        refused
    };
    let greedy = AgentLimits { requests: Some((LimiterKind::SlidingLog, rate(8))), spacing: Span::secs(2) };
    let even = AgentLimits { requests: None, spacing: Span::secs(8) };
    assert_eq!((refused(greedy, 29), refused(even, 5)), (0, 0));
    assert!(refused(greedy, 28) > 0);
}

/// 512 agents died in the queue of a limiter that served one call at a time, while 88 thousand of 1.2 million tokens a minute
/// were used (loom 349). As long as somebody waits, the quota must be used.
#[test]
fn a_fleet_that_waits_uses_its_quota() {
    let scenario = scenario(
        r#"
        duration = "20m"
        [provider.p.model.m]
        prices = { input = "$0", output = "$0" }
        quota = { input_tokens_per_minute = 1000000, output_tokens_per_minute = 200000 }
        latency = { base = "2s", spread = "0%" }
        [workload.w]
        agents = 512
        arrivals = { kind = "closed_loop", think = "5s" }
        prompt = { first = 4000, growth = 0, turns = 1 }
        output = 200
        [policy]
        chain = ["primary", "fail"]
        queue.max_wait = "10m"
        limiter.output_hold = 200
        "#,
    );
    let run = run(&scenario, &scenario.variants[0]);
    assert_eq!(run.violations, []);
    let goodput = run.report.figure("rates.goodput_per_s").and_then(|figure| figure.value).expect("a rate");
    let (answered, possible) = (goodput * 1_200.0, 20.0 * 1_000_000.0 / 4_000.0);
    assert!(answered > 0.95 * possible, "{answered} answered of {possible} that the quota allows");
    let jain = run.report.figure("fairness.jain").and_then(|figure| figure.value).expect("a share");
    assert!(jain > 0.99, "nobody starved: {jain}");
}

/// Several waiters that were all told the same time once all passed at that time (tower-resilience 363).
#[test]
fn one_refill_is_granted_once() {
    let mut bucket = TokenBucket::full(rate(1), Instant::START);
    assert_eq!(bucket.try_take(1, Instant::START), Admission::Granted);
    let told: Vec<Admission> = (0..5).map(|_| bucket.clone().try_take(1, Instant(SECOND))).collect();
    assert!(told.iter().all(|answer| *answer == Admission::RetryAt(Instant(60 * SECOND))));
    let passed = (0..5).filter(|_| bucket.try_take(1, Instant(60 * SECOND)) == Admission::Granted);
    assert_eq!(passed.count(), 1);
}

/// A limit of N requests dropped a deployment one request early (LiteLLM 33032).
#[test]
fn a_limit_of_n_lets_n_pass() {
    for kind in KINDS {
        let mut meter = meter(kind, 7);
        let passed = (0..20).filter(|_| meter.try_take(1, Instant(SECOND)) == Admission::Granted).count();
        assert_eq!(passed, 7, "{kind:?}");
    }
}

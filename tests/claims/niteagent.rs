//! Claims 24 to 36: the guide to sharing one key.

use crate::Maker;
use crate::ai_buddy::erlang_b;
use crate::evidence::{Absent, Evidence, figure, small};
use crate::row::Source::NiteAgent;
use crate::row::{Band, Row, form};
use rushhour_base::money::DOLLAR;
use rushhour_base::{Instant, Money, Price, Prices, Span, Usage};
use rushhour_core::limiter::{Charge, Limiter};
use rushhour_core::settings::{LimiterPolicy, PoolLimits, RateLimit};

pub const ROWS: &[Maker] = &[
    first_refusal,
    sizes,
    tokens_beat_requests,
    reservations,
    prices,
    hard_ceiling,
    breaker,
    weights,
    overload_moves,
    herd,
    checked_before,
    queue,
    one_large,
];

fn first_refusal(evidence: &Evidence) -> Result<Row, Absent> {
    let case = |figure: &str| evidence.case("first_429_20x60rpm_limit60", figure);
    let row = Row::of(
        NiteAgent,
        "S",
        "one agent at 60 a minute is fine; 20 on its key meet a 429 in seconds",
        "seconds",
        "20 Poisson agents on a log of 60 a minute; shared_key",
    );
    let run = evidence.shipped("shared_key", "naive", &[]);
    Ok(row
        .derived(form("the first after ", 2, " s"), case("mean_s_poisson")?, Band::around(3.05, 0.02))
        .derived(form("", 1, " % refused"), 100.0 * case("long_run_reject")?, Band::within(95.0, 0.3))
        .derived(form("a run's first after ", 2, " s"), figure(&run, "lanes.first_429_s"), Band(1.8, 4.3))
        .holds(""))
}

/// What a limit of 40,000 tokens a minute still lets pass at once after a call of so many.
fn after(tokens: u64) -> (bool, u64) {
    let limit = RateLimit { amount: 40_000, period: Span::secs(60), burst: 40_000 };
    let pool = PoolLimits { tokens: Some(limit), ..PoolLimits::default() };
    let mut limiter = Limiter::with_policy(&pool, &LimiterPolicy::default(), Instant::START);
    let mut passes = |input_tokens: u64| {
        let charge = Charge { input_tokens, output_tokens: 0 };
        let granted = limiter.ask(charge, Instant::START).is_ok();
        if granted {
            drop(limiter.take(charge, Instant::START));
        }
        granted
    };
    let first = passes(tokens);
    (first, (0..1_000).take_while(|_| passes(200)).count() as u64)
}

fn sizes(_: &Evidence) -> Result<Row, Absent> {
    let (passed, left) = after(32_000);
    let taken = 100.0 * (1.0 - left as f64 * 200.0 / 40_000.0);
    let row = Row::of(
        NiteAgent,
        "S",
        "one request has 200 tokens, another 32,000",
        "160 ×",
        "core::limiter, 40,000 tokens a minute",
    );
    Ok(row
        .exact(form("", 0, " ×"), 32_000.0 / 200.0, 160.0)
        .exact(form("the large one takes ", 0, " % of a minute"), taken, 80.0)
        .decided(passed, "", "it never passes"))
}

/// Prompts from hundreds of tokens to tens of thousands on 50 requests and 40,000 tokens a minute.
const SIZES: &str = r#"
seed = 20260311
duration = "2h"
warmup = "5m"
[provider.p]
dialect = "openai"
[provider.p.model.m]
prices = { input = "$1", output = "$1" }
quota = { requests_per_minute = 50, tokens_per_minute = 40000 }
latency = { base = "500ms", per_output_token = "5ms" }
[workload.w]
agents = 30
arrivals = { kind = "poisson", per_agent_per_hour = 60 }
prompt = { first = { p50 = 1500, p95 = 7500 }, growth = 0, turns = 1, max = 16000 }
output = { p50 = 100, p95 = 400 }
max_tokens = 1024
[policy]
chain = ["primary", "fail"]
shared_backoff = false
retry.max_attempts = 1
breaker.kind = "none"
queue = { max_waiting = 100000, max_wait = "3h" }
limiter = { headers = false, limits = { requests_per_minute = 50, tokens_per_minute = TOKENS } }
"#;

fn tokens_beat_requests(evidence: &Evidence) -> Result<Row, Absent> {
    let rejected =
        |tokens: &str| 100.0 * figure(&small(&SIZES.replace("TOKENS", tokens)), "rates.rejected_429");
    let (requests, both) = (rejected("1000000000"), rejected("40000"));
    let overshoot = evidence.case("azure_code_rpm50_tpm40000", "overshoot_factor_vs_40k")?;
    let row = Row::of(
        NiteAgent,
        "S",
        "a limiter that knows tokens beats one of requests",
        "–",
        "prompts of 1,500 tokens in the middle and 7,500 one in twenty, on 50 requests and 40,000 tokens a minute",
    );
    Ok(row
        .derived(form("refused: ", 1, " % by requests alone"), requests, Band(10.0, 90.0))
        .derived(form("", 1, " % by both"), both, Band(0.0, 0.1))
        .derived(form("recorded traffic passes 40k ", 1, " ×"), overshoot, Band(2.3, 24.0))
        .decided(requests > both, "", "they are refused alike"))
}

fn reservations(evidence: &Evidence) -> Result<Row, Absent> {
    let share = |trace: &str| evidence.case("reservation_waste", &format!("{trace}.utilisation"));
    let row = Row::of(
        NiteAgent,
        "S",
        "estimate by a quarter of the characters plus 4,096, never given back",
        "4,096",
        "recorded traffic, 40,000 tokens a minute",
    );
    let (code, chat, agent) = (share("azure_code")?, share("azure_conv")?, share("claude_code")?);
    Ok(row
        .derived(form("of the limit is used: ", 3, " code"), code, Band::within(0.338, 0.001))
        .derived(form("", 3, " chat"), chat, Band::within(0.260, 0.001))
        .derived(form("", 3, " coding agents"), agent, Band::within(0.970, 0.001))
        .does_not_hold("for short prompts two thirds of the limit lie idle: reserve, then settle"))
}

fn prices(_: &Evidence) -> Result<Row, Absent> {
    let thousandths = |dollars_per_thousand: i128| Price::per_million(Money(dollars_per_thousand * DOLLAR));
    let prices = Prices { input: thousandths(2), output: thousandths(8), ..Prices::default() };
    let cost = prices.cost(Usage { input_tokens: 1_234, output_tokens: 567, ..Usage::default() });
    // 1,234 × 2 + 567 × 8 micro-dollars.
    let row = Row::of(
        NiteAgent,
        "A",
        "prices per 1,000 tokens; a model unknown costs 0.002 and 0.008",
        "table",
        "1,234 tokens in and 567 out, in picodollars",
    );
    Ok(row
        .exact(form("$", 6, ""), cost.as_usd_f64(), 0.007_004)
        .arithmetic("exact; here a model without a price is refused"))
}

fn hard_ceiling(evidence: &Evidence) -> Result<Row, Absent> {
    let mut row = Row::of(
        NiteAgent,
        "S",
        "a budget check before each call is a hard ceiling",
        "$20",
        "calls of $0.351 that take 10 s, through the pipeline and through the sample rebuilt",
    );
    let mut most = 0.0f64;
    for (agents, expected, form_of) in [
        (1, 20.007, form("the sample spends $", 2, " with 1 agent")),
        (5, 21.411, form("$", 2, " with 5")),
        (20, 26.676, form("$", 2, " with 20")),
        (100, 54.756, form("$", 2, " with 100")),
    ] {
        let (ours, sample) =
            evidence.ours_and_rebuilt("budget_overshoot", &format!("agents{agents}.spend_usd"))?;
        most = most.max(ours);
        row = row.derived(form_of, sample, Band::within(expected, 0.005));
    }
    Ok(row
        .derived(form("reserving spends at most $", 2, ""), most, Band(0.0, 20.0))
        .does_not_hold("who checks and then acts may spend the budget and a call for every agent besides"))
}

fn breaker(evidence: &Evidence) -> Result<Row, Absent> {
    let case = |figure: &str| evidence.case("det_outage_g1000_D120000_n3_C60000", figure);
    let row = Row::of(
        NiteAgent,
        "S",
        "three failures open the breaker for 60 s",
        "3 / 60 s",
        "a call each second, an outage of 120 s in 600 s",
    );
    Ok(row
        .exact(form("", 0, " answered"), case("ok")?, 478.0)
        .exact(form("", 0, " failed"), case("failed")?, 4.0)
        .exact(form("", 0, " not sent"), case("short_circuited")?, 118.0)
        .exact(form("closed ", 0, " s after the end"), case("extra_unavailable_ms")? / 1e3, 2.0)
        .holds("it saves calls, not availability"))
}

fn weights(evidence: &Evidence) -> Result<Row, Absent> {
    let first = evidence.case("weighted_pick_3_1", "expected[0]")?;
    let row = Row::of(NiteAgent, "S", "weighted random routing", "3 : 1", "10,000 picks, core::router");
    Ok(row.derived(form("", 0, " of 10,000 go to the first"), first, Band::within(7_500.0, 173.2)).holds(""))
}

/// One provider refuses everything, and all of its load goes to one that serves five at once.
const MOVED: &str = r#"
seed = 20260311
duration = "6h"
[provider.a.model.m]
prices = { input = "$0", output = "$0" }
latency = { base = "0s", per_input_token = "0s", per_output_token = "1us", spread = "0%", refusal = "0s" }
quota = { requests_per_minute = 1000000 }
[provider.a.fault]
storm = { kind = "rate_limit_storm", at = "0s", for = "7h" }
[provider.b.model.m]
prices = { input = "$0", output = "$0" }
latency = { base = "0s", per_input_token = "0s", per_output_token = "1us", spread = "0%", refusal = "0s" }
quota = { concurrency = 5 }
[workload.w]
agents = 4
arrivals = { kind = "poisson", per_agent_per_hour = 3600 }
prompt = { first = 1, growth = 0, turns = 1 }
output = { mean = 1000000, cv = 1.0, max = 1000000000 }
max_tokens = 1000000000
[policy]
timeout = "1d"
chain = ["primary", "secondary", "fail"]
shared_backoff = false
limiter.kind = "none"
retry.max_attempts = 1
breaker.kind = "none"
primary.lanes = { "a/m" = 1 }
secondary.lanes = { "b/m" = 1 }
"#;

fn overload_moves(_: &Evidence) -> Result<Row, Absent> {
    let report = small(MOVED);
    let refused =
        100.0 * figure(&report, "lanes.rejected{lane=b/m}") / figure(&report, "lanes.attempts{lane=b/m}");
    let theory = 100.0 * erlang_b(5, 4.0);
    let row = Row::of(
        NiteAgent,
        "S",
        "when A is limited its load overloads B",
        "–",
        "4 calls a second of 1 s each fall on 5 places; Erlang's loss formula",
    );
    Ok(row.derived(form("B refuses ", 1, " %"), refused, Band::around(theory, 0.04)).decided(
        refused > 1.0,
        "unless B has room for both, or work is shed",
        "B has room",
    ))
}

fn herd(evidence: &Evidence) -> Result<Row, Absent> {
    let case = |figure: &str| evidence.case("herd_full_jitter_N20_W10", figure);
    let row = Row::of(
        NiteAgent,
        "S",
        "wait for Retry-After, 5 s if there is none, and try again for ever",
        "5 s",
        "20 clients refused at once; full jitter over 10 s",
    );
    Ok(row
        .exact(form("in one second come back: ", 0, " without jitter"), case("no_jitter_peak")?, 20.0)
        .derived(form("", 2, " with"), case("peak_1s_bucket_mean")?, Band::around(4.413, 0.03))
        .does_not_hold("all return together and are refused again; 11 and 41 say what for ever costs"))
}

/// Calls of one price under a cap, or under none.
const CAPPED: &str = r#"
seed = 20260311
duration = "2h"
[provider.p.model.m]
prices = { input = "$3", output = "$15" }
latency = { base = "1s", per_output_token = "0s", per_input_token = "0s", spread = "0%" }
quota = { requests_per_minute = 1000000 }
[workload.w]
agents = 10
arrivals = { kind = "poisson", per_agent_per_hour = 60 }
prompt = { first = 1000, growth = 0, turns = 1 }
output = 100
max_tokens = 100
[policy]
chain = ["primary", "fail"]
budget.all = { scope = "fleet", cap = "CAP", per = "total", at_cap = "fall" }
"#;

fn checked_before(_: &Evidence) -> Result<Row, Absent> {
    let [open, capped] = ["$1000", "$2"].map(|cap| small(&CAPPED.replace("CAP", cap)));
    let saved = open.total.cost.as_usd_f64() - capped.total.cost.as_usd_f64();
    let counts = capped.total.counts;
    let unsent = (counts.refused + counts.failed) as f64;
    let row = Row::of(
        NiteAgent,
        "S",
        "a check before the request saves what it would have cost",
        "–",
        "calls of $0.0045 under a cap of $2, and the same calls without",
    );
    Ok(row
        .beside(form("", 0, " calls not sent"), unsent)
        .exact(form("saved $", 4, ""), saved, unsent * 0.0045)
        .decided(saved > 0.0, "calls not sent × their price, to the cent", "nothing is saved"))
}

fn queue(evidence: &Evidence) -> Result<Row, Absent> {
    let lost = |consumers: u32| {
        evidence.ours_and_rebuilt("queue_lrange_ltrim_race", &format!("consumers{consumers}.lost"))
    };
    let ((ours, two), (also, four)) = (lost(2)?, lost(4)?);
    let row = Row::of(
        NiteAgent,
        "S",
        "queue, do not drop: batches of ten",
        "10",
        "40 items, the sample's two steps rebuilt, and core::parking",
    );
    Ok(row
        .exact(form("the sample loses ", 0, " with 2 consumers"), two, 10.0)
        .exact(form("", 0, " with 4"), four, 30.0)
        .exact(form("here ", 0, ""), ours + also, 0.0)
        .does_not_hold("the advice does; the sample loses ten for every consumer but one"))
}

fn one_large(_: &Evidence) -> Result<Row, Absent> {
    let (_, small) = after(20_000);
    let row = Row::of(
        NiteAgent,
        "A",
        "one large request uses a quota up faster than 100 small ones",
        "32k; 100 × 200",
        "core::limiter, 40,000 tokens a minute",
    );
    Ok(row
        .exact(form("100 small ones: ", 0, " tokens"), 100.0 * 200.0, 20_000.0)
        .exact(form("after them ", 0, " more pass"), small as f64, 100.0)
        .exact(form("after the large one ", 0, ""), after(32_000).1 as f64, 40.0)
        .arithmetic("exact"))
}

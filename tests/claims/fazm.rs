//! Claims 37 to 48: five coding agents side by side.

use crate::Maker;
use crate::evidence::{Absent, Evidence, figure, small};
use crate::row::Source::Fazm;
use crate::row::{Band, Row, form};

pub const ROWS: &[Maker] = &[
    five_times_as_fast,
    within_seconds,
    five_times_the_rate,
    usual_limits,
    thundering_herd,
    shared_pause,
    priorities,
    forty_under_fifty,
    file_mutex,
    an_afternoon,
    alerts,
    too_careful,
];

/// Agents that work, ask, and work on, on an account of 50 requests a minute.
const LOOP: &str = r#"
seed = 20260311
duration = "4h"
[provider.p.model.m]
prices = { input = "$0", output = "$0" }
latency = { base = "BASE", per_output_token = "0s", per_input_token = "0s", spread = "0%" }
quota = { requests_per_minute = 50, burst = "10%" }
[workload.w]
agents = AGENTS
arrivals = { kind = "closed_loop", think = "THINK" }
prompt = { first = 100, growth = 0, turns = 1 }
output = 10
max_tokens = 10
[policy]
chain = ["primary", "fail"]
queue.max_wait = "10m"
LIMITS
"#;

fn looped(agents: u32, base: &str, think: &str, limits: &str) -> f64 {
    let text = LOOP.replace("AGENTS", &agents.to_string()).replace("BASE", base);
    figure(&small(&text.replace("THINK", think).replace("LIMITS", limits)), "counts.answered")
}

fn five_times_as_fast(evidence: &Evidence) -> Result<Row, Absent> {
    let speedup = looped(5, "10s", "20s", "") / looped(1, "10s", "20s", "");
    let hurried = looped(5, "1s", "1s", "") / looped(1, "1s", "1s", "");
    let until = evidence.case("agents_until_limit", "agents")?;
    let row = Row::of(
        Fazm,
        "S",
        "five agents do in 40 minutes what takes one a few hours",
        "200 → 40 min",
        "closed loops on 50 requests a minute; recorded agents ask 65 times an hour",
    );
    Ok(row
        .derived(form("", 2, " × as much by five"), speedup, Band::around(5.0, 0.02))
        .derived(form("", 2, " × if each alone asks for 30 a minute"), hurried, Band(1.4, 2.0))
        .derived(form("recorded agents fill the account from ", 0, " on"), until, Band(45.0, 47.0))
        .decided(speedup > 4.9, "while five times the rate stays below the limit", "the limit is in the way"))
}

fn within_seconds(evidence: &Evidence) -> Result<Row, Absent> {
    let case = |figure: &str| evidence.case("claude5_unthrottled_30min", figure);
    let run = evidence.shipped("parallel_coders", "unthrottled", &[]);
    let over = 100.0 * case("P_exceed_50rpm")?;
    let row = Row::of(
        Fazm,
        "S",
        "five agents without a throttle hit the limits within seconds",
        "seconds",
        "recorded sessions overlaid, 30 min each; parallel_coders",
    );
    Ok(row
        .derived(form("50 requests a minute passed in ", 1, " % of the draws"), over, Band(0.0, 0.5))
        .derived(form("busiest minute, p95: ", 0, " requests"), case("peak_rpm_p95")?, Band(26.0, 30.0))
        .derived(
            form("40,000 tokens a minute in ", 0, " %"),
            100.0 * case("P_exceed_40k_tpm")?,
            Band(99.9, 100.0),
        )
        .exact(form("", 0, " refused in a run"), figure(&run, "counts.rejected_429"), 0.0)
        .decided(over > 50.0, "", "by requests never; by tokens at once, if input from the cache counts"))
}

/// Independent agents, so many.
const CROWD: &str = r#"
seed = 20260311
duration = "24h"
[provider.p.model.m]
prices = { input = "$0", output = "$0" }
quota = { requests_per_minute = 1000000 }
[workload.w]
agents = AGENTS
arrivals = { kind = "poisson", per_agent_per_hour = 600 }
prompt = { first = 10, growth = 0, turns = 1 }
output = 1
"#;

fn five_times_the_rate(_: &Evidence) -> Result<Row, Absent> {
    let arrived = |agents: &str| figure(&small(&CROWD.replace("AGENTS", agents)), "counts.arrived");
    let row = Row::of(Fazm, "A", "five processes ask five times as often", "5 ×", "a day of Poisson agents");
    Ok(row
        .derived(form("", 2, " ×"), arrived("5") / arrived("1"), Band::around(5.0, 0.02))
        .arithmetic("exact in the mean"))
}

fn usual_limits(_: &Evidence) -> Result<Row, Absent> {
    let row = Row::of(
        Fazm,
        "I",
        "50 to 100 requests a minute, tokens, calls at once",
        "50–100",
        "presets of tiers",
    );
    Ok(row.input("50 a minute in 3, 24 and 44").assumed("what a tier grants is its provider's word"))
}

fn thundering_herd(evidence: &Evidence) -> Result<Row, Absent> {
    let of = |variant: &str, path: &str| figure(&evidence.shipped("retry_storm", variant, &[]), path);
    let (naive, base) = (of("naive", "rates.goodput_per_s"), of("base", "rates.goodput_per_s"));
    let calls = |variant: &str| of(variant, "rates.retry_amplification");
    let row = Row::of(
        Fazm,
        "S",
        "429s with eager retries are a thundering herd, and slower than none",
        "–",
        "retry_storm: five minutes at a quarter of the capacity",
    );
    Ok(row
        .derived(form("calls per request ", 2, " in step"), calls("naive"), Band(1.5, 3.0))
        .derived(form("", 2, " in a budget with jitter"), calls("base"), Band(1.0, 1.1))
        .derived(form("good answers a second ", 2, ""), naive, Band(0.0, 3.0))
        .derived(form("against ", 2, ""), base, Band(7.0, 8.0))
        .derived(form("", 2, " without retries"), of("no_retry", "rates.goodput_per_s"), Band(6.5, 8.0))
        .decided(
            naive < base,
            "here by overload: the load stays up long after its cause",
            "retries do no harm",
        ))
}

fn shared_pause(evidence: &Evidence) -> Result<Row, Absent> {
    let of = |variant: &str, path: &str| figure(&evidence.shipped("shared_key", variant, &[]), path);
    let (alone, shared) = (of("naive", "counts.rejected_429"), of("backoff", "counts.rejected_429"));
    let row = Row::of(
        Fazm,
        "S",
        "one agent's 429 should slow all",
        "–",
        "shared_key: 20 agents on 60 requests a minute, 20 min",
    );
    Ok(row
        .derived(form("", 0, " 429s alone"), alone, Band::around(22_900.0, 0.02))
        .derived(form("", 0, " together"), shared, Band(1.0, 300.0))
        .derived(form("answers a second ", 2, ""), of("naive", "rates.goodput_per_s"), Band(0.95, 1.0))
        .derived(form("and ", 2, ""), of("backoff", "rates.goodput_per_s"), Band(0.9, 1.0))
        .decided(
            shared < alone / 10.0,
            "as many answers for a hundredth of the refusals",
            "it changes little",
        ))
}

fn priorities(evidence: &Evidence) -> Result<Row, Absent> {
    let wait =
        |variant: &str, path: &str| figure(&evidence.shipped("theory/two_classes", variant, &[]), path) / 1e3;
    let urgent = wait("base", "latency.queue_wait.mean{workload=urgent}");
    let patient = wait("base", "latency.queue_wait.mean{workload=patient}");
    let row = Row::of(Fazm, "S", "priority tiers", "–", "theory/two_classes; Cobham's formula");
    Ok(row
        .derived(form("the urgent wait ", 2, " s"), urgent, Band::around(8.0 / 7.0, 0.05))
        .derived(form("the others ", 2, " s"), patient, Band::around(40.0 / 7.0, 0.08))
        .derived(
            form("all alike ", 2, " s"),
            wait("fifo", "latency.queue_wait.mean"),
            Band::around(4.0, 0.08),
        )
        .decided(urgent < patient, "what some gain the others pay", "order changes nothing"))
}

fn forty_under_fifty(evidence: &Evidence) -> Result<Row, Absent> {
    let case = |figure: &str| evidence.case("fazm_min_provider_burst", figure);
    let total = evidence.case("five_agents_speedup", "fazm_total_rpm")?;
    let row = Row::of(
        Fazm,
        "S",
        "8 a minute and 2 s apart for each of five stay below 50",
        "40 < 50",
        "the least burst with which a provider that refills continuously refuses none",
    );
    Ok(row
        .exact(form("", 0, " a minute"), total, 40.0)
        .exact(form("burst of ", 0, " if all begin with their eight"), case("front_loaded_8_at_2s")?, 29.0)
        .exact(form("", 0, " evenly in step"), case("every_7_5s_in_phase")?, 5.0)
        .exact(form("", 0, " staggered"), case("every_7_5s_staggered")?, 1.0)
        .does_not_hold("the sum is right, but a provider that grants less than 29 at once still refuses"))
}

fn file_mutex(_: &Evidence) -> Result<Row, Absent> {
    let row = Row::of(Fazm, "N", "a file as mutex and exponential backoff handle 90 % of it", "90 %", "–");
    Ok(row.not_checkable("nobody says 90 % of what"))
}

fn an_afternoon(evidence: &Evidence) -> Result<Row, Absent> {
    let case = |figure: &str| evidence.case("claude_cost_per_agent_hour", figure);
    let (cached, plain) = (case("five_agents_4h_cached")?, case("five_agents_4h_uncached")?);
    let run = evidence.shipped("parallel_coders", "unthrottled", &[]);
    let row = Row::of(
        Fazm,
        "S, prices I",
        "$200 in an afternoon of five agents",
        "$200",
        "recorded tokens, 4 h at $3 and $15 a million (prices assumed); parallel_coders",
    );
    Ok(row
        .derived(form("$", 0, " with 93 % from the cache"), cached, Band::around(91.0, 0.01))
        .derived(form("$", 0, " with none"), plain, Band::around(465.0, 0.01))
        .derived(form("a run of ten sessions $", 0, ""), figure(&run, "cost_usd.total"), Band(60.0, 130.0))
        .decided(cached < 200.0 && 200.0 < plain, "it lies between the two", "it lies outside"))
}

fn alerts(evidence: &Evidence) -> Result<Row, Absent> {
    let spent = |variant: &str| evidence.shipped("parallel_coders", variant, &[]).total.cost.as_usd_f64();
    // At five times the price all three levels are passed.
    let sets =
        ["provider.anthropic.model.sonnet.prices.cached_read=$1.50", "policy.budget.each_coder.cap=$200"];
    let dear = evidence.shipped("parallel_coders", "base", &sets);
    let heard = |level: i64| {
        let level = rushhour_base::Money::from_micros(level * 1_000_000);
        dear.alerts.first.iter().filter(|alert| alert.cap == "afternoon" && alert.level == level).count()
            as f64
    };
    let row = Row::of(
        Fazm,
        "S",
        "alerts at $20, $50 and $100, and a pause at the cap",
        "$20 / 50 / 100",
        "parallel_coders: dearer reads from the cache, and a cap of $40",
    );
    Ok(row
        .exact(form("heard: $20 ", 0, " time"), heard(20), 1.0)
        .exact(form("$50 ", 0, ""), heard(50), 1.0)
        .exact(form("$100 ", 0, ""), heard(100), 1.0)
        .derived(form("spent under a cap of $40: $", 2, ""), spent("small_budget"), Band(30.0, 40.0))
        .holds("with reservations no call passes the cap"))
}

fn too_careful(_: &Evidence) -> Result<Row, Absent> {
    let mut row = Row::of(
        Fazm,
        "S",
        "most throttle too much at first; watch for a week",
        "7 days",
        "five agents that always want more, on 50 requests a minute, each held to so many",
    );
    let minutes = 4.0 * 60.0;
    let mut at_ten = 0.0;
    for (each, form_of) in [
        (2, form("used: ", 0, " % at 2 each")),
        (5, form("", 0, " % at 5")),
        (8, form("", 0, " % at 8")),
        (10, form("", 0, " % at 10")),
        (20, form("", 0, " % at 20")),
    ] {
        let limits =
            format!("limiter.per_agent = {{ requests_per_minute = {each}, kind = \"sliding_log\" }}");
        let used = 100.0 * looped(5, "100ms", "1s", &limits) / (50.0 * minutes);
        let most = f64::from(5 * each).min(50.0) * 2.0;
        row = row.derived(form_of, used, Band::within(most, 3.0));
        at_ten = if each == 10 { used } else { at_ten };
    }
    Ok(row.decided(
        at_ten > 90.0,
        "the knee is at 50 shared by five; a lower limit wastes the rest",
        "there is no knee",
    ))
}

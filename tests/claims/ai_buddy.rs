//! Claims 1 to 12: the summary of an agent for small companies.

use crate::Maker;
use crate::evidence::{Absent, Evidence, figure, small};
use crate::histories;
use crate::row::Source::AiBuddy;
use crate::row::{Band, Row, form};
use rushhour_tests::shipped;

pub const ROWS: &[Maker] = &[
    one_account,
    per_account,
    limits,
    whole_history,
    histories::summaries,
    histories::keep_last_six,
    monthly_bill,
    guarded_prompt,
    business_metrics,
    modes,
    runaway_loop,
    free_agents,
];

fn one_account(_: &Evidence) -> Result<Row, Absent> {
    let agents = shipped("peak_hour").topology.agents;
    let row = Row::of(AiBuddy, "I", "more than 100 agents share one account", "≥ 100 agents", "peak_hour");
    Ok(row
        .input(format!("{agents} agents"))
        .assumed("how many there are is put in; 2 and 24 say what follows"))
}

/// Loud agents use the account up; what of the quiet ones?
const CROWD: &str = r#"
seed = 20260311
duration = "12h"
[provider.p.model.m]
prices = { input = "$0", output = "$0" }
quota = { requests_per_minute = 50, enforced = "sliding_window" }
latency = { base = "0s", per_input_token = "0s", per_output_token = "1us", spread = "0%", refusal = "0s" }
[workload.loud]
agents = 8
arrivals = { kind = "poisson", per_agent_per_hour = LOUD }
prompt = { first = 1, growth = 0, turns = 1 }
output = 1
[workload.quiet]
agents = 20
arrivals = { kind = "poisson", per_agent_per_hour = 60 }
prompt = { first = 1, growth = 0, turns = 1 }
output = 1
[policy]
chain = ["primary", "fail"]
shared_backoff = false
limiter.kind = "none"
retry.max_attempts = 1
breaker.kind = "none"
"#;

/// Erlang's loss formula: the share refused of `offered` calls a window by a limit of so many.
pub fn erlang_b(servers: u32, offered: f64) -> f64 {
    (1..=servers).fold(1.0, |loss, servers| offered * loss / (f64::from(servers) + offered * loss))
}

fn per_account(_: &Evidence) -> Result<Row, Absent> {
    let refused = |loud: &str, who: &str| {
        100.0 * figure(&small(&CROWD.replace("LOUD", loud)), &format!("rates.rejected_429{{workload={who}}}"))
    };
    // 80 of the loud and 20 of the quiet against 50 a minute.
    let (quiet, loud, apart) = (refused("600", "quiet"), refused("600", "loud"), refused("0.001", "quiet"));
    let theory = 100.0 * erlang_b(50, 100.0);
    let row = Row::of(
        AiBuddy,
        "S",
        "limits belong to the account, not the key: agents fail for what others do",
        "–",
        "100 calls a minute against 50; Erlang's loss formula",
    );
    Ok(row
        .derived(form("quiet agents refused ", 1, " %"), quiet, Band::within(theory, 1.5))
        .derived(form("loud ones ", 1, " %"), loud, Band::within(quiet, 1.0))
        .derived(form("the quiet on an account of their own ", 1, " %"), apart, Band(0.0, 0.1))
        .decided(quiet > 10.0 && apart < 0.1, "they share one fate", "keys keep them apart"))
}

fn limits(evidence: &Evidence) -> Result<Row, Absent> {
    let case = "azure_code_rpm50_tpm40000";
    let admitted = evidence.case(case, "sliding_log_both.admitted")?;
    let peak = evidence.case(case, "sliding_log_both.peak_admitted_60s")?;
    let bucket = evidence.case(case, "bucket_both.admitted")?;
    let unchecked = evidence.case(case, "overshoot_factor_vs_40k")?;
    let row = Row::of(
        AiBuddy,
        "S",
        "50 requests and 40,000 tokens a minute are kept",
        "50 / 40k",
        "8,819 recorded calls, reference case azure_code_rpm50_tpm40000",
    );
    Ok(row
        .exact(form("both checked: ", 0, " admitted by a log"), admitted, 933.0)
        .exact(form("", 0, " by a bucket"), bucket, 2_041.0)
        .derived(form("at most ", 0, " in any minute"), peak, Band(0.0, 50.0))
        .derived(form("tokens unchecked, as in the sample: ", 2, " × 40k"), unchecked, Band(2.3, 24.0))
        .holds("as settings; the sample code never looks at tokens"))
}

fn whole_history(evidence: &Evidence) -> Result<Row, Absent> {
    let cost = evidence.case("history_cost_opus", "cost")?;
    let row = Row::of(
        AiBuddy,
        "A",
        "a request with its whole history costs up to $3.00",
        "$3.00",
        "200,000 tokens at $15 a million (price assumed)",
    );
    Ok(row.exact(form("$", 2, ""), cost, 3.0).arithmetic("exact, given the price"))
}

fn monthly_bill(evidence: &Evidence) -> Result<Row, Absent> {
    let row = Row::of(
        AiBuddy,
        "I",
        "10 agents cost about $115 a month with routing",
        "$115",
        "whatsapp_leads: its messages, tokens, prices and shares of models are chosen",
    );
    let month = |variant: &str| evidence.shipped("whatsapp_leads", variant, &[]);
    let (routed, unrouted) = (month("base"), month("unrouted"));
    Ok(row
        .input("30,000 messages of a few hundred tokens")
        .beside(form("$", 0, " with routing"), figure(&routed, "cost_usd.total"))
        .beside(form("$", 0, " without"), figure(&unrouted, "cost_usd.total"))
        .assumed(
            "it names no messages, tokens, prices or shares of models; other inputs give any other bill",
        ))
}

fn guarded_prompt(evidence: &Evidence) -> Result<Row, Absent> {
    let rate = |variant: &str| {
        100.0 * figure(&evidence.shipped("hallucination_audit", variant, &[]), "hallucination.leaked_rate")
    };
    let row = Row::of(
        AiBuddy,
        "I",
        "prompts against hallucination cut 8 % to 2 %",
        "8 % → 2 %",
        "hallucination_audit",
    );
    Ok(row
        .input("8 % and 2 % of the questions")
        .derived(form("reached customers: ", 1, " % without"), rate("unguarded"), Band(7.0, 10.0))
        .derived(form("", 1, " % with"), rate("guarded"), Band(1.5, 2.6))
        .derived(form("", 2, " % with a check of each reply"), rate("base"), Band(0.0, 0.1))
        .assumed("the effect is put in; nothing here makes it"))
}

fn business_metrics(_: &Evidence) -> Result<Row, Absent> {
    let row = Row::of(AiBuddy, "N", "apology rate and lead capture tell more than monitoring", "–", "–");
    Ok(row.not_checkable("an opinion; no figure"))
}

/// Two outages of ten minutes and a blip of five seconds.
const OUTAGES: &str = r#"
seed = 20260311
duration = "2h"
[provider.p.model.m]
prices = { input = "$3", output = "$15" }
latency = { base = "500ms", spread = "0%", refusal = "100ms" }
quota = { requests_per_minute = 1000000 }
[provider.p.fault]
blip = { kind = "server_error", at = "10m", for = "5s" }
first = { kind = "server_error", at = "30m", for = "10m" }
second = { kind = "server_error", at = "80m", for = "10m" }
[workload.w]
agents = 60
arrivals = { kind = "poisson", per_agent_per_hour = 60 }
prompt = { first = 100, growth = 0, turns = 1 }
output = 10
[policy]
chain = ["primary", "rules", "human"]
retry.max_attempts = 1
ladder = { kind = "failures", dwell = "1m" }
rules.answers = "90%"
human.capacity = 10
"#;

fn modes(_: &Evidence) -> Result<Row, Absent> {
    let report = small(OUTAGES);
    let ladder = report.ladder.as_ref().expect("there is a ladder");
    let moves: Vec<_> = ladder.timeline.first.iter().map(|moved| moved.at).collect();
    let least = moves.windows(2).map(|two| two[1].since(two[0])).min().expect("it moved");
    let down = figure(&report, "ladder.share_full");
    let row = Row::of(
        AiBuddy,
        "S",
        "on an outage: the model, then rules, then people",
        "3 modes",
        "two outages of 10 min and a blip of 5 s in 2 h; a ladder that dwells for 1 min",
    );
    Ok(row
        .exact(form("", 0, " moves"), figure(&report, "ladder.moves"), 4.0)
        .derived(form("no two nearer than ", 1, " min"), least.as_secs_f64() / 60.0, Band(1.0, f64::INFINITY))
        .derived(form("in full mode for ", 1, " % of the time"), 100.0 * down, Band(76.0, 84.0))
        .holds("one way down and one way up for each outage, none for the blip"))
}

fn runaway_loop(evidence: &Evidence) -> Result<Row, Absent> {
    let naive = evidence.shipped("retry_bill", "naive", &[]);
    let alert = naive.alerts.first.iter().find(|alert| alert.cap == "loop").expect("the loop passed $40");
    let minutes = alert.at.since(rushhour_base::Instant::START).as_secs_f64() / 60.0;
    let base = evidence.shipped("retry_bill", "base", &[]);
    let amplified = |report| figure(report, "rates.retry_amplification");
    // A budget of a tenth and a burst of two.
    let bound = 1.1 + 2.0 / figure(&base, "counts.arrived");
    let row = Row::of(
        AiBuddy,
        "S",
        "a retry loop burns $40 in minutes",
        "$40",
        "retry_bill: 117,000 tokens a call at $3 a million (price assumed)",
    );
    Ok(row
        .derived(form("$40 gone after ", 1, " min by one agent"), minutes, Band(3.0, 30.0))
        .derived(
            form("calls per request ", 2, " without a retry budget"),
            amplified(&naive),
            Band(1.5, 100.0),
        )
        .derived(form("", 2, " with one of 10 %"), amplified(&base), Band(1.0, bound))
        .decided(minutes < 30.0, "a loop does, without any error", "it takes longer"))
}

fn free_agents(_: &Evidence) -> Result<Row, Absent> {
    let row = Row::of(AiBuddy, "N", "12 agents at $0", "$0", "–");
    Ok(row.not_checkable("free tiers are somebody's terms, not a load"))
}

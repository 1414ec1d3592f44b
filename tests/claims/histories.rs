//! Claims 5 and 6: long histories, through the compressor itself.

use crate::evidence::{Absent, Evidence};
use crate::row::Source::AiBuddy;
use crate::row::{Band, Row, form};
use rushhour_base::conversation::{Importance, Role, ToolLink};
use rushhour_base::event::CompressionMethod;
use rushhour_base::money::DOLLAR;
use rushhour_base::{AgentId, Cut, History, LaneId, Money, Outline, Price, Span};
use rushhour_core::compressor::{Compressor, Fit, prompt_tokens};
use rushhour_core::settings::{CompressionPolicy, SummaryPolicy};
use std::rc::Rc;

const AGENT: AgentId = AgentId(0);

/// What an agent asks, and what it is answered: 651 tokens a turn, as recorded sessions grow in the middle.
const ASKS: u32 = 120;
const ANSWERS: u32 = 531;
const TURNS: usize = 60;
const ABOVE: u64 = 12_000;
const TO: u64 = 4_000;
const SUMMARY: u64 = 600;

fn message(role: Role, tokens: u32) -> Outline {
    Outline { role, tool: ToolLink::None, tokens, importance: Importance::Ordinary, facts: 0 }
}

fn history(messages: &[Outline]) -> History {
    History { conversation: 1, messages: Rc::new(messages.to_vec()), ..History::default() }
}

/// Input tokens of a whole conversation: sent to the model that answers, and to the one that summarises, with what the
/// latter wrote.
#[derive(Default)]
struct Sent {
    whole: u64,
    cut: u64,
    /// Of the prompts as they were cut, what was new to a prompt cache, and of the whole ones.
    fresh: u64,
    whole_fresh: u64,
    summarised: u64,
    summaries: u64,
}

fn conversation(policy: &CompressionPolicy) -> Sent {
    let (mut compressor, mut sent) = (Compressor::default(), Sent::default());
    let mut messages = vec![message(Role::System, 200)];
    let (mut epoch, mut known, mut whole_known) = (None, 0, 0);
    for _ in 0..TURNS {
        messages.push(message(Role::User, ASKS));
        let history = history(&messages);
        let whole = prompt_tokens(&messages);
        let (tokens, name) = loop {
            match compressor.fit(AGENT, &history, policy, u64::MAX) {
                Fit::Whole => break (whole, None),
                Fit::Send { cut, prefix_conversation, .. } => break (cut.tokens, Some(prefix_conversation)),
                Fit::Summarize(segment) => {
                    sent.summarised += segment.tokens;
                    sent.summaries += SUMMARY;
                    compressor.summarized(AGENT, &history, &segment, SUMMARY);
                }
            }
        };
        if name != epoch {
            (epoch, known) = (name, 0);
        }
        sent.cut += tokens;
        sent.fresh += tokens - known;
        sent.whole += whole;
        sent.whole_fresh += whole - whole_known;
        (known, whole_known) = (tokens, whole);
        messages.push(message(Role::Assistant, ANSWERS));
    }
    sent
}

fn per_million(dollars: i128) -> Price {
    Price::per_million(Money(dollars * DOLLAR))
}

pub fn summaries(evidence: &Evidence) -> Result<Row, Absent> {
    let left = evidence.case("history_cost_opus", "after_70pct_reduction")?;
    let summary = SummaryPolicy {
        lane: LaneId(0),
        max_tokens: SUMMARY,
        instruction_tokens: 100,
        timeout: Span::secs(30),
    };
    let sent = conversation(&CompressionPolicy {
        methods: vec![CompressionMethod::Summarize],
        above_tokens: ABOVE,
        to_tokens: TO,
        keep_last: 6,
        summary: Some(summary),
    });
    // Opus at $15 a million reads, Haiku at $1 summarises and writes at $5.
    let dollars = |tokens: u64, price: i128| per_million(price).times(tokens).as_usd_f64();
    let of_summaries = dollars(sent.summarised, 1) + dollars(sent.summaries, 5);
    // A cache reads what it knows for a tenth and takes in what it does not for a quarter more.
    let cached = |all: u64, fresh: u64| dollars(all - fresh, 15) / 10.0 + dollars(fresh, 15) * 1.25;
    let saved = |with: f64, without: f64| 100.0 * (1.0 - with / without);
    let tokens = saved((sent.cut + sent.summarised) as f64, sent.whole as f64);
    let net = saved(dollars(sent.cut, 15) + of_summaries, dollars(sent.whole, 15));
    let with_cache = saved(cached(sent.cut, sent.fresh) + of_summaries, cached(sent.whole, sent.whole_fresh));
    // Prompts grow from the target to the limit and are cut again; whole ones grow without end.
    let theory = saved((ABOVE + TO) as f64 / 2.0, TURNS as f64 * f64::from(ASKS + ANSWERS) / 2.0);
    let row = Row::of(
        AiBuddy,
        "I + S",
        "summaries by a small model cut input tokens by 70 %",
        "−70 %",
        "core::compressor: 60 turns of 651 tokens, above 12,000 cut to 4,000; $15 a million, summaries $1 and $5 (assumed)",
    );
    Ok(row
        .exact(form("−70 % of $3.00 leaves $", 2, ""), left, 0.9)
        .derived(form("input tokens −", 0, " % with the summaries'"), tokens, Band::within(theory, 10.0))
        .derived(form("dollars −", 0, " % net of summaries"), net, Band::within(theory, 10.0))
        .derived(form("−", 0, " % beside a prompt cache"), with_cache, Band(f64::NEG_INFINITY, net))
        .assumed("the share is a matter of how long histories are; a prompt cache saves much of the same"))
}

/// What is sent of so many messages of so many tokens, and whether it met its target.
fn kept(messages: usize, tokens: u32, policy: &CompressionPolicy) -> (usize, u64, bool) {
    let mut all = vec![message(Role::System, 100)];
    all.extend((0..messages).map(|n| message(if n % 2 == 0 { Role::User } else { Role::Assistant }, tokens)));
    match Compressor::default().fit(AGENT, &history(&all), policy, u64::MAX) {
        Fit::Send { cut: Cut { kept, tokens, .. }, met, .. } => (kept.len() - 1, tokens, met),
        _ => (messages, prompt_tokens(&all), true),
    }
}

pub fn keep_last_six(_: &Evidence) -> Result<Row, Absent> {
    let policy = CompressionPolicy {
        methods: vec![CompressionMethod::KeepLast],
        above_tokens: 2_000,
        to_tokens: 2_000,
        keep_last: 6,
        summary: None,
    };
    let (short, many, huge) = (kept(7, 20, &policy), kept(41, 150, &policy), kept(7, 1_000, &policy));
    let row = Row::of(
        AiBuddy,
        "S",
        "keep the last 6 messages, at most 2,000 tokens",
        "6 / 2,000",
        "core::compressor; instructions of 100 tokens before the messages",
    );
    Ok(row
        .exact(form("of 7 short messages ", 0, " are sent"), short.0 as f64, 7.0)
        .derived(form("of 41 of 150 tokens ", 0, ""), many.0 as f64, Band(6.0, 41.0))
        .derived(form("in ", 0, " tokens"), many.1 as f64, Band(0.0, 2_000.0))
        .exact(form("of 7 of 1,000 tokens ", 0, ""), huge.0 as f64, 6.0)
        .derived(form("in ", 0, ""), huge.1 as f64, Band(2_001.0, f64::INFINITY))
        .decided(
            many.2 && huge.2,
            "",
            "six long messages are more than 2,000 tokens: one of the two has to give way",
        ))
}

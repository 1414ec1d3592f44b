//! What it costs to check a reply: reading its claims, and holding them against the facts; beside a single regular expression
//! that finds English figures and knows nothing else. By the kilobyte, and over lengths, for the work has to grow with the
//! length and no faster.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rushhour_base::conversation::Conversation;
use rushhour_base::{AgentId, Ask, Call, CallPurpose, Instant, Keep, LaneId};
use rushhour_core::validator::{Given, claims, validate};
use rushhour_scenario::Scenario;
use rushhour_world::{Traffic, Words};
use std::hint::black_box;
use std::path::Path;

/// A reply, and the conversation that it belongs to.
type Said = (Conversation, String);

fn replies(criterion: &mut Criterion) {
    let figures = regex::Regex::new(FIGURES).expect("it is a pattern");
    for (name, tokens) in [("300-byte replies", 62), ("4 kB replies", 860)] {
        let said = said(tokens);
        let bytes: usize = said.iter().map(|(_, reply)| reply.len()).sum();
        println!("validator, {name}: {} bytes on average", bytes / said.len());
        let mut group = criterion.benchmark_group(format!("validator, {name}"));
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function("claims read", |bencher| {
            bencher.iter(|| said.iter().map(|(_, reply)| claims(black_box(reply)).len()).sum::<usize>());
        });
        group.bench_function("claims read and checked", |bencher| {
            bencher.iter(|| said.iter().filter(|said| check(black_box(said))).count());
        });
        group.bench_function("peer: one regex for English figures", |bencher| {
            bencher.iter(|| {
                said.iter().map(|(_, reply)| figures.find_iter(black_box(reply)).count()).sum::<usize>()
            });
        });
        group.finish();
    }
}

/// Bytes per second over three orders of magnitude: a straight line, if the work is linear.
fn lengths(criterion: &mut Criterion) {
    let (told, reply) = said(62).swap_remove(0);
    let mut group = criterion.benchmark_group("validator, by length");
    for length in [1_000, 10_000, 100_000, 1_000_000] {
        let long: String = reply.chars().cycle().take(length).collect();
        group.throughput(Throughput::Bytes(long.len() as u64));
        let said = (told.clone(), long);
        group.bench_function(BenchmarkId::from_parameter(length), |bencher| {
            bencher.iter(|| check(black_box(&said)));
        });
    }
    group.finish();
}

fn check((told, reply): &Said) -> bool {
    let asked = told.asked.as_ref().map(|(topic, subject)| (&**topic, &**subject));
    validate(reply, &Given { facts: &told.facts, asked, structure: None }).valid
}

/// Replies of so many tokens in three languages.
fn said(tokens: u32) -> Vec<Said> {
    let text = format!(
        "[provider.p.model.m]\nprices = {{ input = \"$3\", output = \"$15\" }}\n[workload.shop]\nagents = 60\n\
         arrivals = {{ kind = \"poisson\", per_agent_per_hour = 60 }}\nprompt = {{ first = 600, growth = 200, turns = 2 }}\n\
         output = {tokens}\nmax_tokens = 2000\nwords = {{ knowledge = \"shop\", languages = {{ en = 2, de = 1, es = 1 }} }}\n"
    );
    let scenario = Scenario::parse(&text, "validator.toml", Path::new(""), &[]).expect("a sound scenario");
    let words = Words::new(&scenario.world).expect("it has words");
    let mut traffic = Traffic::new(&scenario.world);
    let asks: Vec<Ask> = (0..120).map(|turn| traffic.ask(AgentId(turn % 60), Instant::START).0).collect();
    let one = |ask: &Ask| {
        let told = words.conversation(ask.request, ask.began, ask.text).expect("it has words");
        (told, words.reply_text(&call(ask)).expect("it has words").text)
    };
    asks.iter().map(one).collect()
}

fn call(ask: &Ask) -> Call {
    Call {
        request: ask.request,
        attempt: 0,
        lane: LaneId(0),
        input_tokens: ask.sent_tokens,
        prefix: ask.prefix,
        keep: Keep::No,
        max_tokens: ask.max_tokens,
        text: ask.text,
        began: ask.began,
        guarded: false,
        purpose: CallPurpose::Answer,
        lacks_fact: false,
    }
}

/// Amounts, shares, days, times, names and numbers in English figures.
const FIGURES: &str = r"(?i)\$\s?\d[\d,]*(?:\.\d+)?|\d[\d,]*(?:\.\d+)?\s?(?:usd|eur|dollars|euros|%|percent|per cent)|\d{4}-\d\d-\d\d|\d{1,2}:\d\d(?:\s?[ap]\.?m\.?)?|#?[a-z]{2,4}-\d+|\d[\d,]*(?:\.\d+)?";

criterion_group!(benches, replies, lengths);
criterion_main!(benches);

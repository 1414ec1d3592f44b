//! What text costs: microseconds per kilobyte written, and how much less it is to count it or to label it only.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rushhour_base::{AgentId, Ask, Call, CallPurpose, Instant, LaneId};
use rushhour_scenario::Scenario;
use rushhour_world::{Providers, Traffic, Words};
use std::hint::black_box;
use std::path::Path;

const TEXT: &str = r#"
[provider.p.model.m]
prices = { input = "$3", output = "$15" }
[workload.shop]
agents = 200
arrivals = { kind = "poisson", per_agent_per_hour = 60 }
prompt = { first = 1200, growth = 600, turns = 6 }
words = { knowledge = "shop", languages = { en = 2, de = 1, es = 1 } }
"#;

fn words(criterion: &mut Criterion) {
    let scenario = Scenario::parse(TEXT, "words.toml", Path::new(""), &[]).expect("a sound scenario");
    let words = Words::new(&scenario.world).expect("it has words");
    let asks = asks(&scenario);
    let replies: Vec<Call> = asks.iter().map(call).collect();
    let prompts: usize = asks.iter().map(|ask| told(&words, ask)).sum();
    let bytes: usize =
        replies.iter().map(|call| words.reply_text(call).map_or(0, |reply| reply.text.len())).sum();
    let mut group = criterion.benchmark_group("words");
    group.throughput(Throughput::Bytes(prompts as u64));
    group.bench_function("prompts, written", |bencher| {
        bencher.iter(|| asks.iter().map(|ask| told(&words, black_box(ask))).sum::<usize>());
    });
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("replies, written", |bencher| {
        bencher.iter(|| replies.iter().filter_map(|call| words.reply_text(black_box(call))).count());
    });
    group.bench_function("replies, counted", |bencher| {
        bencher.iter(|| replies.iter().filter_map(|call| words.reply(black_box(call))).count());
    });
    group.finish();
    // Replies of 300 bytes and histories of twelve messages: the case for which a speed is stated.
    let short = TEXT.replace(
        "first = 1200, growth = 600, turns = 6 }",
        "first = 200, growth = 120, turns = 4 }\noutput = 75",
    );
    for (name, text) in [("long", TEXT), ("short", &short)] {
        by_request(
            criterion,
            name,
            &Scenario::parse(text, "words.toml", Path::new(""), &[]).expect("a sound scenario"),
        );
    }
}

fn by_request(criterion: &mut Criterion, name: &str, scenario: &Scenario) {
    let words = Words::new(&scenario.world).expect("it has words");
    let (fresh, providers) = (Traffic::new(&scenario.world), Providers::new(&scenario.world));
    let replies: Vec<Call> = asks(scenario).iter().map(call).collect();
    let mut group = criterion.benchmark_group(format!("words, by request, {name}"));
    group.throughput(Throughput::Elements(replies.len() as u64));
    group.bench_function("asks with prompts counted", |bencher| {
        bencher.iter(|| all(black_box(fresh.clone())).len());
    });
    group.bench_function("asks with histories", |bencher| {
        bencher.iter(|| remembered(black_box(fresh.clone())));
    });
    group.bench_function("replies, counted", |bencher| {
        bencher.iter(|| replies.iter().filter_map(|call| words.reply(black_box(call))).count());
    });
    group.bench_function("replies, as their clients read them", |bencher| {
        bencher.iter(|| replies.iter().filter_map(|call| providers.said(black_box(call))).count());
    });
    group.finish();
}

/// Six turns of every agent: one conversation each.
fn asks(scenario: &Scenario) -> Vec<Ask> {
    all(Traffic::new(&scenario.world))
}

fn all(mut traffic: Traffic) -> Vec<Ask> {
    let agents = traffic.agents();
    (0..6 * agents).map(|turn| traffic.ask(AgentId(turn % agents), Instant::START).0).collect()
}

/// The same, with what the client of each remembers: so many messages in all.
fn remembered(mut traffic: Traffic) -> usize {
    traffic.remember();
    let agents = traffic.agents();
    let messages = |turn| {
        let ask = traffic.ask(AgentId(turn % agents), Instant::START).0;
        traffic.history(&ask).map_or(0, |history| history.messages.len())
    };
    (0..6 * agents).map(messages).sum()
}

fn call(ask: &Ask) -> Call {
    Call {
        request: ask.request,
        attempt: 0,
        lane: LaneId(0),
        input_tokens: ask.sent_tokens,
        prefix: ask.prefix,
        keep: rushhour_base::Keep::No,
        max_tokens: ask.max_tokens,
        text: ask.text,
        guarded: false,
        began: ask.began,
        purpose: CallPurpose::Answer,
        lacks_fact: false,
    }
}

/// Bytes of a whole conversation.
fn told(words: &Words, ask: &Ask) -> usize {
    let told = words.conversation(ask.request, ask.began, ask.text).expect("it has words");
    told.messages.iter().map(|message| message.text.len()).sum()
}

criterion_group!(benches, words);
criterion_main!(benches);

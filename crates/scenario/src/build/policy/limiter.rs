//! How calls are held back.

use crate::reader::Reader;
use crate::record::{Got, Record, Typed};
use rushhour_base::time::{DAY, MINUTE};
use rushhour_base::{Ratio, Span};
use rushhour_core::settings::{
    AgentLimits, AimdPolicy, Kinds, LimiterKind, LimiterPolicy, LimiterScope, OutputHold, PoolLimits,
    RateLimit, Refund,
};

pub(super) fn limiter(reader: &mut Reader, record: &Record) -> LimiterPolicy {
    let kinds = kinds(record);
    if kinds.requests == LimiterKind::Aimd && kinds.concurrency == LimiterKind::Aimd {
        let spot = &record.table("kinds").get("concurrency").spot;
        let hint = "state `kinds.requests = \"none\"` beside it".to_owned();
        reader.reject(spot, "requests are felt for already", "one of the two at a time", Some(hint));
    }
    LimiterPolicy {
        kinds,
        scope: match record.word("scope") {
            "key" => LimiterScope::Key,
            _ => LimiterScope::Account,
        },
        output_hold: match record.get("output_hold").typed {
            Typed::Count(tokens) => OutputHold::Tokens(tokens),
            _ => OutputHold::MaxTokens,
        },
        share: record.share("share"),
        own: own_limits(record.table("limits")),
        per_agent: per_agent(record.table("per_agent")),
        refund: match record.word("refund") {
            "unused" => Refund::Unused,
            "never" => Refund::Never,
            _ => Refund::Dialect,
        },
        aimd: aimd(reader, record.table("aimd")),
        headers: record.flag("headers"),
    }
}

fn kinds(record: &Record) -> Kinds {
    let general = kind(record.word("kind"));
    // Felt for is one thing at a time; what is not, counts as not limited.
    let rest = if general == LimiterKind::Aimd { LimiterKind::None } else { general };
    let single = record.table("kinds");
    let own = |key: &str| single.maybe(key).map(|_| kind(single.word(key)));
    Kinds {
        requests: own("requests").unwrap_or(general),
        tokens: own("tokens").unwrap_or(rest),
        input_tokens: own("input_tokens").unwrap_or(rest),
        output_tokens: own("output_tokens").unwrap_or(rest),
        requests_per_day: own("requests_per_day").unwrap_or(rest),
        tokens_per_day: own("tokens_per_day").unwrap_or(rest),
        concurrency: own("concurrency").unwrap_or(rest),
    }
}

fn kind(word: &str) -> LimiterKind {
    match word {
        "none" => LimiterKind::None,
        "sliding_log" => LimiterKind::SlidingLog,
        "fixed_window" => LimiterKind::FixedWindow,
        "sliding_counter" => LimiterKind::SlidingCounter,
        "aimd" => LimiterKind::Aimd,
        _ => LimiterKind::TokenBucket,
    }
}

fn own_limits(record: &Record) -> PoolLimits {
    let burst = record.share("burst");
    let limit =
        |key: &str, period: u64| record.maybe(key).map(Got::count).map(|amount| rate(amount, period, burst));
    PoolLimits {
        requests: limit("requests_per_minute", MINUTE),
        tokens: limit("tokens_per_minute", MINUTE),
        input_tokens: limit("input_tokens_per_minute", MINUTE),
        output_tokens: limit("output_tokens_per_minute", MINUTE),
        requests_per_day: limit("requests_per_day", DAY),
        tokens_per_day: limit("tokens_per_day", DAY),
        concurrency: record.maybe("concurrency").map(|_| record.small("concurrency")),
        ..PoolLimits::default()
    }
}

fn per_agent(record: &Record) -> AgentLimits {
    let requests = record.maybe("requests_per_minute").map(Got::count);
    let kind = kind(record.word("kind"));
    AgentLimits {
        requests: requests.map(|amount| (kind, rate(amount, MINUTE, Ratio::ONE))),
        spacing: record.span("spacing"),
    }
}

fn rate(amount: u64, period: u64, burst: Ratio) -> RateLimit {
    RateLimit { amount, period: Span(period), burst: burst.of(amount).max(1) }
}

fn aimd(reader: &mut Reader, record: &Record) -> AimdPolicy {
    let policy = AimdPolicy {
        start: record.count("start"),
        step: record.count("step"),
        every: record.span("every"),
        floor: record.count("floor"),
        ceiling: record.count("ceiling"),
    };
    let (floor, ceiling) = (record.get("floor"), record.get("ceiling"));
    if floor.sound && ceiling.sound && policy.ceiling < policy.floor {
        let at_fault = if ceiling.written { ceiling } else { floor };
        let why = format!("floor = {} and ceiling = {}", policy.floor, policy.ceiling);
        reader.reject(&at_fault.spot, &why, "a `ceiling` of at least `floor`", None);
    }
    policy
}

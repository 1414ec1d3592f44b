//! Against recorded replies and errors, word for word.

use super::*;
use rushhour_base::message::ErrorKind;
use rushhour_base::time::{MILLISECOND, SECOND};
use rushhour_base::{
    Call, CallError, CallPurpose, Dimension, Keep, LaneId, LimitHeaders, LimitState, Prefix, RequestId, Usage,
};
use std::num::NonZeroU64;

const EXCHANGE: Exchange<'_> = Exchange {
    seed: Seed(7),
    call: CallId(5),
    model: "gpt-4o-2024-08-06",
    organization: "org-x",
    now: Instant(2 * SECOND),
    starts_unix_s: 1_741_570_281,
    took: Span(26 * MILLISECOND),
};

fn state(limit: u64, remaining: u64, full_in_ms: u64) -> Option<LimitState> {
    let full_at = EXCHANGE.now + Span::millis(full_in_ms);
    Some(LimitState { limit: NonZeroU64::new(limit).expect("above zero"), remaining, full_at })
}

fn header<'r>(response: &'r Response, name: &str) -> &'r str {
    response.headers.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_str())
}

/// The body, with what is drawn taken out.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_inclusive('"') {
        let cut = ["chatcmpl-", "fp_", "call_", "msg_01", "toolu_01", "req_011C"]
            .iter()
            .find(|prefix| word.starts_with(**prefix) && word.len() > prefix.len() + 8);
        match cut {
            Some(prefix) => out.push_str(&format!("{prefix}…\"")),
            None => out.push_str(word),
        }
    }
    out
}

#[test]
fn identifiers_have_the_real_alphabets_and_lengths_and_come_again() {
    let sent = openai::completion(
        &EXCHANGE,
        Said::default(),
        Finish::Stop,
        Usage::default(),
        &LimitHeaders::default(),
    );
    let id = header(&sent, "x-request-id");
    assert!(id.len() == 36 && id[4..].bytes().all(|c| HEX.contains(&c)), "{id}");
    let again = openai::completion(
        &EXCHANGE,
        Said::default(),
        Finish::Stop,
        Usage::default(),
        &LimitHeaders::default(),
    );
    assert_eq!(sent, again);
    let other = Exchange { call: CallId(6), ..EXCHANGE };
    let other =
        openai::completion(&other, Said::default(), Finish::Stop, Usage::default(), &LimitHeaders::default());
    assert_ne!(header(&other, "x-request-id"), id);
    let sent = anthropic::message(
        &EXCHANGE,
        Said::default(),
        Finish::Stop,
        Usage::default(),
        &LimitHeaders::default(),
    );
    let id = header(&sent, "request-id");
    assert!(id.len() == 28 && id[8..].bytes().all(|c| BASE58.contains(&c)), "{id}");
}

#[test]
fn a_whole_reply_of_openai() {
    let usage = Usage { input_tokens: 11, output_tokens: 18, ..Usage::default() };
    let said = Said { text: &["He said ", "\"hi\"\n"], tools: &[] };
    let sent = openai::completion(&EXCHANGE, said, Finish::Stop, usage, &LimitHeaders::default());
    assert_eq!(
        plain(&sent.body),
        "{\"id\":\"chatcmpl-…\",\"object\":\"chat.completion\",\"created\":1741570283,\"model\":\"gpt-4o-2024-08-06\",\
         \"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"He said \\\"hi\\\"\\n\",\"refusal\":null,\
         \"annotations\":[]},\"logprobs\":null,\"finish_reason\":\"stop\"}],\
         \"usage\":{\"prompt_tokens\":11,\"completion_tokens\":18,\"total_tokens\":29,\
         \"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},\
         \"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0,\"accepted_prediction_tokens\":0,\
         \"rejected_prediction_tokens\":0}},\"service_tier\":\"default\",\"system_fingerprint\":\"fp_…\"}"
    );
}

/// The role stands in the first chunk alone, an id and a name in the first fragment of their tool call, the usage in a chunk
/// without choices, and every event ends with an empty line.
#[test]
fn a_stream_of_openai() {
    let tools = [ToolCall { name: "f", arguments: "{\"a\":1}" }];
    let usage = Usage { input_tokens: 2, cached_tokens: 1_024, output_tokens: 3, ..Usage::default() };
    let stream = openai::Stream::new(EXCHANGE, true).whole(
        Said { text: &[], tools: &tools },
        Finish::ToolCalls,
        usage,
    );
    let events: Vec<&str> = stream.split("\n\n").collect();
    assert_eq!((events.len(), events[5], events[6]), (7, "data: [DONE]", ""));
    let choices: Vec<String> = events[..5]
        .iter()
        .map(|event| plain(&event[event.find("\"choices\"").expect("choices")..]))
        .collect();
    let chunk = |delta: &str, reason: &str| {
        format!(
            "\"choices\":[{{\"index\":0,\"delta\":{delta},\"logprobs\":null,\"finish_reason\":{reason}}}],\"usage\":null}}"
        )
    };
    assert_eq!(choices[0], chunk("{\"role\":\"assistant\",\"content\":null,\"refusal\":null}", "null"));
    let first = "{\"tool_calls\":[{\"index\":0,\"id\":\"call_…\",\"type\":\"function\",\"function\":{\"name\":\"f\",\
                 \"arguments\":\"\"}}]}";
    assert_eq!(choices[1], chunk(first, "null"));
    let second = "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\":1}\"}}]}";
    assert_eq!(choices[2], chunk(second, "null"));
    assert_eq!(choices[3], chunk("{}", "\"tool_calls\""));
    assert!(choices[4].starts_with("\"choices\":[],\"usage\":{\"prompt_tokens\":1026,"), "{}", choices[4]);
    assert!(choices[4].contains("\"cached_tokens\":1024"), "{}", choices[4]);
    let without = openai::Stream::new(EXCHANGE, false).whole(Said::default(), Finish::Length, usage);
    assert!(!without.contains("usage") && without.contains("\"finish_reason\":\"length\""), "{without}");
}

/// Limits, used and requested of recorded 429s, and the delay that each of them named.
#[test]
fn delays_of_429s_as_recorded() {
    for (limit, used, requested, delay) in [
        (30_000, 30_000, 154, "308ms"),
        (30_000, 30_000, 890, "1.78s"),
        (10_000, 8_782, 8_172, "41.724s"),
        (200_000, 118_932, 156_060, "22.497s"),
    ] {
        let (dimension, retry_after) = (Dimension::Tokens, Some(Span::secs(1)));
        let refusal = Refusal::RateLimited { dimension, limit, used, requested, retry_after };
        let sent = openai::error(&EXCHANGE, refusal, &LimitHeaders::default());
        let message = format!(
            "Rate limit reached for gpt-4o-2024-08-06 in organization org-x on tokens per min (TPM): Limit {limit}, Used \
             {used}, Requested {requested}. Please try again in {delay}. Visit"
        );
        assert!(sent.body.contains(&message), "{}", sent.body);
        assert!(
            sent.body.ends_with("\"type\":\"tokens\",\"param\":null,\"code\":\"rate_limit_exceeded\"}}"),
            "{}",
            sent.body
        );
        assert_eq!((sent.status, header(&sent, "retry-after")), (429, "1"));
    }
}

#[test]
fn rate_limit_headers_of_both() {
    let limits = LimitHeaders {
        as_of: EXCHANGE.now,
        requests: state(5_000, 4_999, 12),
        tokens: state(160_000, 158_866, 425),
        ..LimitHeaders::default()
    };
    let sent = openai::stream_head(&EXCHANGE, &limits);
    let names = ["limit-requests", "remaining-requests", "reset-requests", "reset-tokens"];
    let got = names.map(|name| header(&sent, &format!("x-ratelimit-{name}")).to_owned());
    assert_eq!(got, ["5000", "4999", "12ms", "425ms"]);
    let limits = LimitHeaders { input_tokens: state(200_000, 0, 63_000), ..limits };
    let sent = anthropic::stream_head(&EXCHANGE, &limits);
    let names = ["input-tokens-limit", "input-tokens-remaining", "input-tokens-reset", "requests-reset"];
    let got = names.map(|name| header(&sent, &format!("anthropic-ratelimit-{name}")).to_owned());
    assert_eq!(got, ["200000", "0", "2025-03-10T01:32:26Z", "2025-03-10T01:31:23Z"]);
}

#[test]
fn a_whole_reply_of_anthropic() {
    let usage = Usage {
        input_tokens: 588,
        cached_tokens: 9,
        cache_write_tokens: 4,
        cache_write_1h_tokens: 3,
        output_tokens: 151,
        reasoning_tokens: 47,
    };
    let exchange = Exchange { model: "claude-opus-5-5", ..EXCHANGE };
    let tools = [ToolCall { name: "f", arguments: "{\"a\":1}" }];
    let said = Said { text: &["Hello"], tools: &tools };
    let sent = anthropic::message(&exchange, said, Finish::ToolCalls, usage, &LimitHeaders::default());
    assert_eq!(
        plain(&sent.body),
        "{\"id\":\"msg_01…\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-opus-5-5\",\"container\":null,\
         \"content\":[{\"type\":\"text\",\"text\":\"Hello\"},{\"type\":\"tool_use\",\"id\":\"toolu_01…\",\"name\":\"f\",\
         \"input\":{\"a\":1},\"caller\":{\"type\":\"direct\"}}],\"stop_reason\":\"tool_use\",\"stop_sequence\":null,\
         \"stop_details\":null,\"diagnostics\":null,\
         \"usage\":{\"input_tokens\":588,\"cache_creation_input_tokens\":7,\"cache_read_input_tokens\":9,\
         \"cache_creation\":{\"ephemeral_5m_input_tokens\":4,\"ephemeral_1h_input_tokens\":3},\"output_tokens\":151,\
         \"output_tokens_details\":{\"thinking_tokens\":47},\"service_tier\":\"standard\",\"inference_geo\":\"global\"}}"
    );
}

/// Each event has both lines; the order is the recorded one; the usage at the end counts from the beginning.
#[test]
fn a_stream_of_anthropic() {
    let usage = Usage { input_tokens: 5, output_tokens: 20, ..Usage::default() };
    let tools = [ToolCall { name: "f", arguments: "{}" }];
    let said = Said { text: &["He", "llo"], tools: &tools };
    for (version, first) in [
        (anthropic::Version::Of2023, "\"usage\":{\"output_tokens\":20}"),
        (anthropic::Version::Of2026, "\"usage\":{\"input_tokens\":5,\"cache_creation_input_tokens\":0,"),
    ] {
        let stream = anthropic::Stream::new(EXCHANGE, version).whole(said, Finish::ToolCalls, usage);
        let kinds: Vec<&str> = stream.lines().filter_map(|line| line.strip_prefix("event: ")).collect();
        let start =
            ["message_start", "content_block_start", "ping", "content_block_delta", "content_block_delta"];
        let tool =
            ["content_block_stop", "content_block_start", "content_block_delta", "content_block_delta"];
        let end = ["content_block_stop", "message_delta", "message_stop"];
        assert_eq!(kinds, [&start[..], &tool[..], &end[..]].concat());
        let lines: Vec<&str> = stream.lines().collect();
        for (event, data) in lines.chunks(3).map(|three| (three[0], three[1])) {
            let kind = event.strip_prefix("event: ").expect("an event line");
            assert!(data.starts_with(&format!("data: {{\"type\":\"{kind}\"")), "{data}");
        }
        assert!(stream.contains("\"usage\":{\"input_tokens\":5,") && stream.contains(first), "{stream}");
        assert!(
            stream.contains("\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"\"}"),
            "{stream}"
        );
    }
    let broken = anthropic::Stream::error("overloaded_error", "Overloaded");
    assert_eq!(
        broken,
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n"
    );
}

#[test]
fn errors_of_both_as_recorded() {
    let too_long = Refusal::TooLong { context: 200_000, prompt: 210_000, max_tokens: 1_024 };
    let tokens = Refusal::RateLimited {
        dimension: Dimension::InputTokens,
        limit: 30_000,
        used: 29_000,
        requested: 2_000,
        retry_after: Some(Span::millis(15_200)),
    };
    for (refusal, status, openai_says, anthropic_status, anthropic_says) in [
        (too_long, 400, "context_length_exceeded", 400, "prompt is too long: 210000 tokens > 200000 maximum"),
        (
            tokens,
            429,
            "Limit 30000, Used 29000, Requested 2000",
            429,
            "rate limit of 30,000 input tokens per minute (org: org-x",
        ),
        (
            Refusal::Overloaded,
            503,
            "server_is_overloaded",
            529,
            "\"type\":\"overloaded_error\",\"message\":\"Overloaded\"",
        ),
        (
            Refusal::ServerError,
            500,
            "\"type\":\"server_error\"",
            500,
            "\"message\":\"Internal server error\"",
        ),
        (
            Refusal::InvalidKey { masked: "sk-a***z" },
            401,
            "Incorrect API key provided: sk-a***z",
            401,
            "invalid x-api-key",
        ),
        (Refusal::NoCredit, 429, "credit_balance_exhausted", 402, "billing_error"),
        (
            Refusal::NoSuchModel { model: "m" },
            404,
            "The model `m` does not exist or you do not have",
            404,
            "model: m",
        ),
        (Refusal::BodyTooLarge, 413, "null", 413, "{\"error\":{\"type\":\"request_too_large\""),
        (Refusal::TooFast { retry_after: None }, 429, "slow_down", 429, "ramp_limit_exceeded"),
    ] {
        let (one, other) = (
            openai::error(&EXCHANGE, refusal, &LimitHeaders::default()),
            anthropic::error(&EXCHANGE, refusal, &LimitHeaders::default()),
        );
        assert!(one.status == status && one.body.contains(openai_says), "{} {}", one.status, one.body);
        assert!(
            other.status == anthropic_status && other.body.contains(anthropic_says),
            "{} {}",
            other.status,
            other.body
        );
        assert!(one.body.contains("\"param\":") && one.body.contains("\"code\":"), "{}", one.body);
        if refusal != Refusal::BodyTooLarge {
            let id = format!("\"request_id\":\"{}\"", header(&other, "request-id"));
            assert!(
                other.body.starts_with("{\"type\":\"error\"") && other.body.contains(&id),
                "{}",
                other.body
            );
        }
    }
    let sent = anthropic::error(&EXCHANGE, tokens, &LimitHeaders::default());
    assert_eq!(header(&sent, "retry-after"), "16");
}

/// What a reply says of its limits tells which of them refused it, or that none did.
#[test]
fn a_refusal_is_told_from_its_headers() {
    let call = Call {
        request: RequestId(0),
        attempt: 0,
        lane: LaneId(0),
        input_tokens: 900,
        prefix: Prefix::default(),
        keep: Keep::No,
        max_tokens: 200,
        text: 0,
        guarded: false,
        began: 0,
        purpose: CallPurpose::Answer,
        lacks_fact: false,
    };
    let error = CallError { kind: ErrorKind::RateLimited, retry_after: None };
    let limits =
        LimitHeaders { requests: state(60, 3, 0), tokens: state(2_000, 1_099, 0), ..LimitHeaders::default() };
    let (dimension, retry_after) = (Dimension::Tokens, None);
    assert_eq!(
        Refusal::of(error, &call, &limits, u64::MAX),
        Refusal::RateLimited { dimension, limit: 2_000, used: 901, requested: 1_100, retry_after }
    );
    let small = LimitHeaders { tokens: state(1_000, 1_000, 0), ..limits };
    let never = Refusal::TooLarge { dimension, limit: 1_000, requested: 1_100 };
    assert_eq!(Refusal::of(error, &call, &small, u64::MAX), never);
    let room = LimitHeaders { tokens: state(2_000, 1_100, 0), ..limits };
    assert_eq!(Refusal::of(error, &call, &room, u64::MAX), Refusal::TooFast { retry_after });
    let error = CallError { kind: ErrorKind::InvalidRequest, retry_after };
    let long = Refusal::TooLong { context: 1_000, prompt: 900, max_tokens: 200 };
    assert_eq!(Refusal::of(error, &call, &room, 1_000), long);
}

/// Identifiers are part of what a run says: whoever changes how they are drawn changes every recorded reply.
#[test]
fn identifiers_are_pinned_and_strings_are_escaped() {
    assert_eq!(EXCHANGE.id(1, BASE62, 29), PINNED);
    for text in ["", "plain", "a\"b\\c\nd\re\tf\u{1}g", "Grüße, 47,15 €", "\u{1f}\u{0}\"\"\\"] {
        let mut escaped = String::from("\"");
        for c in text.chars() {
            match c {
                '"' | '\\' => escaped.extend(['\\', c]),
                '\n' => escaped.push_str("\\n"),
                '\r' => escaped.push_str("\\r"),
                '\t' => escaped.push_str("\\t"),
                c if c < ' ' => escaped.push_str(&format!("\\u{:04x}", c as u32)),
                c => escaped.push(c),
            }
        }
        assert_eq!(quoted(text), escaped + "\"");
    }
}
const PINNED: &str = "kITZW6kcO2XTtqtqzS98nyL68M2pa";

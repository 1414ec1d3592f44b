//! Anthropic Messages, as of 2026: bodies, streams, errors and headers, of both versions of the API.

use super::{BASE58, Exchange, Finish, Refusal, Response, Said, grouped, quoted};
use crate::stamp::rfc3339;
use rushhour_base::time::SECOND;
use rushhour_base::{Dimension, LimitHeaders, LimitState, Span, Usage};

/// The version of the API that the caller asked for in `anthropic-version`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `2023-06-01`.
    Of2023,
    /// `2026-10-21`: the last event of a stream states the whole usage.
    Of2026,
}

impl Version {
    /// The version of a name; `None` if there is no such.
    pub fn named(name: &str) -> Option<Version> {
        match name {
            "2023-06-01" => Some(Version::Of2023),
            "2026-10-21" => Some(Version::Of2026),
            _ => None,
        }
    }
}

/// A whole reply in one body.
pub fn message(
    exchange: &Exchange<'_>,
    said: Said<'_>,
    finish: Finish<'_>,
    usage: Usage,
    limits: &LimitHeaders,
) -> Response {
    let mut content = Vec::new();
    if !said.text.is_empty() {
        content.push(format!("{{\"type\":\"text\",\"text\":{}}}", quoted(&said.text.concat())));
    }
    for (index, tool) in said.tools.iter().enumerate() {
        content.push(tool_use(exchange, index, tool.name, tool.arguments));
    }
    let (reason, sequence) = stop(finish);
    let body = frame(exchange, &content.join(","), &format!("\"{reason}\""), &sequence, &usage_object(usage));
    Response { status: 200, headers: headers(exchange, "application/json", limits, None), body }
}

/// The head of a stream.
pub fn stream_head(exchange: &Exchange<'_>, limits: &LimitHeaders) -> Response {
    let headers = headers(exchange, "text/event-stream; charset=utf-8", limits, None);
    Response { status: 200, headers, body: String::new() }
}

/// The events of a stream, each an `event:` and a `data:` line and an empty one. They go out in the order of the functions:
/// start, blocks with their deltas, each closed by a stop, and the end.
#[derive(Clone, Debug)]
pub struct Stream<'a> {
    exchange: Exchange<'a>,
    version: Version,
}

impl<'a> Stream<'a> {
    /// What keeps a stream alive: one goes out after the first block has begun, further ones at any time.
    pub const PING: &'static str = "event: ping\ndata: {\"type\":\"ping\"}\n\n";

    /// The stream of an exchange.
    pub fn new(exchange: Exchange<'a>, version: Version) -> Stream<'a> {
        Stream { exchange, version }
    }

    /// The first event. Of the usage it states the prompt, and of the output a token.
    pub fn start(&self, usage: Usage) -> String {
        let begun = Usage { output_tokens: 1, reasoning_tokens: 0, ..usage };
        let message = frame(&self.exchange, "", "null", "null", &usage_object(begun));
        event("message_start", &format!("\"message\":{message}"))
    }

    /// Block number `index` of the reply begins: a text.
    pub fn text_block(&self, index: usize) -> String {
        event(
            "content_block_start",
            &format!("\"index\":{index},\"content_block\":{{\"type\":\"text\",\"text\":\"\"}}"),
        )
    }

    /// A piece of the text of block number `index`.
    pub fn text(&self, index: usize, piece: &str) -> String {
        delta(index, &format!("{{\"type\":\"text_delta\",\"text\":{}}}", quoted(piece)))
    }

    /// Block number `index` begins: the call of a tool.
    pub fn tool_block(&self, index: usize, name: &str) -> String {
        let block = tool_use(&self.exchange, index, name, "{}");
        event("content_block_start", &format!("\"index\":{index},\"content_block\":{block}"))
    }

    /// A piece of the arguments of block number `index`; the first one is empty.
    pub fn arguments(&self, index: usize, piece: &str) -> String {
        delta(index, &format!("{{\"type\":\"input_json_delta\",\"partial_json\":{}}}", quoted(piece)))
    }

    /// Block number `index` is over.
    pub fn stop_block(&self, index: usize) -> String {
        event("content_block_stop", &format!("\"index\":{index}"))
    }

    /// Why the reply ended and what it used, which counts from its beginning; and the last event.
    pub fn end(&self, finish: Finish<'_>, usage: Usage) -> String {
        let (reason, sequence) = stop(finish);
        let stated = match self.version {
            Version::Of2023 => format!("{{\"output_tokens\":{}}}", usage.output_tokens),
            Version::Of2026 => cumulative(usage),
        };
        let delta = format!(
            "\"delta\":{{\"stop_reason\":\"{reason}\",\"stop_sequence\":{sequence},\"stop_details\":null,\
             \"container\":null}},\"usage\":{stated}"
        );
        event("message_delta", &delta) + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
    }

    /// An error in the middle of a stream, whose status was 200.
    pub fn error(kind: &str, message: &str) -> String {
        event("error", &format!("\"error\":{{\"type\":\"{kind}\",\"message\":{}}}", quoted(message)))
    }

    /// All of a reply, from the start to the end.
    pub fn whole(&self, said: Said<'_>, finish: Finish<'_>, usage: Usage) -> String {
        let mut all = self.start(usage);
        let texts = usize::from(!said.text.is_empty());
        let ping = |index: usize| if index == 0 { Stream::PING } else { "" };
        if texts > 0 {
            all = all + &self.text_block(0) + ping(0);
            said.text.iter().for_each(|piece| all.push_str(&self.text(0, piece)));
            all.push_str(&self.stop_block(0));
        }
        for (index, tool) in said.tools.iter().enumerate().map(|(n, tool)| (n + texts, tool)) {
            all = all + &self.tool_block(index, tool.name) + ping(index);
            all = all + &self.arguments(index, "") + &self.arguments(index, tool.arguments);
            all.push_str(&self.stop_block(index));
        }
        all + &self.end(finish, usage)
    }
}

/// An error before the first byte.
pub fn error(exchange: &Exchange<'_>, refusal: Refusal<'_>, limits: &LimitHeaders) -> Response {
    let (status, kind, message, retry_after) = told(exchange, refusal);
    let details = match refusal {
        Refusal::TooFast { .. } => ",\"details\":{\"error_code\":\"ramp_limit_exceeded\"}",
        Refusal::SpendLimit => ",\"details\":{\"error_code\":\"enforced_spend_limit_reached\"}",
        _ => "",
    };
    let error = format!("\"error\":{{\"type\":\"{kind}\",\"message\":{}{details}}}", quoted(&message));
    // What is too large is turned away at the edge, which knows of no request.
    let body = match refusal {
        Refusal::BodyTooLarge => format!("{{{error}}}"),
        _ => format!("{{\"type\":\"error\",{error},\"request_id\":\"{}\"}}", request_id(exchange)),
    };
    let mut headers = headers(exchange, "application/json", limits, retry_after);
    match refusal {
        Refusal::NoCredit => headers.push(("x-should-retry", "false".to_owned())),
        Refusal::RateLimited { .. } => headers.push(("x-should-retry", "true".to_owned())),
        _ => {}
    }
    Response { status, headers, body }
}

fn told(exchange: &Exchange<'_>, refusal: Refusal<'_>) -> (u16, &'static str, String, Option<Span>) {
    let plain = |status, kind, message: &str| (status, kind, message.to_owned(), None);
    let exceeded = |dimension, limit: u64| {
        format!(
            "This request would exceed your organization's rate limit of {} {} (org: {}, model: {}).",
            grouped(limit),
            limit_words(dimension),
            exchange.organization,
            exchange.model
        )
    };
    match refusal {
        Refusal::RateLimited { dimension, limit, retry_after, .. } => {
            (429, "rate_limit_error", exceeded(dimension, limit), retry_after)
        }
        Refusal::TooLarge { dimension, limit, .. } => {
            (429, "rate_limit_error", exceeded(dimension, limit), None)
        }
        Refusal::Concurrency => {
            plain(429, "rate_limit_error", "Number of concurrent connections has exceeded your rate limit.")
        }
        Refusal::TooFast { retry_after } => {
            let message = "Your usage has grown too fast. Please increase it gradually.";
            (429, "rate_limit_error", message.to_owned(), retry_after)
        }
        Refusal::SpendLimit => plain(429, "rate_limit_error", "You have reached your spend limit."),
        Refusal::Overloaded => plain(529, "overloaded_error", "Overloaded"),
        Refusal::ServerError => plain(500, "api_error", "Internal server error"),
        Refusal::GatewayTimeout => plain(504, "timeout_error", "Request timed out"),
        Refusal::NoCredit => plain(402, "billing_error", NO_CREDIT),
        Refusal::InvalidKey { .. } => plain(401, "authentication_error", "invalid x-api-key"),
        Refusal::NoKey => plain(401, "authentication_error", "x-api-key header is required"),
        Refusal::NoSuchPath { .. } => plain(404, "not_found_error", "Not Found"),
        Refusal::Forbidden => {
            plain(403, "permission_error", "Your API key has no permission for this resource.")
        }
        Refusal::NoSuchModel { model } => plain(404, "not_found_error", &format!("model: {model}")),
        Refusal::TooLong { context, prompt, .. } if prompt > context => {
            let message = format!("prompt is too long: {prompt} tokens > {context} maximum");
            plain(400, "invalid_request_error", &message)
        }
        Refusal::TooLong { context, prompt, max_tokens } => {
            let message = format!(
                "input length and `max_tokens` exceed context limit: {prompt} + {max_tokens} > {context}, decrease input \
                 length or `max_tokens` and try again"
            );
            plain(400, "invalid_request_error", &message)
        }
        Refusal::BodyTooLarge => plain(413, "request_too_large", "Request exceeds the maximum size"),
        Refusal::Invalid { message, .. } => plain(400, "invalid_request_error", message),
    }
}

fn limit_words(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Requests => "requests per minute",
        Dimension::RequestsPerDay => "requests per day",
        Dimension::OutputTokens => "output tokens per minute",
        Dimension::InputTokens => "input tokens per minute",
        Dimension::TokensPerDay => "tokens per day",
        _ => "tokens per minute",
    }
}

fn headers(
    exchange: &Exchange<'_>,
    content_type: &str,
    limits: &LimitHeaders,
    retry_after: Option<Span>,
) -> Vec<(&'static str, String)> {
    let mut all = vec![
        ("content-type", content_type.to_owned()),
        ("request-id", request_id(exchange)),
        ("anthropic-organization-id", exchange.organization.to_owned()),
    ];
    let mut family = |names: [&'static str; 3], state: Option<LimitState>| {
        let Some(LimitState { limit, remaining, full_at }) = state else { return };
        let values = [limit.to_string(), remaining.to_string(), rfc3339(exchange.unix_s(full_at))];
        all.extend(names.into_iter().zip(values));
    };
    family(REQUESTS, limits.requests);
    family(TOKENS, limits.tokens);
    family(INPUT, limits.input_tokens);
    family(OUTPUT, limits.output_tokens);
    if let Some(wait) = retry_after {
        all.push(("retry-after", wait.0.div_ceil(SECOND).max(1).to_string()));
    }
    all
}

/// A message around its content. A reason or a sequence is JSON already.
fn frame(exchange: &Exchange<'_>, content: &str, reason: &str, sequence: &str, usage: &str) -> String {
    format!(
        "{{\"id\":\"msg_01{}\",\"type\":\"message\",\"role\":\"assistant\",\"model\":{},\"container\":null,\
         \"content\":[{content}],\"stop_reason\":{reason},\"stop_sequence\":{sequence},\"stop_details\":null,\
         \"diagnostics\":null,\"usage\":{usage}}}",
        exchange.id(MESSAGE, BASE58, 22),
        quoted(exchange.model),
    )
}

fn usage_object(usage: Usage) -> String {
    let counted = cumulative(usage);
    let open = counted.strip_suffix('}').unwrap_or(&counted);
    format!("{open},\"service_tier\":\"standard\",\"inference_geo\":\"global\"}}")
}

/// What a reply used from its beginning on.
fn cumulative(usage: Usage) -> String {
    format!(
        "{{\"input_tokens\":{},\"cache_creation_input_tokens\":{},\"cache_read_input_tokens\":{},\
         \"cache_creation\":{{\"ephemeral_5m_input_tokens\":{},\"ephemeral_1h_input_tokens\":{}}},\
         \"output_tokens\":{},\"output_tokens_details\":{{\"thinking_tokens\":{}}}}}",
        usage.input_tokens,
        usage.written_tokens(),
        usage.cached_tokens,
        usage.cache_write_tokens,
        usage.cache_write_1h_tokens,
        usage.output_tokens,
        usage.reasoning_tokens,
    )
}

fn tool_use(exchange: &Exchange<'_>, index: usize, name: &str, input: &str) -> String {
    let (id, name) = (exchange.id(TOOLS + index as u64, BASE58, 22), quoted(name));
    format!(
        "{{\"type\":\"tool_use\",\"id\":\"toolu_01{id}\",\"name\":{name},\"input\":{input},\"caller\":{{\"type\":\"direct\"}}}}"
    )
}

fn stop(finish: Finish<'_>) -> (&'static str, String) {
    let sequence = match finish {
        Finish::StopSequence(sequence) => quoted(sequence),
        _ => "null".to_owned(),
    };
    let reason = match finish {
        Finish::Stop => "end_turn",
        Finish::StopSequence(_) => "stop_sequence",
        Finish::Length => "max_tokens",
        Finish::ToolCalls => "tool_use",
        Finish::Refused => "refusal",
    };
    (reason, sequence)
}

fn delta(index: usize, delta: &str) -> String {
    event("content_block_delta", &format!("\"index\":{index},\"delta\":{delta}"))
}

fn event(kind: &str, members: &str) -> String {
    format!("event: {kind}\ndata: {{\"type\":\"{kind}\",{members}}}\n\n")
}

fn request_id(exchange: &Exchange<'_>) -> String {
    format!("req_011C{}", exchange.id(REQUEST, BASE58, 20))
}

const REQUESTS: [&str; 3] = [
    "anthropic-ratelimit-requests-limit",
    "anthropic-ratelimit-requests-remaining",
    "anthropic-ratelimit-requests-reset",
];
const TOKENS: [&str; 3] = [
    "anthropic-ratelimit-tokens-limit",
    "anthropic-ratelimit-tokens-remaining",
    "anthropic-ratelimit-tokens-reset",
];
const INPUT: [&str; 3] = [
    "anthropic-ratelimit-input-tokens-limit",
    "anthropic-ratelimit-input-tokens-remaining",
    "anthropic-ratelimit-input-tokens-reset",
];
const OUTPUT: [&str; 3] = [
    "anthropic-ratelimit-output-tokens-limit",
    "anthropic-ratelimit-output-tokens-remaining",
    "anthropic-ratelimit-output-tokens-reset",
];

// Which identifier of an exchange is which.
const REQUEST: u64 = 0;
const MESSAGE: u64 = 1;
const TOOLS: u64 = 16;
const NO_CREDIT: &str = "Your credit balance is too low to access the API. Please go to Plans & Billing to upgrade or purchase credits.";

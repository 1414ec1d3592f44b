//! OpenAI Chat Completions, as of 2026: bodies, streams, errors and headers.

use super::{BASE62, Exchange, Finish, HEX, Refusal, Response, Said, ToolCall, quoted};
use crate::stamp::go_duration;
use rushhour_base::time::{DAY, MILLISECOND, MINUTE, SECOND};
use rushhour_base::{Dimension, LimitHeaders, LimitState, Span, Usage};

/// A whole reply in one body.
pub fn completion(
    exchange: &Exchange<'_>,
    said: Said<'_>,
    finish: Finish<'_>,
    usage: Usage,
    limits: &LimitHeaders,
) -> Response {
    completion_of(exchange, &[(said, finish)], usage, limits)
}

/// A whole reply of several choices in one body, numbered from 0.
pub fn completion_of(
    exchange: &Exchange<'_>,
    choices: &[(Said<'_>, Finish<'_>)],
    usage: Usage,
    limits: &LimitHeaders,
) -> Response {
    let choices: Vec<String> =
        choices.iter().enumerate().map(|(index, choice)| choice_object(exchange, index, choice)).collect();
    let body = format!(
        "{{\"id\":\"{}\",\"object\":\"chat.completion\",\"created\":{},\"model\":{},\
         \"choices\":[{}],\"usage\":{},\
         \"service_tier\":\"default\",\"system_fingerprint\":\"{}\"}}",
        reply_id(exchange),
        exchange.unix_s(exchange.now),
        quoted(exchange.model),
        choices.join(","),
        usage_object(usage),
        fingerprint(exchange),
    );
    Response { status: 200, headers: headers(exchange, "application/json", limits, None), body }
}

fn choice_object(exchange: &Exchange<'_>, index: usize, (said, finish): &(Said<'_>, Finish<'_>)) -> String {
    let first = index * TOOLS_PER_CHOICE;
    let tools: Vec<String> =
        said.tools.iter().enumerate().map(|(n, tool)| tool_call(exchange, first + n, tool)).collect();
    let content = match said.text.is_empty() && !tools.is_empty() {
        true => "null".to_owned(),
        false => quoted(&said.text.concat()),
    };
    let tools = match tools.is_empty() {
        true => String::new(),
        false => format!(",\"tool_calls\":[{}]", tools.join(",")),
    };
    format!(
        "{{\"index\":{index},\"message\":{{\"role\":\"assistant\",\"content\":{content}{tools},\"refusal\":null,\
         \"annotations\":[]}},\"logprobs\":null,\"finish_reason\":\"{}\"}}",
        finish_reason(*finish)
    )
}

/// The head of a stream. Its rate-limit headers are final: they were written before the first token.
pub fn stream_head(exchange: &Exchange<'_>, limits: &LimitHeaders) -> Response {
    let headers = headers(exchange, "text/event-stream; charset=utf-8", limits, None);
    Response { status: 200, headers, body: String::new() }
}

/// The events of a stream, each a `data:` line and an empty one. They go out in the order of the functions: the role, text or
/// calls of tools, the finish, with `include_usage` the usage, and [`DONE`](Stream::DONE).
#[derive(Clone, Debug)]
pub struct Stream<'a> {
    exchange: Exchange<'a>,
    include_usage: bool,
    choice: usize,
}

impl<'a> Stream<'a> {
    /// What ends every stream.
    pub const DONE: &'static str = "data: [DONE]\n\n";

    /// The stream of an exchange, whose caller wants its usage or not.
    pub fn new(exchange: Exchange<'a>, include_usage: bool) -> Stream<'a> {
        Stream { exchange, include_usage, choice: 0 }
    }

    /// The same stream, whose next events are of choice number `choice`. Events of several choices may come in any order.
    #[must_use]
    pub fn of_choice(self, choice: usize) -> Stream<'a> {
        Stream { choice, ..self }
    }

    /// The first event; the role stands in no other. `has_text` is false for a reply that only calls tools.
    pub fn role(&self, has_text: bool) -> String {
        let content = if has_text { "\"\"" } else { "null" };
        self.chunk(&format!("{{\"role\":\"assistant\",\"content\":{content},\"refusal\":null}}"), "null")
    }

    /// A piece of text.
    pub fn text(&self, piece: &str) -> String {
        self.chunk(&format!("{{\"content\":{}}}", quoted(piece)), "null")
    }

    /// The first fragment of tool call number `index`: its id and name stand in no other.
    pub fn tool(&self, index: usize, name: &str) -> String {
        let id = tool_id(&self.exchange, self.choice * TOOLS_PER_CHOICE + index);
        let call = format!(
            "{{\"index\":{index},\"id\":\"{id}\",\"type\":\"function\",\"function\":{{\"name\":{},\"arguments\":\"\"}}}}",
            quoted(name)
        );
        self.chunk(&format!("{{\"tool_calls\":[{call}]}}"), "null")
    }

    /// A further fragment of the arguments of tool call number `index`.
    pub fn arguments(&self, index: usize, piece: &str) -> String {
        let call = format!("{{\"index\":{index},\"function\":{{\"arguments\":{}}}}}", quoted(piece));
        self.chunk(&format!("{{\"tool_calls\":[{call}]}}"), "null")
    }

    /// Why the reply ended.
    pub fn finish(&self, finish: Finish<'_>) -> String {
        self.chunk("{}", &format!("\"{}\"", finish_reason(finish)))
    }

    /// The usage, if the caller wants it: an event without choices.
    pub fn usage(&self, usage: Usage) -> Option<String> {
        self.include_usage.then(|| self.event("[]", &format!(",\"usage\":{}", usage_object(usage))))
    }

    /// An error in the middle of a stream, whose status was 200.
    pub fn error(message: &str) -> String {
        let message = quoted(message);
        format!(
            "data: {{\"error\":{{\"message\":{message},\"type\":\"server_error\",\"param\":null,\"code\":null}}}}\n\n"
        )
    }

    /// All of a reply, from the role to the end.
    pub fn whole(&self, said: Said<'_>, finish: Finish<'_>, usage: Usage) -> String {
        let mut all = self.role(!said.text.is_empty() || said.tools.is_empty());
        said.text.iter().for_each(|piece| all.push_str(&self.text(piece)));
        for (index, tool) in said.tools.iter().enumerate() {
            all.push_str(&self.tool(index, tool.name));
            all.push_str(&self.arguments(index, tool.arguments));
        }
        all.push_str(&self.finish(finish));
        all.extend(self.usage(usage));
        all.push_str(Stream::DONE);
        all
    }

    fn chunk(&self, delta: &str, finish_reason: &str) -> String {
        let usage = if self.include_usage { ",\"usage\":null" } else { "" };
        let choice = format!(
            "[{{\"index\":{},\"delta\":{delta},\"logprobs\":null,\"finish_reason\":{finish_reason}}}]",
            self.choice
        );
        self.event(&choice, usage)
    }

    fn event(&self, choices: &str, usage: &str) -> String {
        let exchange = &self.exchange;
        format!(
            "data: {{\"id\":\"{}\",\"object\":\"chat.completion.chunk\",\"created\":{},\"model\":{},\
             \"service_tier\":\"default\",\"system_fingerprint\":\"{}\",\"choices\":{choices}{usage}}}\n\n",
            reply_id(exchange),
            exchange.unix_s(exchange.now),
            quoted(exchange.model),
            fingerprint(exchange),
        )
    }
}

/// An error before the first byte.
pub fn error(exchange: &Exchange<'_>, refusal: Refusal<'_>, limits: &LimitHeaders) -> Response {
    let Told { status, kind, code, param, message, retry_after } = told(exchange, refusal);
    let or_null = |text: Option<&str>| text.map_or("null".to_owned(), quoted);
    let body = format!(
        "{{\"error\":{{\"message\":{},\"type\":\"{kind}\",\"param\":{},\"code\":{}}}}}",
        quoted(&message),
        or_null(param),
        or_null(code),
    );
    Response { status, headers: headers(exchange, "application/json", limits, retry_after), body }
}

struct Told<'a> {
    status: u16,
    kind: &'static str,
    code: Option<&'static str>,
    param: Option<&'a str>,
    message: String,
    retry_after: Option<Span>,
}

fn told<'a>(exchange: &Exchange<'_>, refusal: Refusal<'a>) -> Told<'a> {
    let plain = |status, kind, code, message: String| Told {
        status,
        kind,
        code,
        param: None,
        message,
        retry_after: None,
    };
    let invalid = |code, message| plain(400, "invalid_request_error", code, message);
    let (model, organization) = (exchange.model, exchange.organization);
    match refusal {
        Refusal::RateLimited { dimension, limit, used, requested, retry_after } => {
            let (kind, name, window) = limit_words(dimension);
            let over = u128::from(used.saturating_add(requested).saturating_sub(limit));
            let wait = Span((over * u128::from(window.0) / u128::from(limit.max(1))) as u64);
            let message = format!(
                "Rate limit reached for {model} in organization {organization} on {name}: Limit {limit}, Used {used}, \
                 Requested {requested}. Please try again in {}. {VISIT}",
                go_duration(wait)
            );
            Told { retry_after, ..plain(429, kind, Some("rate_limit_exceeded"), message) }
        }
        Refusal::TooLarge { dimension, limit, requested } => {
            let (kind, name, _) = limit_words(dimension);
            let message = format!(
                "Request too large for {model} in organization {organization} on {name}: Limit {limit}, Requested \
                 {requested}. The input or output tokens must be reduced in order to run successfully. {VISIT}"
            );
            plain(429, kind, Some("rate_limit_exceeded"), message)
        }
        Refusal::Concurrency => {
            plain(429, "requests", Some("rate_limit_exceeded"), "Too many concurrent requests.".into())
        }
        Refusal::TooFast { retry_after } => {
            let message =
                "Slow down: your request rate grew too fast. Please reduce it and increase it gradually.";
            Told { retry_after, ..plain(429, "rate_limit_error", Some("slow_down"), message.into()) }
        }
        Refusal::Overloaded => {
            let message = "The engine is currently overloaded, please try again later";
            plain(503, "service_unavailable_error", Some("server_is_overloaded"), message.into())
        }
        Refusal::ServerError => plain(500, "server_error", None, SERVER_ERROR.into()),
        Refusal::GatewayTimeout => plain(504, "server_error", None, "Gateway timeout.".into()),
        Refusal::NoCredit => {
            let message = "You have no credits remaining. Please add credits to continue.";
            plain(429, "insufficient_quota", Some("credit_balance_exhausted"), message.into())
        }
        Refusal::SpendLimit => {
            let message = "Your organization has reached its spend limit.";
            plain(429, "insufficient_quota", Some("organization_spend_limit_exceeded"), message.into())
        }
        Refusal::InvalidKey { masked } => {
            let message = format!("Incorrect API key provided: {masked}.");
            plain(401, "invalid_request_error", Some("invalid_api_key"), message)
        }
        Refusal::NoKey => plain(401, "invalid_request_error", None, NO_KEY.into()),
        Refusal::NoSuchPath { method, path } => {
            plain(404, "invalid_request_error", None, format!("Invalid URL ({method} {path})"))
        }
        Refusal::Forbidden => {
            let message = "You do not have access to this resource.";
            plain(403, "invalid_request_error", None, message.into())
        }
        Refusal::NoSuchModel { model } => {
            let message = format!("The model `{model}` does not exist or you do not have access to it.");
            plain(404, "invalid_request_error", Some("model_not_found"), message)
        }
        Refusal::TooLong { context, prompt, max_tokens } => {
            let message = format!(
                "This model's maximum context length is {context} tokens. However, you requested {} tokens ({prompt} in \
                 the messages, {max_tokens} in the completion). Please reduce the length of the messages or completion.",
                prompt.saturating_add(max_tokens)
            );
            Told { param: Some("messages"), ..invalid(Some("context_length_exceeded"), message) }
        }
        Refusal::BodyTooLarge => {
            plain(413, "invalid_request_error", None, "Request body is too large.".into())
        }
        Refusal::Invalid { message, param } => Told { param, ..invalid(None, message.to_owned()) },
    }
}

/// The type of a 429, the limit's name in its message, and its window.
fn limit_words(dimension: Dimension) -> (&'static str, &'static str, Span) {
    match dimension {
        Dimension::Requests => ("requests", "requests per min (RPM)", Span(MINUTE)),
        Dimension::RequestsPerDay => ("requests", "requests per day (RPD)", Span(DAY)),
        Dimension::TokensPerDay => ("tokens", "tokens per day (TPD)", Span(DAY)),
        _ => ("tokens", "tokens per min (TPM)", Span(MINUTE)),
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
        ("x-request-id", format!("req_{}", exchange.id(REQUEST, HEX, 32))),
        ("openai-processing-ms", (exchange.took.0 / MILLISECOND).to_string()),
        ("openai-version", "2020-10-01".to_owned()),
        ("openai-organization", exchange.organization.to_owned()),
    ];
    let mut family = |names: [&'static str; 3], state: Option<LimitState>| {
        let Some(LimitState { limit, remaining, full_at }) = state else { return };
        let values = [limit.to_string(), remaining.to_string(), go_duration(full_at.since(limits.as_of))];
        all.extend(names.into_iter().zip(values));
    };
    family(
        ["x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"],
        limits.requests,
    );
    family(
        ["x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"],
        limits.tokens,
    );
    if let Some(wait) = retry_after {
        all.push(("retry-after", wait.0.div_ceil(SECOND).max(1).to_string()));
    }
    all
}

fn usage_object(usage: Usage) -> String {
    let (prompt, output) = (usage.prompt_tokens(), usage.output_tokens);
    format!(
        "{{\"prompt_tokens\":{prompt},\"completion_tokens\":{output},\"total_tokens\":{},\
         \"prompt_tokens_details\":{{\"cached_tokens\":{},\"audio_tokens\":0}},\
         \"completion_tokens_details\":{{\"reasoning_tokens\":{},\"audio_tokens\":0,\"accepted_prediction_tokens\":0,\
         \"rejected_prediction_tokens\":0}}}}",
        prompt + output,
        usage.cached_tokens,
        usage.reasoning_tokens,
    )
}

fn tool_call(exchange: &Exchange<'_>, index: usize, tool: &ToolCall<'_>) -> String {
    let (id, name, arguments) = (tool_id(exchange, index), quoted(tool.name), quoted(tool.arguments));
    format!(
        "{{\"id\":\"{id}\",\"type\":\"function\",\"function\":{{\"name\":{name},\"arguments\":{arguments}}}}}"
    )
}

fn finish_reason(finish: Finish<'_>) -> &'static str {
    match finish {
        Finish::Stop | Finish::StopSequence(_) => "stop",
        Finish::Length => "length",
        Finish::ToolCalls => "tool_calls",
        Finish::Refused => "content_filter",
    }
}

fn reply_id(exchange: &Exchange<'_>) -> String {
    format!("chatcmpl-{}", exchange.id(REPLY, BASE62, 29))
}

fn tool_id(exchange: &Exchange<'_>, index: usize) -> String {
    format!("call_{}", exchange.id(TOOLS + index as u64, BASE62, 24))
}

fn fingerprint(exchange: &Exchange<'_>) -> String {
    format!("fp_{}", exchange.id(FINGERPRINT, HEX, 10))
}

// Which identifier of an exchange is which.
const REQUEST: u64 = 0;
const REPLY: u64 = 1;
const FINGERPRINT: u64 = 2;
const TOOLS: u64 = 16;
/// Tool calls of one choice that have identifiers of their own.
const TOOLS_PER_CHOICE: usize = 128;

const VISIT: &str = "Visit https://platform.openai.com/account/rate-limits to learn more.";
const NO_KEY: &str = "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth \
                      (i.e. Authorization: Bearer YOUR_KEY).";
const SERVER_ERROR: &str = "The server had an error while processing your request. Sorry about that!";

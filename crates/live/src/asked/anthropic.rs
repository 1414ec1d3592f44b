//! The bodies of `POST /v1/messages` and `POST /v1/messages/count_tokens`.

use super::{Asked, CacheControl, Content, Format, Invalid, Text, Tool, ToolChoice, frame};
use rushhour_base::Keep;
use rushhour_world::tokens;
use rushhour_world::wire::anthropic::Version;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use xxhash_rust::xxh3::Xxh3;

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    model: Option<Text<'a>>,
    max_tokens: Option<i64>,
    #[serde(borrow)]
    messages: Option<Vec<Message<'a>>>,
    #[serde(borrow, default)]
    system: Content<'a>,
    stream: Option<bool>,
    #[serde(default)]
    stop_sequences: Option<Vec<String>>,
    #[serde(borrow, default)]
    tools: Vec<ToolEntry<'a>>,
    #[serde(borrow)]
    tool_choice: Option<ChoiceEntry<'a>>,
    #[serde(borrow)]
    output_config: Option<OutputConfig<'a>>,
    #[serde(borrow)]
    cache_control: Option<CacheControl<'a>>,
    temperature: Option<IgnoredAny>,
    top_p: Option<IgnoredAny>,
    top_k: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    role: Text<'a>,
    #[serde(borrow, default)]
    content: Content<'a>,
}

#[derive(Deserialize)]
struct ToolEntry<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    description: Option<Text<'a>>,
    #[serde(borrow)]
    input_schema: Option<&'a RawValue>,
    #[serde(borrow)]
    cache_control: Option<CacheControl<'a>>,
}

#[derive(Deserialize)]
struct ChoiceEntry<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct OutputConfig<'a> {
    #[serde(borrow)]
    format: Option<OutputFormat<'a>>,
}

#[derive(Deserialize)]
struct OutputFormat<'a> {
    #[serde(borrow)]
    schema: Option<&'a RawValue>,
}

/// What is asked of the two endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Messages,
    /// Counts a prompt; nothing is answered, so no longest reply is needed.
    CountTokens,
}

/// Reads a body.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn read(body: &[u8], endpoint: Endpoint, version: Version) -> Result<Asked<'_>, Invalid> {
    let body: Body<'_> = serde_json::from_slice(body)
        .map_err(|error| Invalid::unreadable(&error, "The request body is not valid JSON."))?;
    let required = |name: &str| Invalid { message: format!("{name}: Field required"), param: None };
    let longest = match (body.max_tokens, endpoint) {
        (Some(tokens), _) => Some(
            u64::try_from(tokens)
                .map_err(|_| invalid("max_tokens: Input should be greater than or equal to 0"))?,
        ),
        (None, Endpoint::Messages) => return Err(required("max_tokens")),
        (None, Endpoint::CountTokens) => None,
    };
    let messages = body.messages.ok_or_else(|| required("messages"))?;
    let model = body.model.ok_or_else(|| required("model"))?;
    check_messages(&messages)?;
    if version == Version::Of2026 {
        let dropped = [("temperature", &body.temperature), ("top_p", &body.top_p), ("top_k", &body.top_k)];
        if let Some((name, _)) = dropped.iter().find(|(_, value)| value.is_some()) {
            return Err(invalid(&format!(
                "{name}: this parameter is not supported by anthropic-version 2026-10-21"
            )));
        }
    }
    let tool_choice = tool_choice(body.tool_choice.as_ref(), &body.tools)?;
    let mut counter = Counter::default();
    body.tools.iter().for_each(|tool| counter.count(tool.tokens(), tool.cache_control.as_ref()));
    counter.content(&body.system);
    let kept_of_head = counter.kept;
    messages.iter().for_each(|message| counter.content(&message.content));
    counter.count(0, body.cache_control.as_ref());
    counter.tokens += frame(messages.len() + usize::from(!matches!(body.system, Content::Nothing)));
    let last = messages.last().filter(|message| message.role.0 == "user" && !answers_a_tool(message));
    Ok(Asked {
        stream: body.stream.unwrap_or(false),
        include_usage: true,
        max_tokens: longest,
        choices: 1,
        stop: body.stop_sequences.unwrap_or_default(),
        tool_choice,
        format: body
            .output_config
            .and_then(|config| config.format)
            .and_then(|format| format.schema)
            .map_or(Format::Text, Format::Schema),
        input_tokens: counter.tokens,
        kept_tokens: counter.kept,
        keep: counter.keep,
        // Where no message is marked, all conversations under one system prompt share what is kept.
        beginning: match counter.kept > 0 && counter.kept == kept_of_head {
            true => beginning(&body.system, None),
            false => beginning(&body.system, messages.first()),
        },
        last_said: last.filter(|_| !body.tools.is_empty()).map(|message| message.content.said()),
        tools: body
            .tools
            .into_iter()
            .map(|tool| Tool { name: tool.name.0, schema: tool.input_schema })
            .collect(),
        model: model.0,
    })
}

fn invalid(message: &str) -> Invalid {
    Invalid { message: message.to_owned(), param: None }
}

fn check_messages(messages: &[Message<'_>]) -> Result<(), Invalid> {
    if messages.is_empty() {
        return Err(invalid("messages: at least one message is required"));
    }
    if messages.len() > 100_000 {
        return Err(invalid("messages: at most 100,000 messages are allowed"));
    }
    let known = |role: &str| matches!(role, "user" | "assistant" | "system");
    if let Some((place, message)) = messages.iter().enumerate().find(|(_, message)| !known(&message.role.0)) {
        let text = format!(
            "messages.{place}.role: Input should be 'user' or 'assistant' and is '{}'",
            message.role.0.chars().take(40).collect::<String>()
        );
        return Err(invalid(&text));
    }
    for pair in messages.windows(2).filter(|pair| pair[0].role.0 == "assistant") {
        let lost = parts(&pair[0])
            .filter(|part| part.kind.0 == "tool_use")
            .filter_map(|part| part.id.as_ref())
            .find(|id| {
                !parts(&pair[1])
                    .any(|part| part.tool_use_id.as_ref().is_some_and(|answered| answered.0 == id.0))
            });
        if let Some(id) = lost {
            let text = format!(
                "messages: `tool_use` ids were found without `tool_result` blocks immediately after: {}. Each `tool_use` block \
                 must have a corresponding `tool_result` block in the next message.",
                id.0
            );
            return Err(invalid(&text));
        }
    }
    Ok(())
}

fn parts<'m>(message: &'m Message<'_>) -> impl Iterator<Item = &'m super::Part<'m>> {
    match &message.content {
        Content::Parts(parts) => parts.iter(),
        _ => [].iter(),
    }
}

fn answers_a_tool(message: &Message<'_>) -> bool {
    parts(message).any(|part| part.kind.0 == "tool_result")
}

fn tool_choice(choice: Option<&ChoiceEntry<'_>>, tools: &[ToolEntry<'_>]) -> Result<ToolChoice, Invalid> {
    let auto = if tools.is_empty() { ToolChoice::Never } else { ToolChoice::Auto };
    let Some(choice) = choice else { return Ok(auto) };
    let chosen = match (&*choice.kind.0, &choice.name) {
        ("none", _) => return Ok(ToolChoice::Never),
        ("auto", _) => return Ok(auto),
        ("any", _) => ToolChoice::Required,
        ("tool", Some(name)) => ToolChoice::Named(name.0.to_string()),
        _ => {
            return Err(invalid(
                "tool_choice: Input should be 'auto', 'any', 'tool' with a `name`, or 'none'",
            ));
        }
    };
    if tools.is_empty() {
        return Err(invalid("tool_choice: tools must be provided"));
    }
    if let ToolChoice::Named(name) = &chosen
        && !tools.iter().any(|tool| tool.name.0 == *name)
    {
        return Err(invalid(&format!("tool_choice: Tool '{name}' not found in provided tools")));
    }
    Ok(chosen)
}

fn beginning(system: &Content<'_>, first: Option<&Message<'_>>) -> u64 {
    let mut hash = Xxh3::new();
    system.hash_into(&mut hash);
    if let Some(first) = first {
        first.content.hash_into(&mut hash);
    }
    hash.digest()
}

/// Counts a prompt in its order, and notes the last mark up to which it is to be kept.
#[derive(Default)]
struct Counter {
    tokens: u64,
    kept: u64,
    keep: Keep,
}

impl Counter {
    fn count(&mut self, tokens: u64, mark: Option<&CacheControl<'_>>) {
        self.tokens += tokens;
        if let Some(mark) = mark {
            (self.kept, self.keep) = (self.tokens, mark.keep());
        }
    }

    fn content(&mut self, content: &Content<'_>) {
        match content {
            Content::Parts(parts) => {
                parts.iter().for_each(|part| self.count(part.tokens(), part.cache_control.as_ref()));
            }
            whole => self.count(whole.tokens(), None),
        }
    }
}

impl ToolEntry<'_> {
    fn tokens(&self) -> u64 {
        tokens::count(&self.name.0)
            + self.description.as_ref().map_or(0, |text| tokens::count(&text.0))
            + self.input_schema.map_or(0, |schema| tokens::count(schema.get()))
    }
}

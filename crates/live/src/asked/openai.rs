//! The body of `POST /v1/chat/completions`.

use super::{Asked, Content, Format, Invalid, Text, Tool, ToolChoice, frame};
use rushhour_base::Keep;
use rushhour_world::tokens;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use xxhash_rust::xxh3::Xxh3;

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    model: Option<Text<'a>>,
    #[serde(borrow)]
    messages: Option<Vec<Message<'a>>>,
    stream: Option<bool>,
    stream_options: Option<StreamOptions>,
    max_tokens: Option<i64>,
    max_completion_tokens: Option<i64>,
    n: Option<i64>,
    temperature: Option<f64>,
    #[serde(borrow)]
    stop: Option<&'a RawValue>,
    #[serde(borrow, default)]
    tools: Vec<ToolEntry<'a>>,
    #[serde(borrow)]
    tool_choice: Option<&'a RawValue>,
    #[serde(borrow)]
    response_format: Option<ResponseFormat<'a>>,
}

#[derive(Deserialize)]
struct StreamOptions {
    include_usage: Option<bool>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    role: Text<'a>,
    #[serde(borrow, default)]
    content: Content<'a>,
    #[serde(borrow, default)]
    tool_calls: Option<Vec<Call<'a>>>,
    #[serde(borrow)]
    tool_call_id: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Call<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow)]
    function: Option<Called<'a>>,
}

#[derive(Deserialize)]
struct Called<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    arguments: Text<'a>,
}

#[derive(Deserialize)]
struct ToolEntry<'a> {
    #[serde(borrow)]
    function: Option<Function<'a>>,
}

#[derive(Deserialize)]
struct Function<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    description: Option<Text<'a>>,
    #[serde(borrow)]
    parameters: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct ResponseFormat<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    json_schema: Option<JsonSchema<'a>>,
}

#[derive(Deserialize)]
struct JsonSchema<'a> {
    #[serde(borrow)]
    schema: Option<&'a RawValue>,
}

/// Reads a body.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn read(body: &[u8]) -> Result<Asked<'_>, Invalid> {
    let body: Body<'_> = serde_json::from_slice(body)
        .map_err(|error| Invalid::unreadable(&error, "We could not parse the JSON body of your request."))?;
    let Some(model) = body.model else {
        return Err(Invalid { message: "you must provide a model parameter".to_owned(), param: None });
    };
    let messages =
        body.messages.ok_or_else(|| Invalid::new("messages", "Missing required parameter: 'messages'."))?;
    check_messages(&messages)?;
    let choices = within(body.n, "n", 1, 128)?.unwrap_or(1);
    if body.temperature.is_some_and(|t| !(0.0..=2.0).contains(&t)) {
        let message = "Invalid 'temperature': decimal out of range. Expected a value from 0 to 2.";
        return Err(Invalid::new("temperature", message));
    }
    let longest = within(body.max_completion_tokens, "max_completion_tokens", 1, i64::MAX)?;
    let longest = longest.or(within(body.max_tokens, "max_tokens", 1, i64::MAX)?);
    let tools: Vec<Function<'_>> = body.tools.into_iter().filter_map(|entry| entry.function).collect();
    let tool_choice = tool_choice(body.tool_choice, &tools)?;
    let input_tokens = frame(messages.len())
        + messages.iter().map(Message::tokens).sum::<u64>()
        + tools.iter().map(Function::tokens).sum::<u64>();
    let last = messages.last().filter(|message| message.role.0 == "user" && !tools.is_empty());
    Ok(Asked {
        stream: body.stream.unwrap_or(false),
        include_usage: body.stream_options.and_then(|options| options.include_usage).unwrap_or(false),
        max_tokens: longest,
        choices: usize::try_from(choices).unwrap_or(1),
        stop: stops(body.stop)?,
        tool_choice,
        format: format(body.response_format)?,
        input_tokens,
        kept_tokens: input_tokens,
        keep: Keep::No,
        beginning: beginning(&messages),
        last_said: last.map(|message| message.content.said()),
        tools: tools.into_iter().map(|tool| Tool { name: tool.name.0, schema: tool.parameters }).collect(),
        model: model.0,
    })
}

fn check_messages(messages: &[Message<'_>]) -> Result<(), Invalid> {
    if messages.is_empty() {
        return Err(Invalid::new(
            "messages",
            "Invalid 'messages': empty array. Expected an array with minimum length 1.",
        ));
    }
    let mut open: Vec<&str> = Vec::new();
    for (place, message) in messages.iter().enumerate() {
        let role = &*message.role.0;
        if !ROLES.contains(&role) {
            let supported = ROLES.map(|role| format!("'{role}'")).join(", ");
            let text = format!("Invalid value: '{role}'. Supported values are: {supported}.");
            return Err(Invalid::new(&format!("messages[{place}].role"), text));
        }
        if role == "tool" {
            let id = message.tool_call_id.as_ref().map(|id| &*id.0);
            let answers = open.iter().position(|open| Some(*open) == id);
            let Some(answers) = answers else {
                let text = "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with \
                            'tool_calls'.";
                return Err(Invalid::new(&format!("messages[{place}].role"), text));
            };
            open.swap_remove(answers);
        } else if !open.is_empty() {
            break;
        }
        let calls = message.tool_calls.iter().flatten();
        open.extend(calls.map(|call| &*call.id.0));
    }
    if open.is_empty() {
        return Ok(());
    }
    let text = format!(
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The \
         following tool_call_ids did not have response messages: {}",
        open.join(", ")
    );
    Err(Invalid { message: text, param: Some("messages".to_owned()) })
}

fn within(value: Option<i64>, name: &str, least: i64, most: i64) -> Result<Option<u64>, Invalid> {
    let Some(value) = value else { return Ok(None) };
    let wrong = |what: &str, bound: i64| {
        let text = format!(
            "Invalid '{name}': integer {what} value. Expected a value {} {bound}, but got {value} instead.",
            if value < least { ">=" } else { "<=" }
        );
        Err(Invalid::new(name, text))
    };
    match value {
        value if value < least => wrong("below minimum", least),
        value if value > most => wrong("above maximum", most),
        value => Ok(u64::try_from(value).ok()),
    }
}

fn stops(stop: Option<&RawValue>) -> Result<Vec<String>, Invalid> {
    let Some(stop) = stop else { return Ok(Vec::new()) };
    let text = stop.get();
    let read = match text.as_bytes().first() {
        Some(b'n') => Ok(Vec::new()),
        Some(b'"') => serde_json::from_str(text).map(|one: String| vec![one]),
        _ => serde_json::from_str(text),
    };
    let stops: Vec<String> = read.map_err(|_| {
        Invalid::new("stop", "Invalid type for 'stop': expected a string or an array of strings.")
    })?;
    if stops.len() > 4 {
        let text = format!(
            "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length {} instead.",
            stops.len()
        );
        return Err(Invalid::new("stop", text));
    }
    Ok(stops)
}

fn tool_choice(choice: Option<&RawValue>, tools: &[Function<'_>]) -> Result<ToolChoice, Invalid> {
    #[derive(Deserialize)]
    struct Named {
        function: Name,
    }
    #[derive(Deserialize)]
    struct Name {
        name: String,
    }
    let auto = if tools.is_empty() { ToolChoice::Never } else { ToolChoice::Auto };
    let Some(choice) = choice else { return Ok(auto) };
    let chosen = match choice.get() {
        "null" => return Ok(auto),
        "\"none\"" => return Ok(ToolChoice::Never),
        "\"auto\"" => ToolChoice::Auto,
        "\"required\"" => ToolChoice::Required,
        other => match serde_json::from_str::<Named>(other) {
            Ok(named) => ToolChoice::Named(named.function.name),
            Err(_) => return Err(Invalid::new("tool_choice", "Invalid value for 'tool_choice'.")),
        },
    };
    if tools.is_empty() {
        let text =
            "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.";
        return Err(Invalid::new("tool_choice", text));
    }
    if let ToolChoice::Named(name) = &chosen
        && !tools.iter().any(|tool| tool.name.0 == *name)
    {
        let text = format!("Tool choice '{name}' not found in 'tools' parameter.");
        return Err(Invalid::new("tool_choice", text));
    }
    Ok(chosen)
}

fn format(format: Option<ResponseFormat<'_>>) -> Result<Format<'_>, Invalid> {
    let Some(format) = format else { return Ok(Format::Text) };
    match &*format.kind.0 {
        "text" => Ok(Format::Text),
        "json_object" => Ok(Format::Json),
        "json_schema" => match format.json_schema.and_then(|named| named.schema) {
            Some(schema) => Ok(Format::Schema(schema)),
            None => Err(Invalid::new(
                "response_format.json_schema",
                "Missing required parameter: 'response_format.json_schema'.",
            )),
        },
        other => {
            let text = format!(
                "Invalid value: '{other}'. Supported values are: 'json_object', 'json_schema', and 'text'."
            );
            Err(Invalid::new("response_format.type", text))
        }
    }
}

fn beginning(messages: &[Message<'_>]) -> u64 {
    let mut hash = Xxh3::new();
    for message in messages {
        message.content.hash_into(&mut hash);
        if !matches!(&*message.role.0, "system" | "developer") {
            break;
        }
    }
    hash.digest()
}

impl Message<'_> {
    fn tokens(&self) -> u64 {
        let called = |call: &Call<'_>| {
            call.function
                .as_ref()
                .map_or(0, |called| tokens::count(&called.name.0) + tokens::count(&called.arguments.0))
        };
        self.content.tokens() + self.tool_calls.iter().flatten().map(called).sum::<u64>()
    }
}

impl Function<'_> {
    fn tokens(&self) -> u64 {
        let description = self.description.as_ref().map_or(&Cow::Borrowed(""), |text| &text.0);
        tokens::count(&self.name.0)
            + tokens::count(description)
            + self.parameters.map_or(0, |schema| tokens::count(schema.get()))
    }
}

const ROLES: [&str; 6] = ["system", "assistant", "user", "function", "tool", "developer"];

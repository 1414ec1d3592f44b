//! What a request asks for: the bodies of both dialects, read into one shape.
//!
//! Bodies are read where they lie; a text without escapes is not copied. Fields that change nothing here (temperature, logit
//! bias, metadata) are not looked at beyond what the dialect itself refuses.
//!
//! # How a prompt is counted
//! By the world's own rule ([`tokens`]): the texts of all messages, of the system prompt, of tool results and calls, and of the
//! tools' definitions as they stand in the body, and what frames messages, as for conversations of the world's own. An image counts [`IMAGE_TOKENS`]. No tokenizer of a real model gives the same
//! number; the rule of thumb of four characters holds for both.

pub(crate) mod anthropic;
pub(crate) mod openai;

use rushhour_base::Keep;
use rushhour_base::conversation::{PER_MESSAGE, REPLY_PRIMING};
use rushhour_world::tokens;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// What a request asks for.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) model: Cow<'a, str>,
    /// Whether the reply comes as a stream.
    pub(crate) stream: bool,
    /// Whether the stream tells its usage at the end (OpenAI's `include_usage`).
    pub(crate) include_usage: bool,
    /// The longest reply; of each choice, if there are several.
    pub(crate) max_tokens: Option<u64>,
    /// How many replies are wanted.
    pub(crate) choices: usize,
    /// A reply ends before one of these.
    pub(crate) stop: Vec<String>,
    pub(crate) tools: Vec<Tool<'a>>,
    pub(crate) tool_choice: ToolChoice,
    pub(crate) format: Format<'a>,
    /// Tokens of the prompt.
    pub(crate) input_tokens: u64,
    /// Of these, the first so many are what the provider may keep for later.
    pub(crate) kept_tokens: u64,
    /// For how long the client asks to keep them.
    pub(crate) keep: Keep,
    /// A hash of how the conversation begins: the system prompt and the first message.
    pub(crate) beginning: u64,
    /// What the user said last, if the last message is a user's.
    pub(crate) last_said: Option<String>,
}

/// A tool that the model may call.
#[derive(Debug)]
pub(crate) struct Tool<'a> {
    pub(crate) name: Cow<'a, str>,
    /// The JSON Schema of its arguments.
    pub(crate) schema: Option<&'a RawValue>,
}

/// Whether tools are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ToolChoice {
    Never,
    /// If one fits.
    Auto,
    /// Any of them, but one.
    Required,
    Named(String),
}

/// What shape the text has.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Format<'a> {
    Text,
    /// Any JSON object.
    Json,
    /// JSON that conforms to a schema.
    Schema(&'a RawValue),
}

/// Why a body is refused: 400, in the words of the dialect.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Invalid {
    pub(crate) message: String,
    /// Which field is wrong, where the dialect says so.
    pub(crate) param: Option<String>,
}

impl Invalid {
    fn new(param: &str, message: impl Into<String>) -> Invalid {
        Invalid { message: message.into(), param: Some(param.to_owned()) }
    }

    /// What a body that cannot be read is told. Nothing of the body is repeated but what the reader names.
    fn unreadable(error: &serde_json::Error, plain: &str) -> Invalid {
        let message = match error.classify() {
            serde_json::error::Category::Data => error.to_string(),
            _ => format!("{plain} ({error})"),
        };
        Invalid { message, param: None }
    }
}

/// Tokens that an image counts as: those of 1024 × 1024 pixels in OpenAI's table of 2024. Nobody looks into it here.
pub(crate) const IMAGE_TOKENS: u64 = 765;

/// A string that is borrowed from the body if it has no escapes.
#[derive(Debug, Default)]
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

/// What a message says: a string, or parts.
#[derive(Debug, Default)]
pub(crate) enum Content<'a> {
    #[default]
    Nothing,
    Text(Cow<'a, str>),
    Parts(Vec<Part<'a>>),
}

/// A part of a message, of either dialect.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Part<'a> {
    #[serde(borrow, rename = "type")]
    pub(crate) kind: Text<'a>,
    #[serde(borrow)]
    pub(crate) text: Option<Text<'a>>,
    #[serde(borrow)]
    thinking: Option<Text<'a>>,
    #[serde(borrow)]
    refusal: Option<Text<'a>>,
    /// What a tool gave back.
    #[serde(borrow)]
    content: Content<'a>,
    /// The arguments of a call.
    #[serde(borrow)]
    input: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) tool_use_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) cache_control: Option<CacheControl<'a>>,
}

/// The mark up to which a prompt is to be kept.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct CacheControl<'a> {
    #[serde(borrow)]
    ttl: Option<Text<'a>>,
}

impl CacheControl<'_> {
    fn keep(&self) -> Keep {
        match self.ttl.as_ref().map(|ttl| &*ttl.0) {
            Some("1h") => Keep::Hour,
            _ => Keep::FiveMinutes,
        }
    }
}

impl Content<'_> {
    fn tokens(&self) -> u64 {
        match self {
            Content::Nothing => 0,
            Content::Text(text) => tokens::count(text),
            Content::Parts(parts) => parts.iter().map(Part::tokens).sum(),
        }
    }

    /// The text of it.
    fn said(&self) -> String {
        match self {
            Content::Nothing => String::new(),
            Content::Text(text) => text.to_string(),
            Content::Parts(parts) => {
                let texts = parts.iter().filter_map(|part| part.text.as_ref());
                texts.map(|text| &*text.0).collect::<Vec<_>>().join("\n")
            }
        }
    }

    fn hash_into(&self, hash: &mut Xxh3) {
        match self {
            Content::Nothing => hash.update(&[0]),
            Content::Text(text) => hash.update(text.as_bytes()),
            Content::Parts(parts) => {
                parts
                    .iter()
                    .filter_map(|part| part.text.as_ref())
                    .for_each(|text| hash.update(text.0.as_bytes()));
            }
        }
    }
}

impl Part<'_> {
    fn tokens(&self) -> u64 {
        let text = |text: &Option<Text<'_>>| text.as_ref().map_or(0, |text| tokens::count(&text.0));
        let raw = |raw: Option<&RawValue>| raw.map_or(0, |raw| tokens::count(raw.get()));
        let image = if self.kind.0.contains("image") { IMAGE_TOKENS } else { 0 };
        text(&self.text)
            + text(&self.thinking)
            + text(&self.refusal)
            + self.content.tokens()
            + raw(self.input)
            + image
    }
}

/// Tokens that frame a prompt of so many messages.
fn frame(messages: usize) -> u64 {
    messages as u64 * u64::from(PER_MESSAGE) + REPLY_PRIMING
}

/// The name of a body.
pub(crate) fn body_hash(body: &[u8]) -> u64 {
    xxh3_64(body)
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text<'a>, D::Error> {
        struct Reads;
        impl<'de> Visitor<'de> for Reads {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Reads)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Content<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Content<'a>, D::Error> {
        struct Reads;
        impl<'de> Visitor<'de> for Reads {
            type Value = Content<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or an array of content parts")
            }
            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Content<'de>, E> {
                Ok(Content::Text(Cow::Borrowed(text)))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Content<'de>, E> {
                Ok(Content::Text(Cow::Owned(text.to_owned())))
            }
            fn visit_unit<E: de::Error>(self) -> Result<Content<'de>, E> {
                Ok(Content::Nothing)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Content<'de>, A::Error> {
                let mut parts = Vec::new();
                while let Some(part) = items.next_element()? {
                    parts.push(part);
                }
                Ok(Content::Parts(parts))
            }
            // The content of a web-tool result is one object: counted as nothing, read past.
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Content<'de>, A::Error> {
                while map.next_entry::<de::IgnoredAny, de::IgnoredAny>()?.is_some() {}
                Ok(Content::Nothing)
            }
        }
        deserializer.deserialize_any(Reads)
    }
}

#[cfg(test)]
mod tests;

//! The events of a stream, in the order in which tokens come.

use crate::answer::{Answer, Choice};
use rushhour_base::Usage;
use rushhour_world::wire::{Exchange, anthropic, openai};

/// Who writes the events of a reply, and how far it has come.
#[derive(Clone, Debug)]
pub(crate) enum Events {
    OpenAi {
        include_usage: bool,
    },
    Anthropic {
        version: anthropic::Version,
        /// The block that is open.
        block: Option<usize>,
    },
}

impl Events {
    /// What goes out before the first token. `prompt` is the usage of the prompt alone.
    pub(crate) fn begin(&self, exchange: Exchange<'_>, answer: &Answer, prompt: Usage) -> String {
        match self {
            Events::OpenAi { include_usage } => {
                let stream = openai::Stream::new(exchange, *include_usage);
                let role = |(number, choice): (usize, &Choice)| {
                    let has_text = choice.text.tokens() > 0 || choice.tools.is_empty();
                    stream.clone().of_choice(number).role(has_text)
                };
                answer.choices.iter().enumerate().map(role).collect()
            }
            Events::Anthropic { version, .. } => anthropic::Stream::new(exchange, *version).start(prompt),
        }
    }

    /// The tokens of each choice from `before` to `after`.
    pub(crate) fn tokens(
        &mut self,
        exchange: Exchange<'_>,
        answer: &Answer,
        (before, after): (&[usize], &[usize]),
    ) -> String {
        let mut out = String::new();
        for (number, choice) in answer.choices.iter().enumerate() {
            let from = before.get(number).copied().unwrap_or(0);
            let until = after.get(number).copied().unwrap_or(0);
            if from < until {
                self.of_choice(&mut out, exchange, (number, choice), (from, until));
            }
        }
        out
    }

    fn of_choice(
        &mut self,
        out: &mut String,
        exchange: Exchange<'_>,
        (number, choice): (usize, &Choice),
        (from, until): (usize, usize),
    ) {
        let text = choice.text.tokens();
        if from < text {
            self.text(out, exchange, number, choice.text.between(from, until.min(text)));
        }
        let mut first = text;
        for (index, tool) in choice.tools.iter().enumerate() {
            let length = tool.arguments.tokens();
            let (start, end) = (from.max(first), until.min(first + length));
            if start < end {
                let piece = tool.arguments.between(start - first, end - first);
                let begins = (start == first).then_some(tool.name.as_str());
                self.tool(out, exchange, (number, index + usize::from(text > 0)), begins, piece, index);
            }
            first += length;
        }
    }

    fn text(&mut self, out: &mut String, exchange: Exchange<'_>, number: usize, piece: &str) {
        match self {
            Events::OpenAi { include_usage } => {
                out.push_str(&openai::Stream::new(exchange, *include_usage).of_choice(number).text(piece));
            }
            Events::Anthropic { version, block } => {
                let stream = anthropic::Stream::new(exchange, *version);
                if block.is_none() {
                    *block = Some(0);
                    out.push_str(&stream.text_block(0));
                    out.push_str(anthropic::Stream::PING);
                }
                out.push_str(&stream.text(0, piece));
            }
        }
    }

    /// A piece of a tool's arguments; `begins` is its name if it is the first.
    fn tool(
        &mut self,
        out: &mut String,
        exchange: Exchange<'_>,
        (number, at): (usize, usize),
        begins: Option<&str>,
        piece: &str,
        index: usize,
    ) {
        match self {
            Events::OpenAi { include_usage } => {
                let stream = openai::Stream::new(exchange, *include_usage).of_choice(number);
                if let Some(name) = begins {
                    out.push_str(&stream.tool(index, name));
                }
                out.push_str(&stream.arguments(index, piece));
            }
            Events::Anthropic { version, block } => {
                let stream = anthropic::Stream::new(exchange, *version);
                if let Some(name) = begins {
                    if let Some(open) = block.replace(at) {
                        out.push_str(&stream.stop_block(open));
                    }
                    out.push_str(&stream.tool_block(at, name));
                    if at == 0 {
                        out.push_str(anthropic::Stream::PING);
                    }
                    out.push_str(&stream.arguments(at, ""));
                }
                out.push_str(&stream.arguments(at, piece));
            }
        }
    }

    /// What goes out after the last token of a reply that is whole.
    pub(crate) fn end(&mut self, exchange: Exchange<'_>, answer: &Answer, usage: Usage) -> String {
        match self {
            Events::OpenAi { include_usage } => {
                let stream = openai::Stream::new(exchange, *include_usage);
                let finish = |(number, choice): (usize, &Choice)| {
                    stream.clone().of_choice(number).finish(choice.end.finish())
                };
                let mut out: String = answer.choices.iter().enumerate().map(finish).collect();
                out.extend(stream.usage(usage));
                out + openai::Stream::DONE
            }
            Events::Anthropic { version, block } => {
                let stream = anthropic::Stream::new(exchange, *version);
                let stop = block.take().map(|open| stream.stop_block(open)).unwrap_or_default();
                let end = answer.choices.first().map(|choice| stream.end(choice.end.finish(), usage));
                stop + &end.unwrap_or_default()
            }
        }
    }

    /// An error that the provider tells in the middle of the stream.
    pub(crate) fn error(&self) -> String {
        match self {
            Events::OpenAi { .. } => openai::Stream::error(
                "The server had an error while processing your request. Sorry about that!",
            ),
            Events::Anthropic { .. } => anthropic::Stream::error("overloaded_error", "Overloaded"),
        }
    }

    /// An event that nobody can read.
    pub(crate) fn malformed(&self) -> String {
        match self {
            Events::OpenAi { .. } => {
                "data: {\"id\":\"chatcmpl-\",\"choices\":[{\"index\":0,\"delta\":\n\n".to_owned()
            }
            Events::Anthropic { .. } => {
                "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"del\n\n"
                    .to_owned()
            }
        }
    }
}

//! What is answered to a request: the world's own words, or something fitting for a stranger.
//!
//! A stranger's prompt is not understood; its reply is as long as a reply of the scenario, and has the shape that was asked for:
//!
//! - If a tool must be called, one is, with arguments that conform to its schema. If one may be called, it is when a word of its
//!   name (of three letters or more) stands in what the user said last. So an agent's loop turns, and ends: after a tool's
//!   result comes text.
//! - If JSON is asked for, it conforms to the schema, as far as `json` knows schemas.
//! - Else it is filler.
//!
//! The same key answers the same.

pub(crate) mod json;

use crate::asked::{Asked, Format, Tool, ToolChoice};
use crate::filler::{Pieces, mixed};
use rushhour_world::wire::Finish;
use serde_json::value::RawValue;

/// A whole answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    /// What is said; several if the client asked for several.
    pub(crate) choices: Vec<Choice>,
}

/// One of the replies to a request: text, then calls of tools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) text: Pieces,
    pub(crate) tools: Vec<ToolUse>,
    pub(crate) end: End,
}

/// A call of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ToolUse {
    pub(crate) name: String,
    /// The text of a JSON object.
    pub(crate) arguments: Pieces,
}

/// Why a reply ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Stop,
    StopSequence(String),
    Tools,
    Length,
}

impl End {
    pub(crate) fn finish(&self) -> Finish<'_> {
        match self {
            End::Stop => Finish::Stop,
            End::StopSequence(stop) => Finish::StopSequence(stop),
            End::Tools => Finish::ToolCalls,
            End::Length => Finish::Length,
        }
    }
}

impl Answer {
    /// A text of the world's own.
    pub(crate) fn of_text(text: String) -> Answer {
        Answer { choices: vec![Choice::of_text(Pieces::of(text))] }
    }

    /// Filler of so many tokens.
    pub(crate) fn filler(key: u64, length: u64) -> Answer {
        Answer { choices: vec![Choice::of_text(Pieces::filler(key, length))] }
    }

    /// The answer to a stranger: `key` names the luck of the request, `length` is how many tokens its text has where nothing else
    /// decides.
    pub(crate) fn to_stranger(asked: &Asked<'_>, key: u64, length: u64) -> Answer {
        let one = |number: usize| Choice::to_stranger(asked, mixed(key ^ number as u64), length);
        Answer { choices: (0..asked.choices).map(one).collect() }
    }

    /// How many tokens it has.
    pub(crate) fn tokens(&self) -> u64 {
        self.choices.iter().map(|choice| choice.tokens() as u64).sum()
    }

    /// Cuts every choice off that is longer than so many tokens.
    pub(crate) fn cut_each(&mut self, tokens: u64) {
        let tokens = usize::try_from(tokens).unwrap_or(usize::MAX);
        self.choices.iter_mut().for_each(|choice| choice.cut(tokens));
    }

    /// Cuts all but the first so many tokens, in the order in which they are sent.
    pub(crate) fn cut(&mut self, tokens: u64) {
        if tokens >= self.tokens() {
            return;
        }
        let mut sent = Sent::default();
        sent.advance(self, tokens);
        for (choice, tokens) in self.choices.iter_mut().zip(sent.each) {
            choice.cut(tokens);
        }
    }
}

impl Choice {
    fn of_text(text: Pieces) -> Choice {
        Choice { text, tools: Vec::new(), end: End::Stop }
    }

    fn to_stranger(asked: &Asked<'_>, key: u64, length: u64) -> Choice {
        if let Some(tool) = called(asked, key) {
            let arguments = Pieces::of(json::conforming(tool.schema.map(RawValue::get), mixed(key)));
            let tools = vec![ToolUse { name: tool.name.to_string(), arguments }];
            return Choice { text: Pieces::default(), tools, end: End::Tools };
        }
        let text = match asked.format {
            Format::Text => Pieces::filler(key, length),
            Format::Json => Pieces::of(json::any_object(key, length)),
            Format::Schema(schema) => Pieces::of(json::conforming(Some(schema.get()), key)),
        };
        let mut choice = Choice::of_text(text);
        if let Some(stop) = choice.text.stop_at(&asked.stop) {
            choice.end = End::StopSequence(stop.to_owned());
        }
        choice
    }

    pub(crate) fn tokens(&self) -> usize {
        self.text.tokens() + self.tools.iter().map(|tool| tool.arguments.tokens()).sum::<usize>()
    }

    fn cut(&mut self, tokens: usize) {
        if self.tokens() <= tokens {
            return;
        }
        self.end = End::Length;
        let mut left = tokens.saturating_sub(self.text.tokens());
        self.text.truncate(tokens);
        for tool in &mut self.tools {
            tool.arguments.truncate(left);
            left = left.saturating_sub(tool.arguments.tokens());
        }
    }
}

/// The tool that is called, if one is.
fn called<'a>(asked: &'a Asked<'_>, key: u64) -> Option<&'a Tool<'a>> {
    let said = || asked.last_said.as_ref().map(|said| said.to_lowercase());
    match &asked.tool_choice {
        ToolChoice::Never => None,
        ToolChoice::Required => asked.tools.get(key as usize % asked.tools.len().max(1)),
        ToolChoice::Named(name) => asked.tools.iter().find(|tool| tool.name == name.as_str()),
        ToolChoice::Auto => {
            let said = said()?;
            asked.tools.iter().find(|tool| {
                let words = tool.name.split(|c: char| !c.is_alphanumeric());
                words.filter(|word| word.len() >= 3).any(|word| said.contains(&word.to_lowercase()))
            })
        }
    }
}

/// How much of each choice has been sent. Tokens go out in turn, one of each choice that has any left.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent {
    /// Tokens of each choice.
    pub(crate) each: Vec<usize>,
    total: u64,
}

impl Sent {
    /// Goes on until so many tokens of `answer` are sent, or all.
    pub(crate) fn advance(&mut self, answer: &Answer, until: u64) {
        self.each.resize(answer.choices.len(), 0);
        if let ([only], [choice]) = (&mut self.each[..], &answer.choices[..]) {
            *only = usize::try_from(until).unwrap_or(usize::MAX).min(choice.tokens()).max(*only);
            self.total = *only as u64;
            return;
        }
        let lengths: Vec<usize> = answer.choices.iter().map(Choice::tokens).collect();
        while self.total < until {
            let least =
                self.each.iter().zip(&lengths).enumerate().filter(|(_, (sent, length))| sent < length);
            let Some((next, _)) = least.min_by_key(|(_, (sent, _))| **sent) else { return };
            self.each[next] += 1;
            self.total += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_sent_in_turn_and_cut_where_they_are_sent_to() {
        let mut answer = Answer {
            choices: vec![Choice::of_text(Pieces::filler(1, 2)), Choice::of_text(Pieces::filler(2, 5))],
        };
        let mut sent = Sent::default();
        let each = [0, 1, 3, 5, 7, 9].map(|until| {
            sent.advance(&answer, until);
            sent.each.clone()
        });
        assert_eq!(each, [[0, 0], [1, 0], [2, 1], [2, 3], [2, 5], [2, 5]]);
        answer.cut(5);
        assert_eq!(answer.choices.iter().map(Choice::tokens).collect::<Vec<_>>(), [2, 3]);
        assert_eq!((&answer.choices[0].end, &answer.choices[1].end), (&End::Stop, &End::Length));
    }
}

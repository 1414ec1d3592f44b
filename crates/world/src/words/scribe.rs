//! Who takes a conversation down: its lengths only, its outlines, or every word.

use super::page::Page;
use rushhour_base::conversation::{Conversation, Fact, Importance, Message, PER_MESSAGE, Role, ToolLink};
use rushhour_base::history::Outline;

/// How long an agent's conversation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) tokens: u64,
    pub(crate) characters: u64,
}

/// What is kept of the messages.
#[derive(Debug)]
pub(super) enum Minutes<'a> {
    /// Nothing but their lengths.
    Lengths,
    /// Who speaks, how long, and what facts they tell.
    Outlines(&'a mut Vec<Outline>, &'a mut Vec<Fact>),
    /// All of them.
    Texts(&'a mut Conversation),
}

impl Minutes<'_> {
    /// The facts told so far, if anybody keeps them.
    fn facts(&mut self) -> Facts<'_> {
        match self {
            Minutes::Lengths => None,
            Minutes::Outlines(_, facts) => Some(facts),
            Minutes::Texts(conversation) => Some(&mut conversation.facts),
        }
    }
}

/// Where facts go, if anybody keeps them.
pub(super) type Facts<'a> = Option<&'a mut Vec<Fact>>;

/// Takes messages down.
#[derive(Debug)]
pub(super) struct Scribe<'a> {
    pub(super) told: Told,
    pub(super) minutes: Minutes<'a>,
    /// Lent to one page after the other.
    scratch: String,
}

impl<'a> Scribe<'a> {
    pub(super) fn new(told: Told, minutes: Minutes<'a>) -> Scribe<'a> {
        Scribe { told, minutes, scratch: String::with_capacity(A_VALUE) }
    }
}

impl Scribe<'_> {
    /// A message that tells no fact.
    pub(super) fn message(
        &mut self,
        role: Role,
        importance: Importance,
        tool: ToolLink,
        say: impl FnOnce(&mut Page),
    ) {
        self.result((role, importance, tool), |page, _, _| say(page));
    }

    /// A message that may tell facts.
    pub(super) fn result(
        &mut self,
        (role, importance, tool): (Role, Importance, ToolLink),
        say: impl FnOnce(&mut Page, Told, &mut Facts<'_>),
    ) {
        let mut page = Page::new(matches!(self.minutes, Minutes::Texts(_)));
        page.scratch = std::mem::take(&mut self.scratch);
        let facts_before = self.minutes.facts().map_or(0, |facts| facts.len());
        say(&mut page, self.told, &mut self.minutes.facts());
        let facts = self.minutes.facts().map_or(0, |facts| facts.len() - facts_before);
        self.scratch = std::mem::take(&mut page.scratch);
        let tokens = page.tokens + u64::from(PER_MESSAGE);
        self.told.tokens += tokens;
        self.told.characters += page.characters;
        let tokens = u32::try_from(tokens).unwrap_or(u32::MAX);
        match &mut self.minutes {
            Minutes::Lengths => {}
            Minutes::Outlines(outlines, _) => {
                let facts = u16::try_from(facts).unwrap_or(u16::MAX);
                outlines.push(Outline { role, tool, tokens, importance, facts });
            }
            Minutes::Texts(conversation) => {
                let text = page.finish().into();
                conversation.messages.push(Message { role, text, tool, tokens, importance });
            }
        }
    }
}

/// Bytes that values seldom have more of.
const A_VALUE: usize = 64;

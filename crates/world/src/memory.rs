//! What clients remember of their conversations: outlines and facts, never texts.
//!
//! All of it is a pure function of names, as the conversations are, so a memory is only there to save work: it holds the
//! conversation of an agent's last turn, to which the next one adds. It is kept if somebody reads it
//! ([`Traffic::remember`](crate::Traffic::remember)), and made anew for whoever is not at that turn.

use rushhour_base::conversation::{Fact, Importance, REPLY_PRIMING, Role, ToolLink};
use rushhour_base::history::{History, Outline};
use std::rc::Rc;
use std::sync::Arc;

/// The conversation of one agent, up to the question of one turn.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    /// The turn with which it began.
    pub(crate) began: u32,
    /// The turn whose question comes last; `None` before the first.
    pub(crate) turn: Option<u32>,
    /// Whether the next turn adds to it: not if an agent with tasks asked something else than the turn's own question.
    pub(crate) is_own: bool,
    pub(crate) messages: Rc<Vec<Outline>>,
    pub(crate) facts: Rc<Vec<Fact>>,
    /// Topic and subject that the last question asks for.
    pub(crate) asked: Option<(Arc<str>, Arc<str>)>,
}

impl Memory {
    /// The memory of a conversation of which nothing is said yet.
    pub(crate) fn new(began: u32) -> Memory {
        Memory { began, is_own: true, ..Memory::default() }
    }

    /// Whether a turn adds to it.
    pub(crate) fn goes_on(&self, began: u32, turn: u32) -> bool {
        self.began == began && self.is_own && self.turn.is_some_and(|last| last + 1 == turn)
    }

    /// The memory, if a turn can be added to it. One that begins a conversation lets the last one go.
    pub(crate) fn ready_for(&mut self, began: u32, turn: u32) -> Option<&mut Memory> {
        if turn == began {
            self.forget(began);
        }
        (turn == began || self.goes_on(began, turn)).then_some(self)
    }

    /// Lets a conversation go, for one that begins with the turn `began`. Keeps the room, unless somebody holds on to it.
    fn forget(&mut self, began: u32) {
        fn emptied<T>(shared: &mut Rc<Vec<T>>) -> Rc<Vec<T>> {
            match Rc::get_mut(shared) {
                Some(own) => own.clear(),
                None => *shared = Rc::default(),
            }
            std::mem::take(shared)
        }
        let (messages, facts) = (emptied(&mut self.messages), emptied(&mut self.facts));
        *self = Memory { messages, facts, ..Memory::new(began) };
    }

    /// Whether its last question is that of a turn.
    pub(crate) fn is_at(&self, began: u32, turn: u32) -> bool {
        self.began == began && self.turn == Some(turn)
    }

    /// What a client holds in its hands.
    pub(crate) fn history(&self, conversation: u64, structured: bool) -> History {
        History {
            conversation,
            messages: Rc::clone(&self.messages),
            facts: Rc::clone(&self.facts),
            asked: self.asked.clone(),
            structured,
        }
    }

    /// Adds a turn of a conversation without words: the messages that a prompt which came to `tokens` has more than the
    /// last one. Of the first prompt, `shared` tokens are instructions, or three quarters of it if that is unknown.
    pub(crate) fn add_lengths(&mut self, turn: u32, tokens: u64, shared: u64) {
        let link = turn - self.began;
        let before: u64 = self.messages.iter().map(|message| u64::from(message.tokens)).sum();
        let grown = tokens.saturating_sub(REPLY_PRIMING).saturating_sub(before);
        let messages = Rc::make_mut(&mut self.messages);
        let mut add = |role, tool, importance, tokens: u64| {
            let tokens = u32::try_from(tokens).unwrap_or(u32::MAX);
            if tokens > 0 {
                messages.push(Outline { role, tool, tokens, importance, facts: 0 });
            }
        };
        if turn == self.began {
            let system = if (1..grown).contains(&shared) { shared } else { grown - grown / 4 };
            add(Role::System, ToolLink::None, Importance::Needed, system);
            add(Role::User, ToolLink::None, Importance::Needed, grown - system);
        } else {
            let call = if grown < LOOKS_UP { 0 } else { grown / 16 };
            let result = if grown < LOOKS_UP { 0 } else { grown * 9 / 16 };
            let reply = (grown - call - result) * 2 / 3;
            add(Role::Assistant, ToolLink::None, Importance::Ordinary, reply);
            add(Role::User, ToolLink::None, Importance::Needed, grown - call - result - reply);
            add(Role::Assistant, ToolLink::Calls(link), Importance::Ordinary, call);
            add(Role::Tool, ToolLink::Answers(link), Importance::Needed, result);
        }
        self.turn = Some(turn);
    }
}

/// From so many new tokens on, a turn without words is taken to have looked something up.
const LOOKS_UP: u64 = 64;

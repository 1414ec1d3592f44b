//! What the clients of agents remember of their conversations, for policies that shorten or check them.

use super::{PROMPT, Rhythm, Traffic};
use crate::luck::Place;
use crate::memory::Memory;
use crate::words::Asking;
use rushhour_base::Ask;
use rushhour_base::history::History;

impl Traffic {
    /// Keeps the conversations of agents from now on, so that [`history`](Traffic::history) has only to add a turn.
    /// Without it, and for requests that are asked again, a history is made anew each time.
    pub fn remember(&mut self) {
        if self.memories.is_empty() {
            self.memories = vec![Memory::default(); self.agents.len()];
        }
    }

    /// What the client remembers of the conversation of a request, its question included: of one that
    /// [`ask`](Traffic::ask) or [`ask_again`](Traffic::ask_again) just made. `None` where there is no conversation:
    /// abusers, traces, and workloads without words whose prompts do not go on.
    ///
    /// With words, messages and facts are those of [`Words::conversation`](crate::Words::conversation), and the client
    /// knows by its own books what the question asks for. Without words they are made from token counts, an assumption:
    /// of the first prompt, `shared` tokens are the system's, or three quarters if the plan does not say; of what a later
    /// turn adds, 7/24 are the last reply, 7/48 the question, 1/16 the call of a tool and 9/16 its result; below 64 tokens
    /// two thirds are the reply and one the question. They tell no facts.
    ///
    /// ```
    /// # use rushhour_base::*;
    /// # use rushhour_world::settings::*;
    /// # let mut plan = WorldPlan {
    /// #     seed: Seed(7), horizon: Span::secs(3_600), starts_at: Span::ZERO, providers: vec![], quotas: vec![],
    /// #     lanes: vec![], faults: vec![], workloads: vec![],
    /// # };
    /// # let arrivals = Arrivals::Poisson { per_agent_per_hour: 60.0 };
    /// # plan.workloads.push(WorkloadPlan::plain("coders", 1, arrivals));
    /// # plan.workloads[0].prompt = PromptPlan { first: Length::Constant(8_003), growth: 480, turns: 9, max: 90_000, shared: 0 };
    /// let mut traffic = rushhour_world::Traffic::new(&plan); // prompts of 8,003 tokens that grow by 480 a turn
    /// traffic.remember();
    /// traffic.ask(AgentId(0), Instant::START);
    /// let (ask, _) = traffic.ask(AgentId(0), Instant(1));
    /// let history = traffic.history(&ask).expect("it is a conversation");
    /// let tokens: Vec<u32> = history.messages.iter().map(|message| message.tokens).collect();
    /// assert_eq!(tokens, [6_000, 2_000, 120, 60, 30, 270]);
    /// ```
    ///
    /// # Panics
    /// If the plan has no such agent.
    pub fn history(&mut self, ask: &Ask) -> Option<History> {
        let agent = ask.request.agent();
        let place = self.luck.place(agent);
        if place.abuse.is_some() {
            return None;
        }
        let conversation = ask.luck ^ u64::from(ask.began) << 32;
        let last = Asking { began: ask.began, turn: ask.request.first().turn(), text: ask.text };
        let has_words = self.words.as_ref().is_some_and(|words| words.speech(place).is_some());
        if !has_words && !self.workloads[place.workload].has_conversations() {
            return None;
        }
        let structured = self.words.as_ref().is_some_and(|words| words.wants_structure(place, last));
        let kept = self.memories.get(agent.index());
        if let Some(memory) = kept.filter(|memory| memory.is_at(last.began, last.turn)) {
            return Some(memory.history(conversation, structured));
        }
        let memory = match &self.words {
            Some(words) if has_words => words.memory(place, last)?,
            _ => self.lengths(place, last, kept),
        };
        let history = memory.history(conversation, structured);
        // Who comes back is behind what their agent has asked since.
        if let Some(kept) = self.memories.get_mut(agent.index()).filter(|_| ask.request.times_before() == 0) {
            *kept = memory;
        }
        Some(history)
    }

    /// A conversation without words up to a turn; `kept` is what is known of it.
    fn lengths(&self, place: Place, last: Asking, kept: Option<&Memory>) -> Memory {
        let workload = &self.workloads[place.workload];
        let first = || workload.sessions.first(|| self.luck.of_turn(place, last.began).unit(PROMPT));
        let tokens = |turn| match &workload.rhythm {
            Rhythm::Recorded(replay) => replay.turn(place.agent, turn).input_tokens,
            _ => workload.sessions.after(first(), turn - last.began),
        };
        let mut memory = match kept {
            Some(kept) if kept.goes_on(last.began, last.turn) => kept.clone(),
            _ => Memory::new(last.began),
        };
        for turn in memory.turn.map_or(last.began, |turn| turn + 1)..=last.turn {
            memory.add_lengths(turn, tokens(turn), workload.shared);
        }
        memory
    }
}

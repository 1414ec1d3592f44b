//! How an agent's prompts grow: each turn carries the history of its session, until the session starts afresh.

use crate::law::Law;
use crate::settings::PromptPlan;

/// The rule of a workload's sessions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sessions {
    first: Law,
    growth: u64,
    turns: u32,
    max: u64,
}

/// Where one agent stands in its session.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    /// Turns made in this session; 0 before the first of all.
    turns: u32,
    /// Tokens of the last prompt.
    tokens: u64,
}

impl Sessions {
    /// The rule as a plan states it.
    pub(crate) fn new(plan: &PromptPlan) -> Sessions {
        let PromptPlan { first, growth, turns, max, shared: _ } = *plan;
        Sessions { first: Law::of_length(first), growth, turns, max }
    }

    /// Tokens of the first prompt of a session, which `unit` draws.
    pub(crate) fn first(&self, unit: impl FnOnce() -> f64) -> u64 {
        self.first.value(unit).min(self.max)
    }

    /// Tokens of the next prompt; `unit` draws the first of a session.
    #[inline]
    pub(crate) fn next(&self, session: &mut Session, unit: impl FnOnce() -> f64) -> u64 {
        let grown = session.tokens.saturating_add(self.growth);
        *session = if session.turns == 0 || session.turns >= self.turns || grown > self.max {
            Session { turns: 1, tokens: self.first(unit) }
        } else {
            Session { turns: session.turns + 1, tokens: grown }
        };
        session.tokens
    }

    /// Tokens of the prompt of a session so many turns after the first, which has `first`.
    pub(crate) fn after(&self, first: u64, turns: u32) -> u64 {
        first.saturating_add(self.growth.saturating_mul(turns.into()))
    }

    /// Whether a prompt is ever the beginning of another.
    pub(crate) fn have_turns(&self) -> bool {
        self.turns > 1
    }
}

impl Session {
    /// Goes on to the next prompt of a recording. One that is shorter than the last is no longer its continuation.
    #[inline]
    pub(crate) fn follow(&mut self, tokens: u64, begins: bool) {
        let turns = if begins || tokens < self.tokens { 1 } else { self.turns + 1 };
        *self = Session { turns, tokens };
    }

    /// How many turns ago it began.
    #[inline]
    pub(crate) fn age(&self) -> u32 {
        self.turns.saturating_sub(1)
    }
}

impl Session {
    /// Turns made in this session.
    pub(crate) fn turns(self) -> u32 {
        self.turns
    }

    /// The last prompt came out at so many tokens.
    pub(crate) fn came_to(&mut self, tokens: u64) {
        self.tokens = tokens;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Length;

    fn check(turns: u32, max: u64, want: &[u64]) {
        let sessions =
            Sessions::new(&PromptPlan { first: Length::Constant(100), growth: 650, turns, max, shared: 0 });
        let mut session = Session::default();
        let prompts: Vec<u64> = want.iter().map(|_| sessions.next(&mut session, || 0.5)).collect();
        assert_eq!(prompts, want, "{turns} turns, at most {max} tokens");
    }

    #[test]
    fn prompts_grow_and_start_afresh() {
        check(3, 10_000, &[100, 750, 1_400, 100, 750, 1_400, 100]);
        check(1, 10_000, &[100, 100]);
        check(9, 1_400, &[100, 750, 1_400, 100, 750]);
        check(9, 1_399, &[100, 750, 100]);
        check(9, 60, &[60, 60]);
    }
}

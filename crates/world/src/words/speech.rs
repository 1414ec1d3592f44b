//! The words of one workload, made ready: everything that does not depend on the request.

use super::book::{KnowledgeBase, Language};
use super::fact::{Question, Verdict};
use crate::hallucination::Hallucinations;
use crate::law::Law;
use crate::session::Sessions;
use crate::settings::{WorkloadPlan, WorldPlan};
use crate::traffic::PROMPT;
use rushhour_base::conversation::FactState;
use rushhour_base::draw::below;
use rushhour_base::{Call, Ratio, Words};
use std::sync::Arc;

#[derive(Clone, Debug)]
pub(crate) struct Speech {
    pub(super) base: Arc<KnowledgeBase>,
    languages: Vec<u32>,
    missing: u64,
    missing_or_stale: u64,
    pub(super) structured: Ratio,
    pub(super) typos: Ratio,
    pub(super) chat: Ratio,
    /// The share of turns, the first of a conversation apart, that ask about what was told before.
    pub(super) recall: Ratio,
    /// The share of facts that one pass of summarising keeps.
    pub(super) summary_keeps: Ratio,
    pub(super) questions: Option<u32>,
    hallucinations: Hallucinations,
    sessions: Sessions,
    /// Tokens that each turn adds, at least.
    pub(super) growth: u64,
    pub(super) output: Law,
    pub(super) max_tokens: u64,
}

impl Speech {
    pub(super) fn new(world: &WorldPlan, plan: &WorkloadPlan) -> Option<Speech> {
        let words = plan.words.as_ref()?;
        let factors = world.lanes.iter().map(|lane| lane.hallucination_permille);
        Some(Speech {
            base: Arc::clone(&words.knowledge),
            languages: words.languages.clone(),
            missing: words.missing.of(WHOLE),
            missing_or_stale: words.missing.of(WHOLE) + words.stale.of(WHOLE),
            structured: words.structured,
            typos: words.typos,
            chat: words.chat,
            recall: words.recall,
            summary_keeps: words.summary_keeps,
            questions: words.questions,
            hallucinations: Hallucinations::new(&words.hallucination, words.shares(), factors),
            sessions: Sessions::new(&plan.prompt),
            growth: plan.prompt.growth,
            output: Law::of_length(plan.output),
            max_tokens: plan.max_tokens,
        })
    }

    /// The state of a fact with this word.
    pub(super) fn state(&self, word: u64) -> FactState {
        match below(word, WHOLE) {
            at if at < self.missing => FactState::Missing,
            at if at < self.missing_or_stale => FactState::Stale,
            _ => FactState::Present,
        }
    }

    pub(super) fn language(&self, word: u64) -> &Language {
        let sum: u64 = self.languages.iter().map(|weight| u64::from(*weight)).sum();
        let mut at = below(word, sum);
        for (language, weight) in self.base.languages.iter().zip(&self.languages) {
            match at.checked_sub(u64::from(*weight)) {
                Some(rest) => at = rest,
                None => return language,
            }
        }
        &self.base.languages[0]
    }

    /// What a model makes of a question, by the draw of its mistakes.
    pub(super) fn verdict(&self, question: &Question<'_>, call: &Call, mistakes: &Words) -> Verdict {
        let luck = [mistakes.word(0), mistakes.word(1)];
        let label = self.hallucinations.label(question.around(), call.lane.index(), call.guarded, luck);
        Verdict { label, wrong: mistakes.word(2) }
    }

    /// How long the first prompt of a conversation is meant to be, by the draw of its turn.
    pub(super) fn first_target(&self, turn: Words) -> u64 {
        self.sessions.first(|| turn.unit(PROMPT))
    }
}

/// Shares are kept in thousand-millionths.
const WHOLE: u64 = 1_000_000_000;

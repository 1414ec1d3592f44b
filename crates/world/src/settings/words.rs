//! What agents talk about, and how often models are wrong about it.

use crate::words::KnowledgeBase;
use rushhour_base::conversation::FactState;
use rushhour_base::{Label, Ratio};
use std::sync::Arc;

/// The words of a workload.
#[derive(Clone, Debug, PartialEq)]
pub struct WordsPlan {
    /// What is known, and how it is said. Shared, not copied.
    pub knowledge: Arc<KnowledgeBase>,
    /// How many of so many agents speak each language of the knowledge base. Not all zero.
    pub languages: Vec<u32>,
    /// The share of facts that the requests do not carry.
    pub missing: Ratio,
    /// The share of facts of which they carry an old value. Together with `missing` at most one.
    pub stale: Ratio,
    /// The share of questions that want a reply for a machine.
    pub structured: Ratio,
    /// The share of questions with a typing error.
    pub typos: Ratio,
    /// The share of turns that begin with small talk.
    pub chat: Ratio,
    /// The share of turns, the first of each conversation apart, whose question is about a fact that an earlier turn looked
    /// up; nothing is looked up for it again. A turn before which nothing was found asks a question of its own.
    pub recall: Ratio,
    /// The share of facts that one pass of summarising keeps. An input, not a finding.
    pub summary_keeps: Ratio,
    /// How many different questions there are; `None` if every request asks one of its own.
    pub questions: Option<u32>,
    /// How often, and in which way, models are wrong.
    pub hallucination: HallucinationPlan,
}

impl WordsPlan {
    /// The share of facts in each state, in the order of [`FactState::ALL`].
    pub fn shares(&self) -> [Ratio; FactState::ALL.len()] {
        const WHOLE: u64 = 1_000_000_000;
        let (missing, stale) = (self.missing.of(WHOLE), self.stale.of(WHOLE));
        let share = |part| Ratio::new(part, WHOLE).unwrap_or(Ratio::ZERO);
        [share(WHOLE.saturating_sub(missing + stale)), share(missing), share(stale)]
    }
}

/// How often, and in which way, models are wrong. Inputs, not findings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HallucinationPlan {
    /// The share of questions that a model of factor 1 answers wrongly.
    pub rate: Ratio,
    /// The same under a guarded prompt.
    pub guarded_rate: Ratio,
    /// How much likelier a question is to go wrong by the state of its fact, in the order of [`FactState::ALL`].
    pub leaning: [f64; FactState::ALL.len()],
    /// How much of what goes wrong goes wrong in which way, in the order of [`Label::ALL`], as far as it fits the question.
    /// The first plays no part.
    pub weights: [u32; Label::ALL.len()],
}

impl Default for HallucinationPlan {
    /// 8 % and 2 % (VALIDATION, claim 8: an operator's report); ten times likelier where the fact is missing, and the
    /// weights, are assumptions.
    fn default() -> HallucinationPlan {
        let percent = |n| Ratio::new(n, 100).unwrap_or(Ratio::ZERO);
        HallucinationPlan {
            rate: percent(8),
            guarded_rate: percent(2),
            leaning: [1.0, 10.0, 5.0],
            weights: [0, 40, 40, 10, 40, 40, 15, 10],
        }
    }
}

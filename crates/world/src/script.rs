//! The truth of a request, fixed before any policy acts: how long its reply is.

use crate::cache::Divided;
use crate::law::Law;
use crate::luck::Luck;
use crate::recorded::Replay;
use crate::settings::{Arrivals, WorkloadPlan, WorldPlan};
use crate::trace::Deal;
use crate::words::{ReplyTruth, Words};
use rushhour_base::{Call, CallPurpose, LaneId, RequestId};

/// How long every reply is, as a pure function of the request's name.
///
/// Whichever lane answers, at whichever attempt, the same question has the same answer; so a policy that asks twice
/// or asks elsewhere pays for it without changing what it asked.
#[derive(Clone, Debug)]
pub struct Script {
    luck: Luck,
    replies: Vec<Replies>,
    /// What is said, where anything is.
    words: Option<Words>,
    /// How long each lane reasons; empty if none does.
    reasoning: Vec<Option<Law>>,
}

/// A reply, as far as lengths and labels go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Tokens of the whole reply, as if any length had been asked for: those of its text, if the workload has words.
    pub tokens: u64,
    /// What is true of it; `None` if the workload has no words, and of a summary.
    pub truth: Option<ReplyTruth>,
}

/// Where the lengths of a workload's replies come from.
#[derive(Clone, Debug)]
enum Replies {
    Drawn(Law),
    Traced(Deal),
    Recorded(Replay),
}

impl Script {
    /// The script of `plan`.
    pub fn new(plan: &WorldPlan) -> Script {
        let with_abuse = |(index, w): (usize, &WorkloadPlan)| {
            let of_abusers = Replies::Drawn(Law::of_length(w.output));
            std::iter::once(replies(plan, index))
                .chain(std::iter::repeat_n(of_abusers, w.abuse.len()))
                .collect::<Vec<_>>()
        };
        Script {
            luck: Luck::new(plan, "reply"),
            replies: plan.workloads.iter().enumerate().flat_map(with_abuse).collect(),
            words: Words::new(plan),
            reasoning: match plan.lanes.iter().any(|lane| lane.reasoning.is_some()) {
                true => plan.lanes.iter().map(|lane| lane.reasoning.map(Law::of_length)).collect(),
                false => Vec::new(),
            },
        }
    }

    /// Tokens of the whole reply to `request`, as if it had asked for any length; zero for a request that the trace
    /// does not have.
    ///
    /// # Panics
    /// If the plan has no such agent.
    #[inline]
    pub fn output_tokens(&self, request: RequestId) -> u64 {
        let place = self.luck.place(request.agent());
        // Who asks the same again gets the same answer.
        let request = request.first();
        match &self.replies[place.stream] {
            Replies::Drawn(law) => law.value(|| self.luck.of_turn(place, request.turn()).unit(REPLY)),
            Replies::Traced(deal) => deal.row(place.agent, request.turn()).map_or(0, |row| row.output_tokens),
            Replies::Recorded(replay) => replay.turn(place.agent, request.turn()).output_tokens,
        }
    }

    /// What a model answers to a call, as far as lengths and labels go.
    ///
    /// # Panics
    /// If the plan has no such agent or lane.
    #[inline]
    pub fn reply(&self, call: &Call) -> Answer {
        if call.purpose == CallPurpose::Summary {
            return Answer { tokens: summary_tokens(call), truth: None };
        }
        let truth = self.words.as_ref().and_then(|words| words.reply(call));
        let tokens = truth.map_or_else(|| self.output_tokens(call.request), |reply| reply.tokens);
        Answer { tokens, truth }
    }

    /// What is said, where anything is.
    pub(crate) fn words(&self) -> Option<&Words> {
        self.words.as_ref()
    }

    /// Tokens that a lane reasons before its reply to `request`, as if it had asked for any length. One draw serves all
    /// lanes and attempts: a question that makes one model think long makes the others think long too.
    ///
    /// # Panics
    /// If the plan has no such agent.
    #[inline]
    pub fn reasoning_tokens(&self, lane: LaneId, request: RequestId) -> u64 {
        let Some(Some(law)) = self.reasoning.get(lane.index()) else { return 0 };
        law.value(|| self.luck.of_turn(self.luck.place(request.agent()), request.turn()).unit(REASONING))
    }

    /// How a recording says that the cache divides a prompt of `input_tokens` of `request`; `None` if none does.
    ///
    /// # Panics
    /// If the plan has no such agent.
    #[inline]
    pub(crate) fn recorded(&self, request: RequestId, input_tokens: u64) -> Option<Divided> {
        match &self.replies[self.luck.place(request.agent()).stream] {
            Replies::Recorded(replay) => replay.cached(input_tokens),
            _ => None,
        }
    }
}

// Which word of a turn's draw decides what.
/// How long the reply is.
const REPLY: usize = 0;
/// How long a model reasons before it.
const REASONING: usize = 1;

/// A summary has a fifth of the tokens that it is made of, and at most so many as were asked for: models that are told how
/// long a summary may be keep to it. An assumption.
fn summary_tokens(call: &Call) -> u64 {
    (call.input_tokens / 5).max(1).min(call.max_tokens)
}

fn replies(plan: &WorldPlan, index: usize) -> Replies {
    let workload = &plan.workloads[index];
    match &workload.arrivals {
        Arrivals::Trace { rows } => Replies::Traced(Deal::new(rows, workload.agents)),
        Arrivals::Sessions(sessions) => Replies::Recorded(Replay::new(plan, index, sessions)),
        _ => Replies::Drawn(Law::of_length(workload.output)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Length, TraceRow, WorkloadPlan};
    use crate::world_for_tests::{workload, world};
    use rushhour_base::{AgentId, Span};

    /// 20,000 replies around the recorded median of 217 and 95th percentile of 1,507; four standard errors each.
    #[test]
    fn replies_have_the_percentiles_of_the_plan_whatever_was_asked_for() {
        let script = Script::new(&world(vec![workload("coders", 20)]));
        let mut lengths: Vec<u64> = (0..20)
            .flat_map(|agent| (0..1_000).map(move |turn| RequestId::new(AgentId(agent), turn)))
            .map(|request| script.output_tokens(request))
            .collect();
        lengths.sort_unstable();
        assert!((207..228).contains(&lengths[10_000]), "median {}", lengths[10_000]);
        assert!((1_380..1_640).contains(&lengths[19_000]), "95th percentile {}", lengths[19_000]);
        assert!(lengths[19_999] > 1_024, "the script is not cut by max_tokens");
    }

    #[test]
    fn a_reply_is_the_same_wherever_its_workload_stands() {
        let alone = Script::new(&world(vec![workload("support", 3)]));
        let behind = Script::new(&world(vec![workload("leads", 70), workload("support", 4)]));
        for (agent, turn) in [(0, 0), (0, 1), (2, 500)] {
            let here = alone.output_tokens(RequestId::new(AgentId(agent), turn));
            assert_eq!(here, behind.output_tokens(RequestId::new(AgentId(70 + agent), turn)));
        }
    }

    #[test]
    fn a_trace_knows_its_replies() {
        let rows = [7, 8, 9].map(|output_tokens| TraceRow { at: Span::ZERO, input_tokens: 1, output_tokens });
        let traced = WorkloadPlan {
            arrivals: Arrivals::Trace { rows: rows.into() },
            output: Length::Constant(1),
            ..workload("azure", 2)
        };
        let script = Script::new(&world(vec![traced]));
        for (agent, turn, want) in [(0, 0, 7), (1, 0, 8), (0, 1, 9), (1, 1, 0)] {
            assert_eq!(script.output_tokens(RequestId::new(AgentId(agent), turn)), want);
        }
    }
}

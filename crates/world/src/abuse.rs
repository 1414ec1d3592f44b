//! Abusers: who hammers, repeats, sends bombs, creeps or comes under ever new names, by a script of their own.
//!
//! Everything follows from the plan and the names of draws: how many requests there are to the last one, when each is
//! made, from which account, and whether its text is one that was asked before. No policy moves any of it.

use crate::settings::{AbusePlan, WorkloadPlan};
use rushhour_base::{AbuseKind, Instant, SourceId, Span, UserId};

/// The abusers of one plan, each of whom has an agent.
#[derive(Clone, Debug)]
pub(crate) struct Abusers {
    plan: AbusePlan,
    first_user: u32,
}

impl Abusers {
    /// All abusers of a workload; their accounts are numbered from `first_user`.
    pub(crate) fn all(workload: &WorkloadPlan, mut first_user: u32) -> Vec<Abusers> {
        let with_users = |plan: &AbusePlan| {
            let abusers = Abusers { plan: plan.clone(), first_user };
            first_user += plan.abusers * plan.accounts;
            abusers
        };
        workload.abuse.iter().map(with_users).collect()
    }

    /// What they do.
    pub(crate) fn kind(&self) -> AbuseKind {
        self.plan.kind
    }

    /// Tokens of each prompt, if they are not those of the workload.
    pub(crate) fn prompt(&self) -> Option<u64> {
        self.plan.prompt
    }

    /// When an abuser makes its turn number `turn`; `None` if it makes no more. `unit` is the draw of an episode, named by
    /// the episode's first turn.
    pub(crate) fn at(&self, abuser: u32, turn: u32, unit: impl FnOnce(u32) -> f64) -> Option<Instant> {
        let AbusePlan { abusers, requests, burst, from, until, gap, kind, .. } = self.plan;
        let share = requests / abusers + u32::from(abuser < requests % abusers);
        if turn >= share {
            return None;
        }
        let (episode, place) = (turn / burst, u64::from(turn % burst));
        let episodes = u64::from(share.div_ceil(burst));
        // Exact ends of the parts, so that the last one ends where the plan does.
        let window = u128::from(until.since(from).0);
        let edge = |n: u64| (window * u128::from(n) / u128::from(episodes)) as u64;
        let (starts, part) = (edge(episode.into()), edge(u64::from(episode) + 1) - edge(episode.into()));
        let steps = u64::from(burst.min(share - episode * burst));
        let gap = gap.0.min(part / steps);
        let slack = part - gap * (steps - 1);
        // Who creeps keeps its distance from one request to the next.
        let first_turn = if kind == AbuseKind::SlowCreep { 0 } else { episode * burst };
        let offset = (slack as f64 * unit(first_turn)) as u64;
        Some(from + Span(starts + offset.min(slack.saturating_sub(1)) + place * gap))
    }

    /// Under which account an abuser makes a turn, and from where: all accounts of one abuser share its source.
    pub(crate) fn account(&self, abuser: u32, turn: u32) -> (UserId, SourceId) {
        let AbusePlan { burst, accounts, .. } = self.plan;
        let first = self.first_user + abuser * accounts;
        (UserId(first + turn / burst % accounts), SourceId(first))
    }

    /// A number that names the text of a turn; the same for all of an episode where the message is repeated.
    pub(crate) fn text(&self, turn: u32) -> u32 {
        if self.plan.kind == AbuseKind::Repeats { turn / self.plan.burst } else { turn }
    }
}

#[cfg(test)]
mod tests;

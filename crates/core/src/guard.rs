//! The loop guard: what one task of an agent may cost before somebody looks at it.
//!
//! A retry repeats a call that failed on the wire, and a retry budget bounds it. An agent's loop repeats a call that was
//! answered and paid for: the tool call that came of the answer fails, so the agent asks again, and each time it looks
//! like new work. Only whoever sees the whole task can tell: by the same call again and again, by too many steps, or
//! by too much money. The guard ends the task, not the agent, which goes on with its next one.
//!
//! # What it cannot do
//! It does not know that a task is stuck, only that it looks so: a patient agent that polls is stopped too, and one
//! that words its question anew each time is stopped by steps or dollars alone.

use crate::settings::GuardPolicy;
use rushhour_base::event::LoopRule;
use rushhour_base::{AgentId, Money};

/// The loop guard of one fleet: what each agent's task has come to so far.
#[derive(Clone, Debug)]
pub struct LoopGuard {
    policy: GuardPolicy,
    agents: Vec<Watched>,
}

/// Why a task was ended, and what it had come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tripped {
    /// Which bound it reached.
    pub rule: LoopRule,
    /// Requests of the task that were let pass.
    pub steps: u32,
    /// How many of the last of them asked the same.
    pub repeats: u32,
    /// What the task has cost.
    pub spent: Money,
}

#[derive(Clone, Copy, Debug, Default)]
struct Watched {
    task: u32,
    steps: u32,
    repeats: u32,
    text: u64,
    spent: Money,
}

impl LoopGuard {
    /// A guard over so many agents, none of whom has asked yet.
    ///
    /// ```
    /// use rushhour_base::{event::LoopRule, AgentId};
    /// use rushhour_core::{guard::LoopGuard, settings::GuardPolicy};
    /// let policy = GuardPolicy { repeats: Some(2), steps: Some(50), dollars: None };
    /// let (mut guard, agent) = (LoopGuard::new(policy, 1), AgentId(0));
    /// let first_task = [7, 7, 7].map(|text| guard.ask(agent, 0, text).map_err(|tripped| tripped.rule));
    /// assert_eq!(first_task, [Ok(()), Ok(()), Err(LoopRule::Repeats)]);
    /// assert!(guard.ask(agent, 1, 7).is_ok()); // the next task
    /// ```
    pub fn new(policy: GuardPolicy, agents: usize) -> LoopGuard {
        LoopGuard { policy, agents: vec![Watched::default(); agents] }
    }

    /// Whether `agent` may make a request with this `text` for its task.
    ///
    /// # Errors
    /// Why the task is to end. What was asked does not count then.
    ///
    /// # Panics
    /// If there is no such agent.
    #[inline]
    pub fn ask(&mut self, agent: AgentId, task: u32, text: u64) -> Result<(), Tripped> {
        let watched = &mut self.agents[agent.index()];
        if watched.task != task {
            *watched = Watched { task, ..Watched::default() };
        }
        let again = watched.steps > 0 && watched.text == text;
        let repeats = if again { watched.repeats } else { 0 };
        let GuardPolicy { repeats: same, steps, dollars } = self.policy;
        let tripped = |rule| Tripped { rule, steps: watched.steps, repeats, spent: watched.spent };
        if same.is_some_and(|most| repeats >= most) {
            return Err(tripped(LoopRule::Repeats));
        }
        if steps.is_some_and(|most| watched.steps >= most) {
            return Err(tripped(LoopRule::Steps));
        }
        if dollars.is_some_and(|most| watched.spent >= most) {
            return Err(tripped(LoopRule::Dollars));
        }
        (watched.steps, watched.repeats, watched.text) = (watched.steps + 1, repeats + 1, text);
        Ok(())
    }

    /// Money was booked on `agent`'s account: it belongs to the task that it is at.
    #[inline]
    pub fn on_posted(&mut self, agent: AgentId, amount: Money) {
        self.agents[agent.index()].spent += amount;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AGENT: AgentId = AgentId(0);

    fn policy(repeats: u32, steps: u32, cents: i64) -> GuardPolicy {
        let dollars = Some(Money::from_micros(cents * 10_000));
        GuardPolicy { repeats: Some(repeats), steps: Some(steps), dollars }
    }

    /// Asks with these texts, each costing ten cents, and says after how many of one task the guard stopped it and why.
    fn check(policy: GuardPolicy, texts: &[u64], expected: Option<(u32, LoopRule)>) {
        let mut guard = LoopGuard::new(policy, 1);
        let tripped = texts.iter().find_map(|text| {
            let tripped = guard.ask(AGENT, 3, *text).err();
            guard.on_posted(AGENT, Money::from_micros(100_000));
            tripped
        });
        assert_eq!(tripped.map(|t| (t.steps, t.rule)), expected, "{texts:?}");
    }

    #[test]
    fn a_task_is_bounded_in_three_ways() {
        check(policy(3, 9, 1_000), &[1, 1, 1], None);
        check(policy(3, 9, 1_000), &[1, 1, 1, 1], Some((3, LoopRule::Repeats)));
        check(policy(3, 9, 1_000), &[1, 1, 1, 2, 1, 1, 1, 1], Some((7, LoopRule::Repeats)));
        check(policy(3, 4, 1_000), &[1, 2, 3, 4, 5], Some((4, LoopRule::Steps)));
        check(policy(3, 9, 25), &[1, 2, 3, 4, 5], Some((3, LoopRule::Dollars)));
        check(policy(9, 9, 25), &[1, 1, 1], None);
        let unbounded = GuardPolicy { repeats: None, steps: None, dollars: None };
        check(unbounded, &[1; 1_000], None);
    }

    #[test]
    fn the_next_task_begins_anew_and_others_are_not_held_to_it() {
        let mut guard = LoopGuard::new(policy(1, 9, 1_000), 2);
        assert!(guard.ask(AGENT, 0, 5).is_ok());
        assert!(guard.ask(AgentId(1), 0, 5).is_ok());
        let tripped = guard.ask(AGENT, 0, 5).unwrap_err();
        assert_eq!((tripped.repeats, tripped.steps), (1, 1));
        assert!(guard.ask(AGENT, 1, 5).is_ok());
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_311),
            ..ProptestConfig::default()
        })]

        /// Whatever an agent does: no task has more steps than allowed, nor the same call more often in a row, nor
        /// more money than the cap and what its last request cost.
        #[test]
        fn no_task_exceeds_its_bounds(
            repeats in 1u32..6, steps in 1u32..30, cents in 1i64..200,
            asks in prop::collection::vec((0u32..2, 0u64..3, 0i64..50), 1..200),
        ) {
            let mut guard = LoopGuard::new(policy(repeats, steps, cents), 1);
            let (mut task, mut made, mut row, mut last, mut spent) = (0, 0, 0, None, 0);
            for (next_task, text, cost) in asks {
                if next_task == 1 {
                    (task, made, row, last, spent) = (task + 1, 0, 0, None, 0);
                }
                if guard.ask(AGENT, task, text).is_err() {
                    continue;
                }
                row = if last == Some(text) { row + 1 } else { 1 };
                (made, last) = (made + 1, Some(text));
                prop_assert!(made <= steps && row <= repeats && spent < cents);
                spent += cost;
                guard.on_posted(AGENT, Money::from_micros(cost * 10_000));
            }
        }
    }
}

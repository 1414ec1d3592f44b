//! Tasks of several steps, some of which never succeed.
//!
//! An agent works on one task at a time. A step is one request: if it is answered, the agent goes on to the next step;
//! if not, it asks the same again. With a certain share a step is *stuck*: every answer to it is paid for and leads
//! nowhere, because the tool call that comes of it keeps failing, and so the agent asks the same for ever. That is the
//! loop that burns money. Whether a step is stuck is drawn by its name (agent, task, step), so it is the same under
//! every policy.

use crate::law::Law;
use crate::luck::{Luck, Place};
use crate::settings::{TaskPlan, WorldPlan};
use rushhour_base::event::Reason;
use rushhour_base::{AgentId, Outcome, Ratio};

/// The tasks of all agents; empty if no workload has any.
#[derive(Clone, Debug)]
pub(crate) struct Tasks {
    laws: Vec<Option<TaskLaw>>,
    luck: Luck,
    agents: Vec<Errand>,
}

#[derive(Clone, Copy, Debug)]
struct TaskLaw {
    steps: Law,
    stuck: Ratio,
}

/// Where one agent stands in its task.
#[derive(Clone, Copy, Debug, Default)]
struct Errand {
    task: u32,
    /// The step it is at, from 0.
    step: u32,
    /// How many steps the task has; 0 before its first.
    steps: u32,
    /// Requests made for it.
    asked: u32,
    stuck: bool,
}

/// What an agent is about to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) task: u32,
    /// The fingerprint of what it asks.
    pub(crate) text: u64,
    /// Whether the task begins with it.
    pub(crate) begins: bool,
    /// Whether it can never succeed.
    pub(crate) stuck: bool,
}

/// A task that came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// Whose task.
    pub agent: AgentId,
    /// Which of the agent's, from 0.
    pub task: u32,
    /// Requests made for it.
    pub asked: u32,
}

impl Tasks {
    pub(crate) fn new(plan: &WorldPlan) -> Tasks {
        let law = |task: TaskPlan| TaskLaw { steps: Law::of_length(task.steps), stuck: task.stuck };
        let laws: Vec<_> = plan.workloads.iter().map(|workload| workload.task.map(law)).collect();
        let luck = Luck::new(plan, "task");
        let agents = if laws.iter().any(Option::is_some) { luck.agents() as usize } else { 0 };
        Tasks { laws, luck, agents: vec![Errand::default(); agents] }
    }

    /// What `agent`, who stands at `place`, asks now; `None` if its workload has no tasks.
    #[inline]
    pub(crate) fn next(&mut self, agent: AgentId, place: Place) -> Option<Step> {
        let law = self.law(place)?;
        let errand = &mut self.agents[agent.index()];
        let words = self.luck.of_step(place, errand.task, errand.step);
        let begins = errand.asked == 0;
        if begins {
            errand.steps = u32::try_from(law.steps.value(|| words.unit(STEPS))).unwrap_or(u32::MAX).max(1);
        }
        errand.asked = errand.asked.saturating_add(1);
        errand.stuck = law.stuck.holds(words.word(STUCK));
        Some(Step { task: errand.task, text: words.word(TEXT), begins, stuck: errand.stuck })
    }

    /// The law of the tasks at `place`; abusers have none.
    fn law(&self, place: Place) -> Option<TaskLaw> {
        self.laws[place.workload].filter(|_| place.abuse.is_none())
    }

    /// A request of `agent` ended: it goes on, or asks the same again. Hands back the task if this was its end.
    pub(crate) fn ended(
        &mut self,
        agent: AgentId,
        place: Place,
        outcome: Outcome,
        reason: Reason,
    ) -> Option<Done> {
        self.law(place)?;
        let errand = &mut self.agents[agent.index()];
        if reason == Reason::LoopGuard {
            *errand = Errand { task: errand.task + 1, ..Errand::default() };
            return None;
        }
        if outcome != Outcome::Answered || errand.stuck {
            return None;
        }
        errand.step += 1;
        if errand.step < errand.steps {
            return None;
        }
        let done = Done { agent, task: errand.task, asked: errand.asked };
        *errand = Errand { task: errand.task + 1, ..Errand::default() };
        Some(done)
    }
}

// Which word of a step's draw decides what.
/// How many steps the task has, in the draw of its first.
const STEPS: usize = 0;
/// Whether the step is stuck.
const STUCK: usize = 1;
/// What is asked.
const TEXT: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Arrivals, Duration, Length, TaskPlan, WorkloadPlan};
    use crate::world_for_tests::{workload, world};
    use rushhour_base::{Instant, Span};

    fn plan(stuck: Ratio) -> WorldPlan {
        let task = Some(TaskPlan { steps: Length::Constant(3), stuck });
        let arrivals = Arrivals::ClosedLoop { think: Duration::Constant(Span::secs(1)) };
        world(vec![WorkloadPlan { task, arrivals, ..workload("coders", 2) }])
    }

    /// Asks once for each ending, and says which task each request was of and whether it began one.
    fn tasks(plan: &WorldPlan, endings: &[(Outcome, Reason)]) -> (Vec<(u32, u64)>, Vec<Done>) {
        let (mut traffic, mut done) = (crate::Traffic::new(plan), Vec::new());
        let ask = |ending: &(Outcome, Reason)| {
            let (ask, _) = traffic.ask(AgentId(1), Instant(5));
            done.extend(traffic.ended(AgentId(1), ending.0, ending.1));
            (ask.task, ask.text)
        };
        (endings.iter().map(ask).collect(), done)
    }

    const WELL: (Outcome, Reason) = (Outcome::Answered, Reason::None);
    const ILL: (Outcome, Reason) = (Outcome::Failed, Reason::RetriesExhausted);
    const STOPPED: (Outcome, Reason) = (Outcome::Refused, Reason::LoopGuard);

    #[test]
    fn steps_follow_answers_and_failures_are_asked_again() {
        let (asked, done) = tasks(&plan(Ratio::ZERO), &[WELL, ILL, ILL, WELL, WELL, WELL]);
        let of: Vec<u32> = asked.iter().map(|(task, _)| *task).collect();
        assert_eq!(of, [0, 0, 0, 0, 0, 1]);
        let texts: Vec<u64> = asked.iter().map(|(_, text)| *text).collect();
        assert_eq!((texts[1], texts[1]), (texts[2], texts[3]), "what failed is asked again");
        assert!(texts[0] != texts[1] && texts[3] != texts[4] && texts[4] != texts[5]);
        assert_eq!(done, [Done { agent: AgentId(1), task: 0, asked: 5 }]);
    }

    #[test]
    fn a_stuck_step_is_asked_for_ever_and_a_guard_frees_the_agent() {
        let (asked, done) = tasks(&plan(Ratio::ONE), &[WELL, WELL, WELL, STOPPED, WELL]);
        assert!(asked[..4].iter().all(|ask| *ask == asked[0]), "{asked:?}");
        assert_eq!((asked[4].0, done), (1, vec![]));
        assert_ne!(asked[4].1, asked[0].1);
    }

    /// Whether a step is stuck has a name: what happened before does not move it, nor does another agent's work.
    #[test]
    fn luck_with_steps_has_names() {
        let plan = plan(Ratio::new(1, 2).unwrap());
        let stuck = |other: u32| {
            let mut traffic = crate::Traffic::new(&plan);
            for _ in 0..other {
                traffic.ask(AgentId(0), Instant(1));
            }
            let step = |_| {
                traffic.ask(AgentId(1), Instant(2));
                let stuck = traffic.is_stuck(AgentId(1));
                traffic.ended(AgentId(1), STOPPED.0, STOPPED.1);
                stuck
            };
            (0..200).map(step).collect::<Vec<bool>>()
        };
        let alone = stuck(0);
        assert_eq!(alone, stuck(7));
        assert!((70..130).contains(&alone.iter().filter(|stuck| **stuck).count()));
    }

    #[test]
    fn a_task_begins_with_a_fresh_prompt() {
        let mut traffic = crate::Traffic::new(&plan(Ratio::ZERO));
        let mut prompts = Vec::new();
        for _ in 0..6 {
            prompts.push(traffic.ask(AgentId(0), Instant(1)).0.input_tokens);
            traffic.ended(AgentId(0), WELL.0, WELL.1);
        }
        assert_eq!((prompts[1] - prompts[0], prompts[2] - prompts[1]), (650, 650));
        assert_eq!((prompts[4] - prompts[3], prompts[5] - prompts[4]), (650, 650));
        assert!(prompts[3] < prompts[2] || prompts[3] != prompts[2] + 650);
    }
}

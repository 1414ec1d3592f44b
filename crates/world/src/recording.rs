//! What the traffic of a plan comes to, written down like a trace: so that the generator can be measured as a recording
//! is, and its output replayed elsewhere.

use crate::script::Script;
use crate::settings::{Arrivals, TraceRow, WorldPlan};
use crate::traffic::Traffic;
use rushhour_base::{AgentId, Instant};

/// The requests that a plan makes by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// The requests, in the order of time; times count from the start of the run. Replies are as long as they come out
    /// of the plan's `max_tokens`.
    pub rows: Vec<TraceRow>,
    /// The workloads that are left out: they wait for outcomes, so only a run knows when they ask.
    pub left_out: Vec<String>,
}

impl Recording {
    /// Writes down the traffic of all workloads of `plan`, or of the one called `only`, abusers included. Nobody comes
    /// back in it, since nobody is kept waiting.
    ///
    /// ```
    /// # use rushhour_base::*;
    /// # use rushhour_world::settings::*;
    /// # use rushhour_world::recording::Recording;
    /// # let mut plan = WorldPlan {
    /// #     seed: Seed(7), horizon: Span::secs(60), starts_at: Span::ZERO, providers: vec![], quotas: vec![],
    /// #     lanes: vec![], faults: vec![], workloads: vec![],
    /// # };
    /// # plan.workloads.push(WorkloadPlan::plain("documents", 2, Arrivals::Batch { at: Span::secs(5), each: 3, over: Span::secs(30) }));
    /// let recording = Recording::of(&plan, None); // two agents with three documents each, one every ten seconds
    /// let seconds: Vec<u64> = recording.rows.iter().map(|row| row.at.0 / 1_000_000_000).collect();
    /// assert_eq!(seconds, [5, 5, 15, 15, 25, 25]);
    /// ```
    pub fn of(plan: &WorldPlan, only: Option<&str>) -> Recording {
        let (mut traffic, script) = (Traffic::new(plan), Script::new(plan));
        let mut recording = Recording { rows: Vec::new(), left_out: Vec::new() };
        let mut first_agent = 0;
        for workload in &plan.workloads {
            let all = first_agent..first_agent + workload.agent_count();
            first_agent = all.end;
            if only.is_some_and(|only| only != workload.name) {
                continue;
            }
            let waits = matches!(workload.arrivals, Arrivals::ClosedLoop { .. } | Arrivals::Sessions(_));
            if waits {
                recording.left_out.push(workload.name.clone());
            }
            let honest = if waits { workload.agents } else { 0 };
            for agent in all.skip(honest as usize) {
                recording.life(&mut traffic, &script, AgentId(agent));
            }
        }
        recording.rows.sort_by_key(|row| row.at); // stable: of equal times the earlier agent's first
        recording
    }

    /// All that an agent asks.
    fn life(&mut self, traffic: &mut Traffic, script: &Script, agent: AgentId) {
        let mut next = traffic.first(agent);
        while let Some(at) = next {
            let (ask, after) = traffic.ask(agent, at);
            let output_tokens = script.output_tokens(ask.request).min(ask.max_tokens);
            let at = at.since(Instant::START);
            self.rows.push(TraceRow { at, input_tokens: ask.input_tokens, output_tokens });
            next = after;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Duration, WorkloadPlan};
    use crate::world_for_tests::{workload, world};
    use rushhour_base::Span;

    #[test]
    fn a_recording_is_the_traffic_in_the_order_of_time() {
        let plan = world(vec![workload("leads", 3), workload("support", 2)]);
        let all = Recording::of(&plan, None);
        let [leads, support] = ["leads", "support"].map(|name| Recording::of(&plan, Some(name)).rows);
        assert_eq!(all.rows.len(), leads.len() + support.len());
        assert!(all.rows.is_sorted_by_key(|row| row.at));
        assert!(support.iter().all(|row| all.rows.contains(row)), "a workload asks the same alone");
        assert!(all.rows.iter().all(|row| (1..=1_024).contains(&row.output_tokens)));
        assert!(all.rows.iter().any(|row| row.output_tokens == 1_024), "long replies are cut");
    }

    #[test]
    fn who_waits_for_outcomes_is_left_out_by_name() {
        let think = Duration::Constant(Span::secs(1));
        let coders = WorkloadPlan { arrivals: Arrivals::ClosedLoop { think }, ..workload("coders", 3) };
        let recording = Recording::of(&world(vec![coders, workload("leads", 1)]), None);
        assert_eq!(recording.left_out, ["coders"]);
        assert_eq!(recording.rows, Recording::of(&world(vec![workload("leads", 1)]), None).rows);
    }
}

//! The names of draws: by workload and place in it, never by the number that an agent happens to have in a run.
//!
//! Agents are numbered over all workloads, so a larger first workload renumbers the agents of every later one. Their
//! luck must not move with that: the purpose of a draw carries the workload's name, its subject the agent's place
//! within the workload. A hundred-and-first agent, a further workload or another order of them moves no draw.

use crate::settings::WorldPlan;
use rushhour_base::{AgentId, Purpose, RequestId, Seed, Words};

/// The draws of one concern (arrivals, replies, calls), for every agent of a plan.
#[derive(Clone, Debug)]
pub(crate) struct Luck {
    seed: Seed,
    agents: u32,
    workloads: Vec<Stream>,
}

/// What one workload draws from, and where its agents begin.
#[derive(Clone, Copy, Debug)]
struct Stream {
    first_agent: u32,
    purpose: Purpose,
    /// The workload's name as a number.
    name: u64,
}

/// An agent's place: which workload, and which agent of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Index of the workload.
    pub(crate) workload: usize,
    /// Index of the agent within its workload.
    pub(crate) agent: u32,
}

impl Luck {
    /// The draws that decide `concern`.
    pub(crate) fn new(plan: &WorldPlan, concern: &str) -> Luck {
        let mut agents = 0u32;
        let mut workloads = Vec::with_capacity(plan.workloads.len());
        for workload in &plan.workloads {
            let purpose = Purpose::named(&format!("world.{concern}/{}", workload.name));
            let name = Purpose::named(&workload.name).key();
            workloads.push(Stream { first_agent: agents, purpose, name });
            agents = agents.checked_add(workload.agents).expect("a plan numbers its agents with 32 bits");
        }
        Luck { seed: plan.seed, agents, workloads }
    }

    /// How many agents there are, over all workloads.
    pub(crate) fn agents(&self) -> u32 {
        self.agents
    }

    /// Where `agent` belongs.
    #[inline]
    pub(crate) fn place(&self, agent: AgentId) -> Place {
        assert!(agent.0 < self.agents, "agent {agent} is not one of the plan's {} agents", self.agents);
        let workload = self.workloads.partition_point(|w| w.first_agent <= agent.0) - 1;
        Place { workload, agent: agent.0 - self.workloads[workload].first_agent }
    }

    /// The name of the agent at `place`, as a subject for the draws of others.
    #[inline]
    pub(crate) fn subject(&self, place: Place) -> u64 {
        self.workloads[place.workload].name.wrapping_add(u64::from(place.agent))
    }

    /// The draw of the agent at `place` in its turn number `turn`.
    #[inline]
    pub(crate) fn of_turn(&self, place: Place, turn: u32) -> Words {
        self.seed.draw(self.workloads[place.workload].purpose, u64::from(place.agent), u64::from(turn))
    }

    /// The draw of the agent at `place` for a step of a task.
    #[inline]
    pub(crate) fn of_step(&self, place: Place, task: u32, step: u32) -> Words {
        let ordinal = u64::from(task) << 32 | u64::from(step);
        self.seed.draw(self.workloads[place.workload].purpose, u64::from(place.agent), ordinal)
    }

    /// The draw number `ordinal` of `request`.
    #[inline]
    pub(crate) fn of_request(&self, request: RequestId, ordinal: u64) -> Words {
        let place = self.place(request.agent());
        let local = RequestId::new(AgentId(place.agent), request.turn());
        self.seed.draw(self.workloads[place.workload].purpose, local.0, ordinal)
    }
}

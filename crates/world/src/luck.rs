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
    streams: Vec<Stream>,
}

/// What the agents of one workload, or abusers of one kind, draw from, and where they begin.
#[derive(Clone, Copy, Debug)]
struct Stream {
    first_agent: u32,
    workload: usize,
    /// Which abuse of the workload they are, if they are.
    abuse: Option<usize>,
    purpose: Purpose,
    /// The name as a number.
    name: u64,
}

/// An agent's place: which workload, and which agent of it, or which abuser of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Index of the workload.
    pub(crate) workload: usize,
    /// Index of the agent within its workload, or of the abuser among those of its kind.
    pub(crate) agent: u32,
    /// Which abuse of the workload it is, if it is.
    pub(crate) abuse: Option<usize>,
    /// Index of the stream: workloads, each followed by its abuses.
    pub(crate) stream: usize,
}

impl Luck {
    /// The draws that decide `concern`.
    pub(crate) fn new(plan: &WorldPlan, concern: &str) -> Luck {
        let mut luck = Luck { seed: plan.seed, agents: 0, streams: Vec::with_capacity(plan.workloads.len()) };
        for (index, workload) in plan.workloads.iter().enumerate() {
            luck.add(concern, &workload.name, (index, None), workload.agents);
            for (number, abuse) in workload.abuse.iter().enumerate() {
                let name = format!("{}/{}", workload.name, abuse.name);
                luck.add(concern, &name, (index, Some(number)), abuse.abusers);
            }
        }
        luck
    }

    fn add(&mut self, concern: &str, name: &str, (workload, abuse): (usize, Option<usize>), agents: u32) {
        let purpose = Purpose::named(&format!("world.{concern}/{name}"));
        let name = Purpose::named(name).key();
        self.streams.push(Stream { first_agent: self.agents, workload, abuse, purpose, name });
        self.agents = self.agents.checked_add(agents).expect("a plan numbers its agents with 32 bits");
    }

    /// How many agents there are, over all workloads.
    pub(crate) fn agents(&self) -> u32 {
        self.agents
    }

    /// Where `agent` belongs.
    #[inline]
    pub(crate) fn place(&self, agent: AgentId) -> Place {
        assert!(agent.0 < self.agents, "agent {agent} is not one of the plan's {} agents", self.agents);
        let stream = self.streams.partition_point(|s| s.first_agent <= agent.0) - 1;
        let Stream { first_agent, workload, abuse, .. } = self.streams[stream];
        Place { workload, agent: agent.0 - first_agent, abuse, stream }
    }

    /// The place of agent number `agent` of a workload's own.
    pub(crate) fn place_in(&self, workload: usize, agent: u32) -> Place {
        let own = |stream: &Stream| stream.workload == workload && stream.abuse.is_none();
        let stream = self.streams.iter().position(own).expect("a plan has the workloads that it names");
        Place { workload, agent, abuse: None, stream }
    }

    /// The name of the agent at `place`, as a subject for the draws of others.
    #[inline]
    pub(crate) fn subject(&self, place: Place) -> u64 {
        self.streams[place.stream].name.wrapping_add(u64::from(place.agent))
    }

    /// The fingerprint of what the agent at `place` asks in its turn number `turn`, where no two turns ask the same.
    #[inline]
    pub(crate) fn text(&self, place: Place, turn: u32) -> u64 {
        self.subject(place) ^ u64::from(turn) << 32
    }

    /// The draw of the agent at `place` in its turn number `turn`.
    #[inline]
    pub(crate) fn of_turn(&self, place: Place, turn: u32) -> Words {
        self.seed.draw(self.streams[place.stream].purpose, u64::from(place.agent), u64::from(turn))
    }

    /// The draw of the agent at `place` for a step of a task.
    #[inline]
    pub(crate) fn of_step(&self, place: Place, task: u32, step: u32) -> Words {
        let ordinal = u64::from(task) << 32 | u64::from(step);
        self.seed.draw(self.streams[place.stream].purpose, u64::from(place.agent), ordinal)
    }

    /// The draw number `ordinal` of something in the world of the workload at `place` that is no agent's own.
    #[inline]
    pub(crate) fn of_thing(&self, place: Place, thing: u64, ordinal: u64) -> Words {
        self.seed.draw(self.streams[place.stream].purpose, thing, ordinal)
    }

    /// The draw number `ordinal` of `request`.
    #[inline]
    pub(crate) fn of_request(&self, request: RequestId, ordinal: u64) -> Words {
        let place = self.place(request.agent());
        let local = RequestId::new(AgentId(place.agent), request.turn());
        self.seed.draw(self.streams[place.stream].purpose, local.0, ordinal)
    }
}

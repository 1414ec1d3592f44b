//! Requests that are not of the scenario's own world: a workload of their own stands beside its workloads, so that their draws
//! have names and move nobody else's luck.

use rushhour_base::{AgentId, RequestId, Span};
use rushhour_world::WorldPlan;
use rushhour_world::settings::{Arrivals, Length, PromptPlan, WorkloadPlan};

/// Who strangers are in the numbering of a world.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strangers {
    first: u32,
}

impl Strangers {
    /// Adds the strangers to `world`: replies as long as those of its first workload, and without words.
    pub(crate) fn join(world: &mut WorldPlan) -> Strangers {
        let own: u32 = world.workloads.iter().map(agents).sum();
        let like = world.workloads.first();
        world.workloads.push(WorkloadPlan {
            name: "strangers".to_owned(),
            agents: NUMBER.min(u32::MAX - own),
            users: None,
            arrivals: Arrivals::Poisson { per_agent_per_hour: 1.0 },
            prompt: PromptPlan { first: Length::Constant(1), growth: 0, turns: 1, max: 1, shared: 0 },
            task: None,
            output: like.map_or(Length::Constant(200), |workload| workload.output),
            max_tokens: like.map_or(1_024, |workload| workload.max_tokens),
            patience: Span::MAX,
            deadline: Span::MAX,
            comes_back: None,
            priority: 0,
            abuse: Vec::new(),
            difficulty: [50; 2],
            words: None,
        });
        Strangers { first: own }
    }

    /// The name of a stranger's request: of the hash of how its conversation begins, and of the hash of its body.
    pub(crate) fn request(self, beginning: u64, body: u64) -> RequestId {
        let agent = AgentId(self.first + (beginning % u64::from(NUMBER)) as u32);
        RequestId::new(agent, (body % u64::from(RequestId::MOST_TURNS)) as u32)
    }

    /// How many agents are the scenario's own.
    pub(crate) fn first(self) -> u32 {
        self.first
    }
}

/// The agents of a workload, its abusers among them.
fn agents(workload: &WorkloadPlan) -> u32 {
    workload.agents + workload.abuse.iter().map(|abuse| abuse.abusers).sum::<u32>()
}

/// Conversations of strangers that a prompt cache tells apart.
const NUMBER: u32 = 1 << 14;

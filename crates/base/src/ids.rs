//! Names of things, as small integers. Their human names stand in the [`RunHeader`](crate::RunHeader).

use std::fmt;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident($inner:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $inner);
        impl $name {
            /// The position of this thing in its list of the run header.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// An agent: one source of requests. Numbered over all workloads of a run.
    AgentId(u32);
    /// An end user: whoever an agent asks for. Numbered over all workloads of a run, in the order of the workloads.
    UserId(u32);
    /// Where requests come from, as a client can tell: an address or a device. It has the number of the first user
    /// behind it.
    SourceId(u32);
    /// A workflow: the agents of one workload, to which money is attributed.
    WorkflowId(u16);
    /// A lane: provider × model × key, with its own breaker. Rules and humans are lanes too.
    LaneId(u16);
    /// A provider's quota: what an organisation is granted for one model class. Never a key.
    QuotaId(u16);
    /// A cap on spending.
    CapId(u16);
    /// A fault of the scenario's script.
    FaultId(u16);
    /// A fleet: one process of agents with a limiter, queue, breakers and ledger of its own.
    FleetId(u16);
    /// The provider's name for one exchange; `0` where none was ever learned. Joins events and truths.
    CallId(u64);
}

/// A request, named by who asks and which turn of theirs it is; so its name, and every draw keyed by it, is the
/// same whatever a policy does to the order of things.
///
/// Whoever got no answer may ask the same again. That is a request of its own, with luck of its own; it is named after
/// the first, by how many times the question had been asked before, so it takes no turn from anybody.
///
/// ```
/// use rushhour_base::{AgentId, RequestId};
/// let first = RequestId::new(AgentId(17), 42);
/// let again = first.again().expect("it was asked once");
/// assert_eq!((again.first(), again.times_before()), (first, 1));
/// assert_eq!((first.to_string(), again.to_string()), ("17/42".into(), "17/42+1".into()));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

impl RequestId {
    /// The request that `agent` makes in its turn number `turn` (from 0).
    pub fn new(agent: AgentId, turn: u32) -> RequestId {
        RequestId(u64::from(agent.0) << 32 | u64::from(turn))
    }

    /// Who asks.
    pub fn agent(self) -> AgentId {
        AgentId((self.0 >> 32) as u32)
    }

    /// Which turn of the agent this is, from 0. Of a question asked again it also holds how often, in its highest bits,
    /// so that no two requests of an agent have the same.
    pub fn turn(self) -> u32 {
        self.0 as u32
    }

    /// How many times the question had been asked before.
    pub fn times_before(self) -> u32 {
        self.turn() >> TURN_BITS
    }

    /// The request that asked the question first.
    pub fn first(self) -> RequestId {
        RequestId(self.0 & !(u64::from(u32::MAX >> TURN_BITS) << TURN_BITS))
    }

    /// The request that asks the same once more; `None` after [`MOST_TIMES`](Self::MOST_TIMES).
    pub fn again(self) -> Option<RequestId> {
        (self.times_before() < Self::MOST_TIMES).then_some(RequestId(self.0 + (1 << TURN_BITS)))
    }

    /// How many times a question can be asked again.
    pub const MOST_TIMES: u32 = u32::MAX >> TURN_BITS;
    /// How many turns of an agent have names if its questions are asked again.
    pub const MOST_TURNS: u32 = 1 << TURN_BITS;
}

impl fmt::Display for RequestId {
    /// `17/42`: agent 17, turn 42. `17/42+1`: the same asked again.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.times_before() {
            0 => write!(f, "{}/{}", self.agent(), self.turn()),
            times => write!(f, "{}/{}+{times}", self.agent(), self.first().turn()),
        }
    }
}

/// Bits of a turn; those above count how often a question was asked before.
const TURN_BITS: u32 = 29;

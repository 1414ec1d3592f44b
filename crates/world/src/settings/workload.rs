//! Who asks: workloads, their users, abusers and tasks.

use super::ShapedPlan;
use super::words::WordsPlan;
use rushhour_base::{AbuseKind, Instant, Ratio, Span};
use std::sync::Arc;

/// A workload: agents of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkloadPlan {
    /// Its name.
    pub name: String,
    /// How many agents. Above zero.
    pub agents: u32,
    /// For whom they ask; `None` if each agent is its own end user.
    pub users: Option<UsersPlan>,
    /// When they ask.
    pub arrivals: Arrivals,
    /// How long their prompts are.
    pub prompt: PromptPlan,
    /// Of how many requests its agents' tasks are; `None` if each request stands alone. Closed loops only.
    pub task: Option<TaskPlan>,
    /// How long the replies are.
    pub output: Length,
    /// The longest reply asked for.
    pub max_tokens: u64,
    /// How long an agent waits for an answer; [`Span::MAX`] for ever.
    pub patience: Span,
    /// For how long an answer is worth anything, as everybody knows; [`Span::MAX`] for ever.
    pub deadline: Span,
    /// How whoever got no answer comes back; `None` if nobody does. Open loops only.
    pub comes_back: Option<ComesBackPlan>,
    /// The class of urgency of its requests; 0 goes first.
    pub priority: u8,
    /// Who abuses it. Abusers have agents and users of their own, numbered after those of the workload.
    pub abuse: Vec<AbusePlan>,
    /// The least and the most difficult of its requests, from 0 to 100; in between they are uniform.
    pub difficulty: [u8; 2],
    /// What they talk about; `None` if only lengths matter.
    pub words: Option<WordsPlan>,
}

/// How people who got no answer come back and ask the same again. What they ask, and for whom, stays; each time is a
/// request of its own, with patience and a deadline of its own. Abusers never come back: their scripts say all they do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ComesBackPlan {
    /// The share of those who got no answer that comes back, each time.
    pub share: Ratio,
    /// How long they stay away.
    pub after: Duration,
    /// How many times at most one question is asked again; from 1 to [`RequestId::MOST_TIMES`].
    ///
    /// [`RequestId::MOST_TIMES`]: rushhour_base::RequestId::MOST_TIMES
    pub times: u32,
    /// After they gave up by themselves.
    pub abandoned: bool,
    /// After the fleet had no answer.
    pub failed: bool,
    /// After they were turned away.
    pub refused: bool,
}

/// Abusers of one kind: what they ask is fixed before any policy acts, to the last request.
///
/// Each abuser makes its even share of the requests in episodes of `burst`, of which one falls into each of as many even
/// parts of the time between `from` and `until`, at a drawn place.
#[derive(Clone, Debug, PartialEq)]
pub struct AbusePlan {
    /// Its name.
    pub name: String,
    /// What they do.
    pub kind: AbuseKind,
    /// How many there are. Above zero.
    pub abusers: u32,
    /// Requests of all of them together.
    pub requests: u32,
    /// When they begin.
    pub from: Instant,
    /// When they are over; later than `from`.
    pub until: Instant,
    /// Requests of one episode. Above zero.
    pub burst: u32,
    /// Between two requests of an episode. Less where the episode would not fit its part of the time.
    pub gap: Span,
    /// Tokens of each prompt; `None` for those of the workload.
    pub prompt: Option<u64>,
    /// Accounts of one abuser, used in turn, one for each episode. Above zero.
    pub accounts: u32,
}

impl WorkloadPlan {
    /// A workload of which nothing is said but its name and when its agents ask: prompts of 1,000 tokens, replies of 200,
    /// and patience without end.
    pub fn plain(name: &str, agents: u32, arrivals: Arrivals) -> WorkloadPlan {
        WorkloadPlan {
            name: name.to_owned(),
            agents,
            users: None,
            arrivals,
            prompt: PromptPlan { first: Length::Constant(1_000), growth: 0, turns: 1, max: 1_000, shared: 0 },
            task: None,
            output: Length::Constant(200),
            max_tokens: 1_024,
            patience: Span::MAX,
            deadline: Span::MAX,
            comes_back: None,
            priority: 0,
            abuse: Vec::new(),
            difficulty: [50; 2],
            words: None,
        }
    }

    /// How many end users it has, abusers' accounts included.
    pub fn user_count(&self) -> u32 {
        let honest = self.honest_users();
        self.abuse.iter().fold(honest, |sum, a| sum.saturating_add(a.abusers.saturating_mul(a.accounts)))
    }

    /// How many agents it has, those of abusers included.
    pub fn agent_count(&self) -> u32 {
        self.abuse.iter().fold(self.agents, |sum, abuse| sum.saturating_add(abuse.abusers))
    }

    pub(crate) fn honest_users(&self) -> u32 {
        self.users.map_or(self.agents, |users| users.count)
    }
}

/// The end users for whom the agents of a workload ask: each request is for one of them, drawn by the request's name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UsersPlan {
    /// How many there are. Above zero.
    pub count: u32,
    /// How unevenly they ask: the user of rank r comes up in proportion to `r^-skew`. 0 for all alike; at most 4.
    pub skew: f64,
    /// How many of them share a source, as people behind one address do. Above zero.
    pub per_source: u32,
}

/// When the agents of a workload ask.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrivals {
    /// Open loop: a Poisson process for each agent.
    Poisson {
        /// Requests of one agent per hour. Above zero.
        per_agent_per_hour: f64,
    },
    /// Open loop: a Poisson process for each agent whose rate follows the time of day, `exp(κ·cos)` around the peak.
    DayCurve {
        /// Requests of one agent per hour, on the average of a day. Above zero.
        per_agent_per_hour: f64,
        /// Local time of day of the peak.
        peak: Span,
        /// The rate at the peak over the average of the day; at least 1, and at most 288: the curve is a staircase
        /// of five-minute steps.
        peak_to_mean: f64,
    },
    /// Open loop: a renewal process for each agent, burstier or steadier than a Poisson process.
    Renewal {
        /// Requests of one agent per hour. Above zero.
        per_agent_per_hour: f64,
        /// The law of the gaps.
        law: GapLaw,
        /// Standard deviation over mean of the gaps; 1 is a Poisson process under either law. From 0.1 to 10.
        cv: f64,
    },
    /// Open loop: gaps of any law, under a rate that changes with time.
    Shaped(ShapedPlan),
    /// Closed loop: an agent thinks, asks, waits for the outcome, and thinks again.
    ClosedLoop {
        /// How long it thinks.
        think: Duration,
    },
    /// Closed loop: recorded sessions; their token counts replace `prompt` and `output`.
    Sessions(SessionsPlan),
    /// Open loop: each agent asks so often, evenly over a stretch of time, and then no more.
    Batch {
        /// When it begins, from the start of the run.
        at: Span,
        /// Requests of one agent.
        each: u32,
        /// From the first of them to the end of the stretch; zero for all at once.
        over: Span,
    },
    /// Open loop: the rows of a trace, dealt to the agents in turn; their token counts replace `prompt` and `output`.
    Trace {
        /// The rows, in the order of the file, which is that of time; equal times are normal. Shared, not copied, by
        /// all that reads them.
        rows: Arc<[TraceRow]>,
    },
}

/// How agents replay recorded sessions.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionsPlan {
    /// The sessions.
    pub recorded: RecordedSessions,
    /// No pause between two requests is longer.
    pub pause_cap: Span,
    /// How many times as fast agents work as they were recorded: pauses, cut off at their cap, are divided by it. Above
    /// zero. The time that answers take is the provider's, and no speed changes it.
    pub speed: f64,
    /// An agent begins at a random time within this span.
    pub start_within: Span,
    /// Agents begin with the sessions in the order of the recording, rather than with drawn ones.
    pub in_order: bool,
    /// The share of each prompt that the provider's cache knows; the rest is written to it. Zero for no cache.
    pub cache_hit: Ratio,
}

/// Recorded sessions, one after the other. Shared, not copied, by all that reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedSessions {
    turns: Arc<[SessionTurn]>,
    starts: Arc<[u32]>,
}

/// One request of a recorded session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionTurn {
    /// When it was made, from the start of the session.
    pub at: Span,
    /// How long the agent paused before it, after the answer before; zero for the first.
    pub pause: Span,
    /// Tokens of the prompt.
    pub input_tokens: u64,
    /// Tokens of the reply.
    pub output_tokens: u64,
}

impl RecordedSessions {
    /// The given sessions, in their order.
    ///
    /// # Panics
    /// If there are none, or one of them is empty: the reader of a recording lets no such file pass.
    pub fn new(sessions: Vec<Vec<SessionTurn>>) -> RecordedSessions {
        assert!(!sessions.is_empty() && sessions.iter().all(|session| !session.is_empty()));
        let mut starts = Vec::with_capacity(sessions.len());
        let mut turns = Vec::new();
        for session in sessions {
            starts.push(u32::try_from(turns.len()).expect("a recording has fewer than 2^32 requests"));
            turns.extend(session);
        }
        RecordedSessions { turns: turns.into(), starts: starts.into() }
    }

    /// All turns of all sessions.
    pub fn turns(&self) -> &[SessionTurn] {
        &self.turns
    }

    /// Where each session begins among the turns.
    pub fn starts(&self) -> &[u32] {
        &self.starts
    }

    /// The sessions, each with its turns.
    pub fn sessions(&self) -> impl Iterator<Item = &[SessionTurn]> {
        let ends = self.starts.iter().skip(1).map(|start| *start as usize).chain([self.turns.len()]);
        self.starts.iter().zip(ends).map(|(start, end)| &self.turns[*start as usize..end])
    }
}

/// How the gaps of a renewal process are distributed. Measured tenants of a large provider fit one or the other
/// (ServeGen, 2025).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapLaw {
    /// Gamma: at a high variation many gaps are next to nothing.
    Gamma,
    /// Weibull: at a high variation the long gaps are longer.
    Weibull,
}

/// A random length of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Duration {
    /// Always the same.
    Constant(Span),
    /// Exponential with this mean.
    Exponential(Span),
    /// Lognormal with this median and 95th percentile.
    Lognormal {
        /// Half of all are shorter.
        p50: Span,
        /// 95 of 100 are shorter.
        p95: Span,
    },
    /// Gamma with this mean and coefficient of variation.
    Gamma {
        /// The mean. Above zero.
        mean: Span,
        /// Standard deviation over mean; from 0.1 to 10.
        cv: f64,
    },
}

/// A random number of tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// Always the same.
    Constant(u64),
    /// Lognormal with this median and 95th percentile, cut off at `max`.
    Lognormal {
        /// Half of all are shorter.
        p50: u64,
        /// 95 of 100 are shorter.
        p95: u64,
        /// None is longer.
        max: u64,
    },
    /// Gamma with this mean and coefficient of variation (1 is exponential), cut off at `max`.
    Gamma {
        /// The mean before the cut. Above zero.
        mean: u64,
        /// Standard deviation over mean. Above zero.
        cv: f64,
        /// None is longer.
        max: u64,
    },
}

/// How long prompts are: the first of a session has `first` tokens, each later turn adds `growth`, and after `turns`
/// turns (or at `max`) the session starts afresh.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PromptPlan {
    /// Tokens of a session's first prompt.
    pub first: Length,
    /// Tokens that each turn adds.
    pub growth: u64,
    /// Turns of a session. Above zero.
    pub turns: u32,
    /// No prompt is longer.
    pub max: u64,
    /// The first so many tokens of every prompt are the same for all agents: system prompt and tools.
    pub shared: u64,
}

/// Tasks of several steps, each one request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TaskPlan {
    /// How many steps.
    pub steps: Length,
    /// The share of steps that never succeed: each answer is paid for, and the agent asks the same again.
    pub stuck: Ratio,
}

/// One row of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceRow {
    /// When it arrived, from the first row.
    pub at: Span,
    /// Tokens of the prompt.
    pub input_tokens: u64,
    /// Tokens of the reply.
    pub output_tokens: u64,
}

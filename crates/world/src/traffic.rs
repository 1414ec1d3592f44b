//! When agents ask, and what.
//!
//! Open loop (Poisson, day curve, trace): an agent asks whatever became of its last request, so a slow fleet cannot
//! slow its callers and hide its delay. Closed loop: it waits for the outcome, thinks, and asks again.
//!
//! One draw serves one turn of one agent: the time to the next ask and, where a session begins, the first prompt.
//! So the whole traffic of an open loop is fixed before any policy acts, and in a closed loop the n-th think time
//! and prompt of an agent are the same under every policy; only their dates differ.

#[cfg(test)]
mod tests;

use crate::day_curve::DayCurve;
use crate::gamma::{Gamma, weibull};
use crate::law::{Law, rounded};
use crate::luck::{Luck, Place};
use crate::quantile::exponential;
use crate::session::{Session, Sessions};
use crate::settings::{Arrivals, GapLaw, WorkloadPlan, WorldPlan};
use crate::trace::Deal;
use crate::users::Users;
use rushhour_base::time::HOUR;
use rushhour_base::{AgentId, Ask, Instant, RequestId, Span, WorkflowId};
use std::cell::LazyCell;

/// What the agents of a plan ask, and when.
///
/// An agent's life is [`first`](Traffic::first), then [`ask`](Traffic::ask) at that instant, which makes one request
/// and, in an open loop, names the next instant; in a closed loop [`after`](Traffic::after) names it.
///
/// ```
/// # use rushhour_base::*;
/// # use rushhour_world::settings::*;
/// # let workload = WorkloadPlan {
/// #     name: "leads".into(), agents: 2, users: None, arrivals: Arrivals::Poisson { per_agent_per_hour: 60.0 },
/// #     prompt: PromptPlan { first: Length::Constant(800), growth: 0, turns: 1, max: 800 },
/// #     output: Length::Constant(200), max_tokens: 1_024, patience: Span::MAX, priority: 0,
/// # };
/// # let plan = WorldPlan {
/// #     seed: Seed(7), horizon: Span::secs(3_600), starts_at: Span::ZERO, providers: vec![], quotas: vec![],
/// #     lanes: vec![], faults: vec![], workloads: vec![workload],
/// # };
/// let mut traffic = rushhour_world::Traffic::new(&plan); // two agents, each once a minute on the average
/// let at = traffic.first(AgentId(1)).expect("it asks within the hour");
/// let (ask, next) = traffic.ask(AgentId(1), at);
/// assert_eq!((ask.request, ask.intended, ask.input_tokens), (RequestId::new(AgentId(1), 0), at, 800));
/// assert!(next.unwrap() > at);
/// ```
#[derive(Clone, Debug)]
pub struct Traffic {
    horizon: Instant,
    luck: Luck,
    workloads: Vec<Workload>,
    agents: Vec<Agent>,
}

/// All that the agents of one workload share.
#[derive(Clone, Debug)]
struct Workload {
    workflow: WorkflowId,
    rhythm: Rhythm,
    users: Users,
    sessions: Sessions,
    max_tokens: u64,
    patience: Span,
    priority: u8,
}

/// When an agent asks next.
#[derive(Clone, Debug)]
enum Rhythm {
    Steady { mean_gap: f64 },
    Gamma(Gamma),
    Weibull { scale: f64, power: f64 },
    Daily { curve: DayCurve, per_day: f64 },
    Thinking { think: Law },
    Traced(Deal),
}

/// Where one agent stands. Small, because there may be a hundred thousand of them.
#[derive(Clone, Copy, Debug, Default)]
struct Agent {
    /// Turns made so far.
    turns: u32,
    session: Session,
}

impl Traffic {
    /// The traffic of `plan`; nobody has asked yet.
    ///
    /// # Panics
    /// If there are more agents than 32 bits number, more workloads than 16 bits, or the rows of a trace are not in
    /// the order of time: a reader of scenarios lets no such plan pass.
    pub fn new(plan: &WorldPlan) -> Traffic {
        let luck = Luck::new(plan, "ask");
        let mut first_user = 0;
        let mut workload = |(index, w): (usize, &WorkloadPlan)| {
            let users = Users::new(w, first_user);
            first_user += w.user_count();
            Workload::new(index, w, users, plan.starts_at)
        };
        Traffic {
            horizon: Instant::START + plan.horizon,
            agents: vec![Agent::default(); luck.agents() as usize],
            workloads: plan.workloads.iter().enumerate().map(&mut workload).collect(),
            luck,
        }
    }

    /// How many agents there are, over all workloads.
    pub fn agents(&self) -> u32 {
        self.luck.agents()
    }

    /// When `agent` asks for the first time; `None` if not before the horizon.
    ///
    /// In a closed loop that is after one time of thinking: where it is constant, all agents of the workload begin
    /// in step.
    ///
    /// # Panics
    /// If the plan has no such agent.
    pub fn first(&mut self, agent: AgentId) -> Option<Instant> {
        let place = self.luck.place(agent);
        let unit = || self.luck.of_turn(place, 0).unit(FIRST);
        self.before_horizon(match &self.workloads[place.workload].rhythm {
            Rhythm::Thinking { think } => Instant::START + Span(think.value(unit)),
            rhythm => rhythm.next(Instant::START, place, 0, unit),
        })
    }

    /// What `agent` asks at `at`, and when it asks next: `None` in a closed loop, where [`after`](Traffic::after)
    /// tells, and from the horizon on.
    ///
    /// # Panics
    /// If the plan has no such agent, or its trace no further row for it.
    #[inline]
    pub fn ask(&mut self, agent: AgentId, at: Instant) -> (Ask, Option<Instant>) {
        let place = self.luck.place(agent);
        let state = &mut self.agents[agent.index()];
        let turn = state.turns;
        state.turns += 1;
        let words = LazyCell::new(|| self.luck.of_turn(place, turn));
        let workload = &self.workloads[place.workload];
        let input_tokens = match &workload.rhythm {
            Rhythm::Traced(deal) => {
                deal.row(place.agent, turn).expect("an agent asks only what its trace holds").input_tokens
            }
            _ => workload.sessions.next(&mut state.session, || words.unit(PROMPT)),
        };
        let (user, source) = workload.users.of(place.agent, || words.unit(USER));
        let Workload { workflow, priority, max_tokens, patience, .. } = *workload;
        let luck = self.luck.subject(place);
        let ask = Ask {
            request: RequestId::new(agent, turn),
            luck,
            user,
            source,
            text: luck ^ u64::from(turn) << 32,
            workflow,
            priority,
            intended: at,
            input_tokens,
            max_tokens,
            patience,
        };
        let next = match &workload.rhythm {
            Rhythm::Thinking { .. } => None,
            rhythm => self.before_horizon(rhythm.next(at, place, turn + 1, || words.unit(NEXT))),
        };
        (ask, next)
    }

    /// In a closed loop, when `agent` asks again, given that its last request ended at `ended`. `None` from the
    /// horizon on, in an open loop, and if it never asked.
    ///
    /// # Panics
    /// If the plan has no such agent.
    #[inline]
    pub fn after(&mut self, agent: AgentId, ended: Instant) -> Option<Instant> {
        let place = self.luck.place(agent);
        let Rhythm::Thinking { think } = &self.workloads[place.workload].rhythm else { return None };
        let turn = self.agents[agent.index()].turns.checked_sub(1)?;
        let thinks = think.value(|| self.luck.of_turn(place, turn).unit(NEXT));
        self.before_horizon(ended + Span(thinks))
    }

    fn before_horizon(&self, at: Instant) -> Option<Instant> {
        (at < self.horizon).then_some(at)
    }
}

impl Workload {
    fn new(index: usize, plan: &WorkloadPlan, users: Users, starts_at: Span) -> Workload {
        Workload {
            workflow: WorkflowId(u16::try_from(index).expect("a plan numbers its workloads with 16 bits")),
            rhythm: Rhythm::new(plan, starts_at),
            users,
            sessions: Sessions::new(&plan.prompt),
            max_tokens: plan.max_tokens,
            patience: plan.patience,
            priority: plan.priority,
        }
    }
}

impl Rhythm {
    fn new(plan: &WorkloadPlan, starts_at: Span) -> Rhythm {
        match &plan.arrivals {
            Arrivals::Poisson { per_agent_per_hour } => {
                Rhythm::Steady { mean_gap: HOUR as f64 / per_agent_per_hour }
            }
            Arrivals::DayCurve { per_agent_per_hour, peak, peak_to_mean } => Rhythm::Daily {
                curve: DayCurve::new(starts_at, *peak, *peak_to_mean),
                per_day: per_agent_per_hour * 24.0,
            },
            Arrivals::Renewal { per_agent_per_hour, law, cv } => {
                let mean_gap = HOUR as f64 / per_agent_per_hour;
                match law {
                    GapLaw::Gamma => Rhythm::Gamma(Gamma::new(mean_gap, *cv)),
                    GapLaw::Weibull => {
                        let (shape, mean) = weibull(*cv);
                        Rhythm::Weibull { scale: mean_gap / mean, power: 1.0 / shape }
                    }
                }
            }
            Arrivals::ClosedLoop { think } => Rhythm::Thinking { think: Law::of_duration(*think) },
            Arrivals::Trace { rows } => Rhythm::Traced(Deal::new(rows, plan.agents)),
        }
    }

    /// When the agent at `place` makes its turn number `turn`, after it asked at `at` or, for its first, from the
    /// start. A rhythm that waits for an outcome has no such time.
    #[inline]
    fn next(&self, at: Instant, place: Place, turn: u32, unit: impl FnOnce() -> f64) -> Instant {
        match self {
            Rhythm::Steady { mean_gap } => at + Span(rounded(mean_gap * exponential(unit()))),
            Rhythm::Gamma(gamma) => at + Span(rounded(gamma.value(unit()))),
            Rhythm::Weibull { scale, power } => {
                at + Span(rounded(scale * libm::pow(exponential(unit()), *power)))
            }
            Rhythm::Daily { curve, per_day } => curve.after(at, exponential(unit()) / per_day),
            Rhythm::Traced(deal) => {
                deal.row(place.agent, turn).map_or(Instant::NEVER, |row| Instant::START + row.at)
            }
            Rhythm::Thinking { .. } => Instant::NEVER,
        }
    }
}

// Which word of a turn's draw decides what.
/// The gap, or the time of thinking, after this turn.
const NEXT: usize = 0;
/// The first prompt of a session that begins with this turn.
const PROMPT: usize = 1;
/// For which end user this turn is.
const USER: usize = 3;
/// The time before the first turn of all, in the draw of that turn.
const FIRST: usize = 2;

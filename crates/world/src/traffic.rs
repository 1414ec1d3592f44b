//! When agents ask, and what.
//!
//! Open loop (Poisson, bursts, shapes over time, trace): an agent asks whatever became of its last request, so a slow fleet cannot
//! slow its callers and hide its delay. Closed loop (thinking, recorded
//! sessions): it waits for the outcome, thinks, and asks again.
//!
//! One draw serves one turn of one agent: the time to the next ask and, where a session begins, the first prompt.
//! So the whole traffic of an open loop is fixed before any policy acts, and in a closed loop the n-th think time
//! and prompt of an agent are the same under every policy; only their dates differ.

mod history;
mod rhythm;
#[cfg(test)]
mod tests;

use crate::abuse::Abusers;
use crate::luck::{Luck, Place};
use crate::memory::Memory;
use crate::returns::Returns;
use crate::session::{Session, Sessions};
use crate::settings::{WorkloadPlan, WorldPlan};
use crate::tasks::{Done, Step, Tasks};
use crate::users::Users;
use crate::words::{Told, Turn, Words};
use rhythm::Rhythm;
use rushhour_base::conversation::REPLY_PRIMING;
use rushhour_base::draw::below;
use rushhour_base::event::Reason;
use rushhour_base::{AbuseKind, AgentId, Ask, Instant, Outcome, Prefix, RequestId, Span, WorkflowId};
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
/// #     prompt: PromptPlan { first: Length::Constant(800), growth: 0, turns: 1, max: 800, shared: 0 },
/// #     task: None, output: Length::Constant(200), max_tokens: 1_024, patience: Span::MAX, deadline: Span::MAX, comes_back: None, priority: 0, abuse: vec![],
/// #     difficulty: [50; 2], words: None,
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
    tasks: Tasks,
    returns: Returns,
    /// What is said, where anything is.
    words: Option<Words>,
    /// How long each agent's conversation is; empty where nothing is said.
    told: Vec<Told>,
    /// What each agent's client remembers; empty where nobody reads it.
    memories: Vec<Memory>,
}

/// All that the agents of one workload share.
#[derive(Clone, Debug)]
struct Workload {
    workflow: WorkflowId,
    rhythm: Rhythm,
    users: Users,
    sessions: Sessions,
    /// Tokens that all prompts begin with.
    shared: u64,
    max_tokens: u64,
    patience: Span,
    deadline: Span,
    priority: u8,
    abuse: Vec<Abusers>,
    difficulty: [u8; 2],
}

/// Where one agent stands. Small, because there may be a hundred thousand of them.
#[derive(Clone, Copy, Debug, Default)]
struct Agent {
    /// Turns made so far.
    turns: u32,
    session: Session,
    /// Whether its last request was a step that can never succeed.
    stuck: bool,
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
            let workload = Workload::new(index, plan, first_user);
            first_user += w.user_count();
            workload
        };
        let words = Words::new(plan);
        Traffic {
            told: vec![Told::default(); if words.is_some() { luck.agents() as usize } else { 0 }],
            words,
            memories: Vec::new(),
            horizon: Instant::START + plan.horizon,
            agents: vec![Agent::default(); luck.agents() as usize],
            workloads: plan.workloads.iter().enumerate().map(&mut workload).collect(),
            luck,
            tasks: Tasks::new(plan),
            returns: Returns::new(plan),
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
        if place.abuse.is_some() {
            return self.abused_at(place, 0);
        }
        let words = self.luck.of_turn(place, 0);
        let rhythm = &self.workloads[place.workload].rhythm;
        self.before_horizon(rhythm.first(place, words.unit(FIRST), || words.unit(MIDWAY)))
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
        let luck = self.luck.subject(place);
        let words = LazyCell::new(|| self.luck.of_turn(place, turn));
        let alone = Step { task: turn, text: self.luck.text(place, turn), begins: false, stuck: false };
        let step = self.tasks.next(agent, place).unwrap_or(alone);
        if step.begins {
            state.session = Session::default();
        }
        state.stuck = step.stuck;
        let workload = &self.workloads[place.workload];
        let abuse = place.abuse.map(|number| &workload.abuse[number]);
        let (user, source) = match abuse {
            Some(abuse) => abuse.account(place.agent, turn),
            None => workload.users.of(place.agent, || words.unit(USER)),
        };
        let input_tokens = match (&workload.rhythm, abuse.and_then(Abusers::prompt)) {
            (_, Some(tokens)) => tokens,
            (Rhythm::Traced(deal), None) if abuse.is_none() => {
                deal.row(place.agent, turn).expect("an agent asks only what its trace holds").input_tokens
            }
            (Rhythm::Recorded(replay), None) if abuse.is_none() => {
                let tokens = replay.turn(place.agent, turn).input_tokens;
                state.session.follow(tokens, replay.begins(place.agent, turn));
                tokens
            }
            _ => workload.sessions.next(&mut state.session, || words.unit(PROMPT)),
        };
        let Workload { workflow, priority, difficulty: [least, most], max_tokens, patience, .. } = *workload;
        let deadline = at + workload.deadline;
        let width = most.saturating_sub(least);
        let above = if width == 0 { 0 } else { below(words.word(DIFFICULTY), u64::from(width) + 1) };
        let difficulty = least + above as u8;
        let began = turn - state.session.turns().saturating_sub(1).min(turn);
        let text = abuse.map_or(step.text, |abuse| self.luck.text(place, abuse.text(turn)));
        let (input_tokens, characters) = match &self.words {
            None => (input_tokens, input_tokens.saturating_mul(4)),
            Some(words) => {
                let turn = Turn { began, turn, text, target: input_tokens };
                let told = &mut self.told[agent.index()];
                let prompt = words.prompt_of(place, turn, told, self.memories.get_mut(agent.index()));
                if words.speech(place).is_some() {
                    state.session.came_to(told.tokens + REPLY_PRIMING);
                }
                prompt
            }
        };
        let ask = Ask {
            request: RequestId::new(agent, turn),
            luck,
            user,
            source,
            text,
            task: step.task,
            workflow,
            priority,
            difficulty,
            intended: at,
            input_tokens,
            sent_tokens: input_tokens,
            characters,
            began,
            prefix: workload.prefix(&state.session, abuse.is_some(), (luck, turn), input_tokens),
            max_tokens,
            patience,
            deadline,
        };
        self.returns.asked(place, &ask);
        let next = match &workload.rhythm {
            _ if abuse.is_some() => self.abused_at(place, turn + 1),
            Rhythm::Thinking { .. } | Rhythm::Recorded(_) => None,
            rhythm => self.before_horizon(rhythm.next(at, place, turn + 1, || words.unit(NEXT))),
        };
        (ask, next)
    }

    /// Whether what `agent` asked last is a step of a task that can never succeed.
    ///
    /// # Panics
    /// If the plan has no such agent.
    #[inline]
    pub fn is_stuck(&self, agent: AgentId) -> bool {
        self.agents[agent.index()].stuck
    }

    /// The last request of `agent` ended so: it goes on with its task, asks the same again, or begins the next task.
    /// Hands back the task if this was its end.
    ///
    /// # Panics
    /// If the plan has no such agent.
    pub fn ended(&mut self, agent: AgentId, outcome: Outcome, reason: Reason) -> Option<Done> {
        self.tasks.ended(agent, self.luck.place(agent), outcome, reason)
    }

    /// A request ended at `at`: whoever asked may come back. Says when, and the number by which
    /// [`ask_again`](Traffic::ask_again) knows them. `None` from the horizon on.
    ///
    /// # Panics
    /// If the plan has no such agent.
    #[inline]
    pub fn comes_back(
        &mut self,
        request: RequestId,
        outcome: Outcome,
        at: Instant,
    ) -> Option<(Instant, u32)> {
        self.returns.ended(request, outcome, at)
    }

    /// What the one with this number asks who comes back at `at`, and the request that got no answer.
    ///
    /// # Panics
    /// If [`comes_back`](Traffic::comes_back) did not name the number, or it was used.
    pub fn ask_again(&mut self, number: u32, at: Instant) -> (Ask, RequestId) {
        self.returns.ask(number, at)
    }

    /// In a closed loop, when `agent` asks again, given that its last request ended at `ended`. `None` from the
    /// horizon on, in an open loop, and if it never asked.
    ///
    /// # Panics
    /// If the plan has no such agent.
    #[inline]
    pub fn after(&mut self, agent: AgentId, ended: Instant) -> Option<Instant> {
        let place = self.luck.place(agent);
        if place.abuse.is_some() {
            return None;
        }
        let turn = self.agents[agent.index()].turns.checked_sub(1)?;
        let pause = match &self.workloads[place.workload].rhythm {
            Rhythm::Thinking { think } => Span(think.value(|| self.luck.of_turn(place, turn).unit(NEXT))),
            Rhythm::Recorded(replay) => replay.pause(place.agent, turn + 1),
            _ => return None,
        };
        self.before_horizon(ended + pause)
    }

    /// Of which kind of abuse a request is, if it is one: a truth, for the world alone.
    #[inline]
    pub fn abuse(&self, request: RequestId) -> Option<AbuseKind> {
        let place = self.luck.place(request.agent());
        Some(self.workloads[place.workload].abuse[place.abuse?].kind())
    }

    /// When the abuser at `place` makes its turn number `turn`.
    fn abused_at(&self, place: Place, turn: u32) -> Option<Instant> {
        let abuse = &self.workloads[place.workload].abuse[place.abuse?];
        let at = abuse.at(place.agent, turn, |ordinal| self.luck.of_turn(place, ordinal).unit(NEXT))?;
        self.before_horizon(at)
    }

    fn before_horizon(&self, at: Instant) -> Option<Instant> {
        (at < self.horizon).then_some(at)
    }
}

impl Workload {
    fn new(index: usize, world: &WorldPlan, first_user: u32) -> Workload {
        let plan = &world.workloads[index];
        Workload {
            workflow: WorkflowId(u16::try_from(index).expect("a plan numbers its workloads with 16 bits")),
            rhythm: Rhythm::new(index, world),
            users: Users::new(plan, first_user),
            sessions: Sessions::new(&plan.prompt),
            shared: plan.prompt.shared,
            max_tokens: plan.max_tokens,
            patience: plan.patience,
            deadline: plan.deadline,
            priority: plan.priority,
            abuse: Abusers::all(plan, first_user + plan.honest_users()),
            difficulty: plan.difficulty,
        }
    }
}

impl Workload {
    /// What of a prompt belongs to a conversation: all of it, where sessions have several turns. A conversation is named by
    /// its agent and the turn with which it began.
    #[inline]
    fn prefix(
        &self,
        session: &Session,
        is_abuse: bool,
        (luck, turn): (u64, u32),
        input_tokens: u64,
    ) -> Prefix {
        if is_abuse || !self.has_conversations() {
            return Prefix::default();
        }
        let began = turn - session.age().min(turn);
        Prefix { conversation: luck ^ u64::from(began) << 32, tokens: input_tokens }
    }
}

impl Workload {
    /// Whether a prompt is ever the beginning of another.
    fn has_conversations(&self) -> bool {
        match &self.rhythm {
            Rhythm::Traced(_) => false,
            Rhythm::Recorded(_) => true,
            _ => self.sessions.have_turns(),
        }
    }
}

// Which word of a turn's draw decides what.
/// The gap, or the time of thinking, after this turn.
const NEXT: usize = 0;
/// The first prompt of a session that begins with this turn.
pub(crate) const PROMPT: usize = 1;
/// For which end user this turn is.
const USER: usize = 3;
/// How difficult the request is.
const DIFFICULTY: usize = 4;
/// The time before the first turn of all, in the draw of that turn.
const FIRST: usize = 2;
/// How far into a gap an agent is met at the start of the run.
const MIDWAY: usize = 5;

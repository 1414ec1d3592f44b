//! The providers: a state machine without HTTP, wires or clocks.
//!
//! A call that comes in is struck by a fault, refused by its quota, or admitted; which of them, and what its reply
//! will be, is settled there and then, and only waits to be told. A reply becomes a line on the invoice when it ends,
//! breaks off, or when the caller hangs up: what was produced by then was produced for money. A quota is charged for it at
//! the same time, or in steps on the way.
//!
//! Luck has names: whether a fault strikes a call and how much slower than the median its reply is depends on the
//! request, the lane and the number of the attempt, never on the order of calls. A policy that calls less often moves
//! nobody else's luck.

mod admission;
mod bill;
mod calls;
mod faults;
mod latency;
mod load;
mod reply;
mod says;
mod spells;
#[cfg(test)]
mod tests;

use crate::cache::PromptCaches;
use crate::luck::Luck;
use crate::quota::Quotas;
use crate::script::Script;
use crate::settings::{Dialect, ModelLane, WorldPlan};
use calls::{Calls, Fate};
use faults::Faults;
use load::Load;
use rushhour_base::{Call, CallId, Instant, LimitHeaders, Reply, Sink, Span, Usage};

/// All providers of a plan: their quotas, faults, latencies and invoices.
///
/// Each call goes [`on_request`](Providers::on_request), then [`poll`](Providers::poll) until it tells the end, or
/// [`on_cancel`](Providers::on_cancel). A call that sends less than the whole conversation, or wants a summary of it, goes
/// [`on_prompt`](Providers::on_prompt) instead. A caller who wants to see tokens come says so with
/// [`stream`](Providers::stream). Between calls, [`on_wake`](Providers::on_wake) at
/// [`next_wake`](Providers::next_wake) announces faults that begin or end.
///
/// ```
/// # use rushhour_base::*;
/// # use rushhour_world::settings::*;
/// # let workload = WorkloadPlan {
/// #     name: "leads".into(), agents: 1, users: None, arrivals: Arrivals::Poisson { per_agent_per_hour: 60.0 },
/// #     prompt: PromptPlan { first: Length::Constant(800), growth: 0, turns: 1, max: 800, shared: 0 },
/// #     task: None, output: Length::Constant(100), max_tokens: 1_024, patience: Span::MAX, deadline: Span::MAX, comes_back: None, priority: 0, abuse: vec![],
/// #     difficulty: [50; 2], words: None,
/// # };
/// # let latency = LatencyPlan { spread: 0.0, ..LatencyPlan::MEASURED };
/// # let (quota, prices) = (QuotaId(0), Prices::default());
/// # let lane = ModelLane {
/// #     provider: 0, quota, same_model_as: None, prices, latency, capacity: None, cache: CachePlan::NEVER,
/// #     reasoning: None, hallucination_permille: 1_000, context_tokens: u64::MAX,
/// # };
/// # let plan = WorldPlan {
/// #     seed: Seed(7), horizon: Span::secs(3_600), starts_at: Span::ZERO, quotas: vec![QuotaPlan::default()],
/// #     providers: vec![ProviderPlan { name: "anthropic".into(), dialect: Dialect::Anthropic }],
/// #     lanes: vec![lane], faults: vec![], workloads: vec![workload],
/// # };
/// use rushhour_world::{Progress, Providers};
/// let mut providers = Providers::new(&plan); // replies of 100 tokens at the measured pace, without spread
/// let request = RequestId::new(AgentId(0), 0);
/// let (prefix, keep) = (Prefix::default(), Keep::No);
/// let call = Call { request, attempt: 0, lane: LaneId(0), input_tokens: 800, prefix, keep, max_tokens: 1_024, text: 0, began: 0, guarded: false, purpose: CallPurpose::Answer, lacks_fact: false };
/// let ticket = providers.on_request(call, Instant::START, &mut ());
/// let wake = Instant(1_200_000_000 + 800 * 16_300 + 100 * 14_670_000);
/// assert_eq!(providers.poll(&ticket, Instant::START, &mut ()), Progress::Pending { wake });
/// let Progress::Ended(reply) = providers.poll(&ticket, wake, &mut ()) else { panic!("it is time") };
/// assert_eq!(reply.result.map(|completion| completion.usage.output_tokens), Ok(100));
/// ```
#[derive(Debug)]
pub struct Providers {
    lanes: Vec<ModelLane>,
    /// Whose rules each provider follows.
    dialects: Vec<Dialect>,
    quotas: Quotas,
    faults: Faults,
    script: Script,
    caches: PromptCaches,
    luck: Luck,
    calls: Calls,
    load: Load,
    last_call: CallId,
}

/// A call under way. It is used up by [`Progress::Ended`] or by [`Providers::on_cancel`], whichever comes first; a
/// ticket that is lost instead keeps its place in the quota's concurrency for ever.
#[must_use = "a call that is neither polled to its end nor cancelled stays under way for ever"]
#[derive(Debug)]
pub struct Ticket {
    slot: u32,
    call: CallId,
}

/// What is known of a call from the moment it came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The provider's name for it.
    pub call: CallId,
    /// What the headers of its reply say of the quota.
    pub limits: LimitHeaders,
    /// How the prompt cache divides its prompt; without output. Nothing for a call that was not admitted.
    pub prompt: Usage,
}

/// How far a call has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing to tell before `wake`; [`Instant::NEVER`] if the call hangs.
    Pending {
        /// When to poll again.
        wake: Instant,
    },
    /// A reply that is streamed is coming in: the first token has come, or more.
    Tokens {
        /// Whole tokens that are there. None at first: what begins is the reply, and its first token is on its way.
        output_tokens: u64,
        /// When the latest of them came, or the reply began.
        latest: Instant,
        /// When to poll again.
        wake: Instant,
    },
    /// The call is over, and its ticket used up. With an error after tokens were told it broke off.
    Ended(Reply),
}

impl Providers {
    /// The providers of `plan`, all quotas full.
    ///
    /// # Panics
    /// If a grant has an amount, period or burst of zero, or the plan is one that [`Traffic`](crate::Traffic) cannot
    /// read either.
    pub fn new(plan: &WorldPlan) -> Providers {
        Providers {
            lanes: plan.lanes.clone(),
            dialects: plan.providers.iter().map(|provider| provider.dialect).collect(),
            quotas: Quotas::full(&plan.quotas),
            faults: Faults::new(&plan.faults, plan.seed),
            script: Script::new(plan),
            caches: PromptCaches::new(plan),
            luck: Luck::new(plan, "call"),
            calls: Calls::default(),
            load: Load::new(&plan.lanes),
            last_call: CallId(0),
        }
    }

    /// A call comes in. Faults are asked first: a call that one strikes is not admitted, and charged at most as one
    /// request, where failed calls count.
    ///
    /// # Panics
    /// If no model answers on the call's lane, or the plan has no such agent.
    #[inline]
    pub fn on_request<S: Sink>(&mut self, call: Call, now: Instant, truths: &mut S) -> Ticket {
        self.admit(call, None, now, truths)
    }

    /// A call comes in whose reply is settled elsewhere: it has so many tokens if nothing cuts it, reasoning aside. All else
    /// is as with [`on_request`](Providers::on_request).
    ///
    /// # Panics
    /// If no model answers on the call's lane, or the plan has no such agent.
    pub fn on_request_for<S: Sink>(
        &mut self,
        call: Call,
        reply_tokens: u64,
        now: Instant,
        truths: &mut S,
    ) -> Ticket {
        self.admit(call, Some(reply_tokens), now, truths)
    }

    #[inline]
    fn admit<S: Sink>(
        &mut self,
        call: Call,
        reply_tokens: Option<u64>,
        now: Instant,
        truths: &mut S,
    ) -> Ticket {
        if self.faults.next_wake().is_some_and(|at| at <= now) {
            self.on_wake(now, truths);
        }
        let id = CallId(self.last_call.0 + 1);
        self.last_call = id;
        let lane = *self.lanes.get(call.lane.index()).expect("a call goes to a lane that a model answers on");
        let under_way = self.decide(id, (call, reply_tokens), &lane, now, truths);
        self.calls.insert(under_way)
    }

    /// What is known of a call from the moment it came in: all that the head of a stream tells.
    ///
    /// # Panics
    /// If the ticket is used up.
    pub fn head(&self, ticket: &Ticket) -> Head {
        let under_way = self.calls.get(ticket);
        let prompt = match &under_way.fate {
            Fate::Answers(reply) => reply.divided.usage(under_way.call.input_tokens),
            _ => Usage::default(),
        };
        Head { call: ticket.call, limits: under_way.limits, prompt }
    }

    /// Has [`poll`](Providers::poll) tell of tokens from now on: of the first, then of more in steps of at least `every`;
    /// of every one if that is zero, of the first alone if it is [`Span::MAX`]. Tokens take their time either way.
    ///
    /// # Panics
    /// If the ticket is used up.
    pub fn stream(&mut self, ticket: &Ticket, every: Span) {
        let under_way = self.calls.get_mut(ticket);
        if let Fate::Answers(reply) = &under_way.fate {
            under_way.tells = Some((every, reply.seen_from()));
            under_way.plan_wake();
        }
    }

    /// Tells how far a call has come: at or after its `wake`, something new, or that it is over.
    ///
    /// # Panics
    /// If the ticket is used up.
    #[inline]
    pub fn poll<S: Sink>(&mut self, ticket: &Ticket, now: Instant, truths: &mut S) -> Progress {
        let under_way = self.calls.get(ticket);
        if now < under_way.wake {
            return under_way.progress(now);
        }
        if now < under_way.ends_at || under_way.fate == Fate::Hangs {
            return self.on_the_way(ticket, now, truths);
        }
        let under_way = self.calls.remove(ticket);
        let (first_token_at, result) = match under_way.fate {
            Fate::Hangs => unreachable!("a call that hangs never ends"),
            Fate::Refused(error) => (None, Err(error)),
            Fate::Answers(reply) => {
                let result = self.finish(&under_way, &reply, now, truths);
                (reply.first_seen_at(), result)
            }
        };
        Progress::Ended(Reply { call: under_way.id, first_token_at, result, limits: under_way.limits })
    }

    /// The caller hangs up: its prompt is billed whole, and of the reply what was produced by `now`. A call that was
    /// not admitted costs nothing.
    ///
    /// # Panics
    /// If the ticket is used up.
    #[expect(clippy::needless_pass_by_value, reason = "the ticket is used up")]
    pub fn on_cancel<S: Sink>(&mut self, ticket: Ticket, now: Instant, truths: &mut S) {
        let under_way = self.calls.remove(&ticket);
        if let Fate::Answers(reply) = &under_way.fate {
            self.settle(&under_way, reply, now.min(under_way.ends_at), now, truths);
        }
    }

    /// Does what is due while a call goes on: charges what was produced since, and plans what comes next.
    #[inline(never)]
    fn on_the_way<S: Sink>(&mut self, ticket: &Ticket, now: Instant, truths: &mut S) -> Progress {
        let under_way = self.calls.get_mut(ticket);
        let Fate::Answers(reply) = &mut under_way.fate else { return under_way.progress(now) };
        if let Some((every, at)) = &mut under_way.tells
            && now >= *at
        {
            *at = reply.next_telling(now + *every, now);
        }
        if now >= under_way.charge_at {
            let quota = self.lanes[under_way.call.lane.index()].quota;
            let output_tokens = reply.produced(now) - reply.counted;
            reply.counted += output_tokens;
            if output_tokens > 0 {
                self.quotas.charge_produced(quota, under_way.id, output_tokens, now, truths);
            }
            let every = self.quotas.charges_every(quota).unwrap_or(Span::MAX);
            under_way.plan_charge(every, now);
        }
        under_way.plan_wake();
        under_way.progress(now)
    }

    /// When the next fault begins or ends; `None` if none does any more.
    #[inline]
    pub fn next_wake(&self) -> Option<Instant> {
        self.faults.next_wake()
    }

    /// Announces the faults that have begun or ended by `now`. A request that comes first at that instant does so
    /// itself, so their order does not matter.
    pub fn on_wake<S: Sink>(&mut self, now: Instant, truths: &mut S) {
        self.faults.on_wake(now, truths);
    }

    /// How many calls are under way, hanging and refused ones whose caller does not know it yet included.
    pub fn under_way(&self) -> usize {
        self.calls.len()
    }
}

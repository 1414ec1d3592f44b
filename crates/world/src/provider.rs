//! The providers: a state machine without HTTP, wires or clocks.
//!
//! A call that comes in is struck by a fault, refused by its quota, or admitted; which of them, and what its reply
//! will be, is settled there and then, and only waits to be told. A reply becomes a charge and a line on the invoice
//! when it ends, or when the caller hangs up: what was produced by then was produced for money.
//!
//! Luck has names: whether a fault strikes a call and how much slower than the median its reply is depends on the
//! request, the lane and the number of the attempt, never on the order of calls. A policy that calls less often moves
//! nobody else's luck.

mod calls;
mod faults;
mod latency;
mod load;
mod spells;
#[cfg(test)]
mod tests;

use crate::luck::Luck;
use crate::quota::{Charged, Quotas, Refusal};
use crate::script::Script;
use crate::settings::{Dialect, FaultKind, ModelLane, WorldPlan};
use calls::{Calls, Fate, UnderWay};
use faults::Faults;
use load::{Crowd, Load};
use rushhour_base::message::ErrorKind;
use rushhour_base::time::SECOND;
use rushhour_base::{
    Call, CallError, CallId, Completion, Instant, LimitHeaders, Reply, Sink, Span, Truth, Usage, Words,
};
use std::cell::LazyCell;

/// All providers of a plan: their quotas, faults, latencies and invoices.
///
/// Each call goes [`on_request`](Providers::on_request), then [`poll`](Providers::poll) until it tells the end, or
/// [`on_cancel`](Providers::on_cancel). Between calls, [`on_wake`](Providers::on_wake) at
/// [`next_wake`](Providers::next_wake) announces faults that begin or end.
///
/// ```
/// # use rushhour_base::*;
/// # use rushhour_world::settings::*;
/// # let workload = WorkloadPlan {
/// #     name: "leads".into(), agents: 1, users: None, arrivals: Arrivals::Poisson { per_agent_per_hour: 60.0 },
/// #     prompt: PromptPlan { first: Length::Constant(800), growth: 0, turns: 1, max: 800 },
/// #     task: None, output: Length::Constant(100), max_tokens: 1_024, patience: Span::MAX, priority: 0, abuse: vec![],
/// #     difficulty: [50; 2],
/// # };
/// # let latency = LatencyPlan { spread: 0.0, ..LatencyPlan::MEASURED };
/// # let (quota, prices) = (QuotaId(0), Prices::default());
/// # let lane = ModelLane { provider: 0, quota, same_model_as: None, prices, latency, capacity: None };
/// # let plan = WorldPlan {
/// #     seed: Seed(7), horizon: Span::secs(3_600), starts_at: Span::ZERO, quotas: vec![QuotaPlan::default()],
/// #     providers: vec![ProviderPlan { name: "anthropic".into(), dialect: Dialect::Anthropic }],
/// #     lanes: vec![lane], faults: vec![], workloads: vec![workload],
/// # };
/// use rushhour_world::{Progress, Providers};
/// let mut providers = Providers::new(&plan); // replies of 100 tokens at the measured pace, without spread
/// let request = RequestId::new(AgentId(0), 0);
/// let call = Call { request, attempt: 0, lane: LaneId(0), input_tokens: 800, max_tokens: 1_024 };
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

/// How far a call has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing to tell before `wake`; [`Instant::NEVER`] if the call hangs.
    Pending {
        /// When to poll again.
        wake: Instant,
    },
    /// The call is over, and its ticket used up.
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
        if self.faults.next_wake().is_some_and(|at| at <= now) {
            self.on_wake(now, truths);
        }
        let id = CallId(self.last_call.0 + 1);
        self.last_call = id;
        let lane = *self.lanes.get(call.lane.index()).expect("a call goes to a lane that a model answers on");
        let under_way = self.decide(id, call, &lane, now, truths);
        self.calls.insert(under_way)
    }

    /// Tells how far a call has come: at or after its `wake`, that it is over.
    ///
    /// # Panics
    /// If the ticket is used up.
    #[inline]
    pub fn poll<S: Sink>(&mut self, ticket: &Ticket, now: Instant, truths: &mut S) -> Progress {
        let UnderWay { ends_at: wake, fate, .. } = *self.calls.get(ticket);
        if now < wake || fate == Fate::Hangs {
            return Progress::Pending { wake };
        }
        let under_way = self.calls.remove(ticket);
        let (first_token_at, result) = match under_way.fate {
            Fate::Hangs => unreachable!("a call that hangs never ends"),
            Fate::Refused(error) => (None, Err(error)),
            Fate::Answers { first_token_at, output_tokens, cut_by_length, charged } => {
                let usage = self.settle(&under_way, output_tokens, charged, now, truths);
                ((output_tokens > 0).then_some(first_token_at), Ok(Completion { usage, cut_by_length }))
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
        if let Fate::Answers { first_token_at, output_tokens, charged, .. } = under_way.fate {
            let produced = produced(output_tokens, first_token_at, under_way.ends_at, now);
            self.settle(&under_way, produced, charged, now, truths);
        }
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

    /// What will become of a call, and when that is told.
    #[inline]
    fn decide<S: Sink>(
        &mut self,
        id: CallId,
        call: Call,
        lane: &ModelLane,
        now: Instant,
        truths: &mut S,
    ) -> UnderWay {
        let luck = &self.luck;
        let of_model = Call { lane: lane.same_model_as.unwrap_or(call.lane), ..call };
        let words = LazyCell::new(|| draw(luck, &of_model, 0));
        let told_at = now + lane.latency.refusal;
        let fault = self.faults.strikes(lane.provider, of_model.lane, |fault| {
            match fault.index() / FAULTS_PER_DRAW {
                0 => words.word(FIRST_FAULT + fault.index()),
                block => {
                    draw(luck, &of_model, block as u64).word(FIRST_FAULT + fault.index() % FAULTS_PER_DRAW)
                }
            }
        });
        let (crowd, brownout) =
            self.load.ask(of_model.lane, self.faults.brownout(lane.provider, of_model.lane));
        if let Some(fault) = fault.map(|(fault, _)| fault).or(brownout) {
            truths.truth(now, &Truth::Struck { call: id, fault });
        }
        let full = (crowd == Crowd::Full).then_some(FaultKind::Overloaded);
        let (quota, input_tokens) = (lane.quota, self.counted(lane, &call));
        if let Some(kind) = fault.map(|(_, kind)| kind).or(full) {
            self.quotas.count_failed(quota, id, now, truths);
            let fate = struck(kind);
            let ends_at = if fate == Fate::Hangs { Instant::NEVER } else { told_at };
            return UnderWay { id, call, ends_at, fate, limits: LimitHeaders::default() };
        }
        let dialect = self.dialects[lane.provider];
        let charged = match self.quotas.admit(quota, id, input_tokens, call.max_tokens, now, truths) {
            Ok(charged) => charged,
            Err(refusal) => {
                let limits = self.quotas.headers(quota, dialect, now);
                let fate = Fate::Refused(rate_limited(refusal, now));
                return UnderWay { id, call, ends_at: told_at, fate, limits };
            }
        };
        let limits = self.quotas.headers(quota, dialect, now);
        self.load.enter(of_model.lane);
        let whole_reply = self.script.output_tokens(call.request);
        let output_tokens = whole_reply.min(call.max_tokens);
        let (to_first, to_last) = lane.latency.times(call.input_tokens, output_tokens, || words.unit(PACE));
        let (to_first, to_last) = (crowd.stretch(to_first), crowd.stretch(to_last));
        let cut_by_length = whole_reply > call.max_tokens;
        let fate = Fate::Answers { first_token_at: now + to_first, output_tokens, cut_by_length, charged };
        UnderWay { id, call, ends_at: now + to_last, fate, limits }
    }

    /// Charges and invoices an admitted call that produced `output_tokens`.
    #[inline]
    fn settle<S: Sink>(
        &mut self,
        under_way: &UnderWay,
        output_tokens: u64,
        charged: Charged,
        now: Instant,
        truths: &mut S,
    ) -> Usage {
        let UnderWay { id: call, call: Call { lane, input_tokens, .. }, .. } = *under_way;
        let ModelLane { quota, prices, same_model_as, .. } = self.lanes[lane.index()];
        self.load.leave(same_model_as.unwrap_or(lane));
        self.quotas.settle(quota, call, output_tokens, charged, now, truths);
        let usage = Usage { output_tokens, ..self.script.prompt(under_way.call.request, input_tokens) };
        let amount = prices.cost(usage);
        let Usage { input_tokens, cached_tokens, cache_write_tokens, .. } = usage;
        truths.truth(
            now,
            &Truth::Invoiced {
                call,
                lane,
                input_tokens,
                cached_tokens,
                cache_write_tokens,
                output_tokens,
                amount,
            },
        );
        usage
    }

    /// Tokens of a prompt that its quota counts.
    #[inline]
    fn counted(&self, lane: &ModelLane, call: &Call) -> u64 {
        match self.quotas.of(lane.quota).counts_cached() {
            true => call.input_tokens,
            false => call.input_tokens - self.script.prompt(call.request, call.input_tokens).cached_tokens,
        }
    }
}

/// Draw number `block` of a call, named by its request, lane and attempt.
fn draw(luck: &Luck, call: &Call, block: u64) -> Words {
    let ordinal = block << 32 | u64::from(call.lane.0) << 16 | u64::from(call.attempt);
    luck.of_request(call.request, ordinal)
}

/// Tokens that a reply of `output_tokens`, evenly produced from `first` to `last`, has by `now`.
fn produced(output_tokens: u64, first: Instant, last: Instant, now: Instant) -> u64 {
    if now >= last {
        return output_tokens;
    }
    // Before the first token nothing has passed, and from there on `last` lies after `first`.
    let (passed, decode) = (now.since(first), last.since(first).max(Span(1)));
    (u128::from(output_tokens) * u128::from(passed.0) / u128::from(decode.0)) as u64
}

/// What becomes of a call that a fault of this kind strikes.
fn struck(kind: FaultKind) -> Fate {
    let (kind, retry_after) = match kind {
        FaultKind::Overloaded => (ErrorKind::Overloaded, None),
        FaultKind::ServerError => (ErrorKind::ServerError, None),
        FaultKind::RateLimitStorm { retry_after } => (ErrorKind::RateLimited, Some(retry_after)),
        FaultKind::Hang => return Fate::Hangs,
        FaultKind::Brownout { .. } => unreachable!("a brownout strikes through the load alone"),
    };
    Fate::Refused(CallError { kind, retry_after })
}

/// A 429 with the whole seconds until the call could pass, never less than one.
fn rate_limited(refusal: Refusal, now: Instant) -> CallError {
    let seconds = refusal.retry_at.since(now).0.div_ceil(SECOND).max(1);
    CallError { kind: ErrorKind::RateLimited, retry_after: Some(Span(seconds.saturating_mul(SECOND))) }
}

// Which word of a call's draw decides what.
/// How much slower than the median the reply is.
const PACE: usize = 0;
/// Whether the first fault of the script strikes; the next six follow, and every further seven have a draw of their own.
const FIRST_FAULT: usize = 1;
const FAULTS_PER_DRAW: usize = 7;

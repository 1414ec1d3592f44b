//! Folds the records of a run into a [`Report`], in memory that follows what is open, not what has passed.
//!
//! Each record costs a few integer additions and, where it belongs to a request, one look into the table of open
//! requests. Durations go into histograms of bounded size, one set for each workload and none for an agent.

mod abuse;
mod business;
mod compression;
mod estimates;
mod finish;
mod ladder;
mod lane;
mod open_requests;
mod parking;
mod pool;
mod reconciled;
mod recovery;
mod replies;
mod request;
mod returns;
mod slice;
mod tasks;
#[cfg(test)]
mod tests;
mod tokens;
mod watch;

pub use watch::{can_abort, growing};

use crate::latency::Recorder;
use crate::open::Open;
use crate::report::{Alert, Bounded, CapReached, LongestWait, ModeMove, Report, Spell};
use abuse::AbuseTally;
use business::{BusinessTally, Said};
use compression::CompressionTally;
use estimates::EstimateTally;
use ladder::LadderTally;
use lane::LaneTally;
use open_requests::OpenTally;
use parking::ParkingTally;
use pool::PoolTally;
use reconciled::Reconciled;
use recovery::RecoveryTally;
use replies::{Check, ReplyTally};
use request::{OpenRequest, good_within};
use returns::ReturnTally;
use rushhour_base::event::{Cause, Reason};
use rushhour_base::{
    CallId, Event, FleetId, Instant, Money, Outcome, QuotaId, RequestId, RunHeader, Rung, Sink, Span, Truth,
    Usage,
};
use slice::SliceTally;
use tasks::TaskTally;
use tokens::TokenTally;
use watch::Watched;

/// Collects the figures of one run.
///
/// It trusts the stream it is given; whether the stream can be trusted is what the [`checkers`](crate::checkers) say.
pub struct Tally {
    header: RunHeader,
    quota_of_lane: Vec<Option<QuotaId>>,
    /// How long a good answer may take, by workload.
    good_within: Vec<Span>,
    open: Open<OpenRequest>,
    open_requests: OpenTally,
    slices: Vec<SliceTally>,
    rungs: [RungTally; RUNGS],
    falls: Vec<u64>,
    endings: [[u64; REASONS]; Outcome::ALL.len()],
    agents: Vec<AgentTally>,
    /// How many requests made so many attempts.
    attempts_made: Vec<u64>,
    pools: Vec<PoolTally>,
    lanes: Vec<LaneTally>,
    by_cause: [Money; Cause::ALL.len()],
    estimated: Money,
    reconciled: Reconciled,
    /// What was booked for months, on nobody's account.
    shared: Money,
    /// How often each cost line fell due, and what it came to.
    lines: Vec<(u64, Money)>,
    invoiced: Money,
    struck: Vec<u64>,
    spells: Vec<SpellTally>,
    recovery: RecoveryTally,
    tasks: TaskTally,
    returns: ReturnTally,
    tokens: TokenTally,
    truths: bool,
    longest_wait: Option<LongestWait>,
    alerts: Bounded<Alert>,
    caps_reached: Bounded<CapReached>,
    abuse: AbuseTally,
    ladder: LadderTally,
    parking: ParkingTally,
    /// Limits that end the run.
    watched: Vec<Watched>,
    replies: ReplyTally,
    compression: CompressionTally,
    business: BusinessTally,
    token_estimate: EstimateTally,
}

#[derive(Clone, Copy, Default)]
struct AgentTally {
    arrived: u64,
    answered: u64,
    spent: Money,
}

/// When one fault was in force.
#[derive(Clone, Default)]
struct SpellTally {
    began: Option<Instant>,
    spells: Bounded<Spell>,
    in_force: Span,
}

impl SpellTally {
    fn ended(&mut self, at: Instant) {
        if let Some(from) = self.began.take() {
            self.in_force += at.since(from);
            self.spells.push(Spell { from, until: at });
        }
    }
}

#[derive(Default)]
struct RungTally {
    answers: u64,
    response: Recorder,
}

impl Tally {
    /// An empty tally of the run that `header` describes.
    pub fn new(header: &RunHeader) -> Tally {
        let agents = header.workloads.iter().map(|w| (w.first_agent + w.agents) as usize).max().unwrap_or(0);
        Tally {
            header: header.clone(),
            quota_of_lane: header.lanes.iter().map(|l| l.quota).collect(),
            good_within: header.workloads.iter().map(|w| good_within(header, &w.name)).collect(),
            open: Open::new(),
            open_requests: OpenTally::new(header),
            slices: header.workloads.iter().map(|_| SliceTally::default()).collect(),
            rungs: Default::default(),
            falls: vec![0; RUNGS * RUNGS * REASONS],
            endings: Default::default(),
            agents: vec![AgentTally::default(); agents],
            attempts_made: Vec::new(),
            pools: header.quotas.iter().map(PoolTally::new).collect(),
            lanes: header.lanes.iter().map(|_| LaneTally::default()).collect(),
            by_cause: Default::default(),
            estimated: Money::ZERO,
            reconciled: Reconciled::default(),
            shared: Money::ZERO,
            lines: vec![(0, Money::ZERO); header.costs.len()],
            invoiced: Money::ZERO,
            struck: vec![0; header.faults.len()],
            spells: vec![SpellTally::default(); header.faults.len()],
            recovery: RecoveryTally::new(header),
            tasks: TaskTally::default(),
            returns: ReturnTally::default(),
            tokens: TokenTally::new(header),
            truths: false,
            longest_wait: None,
            alerts: Bounded::default(),
            caps_reached: Bounded::default(),
            abuse: AbuseTally::new(header.horizon),
            ladder: LadderTally::new(&header.modes),
            parking: ParkingTally::new(header.horizon),
            watched: watch::watched(header),
            replies: ReplyTally::new(),
            compression: CompressionTally::new(header),
            business: BusinessTally::new(header),
            token_estimate: EstimateTally::default(),
        }
    }

    /// The report. `digest` is the run's, which only whoever saw the same stream can know.
    pub fn finish(self, digest: u128) -> Report {
        finish::report(self, digest)
    }

    /// Whose cap it is, where each agent or user has one.
    fn subject_name(&self, cap: usize, subject: u32) -> Option<String> {
        match self.header.caps.get(cap)?.scope.as_str() {
            "agent" => Some(self.header.agent_name(subject)),
            "user" => Some(format!("user-{subject}")),
            _ => None,
        }
    }

    fn cut_by_length(&mut self, call: CallId, request: RequestId) {
        self.tokens.cut(call);
        self.slices[self.header.workload_of(request.agent().0)].cut_by_length += 1;
    }

    fn on_line(&mut self, line: u16, amount: Money) {
        let (count, sum) = &mut self.lines[usize::from(line)];
        *count += 1;
        *sum += amount;
    }

    fn cap_name(&self, cap: usize) -> String {
        self.header.caps.get(cap).map_or_else(|| format!("cap-{cap}"), |cap| cap.name.clone())
    }
}

impl Sink for Tally {
    #[inline]
    fn event(&mut self, at: Instant, fleet: FleetId, event: &Event) {
        match *event {
            Event::Arrived { request, user, workflow, intended, .. } => {
                self.open_requests.arrived(at);
                self.abuse.arrived(at, request.agent(), user);
                self.arrived(request, workflow, intended);
            }
            Event::DeadlineSet { request, deadline, .. } => self.deadline_set(request, deadline),
            Event::Queued { request, lane } => self.queued(at, request, lane),
            Event::Left { request, reason, .. } => self.left(at, request, reason),
            Event::Sent { request, lane, kind, waited, blocked_on, .. } => {
                self.compression.sent(request, lane, kind);
                self.sent(at, request, lane, kind, waited, blocked_on);
            }
            Event::AttemptEnded { request, lane, result, ttft, service, .. } => {
                self.compression.attempt_ended(event);
                self.attempt_ended(at, request, lane, result, ttft, service);
            }
            Event::Posted { request, workflow, lane, call, cause, amount, estimated } => {
                self.reconciled.posted(call, cause, amount, estimated);
                self.slices[workflow.index()].spent += amount;
                self.agent(request.agent()).spent += amount;
                self.lanes[lane.index()].spent += amount;
                self.by_cause[cause as usize] += amount;
                self.abuse.posted(request.agent(), amount);
                self.tasks.posted(request, amount);
                self.replies.posted(request, amount);
                self.compression.posted(request, cause, amount);
                if estimated {
                    self.estimated += amount;
                }
            }
            Event::Fell { request, from, to, reason } => {
                self.replies.fell(request);
                self.falls[(from as usize * RUNGS + to as usize) * REASONS + reason as usize] += 1;
            }
            Event::Began { request, waited, .. } => self.began(at, request, waited),
            Event::Served { lane, .. } => self.lanes[lane.index()].served += 1,
            Event::Ended { request, outcome, rung, reason } => {
                if outcome == Outcome::Answered {
                    self.ladder.answered(fleet);
                }
                self.open_requests.ended(at);
                self.parking.ended(at, request, outcome, reason);
                self.returns.ended(request, outcome);
                let said = self.replies.ended(request, outcome, rung);
                self.experienced(at, request, (outcome, rung), said.unwrap_or(Said::Right));
                self.compression.ended(request);
                self.ended(at, request, outcome, rung, reason);
            }
            Event::BreakerMoved { lane, state, .. } => {
                self.lanes[lane.index()].breaker_moved(at, fleet, state);
            }
            Event::BackedOff { lane, .. } => self.lanes[lane.index()].backoffs += 1,
            Event::LimitMoved { lane, dimension, limit, cut } => {
                if let Some(quota) = self.quota_of_lane[lane.index()] {
                    self.pools[quota.index()].limit_moved(dimension, limit, cut);
                }
            }
            Event::Alerted { cap, subject, percent, level_usd: level } => {
                let (of, cap) = (self.subject_name(cap.index(), subject), self.cap_name(cap.index()));
                self.alerts.push(Alert { at, cap, of, percent: (percent > 0).then_some(percent), level });
            }
            Event::CapReached { cap, subject, until } => {
                let (of, cap) = (self.subject_name(cap.index(), subject), self.cap_name(cap.index()));
                let until = (until != Instant::NEVER).then_some(until);
                self.caps_reached.push(CapReached { at, cap, of, until });
            }
            Event::Corrected { lane, .. } => {
                if let Some(quota) = self.quota_of_lane[lane.index()] {
                    self.pools[quota.index()].corrected();
                }
            }
            Event::StandingChanged { user, to, .. } => self.abuse.standing_changed(at, user, to),
            Event::Throttled { request, user, rule, .. } => self.abuse.throttled(request.agent(), user, rule),
            Event::Expensed { request, workflow, line, cause, amount } => {
                self.slices[workflow.index()].spent += amount;
                self.agent(request.agent()).spent += amount;
                self.by_cause[cause as usize] += amount;
                self.on_line(line, amount);
            }
            Event::Accrued { line, amount, .. } => {
                self.shared += amount;
                self.by_cause[Cause::PerMonth as usize] += amount;
                self.on_line(line, amount);
            }
            Event::LoopStopped { request, rule, .. } => self.tasks.stopped(request, rule),
            Event::ModeMoved { from, to, why } => self.ladder.moved(ModeMove { at, fleet, from, to, why }),
            Event::Parked { request, .. } => self.parking.parked(at, request),
            Event::Unparked { request, waited } => self.parking.unparked(at, request, waited),
            Event::DeadLettered { reason, .. } => self.parking.dead(reason),
            Event::Estimated { estimated_tokens, input_tokens, .. } => {
                self.token_estimate.counted(estimated_tokens, input_tokens);
            }
            Event::Validated { request, call, valid, issue, tone, action, .. } => {
                self.replies.validated(request, call, Check { valid, issue, tone, action });
            }
            Event::Reviewed { request, call, closely, .. } => self.replies.reviewed(request, call, closely),
            Event::Compressed { request, lane, whole_tokens, sent_tokens, met, .. } => {
                self.compression.compressed(request, lane, (whole_tokens, sent_tokens), met);
            }
            Event::Closed { .. } => self.ladder.closed(fleet),
        }
    }

    #[inline]
    fn truth(&mut self, at: Instant, truth: &Truth) {
        self.truths = true;
        match *truth {
            Truth::Admitted { quota, input_tokens, output_tokens, .. } => {
                self.pools[quota.index()].admitted(at, input_tokens, output_tokens);
            }
            Truth::Charged { quota, output_tokens, .. } => {
                self.pools[quota.index()].charged(at, output_tokens);
            }
            Truth::Refunded { quota, output_tokens, .. } => {
                self.pools[quota.index()].refunded(at, output_tokens);
            }
            Truth::Counted { quota, .. } => self.pools[quota.index()].counted_failed(),
            Truth::Released { quota, .. } => self.pools[quota.index()].released(at),
            Truth::Overrun { quota, dimension, .. } => self.pools[quota.index()].overrun(at, dimension),
            Truth::Misstated {
                call,
                lane,
                input_tokens,
                cached_tokens,
                cache_write_tokens,
                output_tokens,
            } => {
                let stated = Usage {
                    input_tokens,
                    cached_tokens,
                    cache_write_tokens,
                    output_tokens,
                    ..Usage::default()
                };
                self.reconciled.misstated(call, self.header.lanes[lane.index()].prices.cost(stated));
            }
            Truth::Stuck { request } => self.tasks.stuck(request),
            Truth::CameBack { request, .. } => self.returns.came_back(request),
            Truth::TaskDone { asked, .. } => self.tasks.done(asked),
            Truth::Struck { fault, .. } => self.struck[fault.index()] += 1,
            Truth::Abuse { request, kind } => self.abuse.is_abuse(request.agent(), kind),
            Truth::FaultBegan { fault } => self.spells[fault.index()].began = Some(at),
            Truth::FaultEnded { fault } => self.spells[fault.index()].ended(at),
            Truth::Labelled { call, request, fact, label } => {
                self.replies.labelled(call, request, fact, label);
                self.compression.labelled(call, label);
            }
            Truth::Recalled { call, carried, summarized, .. } => {
                self.compression.recalled(call, carried, summarized);
            }
            Truth::Summarized { facts, kept, .. } => self.compression.summarized(facts, kept),
            Truth::Cached { .. } => {}
            Truth::Reasoned { reasoning_tokens, .. } => self.tokens.reasoned(reasoning_tokens),
            Truth::CutByLength { call, request, .. } => self.cut_by_length(call, request),
            Truth::Invoiced { call, amount, .. } => {
                self.tokens.invoiced(truth);
                self.compression.invoiced(truth);
                self.invoiced += amount;
                self.reconciled.invoiced(call, amount);
            }
        }
    }

    /// Once a limit that aborts is missed.
    #[inline]
    fn heard_enough(&self) -> bool {
        !self.watched.is_empty() && self.watched.iter().any(|watched| watched.is_missed(self))
    }
}

const RUNGS: usize = Rung::ALL.len();
const REASONS: usize = Reason::ALL.len();

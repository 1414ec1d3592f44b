//! The life of one request, as the tally follows it from its arrival to its end.

use super::business::Said;
use super::pool::PoolTally;
use super::{AgentTally, Tally};
use crate::report::LongestWait;
use rushhour_base::event::{AttemptKind, Blocker, Reason};
use rushhour_base::header::Comparison;
use rushhour_base::message::AttemptResult;
use rushhour_base::{
    AgentId, Instant, LaneId, Outcome, QuotaId, RequestId, RunHeader, Rung, Span, WorkflowId,
};

/// What must be remembered of a request while it is open.
pub(super) struct OpenRequest {
    workflow: WorkflowId,
    attempts: u16,
    /// For which quota it stands in a queue, if it does.
    queue: Option<QuotaId>,
    queued_at: Instant,
    intended: Instant,
    /// An answer after this is worthless.
    deadline: Instant,
    waited: Span,
    /// The call under way summarises.
    summarizes: bool,
    /// Of the last call that brought a whole reply.
    service: Span,
    ttft: Span,
}

impl Tally {
    #[inline]
    pub(super) fn arrived(&mut self, request: RequestId, workflow: WorkflowId, intended: Instant) {
        self.slices[workflow.index()].arrived += 1;
        self.agent(request.agent()).arrived += 1;
        self.recovery.asked(intended);
        self.open.entry(request.0, || OpenRequest {
            workflow,
            attempts: 0,
            queue: None,
            queued_at: Instant::START,
            intended,
            deadline: Instant::NEVER,
            waited: Span::ZERO,
            summarizes: false,
            service: Span::ZERO,
            ttft: Span::ZERO,
        });
    }

    pub(super) fn deadline_set(&mut self, request: RequestId, deadline: Instant) {
        let Some(open) = self.open.get_mut(request.0) else { return };
        open.deadline = deadline;
        self.slices[open.workflow.index()].deadlines.set += 1;
    }

    #[inline]
    pub(super) fn queued(&mut self, at: Instant, request: RequestId, lane: LaneId) {
        let Some(open) = self.open.get_mut(request.0) else { return };
        let quota = self.quota_of_lane[lane.index()];
        (open.queue, open.queued_at) = (quota, at);
        if let Some(quota) = quota {
            self.pools[quota.index()].joins(at);
        }
    }

    pub(super) fn left(&mut self, at: Instant, request: RequestId, reason: Reason) {
        let Some(open) = self.open.get_mut(request.0) else { return };
        let Some(quota) = open.leave_queue(at, &mut self.pools) else { return };
        let waited = at.since(open.queued_at);
        open.waited += waited;
        self.pools[quota.index()].waited_in_vain(waited, reason == Reason::Budget);
        self.note_wait(request, waited);
    }

    #[inline]
    pub(super) fn sent(
        &mut self,
        at: Instant,
        request: RequestId,
        lane: LaneId,
        kind: AttemptKind,
        waited: Span,
        blocked_on: Blocker,
    ) {
        self.lanes[lane.index()].attempts += 1;
        if let Some(quota) = self.quota_of_lane[lane.index()] {
            self.pools[quota.index()].waited(waited, blocked_on);
        }
        let Some(open) = self.open.get_mut(request.0) else { return };
        open.leave_queue(at, &mut self.pools);
        open.waited += waited;
        let slice = &mut self.slices[open.workflow.index()];
        open.summarizes = kind == AttemptKind::Summary;
        if open.summarizes {
            // It answers nobody, and is no attempt to.
            slice.summaries.sent += 1;
        } else {
            open.attempts = open.attempts.saturating_add(1);
            slice.attempts += 1;
            slice.retries += u64::from(kind == AttemptKind::Retry);
        }
        if kind == AttemptKind::Regeneration {
            slice.regenerations += 1;
            self.replies.regenerates(request);
        }
        self.note_wait(request, waited);
    }

    #[inline]
    pub(super) fn attempt_ended(
        &mut self,
        at: Instant,
        request: RequestId,
        lane: LaneId,
        result: AttemptResult,
        ttft: Span,
        service: Span,
    ) {
        self.lanes[lane.index()].attempt_ended(at, result);
        let workload = match self.open.get_mut(request.0) {
            Some(open) => {
                if std::mem::take(&mut open.summarizes) {
                    let completed = u64::from(result == AttemptResult::Completed);
                    self.slices[open.workflow.index()].summaries.completed += completed;
                    return;
                }
                if result == AttemptResult::Completed {
                    (open.ttft, open.service) = (ttft, service);
                }
                open.workflow.index()
            }
            // A call that was cancelled together with its request may end after it.
            None => self.header.workload_of(request.agent().0),
        };
        self.slices[workload].results[result as usize] += 1;
    }

    pub(super) fn began(&mut self, at: Instant, request: RequestId, waited: Span) {
        let Some(open) = self.open.get_mut(request.0) else { return };
        open.leave_queue(at, &mut self.pools);
        open.waited += waited;
        self.note_wait(request, waited);
    }

    /// What the end of a request was worth to whoever asked.
    #[inline]
    pub(super) fn experienced(
        &mut self,
        at: Instant,
        request: RequestId,
        (outcome, rung): (Outcome, Rung),
        said: Said,
    ) {
        if !self.business.is_modelled() {
            return;
        }
        let Some(open) = self.open.get_mut(request.0) else { return };
        self.business.ended(open.workflow.index(), outcome, rung, at.since(open.intended), said);
    }

    #[inline]
    pub(super) fn ended(
        &mut self,
        at: Instant,
        request: RequestId,
        outcome: Outcome,
        rung: Rung,
        reason: Reason,
    ) {
        let Some(mut open) = self.open.remove(request.0) else { return };
        if let Some(quota) = open.leave_queue(at, &mut self.pools) {
            let waited = at.since(open.queued_at);
            self.pools[quota.index()].waited_in_vain(waited, reason == Reason::Budget);
            self.note_wait(request, waited);
        }
        self.endings[outcome as usize][reason as usize] += 1;
        self.slices[open.workflow.index()].outcomes[outcome as usize] += 1;
        self.count_attempts(&open);
        if open.deadline < Instant::NEVER && (at > open.deadline || reason == Reason::Deadline) {
            let deadlines = &mut self.slices[open.workflow.index()].deadlines;
            deadlines.missed += 1;
            deadlines.late += u64::from(outcome == Outcome::Answered);
        }
        match outcome {
            Outcome::Answered => self.answered(at, request, rung, &open),
            Outcome::InFlight if self.is_measured(&open) => self.still_open(at, rung, &open),
            _ => {}
        }
    }

    #[inline]
    pub(super) fn agent(&mut self, agent: AgentId) -> &mut AgentTally {
        if self.agents.len() <= agent.index() {
            self.agents.resize(agent.index() + 1, AgentTally::default());
        }
        &mut self.agents[agent.index()]
    }

    #[inline]
    fn answered(&mut self, at: Instant, request: RequestId, rung: Rung, open: &OpenRequest) {
        let (response, measured) = (at.since(open.intended), self.is_measured(open));
        self.agent(request.agent()).answered += 1;
        let tally = &mut self.rungs[rung as usize];
        tally.answers += 1;
        if measured {
            tally.response.record(response);
        }
        let workload = open.workflow.index();
        let slice = &mut self.slices[workload];
        slice.fallbacks += u64::from(rung != Rung::Primary);
        if !rung.is_ai() {
            return;
        }
        if response <= self.good_within[workload] && at <= open.deadline {
            slice.good += 1;
            self.recovery.answered_well(open.intended);
        }
        if measured {
            slice.response.record(response);
            slice.queue_wait.record(open.waited);
            slice.waited += u64::from(open.waited > Span::ZERO);
            slice.service.record(open.service);
            if open.ttft > Span::ZERO {
                slice.ttft.record(open.ttft);
            }
        }
    }

    fn still_open(&mut self, at: Instant, rung: Rung, open: &OpenRequest) {
        let age = at.since(open.intended);
        self.rungs[rung as usize].response.record_open(age);
        if rung.is_ai() {
            self.slices[open.workflow.index()].response.record_open(age);
        }
    }

    fn is_measured(&self, open: &OpenRequest) -> bool {
        (self.header.warmup.0..self.header.horizon.0).contains(&open.intended.0)
    }

    #[inline]
    fn count_attempts(&mut self, open: &OpenRequest) {
        let made = usize::from(open.attempts);
        if made == 0 {
            return;
        }
        self.slices[open.workflow.index()].tried += 1;
        if self.attempts_made.len() <= made {
            self.attempts_made.resize(made + 1, 0);
        }
        self.attempts_made[made] += 1;
    }

    #[inline]
    fn note_wait(&mut self, request: RequestId, waited: Span) {
        if waited > self.longest_wait.map_or(Span::ZERO, |longest| longest.waited) {
            self.longest_wait = Some(LongestWait { waited, request });
        }
    }
}

impl OpenRequest {
    /// Leaves the queue in which it stands, if it does, and says which quota's that was.
    #[inline]
    fn leave_queue(&mut self, at: Instant, pools: &mut [PoolTally]) -> Option<QuotaId> {
        let quota = self.queue.take()?;
        pools[quota.index()].leaves(at);
        Some(quota)
    }
}

/// The loosest upper limit that the scenario sets on response times of a workload: whatever takes longer than that is
/// good by no measure. Endless if it sets none.
pub(super) fn good_within(header: &RunHeader, workload: &str) -> Span {
    let tagged = format!("{{workload={workload}}}");
    let of_this = |path: &str| match path.strip_prefix("latency.response.") {
        Some(rest) => !rest.contains('{') || rest.ends_with(&tagged),
        None => false,
    };
    let upper = |comparison| matches!(comparison, Comparison::Below | Comparison::AtMost);
    let stated = header.slos.iter().filter(|s| s.of.is_none() && of_this(&s.path) && upper(s.comparison));
    let limits = stated.map(|s| s.limit);
    limits.reduce(f64::max).map_or(Span::MAX, |ms| Span((ms * 1e6) as u64))
}

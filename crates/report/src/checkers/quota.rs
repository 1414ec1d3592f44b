//! No quota admitted more than it grants, over any window of time.
//!
//! Each limit is re-counted from the truths in the way that its provider counts ([`counts`]), and at every admission it
//! must stand within what the limit allows. Output that is charged while it is produced comes after the call was let
//! in, so it may run over; what must hold then is that no call was let in while the limit stood over.

mod counts;
mod growth;

use super::Found;
use counts::Count;
use growth::GrowthCount;
use rushhour_base::header::LimitHeader;
use rushhour_base::{CallId, Dimension, Instant, QuotaId, RunHeader, Span, Truth};

pub(super) struct Quotas {
    quotas: Vec<QuotaCheck>,
    /// The call that was last admitted by a quota within another, which has to admit it too.
    owed: Option<(CallId, QuotaId, Instant)>,
}

struct QuotaCheck {
    name: String,
    limits: Vec<LimitCheck>,
    in_flight: u64,
    output_up_front: bool,
    growth: Option<GrowthCount>,
    within: Option<QuotaId>,
}

struct LimitCheck {
    limit: LimitHeader,
    /// One, or two where slices are cut from a period.
    counts: Vec<Count>,
}

impl Quotas {
    pub(super) fn new(header: &RunHeader) -> Quotas {
        let check = |limit: &LimitHeader| LimitCheck { limit: *limit, counts: Count::of(limit) };
        let quotas = header.quotas.iter().map(|quota| QuotaCheck {
            name: quota.name.clone(),
            limits: quota.limits.iter().map(check).collect(),
            in_flight: 0,
            output_up_front: quota.output_up_front,
            growth: quota.growth.map(GrowthCount::new),
            within: quota.within,
        });
        Quotas { quotas: quotas.collect(), owed: None }
    }

    #[inline]
    pub(super) fn truth(&mut self, at: Instant, truth: &Truth, found: &mut Found) {
        match *truth {
            Truth::Admitted { call, quota, input_tokens, output_tokens } => {
                self.admitted_by_all(at, call, quota, found);
                self.quotas[quota.index()].admitted(at, call, input_tokens, output_tokens, found);
            }
            Truth::Charged { quota, output_tokens, .. } => {
                for limit in self.quotas[quota.index()].limits.iter_mut().filter(|l| l.counts_output()) {
                    limit.counts.iter_mut().for_each(|count| count.add(at, output_tokens));
                }
            }
            Truth::Refunded { quota, output_tokens, charged_at, .. } => {
                for limit in self.quotas[quota.index()].limits.iter_mut().filter(|l| l.counts_output()) {
                    limit.counts.iter_mut().for_each(|count| count.give_back(at, output_tokens, charged_at));
                }
            }
            Truth::Counted { quota, .. } => {
                for limit in self.quotas[quota.index()].limits.iter_mut().filter(|l| l.counts_requests()) {
                    limit.counts.iter_mut().for_each(|count| count.add_if_room(at));
                }
            }
            Truth::Released { call, quota } => self.quotas[quota.index()].released(at, call, found),
            _ => {}
        }
    }
}

impl Quotas {
    /// A call that a project's quota admitted is admitted by the organisation's next.
    #[inline]
    fn admitted_by_all(&mut self, at: Instant, call: CallId, quota: QuotaId, found: &mut Found) {
        if self.owed.is_none_or(|(owed, by, _)| (owed, by) != (call, quota)) {
            self.finish(found);
        }
        self.owed = self.quotas[quota.index()].within.map(|outer| (call, outer, at));
    }

    /// Tells the call that one quota admitted and the one around it did not, if there is one.
    pub(super) fn finish(&mut self, found: &mut Found) {
        let Some((call, by, at)) = self.owed.take() else { return };
        let by = &self.quotas[by.index()].name;
        found.report("quota", || {
            format!("call {call} was admitted within {by} and not by it, at {}", Span(at.0))
        });
    }
}

impl QuotaCheck {
    fn admitted(&mut self, at: Instant, call: CallId, input: u64, output: u64, found: &mut Found) {
        self.in_flight += 1;
        if let Some(growth) = &mut self.growth
            && let Some(stood) = growth.admitted(at, input)
        {
            accuse(&self.name, Dimension::Growth, at, call, stood, found);
        }
        for limit in &mut self.limits {
            if limit.limit.dimension == Dimension::Concurrency {
                let (stood, most) = (self.in_flight, limit.limit.amount);
                if stood > most {
                    let stood = (u128::from(stood), u128::from(most));
                    accuse(&self.name, Dimension::Concurrency, at, call, stood, found);
                }
                continue;
            }
            let (charged, produced_later) = match limit.limit.dimension {
                Dimension::Requests | Dimension::RequestsPerDay => (1, false),
                Dimension::InputTokens => (input, false),
                Dimension::OutputTokens => (output, !self.output_up_front),
                Dimension::Tokens | Dimension::TokensPerDay => (input + output, false),
                Dimension::Concurrency
                | Dimension::AgentRequests
                | Dimension::Spacing
                | Dimension::Growth => (0, false),
            };
            let dimension = limit.limit.dimension;
            for count in &mut limit.counts {
                let before = count.stands(at) + count.least();
                count.add(at, charged);
                let judged = if produced_later { before } else { count.stands(at) };
                if judged > count.most() {
                    accuse(&self.name, dimension, at, call, (judged, count.most()), found);
                }
            }
        }
    }

    fn released(&mut self, at: Instant, call: CallId, found: &mut Found) {
        match self.in_flight.checked_sub(1) {
            Some(left) => self.in_flight = left,
            None => found.report("quota", || {
                format!("{}: call {call} was released at {} with none under way", self.name, Span(at.0))
            }),
        }
    }
}

impl LimitCheck {
    fn counts_requests(&self) -> bool {
        matches!(self.limit.dimension, Dimension::Requests | Dimension::RequestsPerDay)
    }

    #[inline]
    fn counts_output(&self) -> bool {
        matches!(self.limit.dimension, Dimension::OutputTokens | Dimension::Tokens | Dimension::TokensPerDay)
    }
}

fn accuse(
    quota: &str,
    dimension: Dimension,
    at: Instant,
    call: CallId,
    (stood, most): (u128, u128),
    found: &mut Found,
) {
    found.report("quota", || {
        format!("{quota}: call {call} was admitted at {} with {dimension} at {stood} of {most}", Span(at.0))
    });
}

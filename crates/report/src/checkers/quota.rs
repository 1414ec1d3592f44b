//! No quota admitted more than it grants, over any window of time.
//!
//! "At most burst + rate × t in any window t" looks like a question about all pairs of instants. It is one number: the
//! excess, which drains at the rate, never below zero, and grows by what is admitted; its largest value is the worst
//! window's. It is kept exactly, in units of one token × one nanosecond of the period.
//!
//! Output is charged while it is produced, after the call was let in, so it may run over; what must hold is that no
//! call was let in while the excess stood above the burst.

use super::Found;
use rushhour_base::header::LimitHeader;
use rushhour_base::{CallId, Dimension, Instant, RunHeader, Span, Truth};

pub(super) struct Quotas {
    quotas: Vec<QuotaCheck>,
}

struct QuotaCheck {
    name: String,
    limits: Vec<LimitCheck>,
    in_flight: u64,
}

struct LimitCheck {
    limit: LimitHeader,
    excess: u128,
    as_of: Instant,
}

impl Quotas {
    pub(super) fn new(header: &RunHeader) -> Quotas {
        let check = |limit: &LimitHeader| LimitCheck { limit: *limit, excess: 0, as_of: Instant::START };
        let quotas = header.quotas.iter().map(|quota| QuotaCheck {
            name: quota.name.clone(),
            limits: quota.limits.iter().map(check).collect(),
            in_flight: 0,
        });
        Quotas { quotas: quotas.collect() }
    }

    #[inline]
    pub(super) fn truth(&mut self, at: Instant, truth: &Truth, found: &mut Found) {
        match *truth {
            Truth::Admitted { call, quota, input_tokens, output_tokens } => {
                self.quotas[quota.index()].admitted(at, call, input_tokens, output_tokens, found);
            }
            Truth::Charged { quota, output_tokens, .. } => {
                for limit in &mut self.quotas[quota.index()].limits {
                    if limit.counts_output() {
                        limit.drain(at);
                        limit.add(output_tokens);
                    }
                }
            }
            Truth::Released { call, quota } => self.quotas[quota.index()].released(at, call, found),
            _ => {}
        }
    }
}

impl QuotaCheck {
    fn admitted(&mut self, at: Instant, call: CallId, input: u64, output: u64, found: &mut Found) {
        self.in_flight += 1;
        for limit in &mut self.limits {
            if limit.limit.dimension == Dimension::Concurrency {
                if self.in_flight > limit.limit.amount {
                    limit.accuse(&self.name, at, call, u128::from(self.in_flight), found);
                }
                continue;
            }
            limit.drain(at);
            let (amount, produced_later) = match limit.limit.dimension {
                Dimension::Requests | Dimension::RequestsPerDay => (1, false),
                Dimension::InputTokens => (input, false),
                Dimension::OutputTokens => (output, true),
                Dimension::Tokens | Dimension::TokensPerDay => (input + output, true),
                Dimension::Concurrency | Dimension::AgentRequests | Dimension::Spacing => (0, false),
            };
            let before = limit.excess;
            limit.add(amount);
            let judged = if produced_later { before } else { limit.excess };
            if judged > limit.burst() {
                limit.accuse(&self.name, at, call, judged.div_ceil(u128::from(limit.limit.period.0)), found);
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
    #[inline]
    fn drain(&mut self, at: Instant) {
        let drained = u128::from(self.limit.amount) * u128::from(at.since(self.as_of).0);
        self.excess = self.excess.saturating_sub(drained);
        self.as_of = self.as_of.max(at);
    }

    #[inline]
    fn add(&mut self, tokens: u64) {
        self.excess += u128::from(tokens) * u128::from(self.limit.period.0);
    }

    #[inline]
    fn counts_output(&self) -> bool {
        matches!(self.limit.dimension, Dimension::OutputTokens | Dimension::Tokens | Dimension::TokensPerDay)
    }

    fn burst(&self) -> u128 {
        u128::from(self.limit.burst) * u128::from(self.limit.period.0)
    }

    fn accuse(&self, quota: &str, at: Instant, call: CallId, stood: u128, found: &mut Found) {
        let (dimension, burst) = (self.limit.dimension, self.limit.burst);
        found.report("quota", || {
            format!(
                "{quota}: call {call} was admitted at {} with {dimension} at {stood} of {burst}",
                Span(at.0)
            )
        });
    }
}

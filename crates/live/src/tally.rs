//! What the server saw, counted: from what the world tells as truth, and from what went over the wire.

use rushhour_base::{
    CallId, Dimension, Event, FactState, FleetId, Instant, Label, Money, QuotaId, RequestId, RunHeader, Sink,
    Span, Truth,
};
use std::collections::{BTreeMap, VecDeque};

/// Everything counted since the start, or since the last reset.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) lanes: Vec<LaneTally>,
    pub(crate) quotas: Vec<QuotaTally>,
    /// By fault: calls that it struck.
    pub(crate) struck: Vec<u64>,
    /// Responses by status, control apart.
    pub(crate) statuses: BTreeMap<u16, u64>,
    /// Requests by what `x-stainless-retry-count` says; those without it count as 0.
    pub(crate) retries: BTreeMap<u32, u64>,
    /// Calls whose caller hung up.
    pub(crate) hung_up: u64,
    /// Replies that a fault broke off or made unreadable.
    pub(crate) broken: u64,
    /// Connections closed because too many were open.
    pub(crate) connections_refused: u64,
    /// The last labels.
    pub(crate) labels: VecDeque<Labelled>,
    /// How many labels there were in all, by what they say.
    pub(crate) labels_by_kind: BTreeMap<&'static str, u64>,
}

/// Of one lane.
#[derive(Clone, Debug, Default)]
pub(crate) struct LaneTally {
    /// Calls that came in.
    pub(crate) attempts: u64,
    /// Calls answered whole.
    pub(crate) answered: u64,
    pub(crate) input_tokens: u64,
    pub(crate) cached_tokens: u64,
    pub(crate) cache_write_tokens: u64,
    pub(crate) output_tokens: u64,
    pub(crate) spend: Money,
    /// From the request to the end of the reply, of calls answered whole.
    pub(crate) duration: Histogram,
    /// From the request to the first token.
    pub(crate) to_first_token: Histogram,
    /// Between two tokens after the first.
    pub(crate) per_token: Histogram,
    pub(crate) input: Histogram,
    pub(crate) output: Histogram,
}

/// Of one quota.
#[derive(Clone, Debug, Default)]
pub(crate) struct QuotaTally {
    pub(crate) requests: u64,
    pub(crate) input_tokens: u64,
    pub(crate) output_tokens: u64,
    /// Refused calls by the dimension that had no room.
    pub(crate) refused: BTreeMap<Dimension, u64>,
}

/// What one reply really is.
#[derive(Clone, Debug)]
pub(crate) struct Labelled {
    pub(crate) at: Instant,
    pub(crate) call: CallId,
    pub(crate) request: RequestId,
    pub(crate) fact: FactState,
    pub(crate) label: Label,
    /// The identifier that the reply's header had.
    pub(crate) request_id: String,
}

/// A cumulative histogram over fixed bounds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Histogram {
    /// By bound, then all above.
    pub(crate) counts: Vec<u64>,
    pub(crate) count: u64,
    pub(crate) sum: f64,
}

impl Histogram {
    pub(crate) fn add(&mut self, value: f64, bounds: &[f64]) {
        self.counts.resize(bounds.len() + 1, 0);
        self.counts[bounds.partition_point(|bound| *bound < value)] += 1;
        self.count += 1;
        self.sum += value;
    }
}

/// Seconds (OpenTelemetry, `gen_ai.client.operation.duration` and `gen_ai.server.request.duration`).
pub(crate) const SECONDS: [f64; 14] =
    [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
/// Seconds between tokens (`gen_ai.server.time_per_output_token`).
pub(crate) const TOKEN_SECONDS: [f64; 12] =
    [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0];
/// Tokens (`gen_ai.client.token.usage`).
pub(crate) const TOKENS: [f64; 14] = [
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];

impl Tally {
    pub(crate) fn new(header: &RunHeader) -> Tally {
        Tally {
            lanes: vec![LaneTally::default(); header.lanes.len()],
            quotas: vec![QuotaTally::default(); header.quotas.len()],
            struck: vec![0; header.faults.len()],
            ..Tally::default()
        }
    }

    /// A request has come, its attempt numbered by the client's library.
    pub(crate) fn came(&mut self, retry: u32) {
        *self.retries.entry(retry).or_default() += 1;
    }

    /// A response has gone out.
    pub(crate) fn responded(&mut self, status: u16) {
        *self.statuses.entry(status).or_default() += 1;
    }

    /// A call was answered whole.
    pub(crate) fn answered(
        &mut self,
        lane: usize,
        took: Span,
        to_first: Option<Span>,
        (input, output): (u64, u64),
    ) {
        let lane = &mut self.lanes[lane];
        lane.answered += 1;
        lane.duration.add(took.as_secs_f64(), &SECONDS);
        lane.input.add(input as f64, &TOKENS);
        lane.output.add(output as f64, &TOKENS);
        if let Some(first) = to_first {
            lane.to_first_token.add(first.as_secs_f64(), &SECONDS);
            if output > 1 {
                let each = (took - first).as_secs_f64() / (output - 1) as f64;
                lane.per_token.add(each, &TOKEN_SECONDS);
            }
        }
    }

    /// The identifier under which the client knows a call.
    pub(crate) fn name(&mut self, call: CallId, request_id: &str) {
        if let Some(row) = self.labels.iter_mut().rev().take(RECENT).find(|row| row.call == call) {
            request_id.clone_into(&mut row.request_id);
        }
    }

    fn quota(&mut self, quota: QuotaId) -> &mut QuotaTally {
        &mut self.quotas[quota.index()]
    }
}

impl Sink for Tally {
    fn event(&mut self, _: Instant, _: FleetId, _: &Event) {}

    fn truth(&mut self, at: Instant, truth: &Truth) {
        match *truth {
            Truth::Admitted { quota, input_tokens, output_tokens, .. } => {
                let quota = self.quota(quota);
                quota.requests += 1;
                quota.input_tokens += input_tokens;
                quota.output_tokens += output_tokens;
            }
            Truth::Charged { quota, output_tokens, .. } => self.quota(quota).output_tokens += output_tokens,
            Truth::Refunded { quota, output_tokens, .. } => {
                let quota = self.quota(quota);
                quota.output_tokens = quota.output_tokens.saturating_sub(output_tokens);
            }
            Truth::Counted { quota, .. } => self.quota(quota).requests += 1,
            Truth::Overrun { quota, dimension, .. } => {
                *self.quota(quota).refused.entry(dimension).or_default() += 1;
            }
            Truth::Struck { fault, .. } => self.struck[fault.index()] += 1,
            Truth::Invoiced {
                lane,
                input_tokens,
                cached_tokens,
                cache_write_tokens,
                output_tokens,
                amount,
                ..
            } => {
                let lane = &mut self.lanes[lane.index()];
                lane.input_tokens += input_tokens;
                lane.cached_tokens += cached_tokens;
                lane.cache_write_tokens += cache_write_tokens;
                lane.output_tokens += output_tokens;
                lane.spend += amount;
            }
            Truth::Labelled { call, request, fact, label } => {
                *self.labels_by_kind.entry(label.name()).or_default() += 1;
                if self.labels.len() == LABELS_MAX {
                    self.labels.pop_front();
                }
                let request_id = String::new();
                self.labels.push_back(Labelled { at, call, request, fact, label, request_id });
            }
            _ => {}
        }
    }
}

/// So many labels are kept; older ones only count.
const LABELS_MAX: usize = 100_000;
/// A reply is named soon after its label was told: among so many of the last.
const RECENT: usize = 64;

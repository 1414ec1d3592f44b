//! What is broken, where, and by what it is known.

/// One deliberate defect.
pub(crate) struct Canary {
    /// What goes wrong.
    pub(crate) name: &'static str,
    /// In which file.
    pub(crate) file: &'static str,
    /// What stands there, exactly once.
    pub(crate) line: &'static str,
    /// What is put in its place.
    pub(crate) broken: &'static str,
    /// The committed scenario on which the gate must catch it.
    pub(crate) scenario: &'static str,
    /// What the gate's finding must say.
    pub(crate) known_by: &'static str,
}

/// Every defect that the gate must catch.
pub(crate) const CANARIES: &[Canary] = &[
    Canary {
        name: "the limiter leaks one token in a hundred",
        file: "crates/core/src/bucket.rs",
        line: "        self.credit -= self.credit_of(cost);",
        broken: "        self.credit -= self.credit_of(cost - cost / 100);",
        scenario: "peak_hour",
        known_by: "counts.rejected_429",
    },
    Canary {
        name: "the breaker never half-opens",
        file: "crates/core/src/breaker.rs",
        line: "            State::Open { until } => now >= until,",
        broken: "            State::Open { .. } => false,",
        scenario: "provider_outage",
        known_by: "lanes.breaker.open_s",
    },
    Canary {
        name: "cached tokens are billed twice",
        file: "crates/core/src/control/settle.rs",
        line: "self.lanes[want.lane.index()].prices.cost(usage),",
        broken: "self.lanes[want.lane.index()].prices.cost(Usage { cached_tokens: 2 * usage.cached_tokens, ..usage }),",
        scenario: "parallel_coders",
        known_by: "ledger",
    },
    Canary {
        name: "a fallback skips the budget",
        file: "crates/pipeline/src/grant.rs",
        line: "worst_case: control.worst_case(lane, counted_tokens, max_tokens),",
        broken: "worst_case: if lane.index() > 0 { Default::default() } else { control.worst_case(lane, counted_tokens, max_tokens) },",
        scenario: "peak_hour",
        known_by: "holds",
    },
    Canary {
        name: "retries ignore Retry-After",
        file: "crates/core/src/retry.rs",
        line: "match self.asked(error.retry_after) {",
        broken: "match self.asked(None) {",
        scenario: "peak_hour",
        known_by: "primary → secondary: retries exhausted",
    },
    Canary {
        name: "no backoff is shared",
        file: "crates/core/src/control/settle.rs",
        line: "        if refused && self.policy.shared_backoff {",
        broken: "        if false {",
        scenario: "shared_key",
        known_by: "counts.rejected_429",
    },
    Canary {
        name: "settlement forgets refunds",
        file: "crates/core/src/limiter/settle.rs",
        line: "            if held != believed {",
        broken: "            if held < believed {",
        scenario: "peak_hour",
        known_by: "rates.fallback < 10%",
    },
    Canary {
        name: "the retry budget is never empty",
        file: "crates/core/src/retry.rs",
        line: "        let granted = self.balance >= RETRY;",
        broken: "        let granted = true;\n        self.balance += RETRY;",
        scenario: "retry_bill",
        known_by: "retry_amplification",
    },
    Canary {
        name: "a call whose usage is unknown costs nothing",
        file: "crates/core/src/control/settle.rs",
        line: "(reservation.amount(), Ending::Unknown)",
        broken: "(Money::ZERO, Ending::Unknown)",
        scenario: "provider_outage",
        known_by: "ledger",
    },
    Canary {
        name: "full jitter draws nothing",
        file: "crates/core/src/retry.rs",
        line: "Jitter::Full => uniform(word, 0, ceiling),",
        broken: "Jitter::Full => ceiling,",
        scenario: "peak_hour",
        known_by: "rates.",
    },
    Canary {
        name: "a suspicious user is trusted",
        file: "crates/core/src/risk/standing.rs",
        line: "rule.suspicious_percent.min(rule.new_percent).min(rule.trusted_percent).min(100)",
        broken: "rule.trusted_percent",
        scenario: "abuse_burst",
        known_by: "abuse.",
    },
    Canary {
        name: "the queue forgets who had how much",
        file: "crates/core/src/queue.rs",
        line: "\n            rank,\n",
        broken: "\n            rank: rank & 1,\n",
        scenario: "peak_hour",
        known_by: "latency.response.p95 < 30s",
    },
    Canary {
        name: "a call that ended counts as under way",
        file: "crates/core/src/limiter.rs",
        line: "        self.in_flight = self.in_flight.checked_sub(1).expect(\"a call was released that was never taken\");",
        broken: "",
        scenario: "shared_key",
        known_by: "leak",
    },
];

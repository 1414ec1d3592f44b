//! What a limit counts, and how.

use crate::record::words;
use crate::time::Span;

words! {
    /// What a quota, or a limiter, counts.
    pub enum Dimension {
        /// Requests.
        Requests = "requests",
        /// Input and output tokens together.
        Tokens = "tokens",
        /// Input tokens.
        InputTokens = "input_tokens",
        /// Output tokens.
        OutputTokens = "output_tokens",
        /// Calls under way at once.
        Concurrency = "concurrency",
        /// Requests per day.
        RequestsPerDay = "requests_per_day",
        /// Input and output tokens together, per day.
        TokensPerDay = "tokens_per_day",
        /// Requests of one agent.
        AgentRequests = "agent_requests",
        /// The least time between two calls of one agent.
        Spacing = "spacing",
        /// How fast input tokens per minute grow: what a provider refuses although nothing else is spent.
        Growth = "growth",
    }
}

/// How a provider counts against a limit. Windows and slices turn at whole multiples of their length, counted from the
/// start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Enforcement {
    /// A level that refills continuously and holds at most a burst: what most providers do.
    #[default]
    Continuous,
    /// A counter that starts anew at every turn of the period; so an instant before and after the turn twice as much
    /// passes.
    FixedWindow,
    /// Short slices within such a counter: in a slice passes its share of the period's amount, rounded up, and in the
    /// period no more than the amount.
    Slices(Span),
    /// A log: in no period, wherever it begins, passes more than the amount.
    SlidingWindow,
}

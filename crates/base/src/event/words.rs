//! The words of events: reasons, causes, blockers, states.

use crate::record::words;

words! {
    /// What a request in the queue waited for.
    pub enum Blocker {
        /// It did not wait.
        Nothing = "nothing",
        /// Requests per minute.
        Requests = "requests",
        /// Tokens per minute.
        Tokens = "tokens",
        /// Input tokens per minute.
        InputTokens = "input_tokens",
        /// Output tokens per minute.
        OutputTokens = "output_tokens",
        /// Calls under way at once.
        Concurrency = "concurrency",
        /// The backoff that all agents of a pool share after a 429.
        Backoff = "backoff",
        /// A cap on spending.
        Budget = "budget",
        /// Requests per day.
        RequestsPerDay = "requests_per_day",
        /// Tokens per day.
        TokensPerDay = "tokens_per_day",
        /// The agent's own requests per minute.
        AgentRequests = "agent_requests",
        /// The least time between two calls of the agent.
        Spacing = "spacing",
    }
}

words! {
    /// Why a request fell to the next rung, or ended without an answer.
    pub enum Reason {
        /// There is nothing to explain.
        None = "none",
        /// The breakers of all lanes of the rung were open.
        BreakerOpen = "breaker_open",
        /// The queue was full.
        QueueFull = "queue_full",
        /// It waited in the queue for as long as the policy lets anyone wait.
        QueueTimeout = "queue_timeout",
        /// A cap on spending left no room.
        Budget = "budget",
        /// Prompt and longest reply do not fit the model's context window.
        ContextLimit = "context_limit",
        /// It is larger than the limit itself and could never pass.
        NeverFits = "never_fits",
        /// Every attempt that the policy allows on a rung failed.
        RetriesExhausted = "retries_exhausted",
        /// The retry budget of the fleet was empty.
        RetryBudget = "retry_budget",
        /// The error is one that a retry cannot mend.
        NotRetryable = "not_retryable",
        /// The rules had no answer.
        NoRule = "no_rule",
        /// Whoever asked ran out of patience.
        Patience = "patience",
        /// The run ended.
        Horizon = "horizon",
        /// The mode of the fleet does not allow the rung.
        Mode = "mode",
        /// It can wait, and the policy sets such requests aside at once.
        CanWait = "can_wait",
        /// It can wait, but as many as may be parked already were.
        ParkingFull = "parking_full",
        /// Whoever worked on it after it was parked did not finish within the lease.
        LeaseExpired = "lease_expired",
        /// It was taken up from parking as often as the policy allows, in vain.
        AttemptsSpent = "attempts_spent",
        /// It was parked for longer than the policy allows.
        TooOld = "too_old",
    }
}

words! {
    /// Why an attempt was made.
    pub enum AttemptKind {
        /// The first attempt of the request.
        First = "first",
        /// Another attempt on the same rung after an error.
        Retry = "retry",
        /// The first attempt on a lower rung.
        Fallback = "fallback",
    }
}

words! {
    /// What money was spent on.
    pub enum Cause {
        /// A first or fallback attempt that answered.
        Answer = "answer",
        /// A retry that answered.
        Retry = "retry",
        /// An attempt that was paid for and gave no answer.
        Wasted = "wasted",
        /// An answer by rules.
        Rules = "rules",
        /// An answer by a person.
        Human = "human",
    }
}

words! {
    /// The state of a lane's circuit breaker.
    pub enum BreakerState {
        /// Calls pass.
        Closed = "closed",
        /// Calls are refused.
        Open = "open",
        /// A probe decides.
        HalfOpen = "half_open",
    }
}

words! {
    /// What a fleet allows itself to answer with.
    pub enum AgentMode {
        /// Every rung of the chain.
        Full = "full",
        /// The cheaper models, rules and people.
        Economy = "economy",
        /// Rules, then people; no model.
        Rules = "rules",
        /// People only.
        Human = "human",
    }
}

words! {
    /// Why a fleet changed its mode.
    pub enum MoveCause {
        /// The share of failures reached the level at which it goes down.
        Failures = "failures",
        /// Probes of the mode above failed no more often than the level at which it goes up.
        Recovered = "recovered",
        /// It had been down for as long as it must, and tries the mode above.
        Trial = "trial",
        /// The money spent came near a cap.
        Budget = "budget",
        /// Requests wait too long for a quota.
        QueueWait = "queue_wait",
    }
}

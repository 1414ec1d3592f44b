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
        /// The end user, or the source, has had all that its standing allows.
        UserLimit = "user_limit",
        /// It looked like abuse.
        SuspectedAbuse = "suspected_abuse",
        /// The loop guard ended the task that it was a step of.
        LoopGuard = "loop_guard",
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
        /// The lanes of the rung share a fate with others that had failed.
        Correlated = "correlated",
        /// The policy ends a request after such an error.
        ErrorRule = "error_rule",
        /// The policy sends such an error to the next rung.
        RuleFell = "rule_fell",
        /// The provider asks to wait longer than the policy obeys.
        ToldToWait = "told_to_wait",
        /// An answer would have come too late to be worth anything.
        Deadline = "deadline",
        /// The reply did not agree with the facts, and the policy sends such requests to the next rung.
        Invalid = "invalid",
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
        /// Another attempt under a stricter prompt, because the reply did not agree with the facts.
        Regeneration = "regeneration",
        /// A summary of the conversation's older part; it answers nobody.
        Summary = "summary",
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
        /// A cost of each request, such as retrieval.
        PerMessage = "per_message",
        /// A cost of each month, such as infrastructure.
        PerMonth = "per_month",
        /// An answer that a person reviewed.
        Review = "review",
        /// Another answer, because the one before did not agree with the facts.
        Regeneration = "regeneration",
        /// A summary of the older part of a conversation.
        Summary = "summary",
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
    /// How much an end user is trusted.
    pub enum Standing {
        /// Little is known of it.
        New = "new",
        /// It is known.
        Normal = "normal",
        /// It has behaved well for long.
        Trusted = "trusted",
        /// It has behaved like an abuser of late.
        Suspicious = "suspicious",
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
    /// The rule by which a request was turned away, or a standing changed.
    pub enum RiskRule {
        /// None did.
        None = "none",
        /// Requests of the user in a minute.
        UserMinute = "requests_per_minute",
        /// Requests of the user in a day.
        UserDay = "requests_per_day",
        /// Prompt tokens of the user in a day.
        UserTokens = "prompt_tokens_per_day",
        /// Requests of all users behind one source in a minute.
        Source = "source_requests_per_minute",
        /// More requests at once than a person makes.
        Burst = "burst",
        /// The same text again and again.
        Repeat = "repeat",
        /// A prompt far above the user's usual.
        Prompt = "prompt",
        /// Many new accounts behind one source.
        Accounts = "accounts",
        /// Requests in nearly every hour of the day.
        Sleepless = "sleepless",
        /// Good behaviour earned it.
        Earned = "earned",
        /// Time wore it off.
        Decay = "decay",
    }
}

words! {
    /// Which bound of the loop guard a task reached.
    pub enum LoopRule {
        /// It asked the same too often in a row.
        Repeats = "repeats",
        /// It made too many requests.
        Steps = "steps",
        /// It cost too much.
        Dollars = "dollars",
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

words! {
    /// What is wrong with a reply, as far as a client can tell. The later, the graver.
    pub enum IssueKind {
        /// Nothing.
        None = "none",
        /// It says nothing of what was asked, although the request carries it.
        Unanswered = "unanswered",
        /// It says that nobody knows, although the request carries it.
        WronglyUnknown = "wrongly_unknown",
        /// It states what was true once as if it still were.
        Stale = "stale",
        /// It claims something that no fact of the request carries.
        Unsupported = "unsupported",
        /// It says one thing and another.
        SelfContradiction = "self_contradiction",
        /// A fact of the request says otherwise.
        Contradicts = "contradicts",
        /// It was to be read by a machine, and cannot be.
        Malformed = "malformed",
    }
}

words! {
    /// How a reply speaks.
    pub enum Tone {
        /// It answers.
        Plain = "plain",
        /// It says that nobody knows.
        Unknown = "unknown",
        /// It says sorry.
        Apology = "apology",
        /// It declines to help.
        Refusal = "refusal",
    }
}

words! {
    /// What follows from the check of a reply.
    pub enum ValidationAction {
        /// It goes to whoever asked.
        Accept = "accept",
        /// The model is asked again, under a stricter prompt.
        Regenerate = "regenerate",
        /// The request falls to the next rung.
        Fall = "fall",
        /// A person looks at it before it goes out.
        Review = "review",
    }
}

words! {
    /// How a history is made shorter.
    pub enum CompressionMethod {
        /// All but the system's messages and the last few is left out.
        KeepLast = "keep_last",
        /// What matters least is left out.
        Prune = "prune",
        /// A model summarises what is older.
        Summarize = "summarize",
    }
}

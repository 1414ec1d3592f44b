//! What only the world knows. The pipeline and the core never see a truth; a report joins it by the call's name.

use crate::conversation::FactState;
use crate::ids::{AgentId, CallId, FaultId, LaneId, QuotaId, RequestId};
use crate::message::{Dimension, Keep};
use crate::money::Money;
use crate::record::{records, words};
use crate::time::{Instant, Span};

words! {
    /// In which way an end user abuses a fleet.
    pub enum AbuseKind {
        /// Bursts far above any human rate.
        Hammering = "hammering",
        /// Huge prompts.
        PromptBombs = "prompt_bombs",
        /// The same message again and again.
        Repeats = "repeats",
        /// Steadily, day and night, just below a limit.
        SlowCreep = "slow_creep",
        /// Ever new accounts from one source.
        ManyAccounts = "many_accounts",
    }
}

words! {
    /// In which way a reply is wrong.
    pub enum Label {
        /// It is not.
        None = "none",
        /// A figure, date or name that is not the one that the request carries.
        WrongAmount = "wrong_amount",
        /// Something stated that the request does not carry at all.
        InventedFact = "invented_fact",
        /// Two statements of which one is wrong.
        Contradiction = "contradiction",
        /// What was true once, as if it still were.
        StaleFact = "stale_fact",
        /// Something said to be there that is not, or the other way round.
        WrongAvailability = "wrong_availability",
        /// What was asked for is there, and the reply does not say it.
        Omission = "omission",
        /// A structured reply that cannot be read.
        Malformed = "malformed",
    }
}

records! {
    /// What only the world knows. The time is handed over beside it, see [`Sink`](crate::Sink).
    pub enum Truth {
        /// A quota admitted a call and charged it.
        Admitted (101, "admitted") {
            /// The call.
            call: CallId,
            /// Which quota.
            quota: QuotaId,
            /// Input tokens charged at admission.
            input_tokens: u64,
            /// Output tokens charged at admission (dialects that charge `max_tokens` up front).
            output_tokens: u64,
        }
        /// A quota was charged for output as it was produced.
        Charged (102, "charged") {
            /// The call.
            call: CallId,
            /// Which quota.
            quota: QuotaId,
            /// Output tokens charged.
            output_tokens: u64,
        }
        /// A call ended, or was cut, and no longer counts as under way.
        Released (103, "released") {
            /// The call.
            call: CallId,
            /// Which quota.
            quota: QuotaId,
        }
        /// A quota refused a call: a 429 that the client caused.
        Overrun (104, "overrun") {
            /// The call.
            call: CallId,
            /// Which quota.
            quota: QuotaId,
            /// The dimension that had no room.
            dimension: Dimension,
        }
        /// A fault of the script struck a call.
        Struck (105, "struck") {
            /// The call.
            call: CallId,
            /// Which fault.
            fault: FaultId,
        }
        /// A fault came into force.
        FaultBegan (106, "fault_began") {
            /// Which fault.
            fault: FaultId,
        }
        /// A fault was over.
        FaultEnded (107, "fault_ended") {
            /// Which fault.
            fault: FaultId,
        }
        /// The provider put a call on its invoice.
        Invoiced (108, "invoiced") {
            /// The call.
            call: CallId,
            /// On which lane.
            lane: LaneId,
            /// Uncached input tokens.
            input_tokens: u64,
            /// Input tokens read from the prompt cache.
            cached_tokens: u64,
            /// Input tokens written to the prompt cache.
            cache_write_tokens: u64,
            /// Output tokens.
            output_tokens: u64,
            /// The amount.
            amount: Money,
        }
        /// A quota counted a call that it refused, or that failed, as one request: as far as it had room for one.
        Counted (112, "counted") {
            /// The call.
            call: CallId,
            /// Which quota.
            quota: QuotaId,
        }
        /// A quota gave back output that it had charged at admission and that was not produced.
        Refunded (113, "refunded") {
            /// The call.
            call: CallId,
            /// Which quota.
            quota: QuotaId,
            /// Output tokens given back. A window that has turned since they were charged gets nothing.
            output_tokens: u64,
            /// When they were charged.
            charged_at: Instant,
        }
        /// A request is abuse. Told before it arrives.
        Abuse (115, "abuse") {
            /// The request.
            request: RequestId,
            /// Of which kind.
            kind: AbuseKind,
        }
        /// A request is a step that can never succeed, whatever the answer; its agent will ask the same for ever. Told before it
        /// arrives.
        Stuck (127, "stuck") {
            /// The request.
            request: RequestId,
        }
        /// An agent came to the end of a task, every step of it answered.
        TaskDone (128, "task_done") {
            /// Whose task.
            agent: AgentId,
            /// Which of the agent's, from 0.
            task: u32,
            /// Requests made for it, those that failed included.
            asked: u32,
        }
        /// A reply states a usage that is not the one on the invoice. Told after the invoice, and before the client
        /// books it.
        Misstated (130, "misstated") {
            /// The call.
            call: CallId,
            /// On which lane.
            lane: LaneId,
            /// Uncached input tokens, as the reply states them.
            input_tokens: u64,
            /// Input tokens read from the prompt cache, as the reply states them.
            cached_tokens: u64,
            /// Input tokens written to the prompt cache, as the reply states them.
            cache_write_tokens: u64,
            /// Output tokens, as the reply states them.
            output_tokens: u64,
        }
        /// Somebody who got no answer comes back and asks the same again. Told before the request arrives.
        CameBack (140, "came_back") {
            /// The request.
            request: RequestId,
            /// The one that got no answer.
            of: RequestId,
        }
        /// A model with words answered a call whole: whether the reply is wrong, and in which way.
        Labelled (145, "labelled") {
            /// The call.
            call: CallId,
            /// For which request.
            request: RequestId,
            /// Whether the request carried what it asked for.
            fact: FactState,
            /// In which way the reply is wrong.
            label: Label,
        }
        /// A prompt cache was used by a call that was admitted.
        Cached (137, "cached") {
            /// The call.
            call: CallId,
            /// On which lane.
            lane: LaneId,
            /// Whose call.
            agent: AgentId,
            /// Which conversation of the agent's.
            conversation: u64,
            /// Tokens of the prompt read from the cache.
            read_tokens: u64,
            /// Tokens of the prompt written to it.
            written_tokens: u64,
            /// From when they can be read.
            readable_from: Instant,
            /// How long after its last use a prompt is forgotten.
            lifetime: Span,
            /// What the client had asked for, where that is what counts.
            keep: Keep,
        }
        /// Part of what a call produced was reasoning, which nobody sees. Told before its invoice.
        Reasoned (138, "reasoned") {
            /// The call.
            call: CallId,
            /// On which lane.
            lane: LaneId,
            /// How many of its output tokens.
            reasoning_tokens: u64,
        }
        /// A reply ended because it reached `max_tokens`. Told before its invoice.
        CutByLength (139, "cut_by_length") {
            /// The call.
            call: CallId,
            /// The request that it was made for.
            request: RequestId,
            /// On which lane.
            lane: LaneId,
        }
        /// A model with words answered a question about something told earlier in the conversation. Told before its label.
        Recalled (146, "recalled") {
            /// The call.
            call: CallId,
            /// For which request.
            request: RequestId,
            /// Whether the prompt still told it.
            carried: bool,
            /// Whether a summary stood for the message that told it.
            summarized: bool,
        }
        /// A model summarised a part of a conversation.
        Summarized (147, "summarized") {
            /// The call.
            call: CallId,
            /// For which request.
            request: RequestId,
            /// Facts that the part told, those in the summary before it included.
            facts: u32,
            /// How many of them the new summary tells.
            kept: u32,
        }
    }
}

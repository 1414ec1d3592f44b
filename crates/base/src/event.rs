//! What a client could know of a run. Events are the only bridge from the pipeline to a report.

mod words;

pub use words::*;

use crate::ids::{AgentId, CallId, CapId, LaneId, RequestId, SourceId, UserId, WorkflowId};
use crate::message::{AttemptResult, Dimension, Outcome, Rung};
use crate::money::Money;
use crate::record::records;
use crate::time::{Instant, Span};

records! {
    /// What a client could know. `at` and the fleet are handed over beside it, see [`Sink`](crate::Sink).
    pub enum Event {
        /// A request entered the pipeline.
        Arrived (1, "arrived") {
            /// The request.
            request: RequestId,
            /// Who asks.
            agent: AgentId,
            /// For which end user.
            user: UserId,
            /// For which workflow.
            workflow: WorkflowId,
            /// Its class of urgency.
            priority: u8,
            /// When it was meant to be sent.
            intended: Instant,
            /// Tokens of its prompt.
            input_tokens: u64,
            /// The longest reply it asks for.
            max_tokens: u64,
        }
        /// A request began to wait in the queue of the pool that `lane` draws on.
        Queued (2, "queued") {
            /// The request.
            request: RequestId,
            /// For which lane.
            lane: LaneId,
        }
        /// A request left a queue without a grant.
        Left (3, "left") {
            /// The request.
            request: RequestId,
            /// Which lane it had waited for.
            lane: LaneId,
            /// Why it left.
            reason: Reason,
        }
        /// Ticket, reservation and charge were taken together, and the call went out.
        Sent (4, "sent") {
            /// The request.
            request: RequestId,
            /// Number of the attempt, over all lanes, from 0; of a summary, from 32,768, so that it moves no attempt's luck.
            attempt: u16,
            /// To which lane.
            lane: LaneId,
            /// Why this attempt was made.
            kind: AttemptKind,
            /// Time in the queue for this attempt.
            waited: Span,
            /// What it waited for.
            blocked_on: Blocker,
            /// Input tokens reserved at the limiter.
            held_input_tokens: u64,
            /// Output tokens reserved at the limiter.
            held_output_tokens: u64,
            /// Money reserved at the ledger: the worst case.
            held_usd: Money,
        }
        /// A call came to an end, and what it held was settled or given back.
        AttemptEnded (5, "attempt_ended") {
            /// The request.
            request: RequestId,
            /// Number of the attempt.
            attempt: u16,
            /// On which lane.
            lane: LaneId,
            /// The provider's name for the call, 0 if never learned.
            call: CallId,
            /// How it ended.
            result: AttemptResult,
            /// From the send to the first token; zero if none came.
            ttft: Span,
            /// From the send to the end.
            service: Span,
            /// Uncached input tokens, as the provider counted.
            input_tokens: u64,
            /// Input tokens read from the prompt cache.
            cached_tokens: u64,
            /// Output tokens.
            output_tokens: u64,
        }
        /// The ledger booked money.
        Posted (6, "posted") {
            /// For which request.
            request: RequestId,
            /// For which workflow.
            workflow: WorkflowId,
            /// On which lane.
            lane: LaneId,
            /// For which call of a provider; 0 for rules, people and calls whose name was never learned.
            call: CallId,
            /// For what.
            cause: Cause,
            /// How much.
            amount: Money,
            /// The usage was never learned: this is the reservation, an upper bound.
            estimated: bool,
        }
        /// A request gave up one rung of the chain and went on to the next.
        Fell (7, "fell") {
            /// The request.
            request: RequestId,
            /// From this rung.
            from: Rung,
            /// To this one.
            to: Rung,
            /// Why.
            reason: Reason,
        }
        /// Rules or a person began to work on a request.
        Began (15, "began") {
            /// The request.
            request: RequestId,
            /// The lane of the rules or the people.
            lane: LaneId,
            /// Time in their queue.
            waited: Span,
        }
        /// Rules or a person answered.
        Served (8, "served") {
            /// The request.
            request: RequestId,
            /// The lane of the rules or the people.
            lane: LaneId,
            /// Time they took.
            service: Span,
        }
        /// A request ended, or the run did. Exactly one for each `Arrived`.
        Ended (9, "ended") {
            /// The request.
            request: RequestId,
            /// How it stands.
            outcome: Outcome,
            /// The rung that answered, or the last one tried.
            rung: Rung,
            /// Why there is no answer, if there is none.
            reason: Reason,
        }
        /// A breaker changed its state.
        BreakerMoved (10, "breaker_moved") {
            /// Of which lane.
            lane: LaneId,
            /// The new state.
            state: BreakerState,
            /// When an open breaker lets a probe pass.
            until: Instant,
        }
        /// After a 429, all agents of the pool that `lane` draws on hold back.
        BackedOff (11, "backed_off") {
            /// The lane that was refused.
            lane: LaneId,
            /// Until when.
            until: Instant,
        }
        /// A limit that nobody states was felt for, and moved.
        LimitMoved (20, "limit_moved") {
            /// The lane whose call taught it.
            lane: LaneId,
            /// Of what.
            dimension: Dimension,
            /// The limit from now on, in the dimension's units.
            limit: u64,
            /// It was cut, after a 429.
            cut: bool,
        }
        /// Spending passed an alert level of a cap; once per level and window.
        Alerted (12, "alerted") {
            /// Which cap.
            cap: CapId,
            /// The agent or user whose cap it is; 0 where it is one for all.
            subject: u32,
            /// Which level, in per cent of the cap; 0 for one in dollars.
            percent: u32,
            /// The same in dollars.
            level_usd: Money,
        }
        /// A cap refused a reservation for the first time in its window.
        CapReached (13, "cap_reached") {
            /// Which cap.
            cap: CapId,
            /// The agent or user whose cap it is; 0 where it is one for all.
            subject: u32,
            /// When it lets money pass again; [`Instant::NEVER`] if no time does that.
            until: Instant,
        }
        /// An end user's standing changed.
        StandingChanged (30, "standing_changed") {
            /// Whose.
            user: UserId,
            /// What it was.
            from: Standing,
            /// What it is.
            to: Standing,
            /// Why.
            rule: RiskRule,
        }
        /// A request was turned away because of who asked, or how; before anything was spent on it.
        Throttled (31, "throttled") {
            /// The request.
            request: RequestId,
            /// For whom it was.
            user: UserId,
            /// From where it came.
            source: SourceId,
            /// How the user stood.
            standing: Standing,
            /// By which rule.
            rule: RiskRule,
            /// When the same request would pass if nothing else were asked meanwhile; [`Instant::NEVER`] for never.
            until: Instant,
        }
        /// A cost line fell due for a request.
        Expensed (40, "expensed") {
            /// For which request.
            request: RequestId,
            /// For which workflow.
            workflow: WorkflowId,
            /// Which line, in the order of the run header.
            line: u16,
            /// For what.
            cause: Cause,
            /// How much.
            amount: Money,
        }
        /// A cost line of months was booked for a month, or for the part of one that the run holds.
        Accrued (41, "accrued") {
            /// Which line, in the order of the run header.
            line: u16,
            /// From when.
            from: Instant,
            /// Until when.
            until: Instant,
            /// How much.
            amount: Money,
        }
        /// The loop guard ended an agent's task; the request that would have gone on with it is refused.
        LoopStopped (45, "loop_stopped") {
            /// The request.
            request: RequestId,
            /// Which of the agent's tasks, from 0.
            task: u32,
            /// Which bound it reached.
            rule: LoopRule,
            /// Requests of the task before this one.
            steps: u32,
            /// How many of the last of them asked the same as this one.
            repeats: u32,
            /// What the task has cost.
            spent_usd: Money,
        }
        /// The fleet was shut at the end of a run. Everything here is zero unless something leaked.
        Closed (14, "closed") {
            /// Requests that still stood in a queue.
            waiting: u64,
            /// Calls that still counted as under way at a limiter.
            in_flight: u64,
            /// Money still reserved at the ledger.
            held_usd: Money,
            /// Breaker tickets never handed back.
            tickets: u64,
            /// All that the ledger has booked.
            booked_usd: Money,
        }
        /// The fleet changed its mode; it begins in full mode.
        ModeMoved (50, "mode_moved") {
            /// From this mode.
            from: AgentMode,
            /// To this one.
            to: AgentMode,
            /// Why.
            why: MoveCause,
        }
        /// A request that can wait was set aside for later. It holds nothing.
        Parked (51, "parked") {
            /// The request.
            request: RequestId,
            /// Why it did not go on.
            reason: Reason,
            /// How often it was taken up and failed so far.
            attempts: u32,
        }
        /// A parked request was taken up again.
        Unparked (52, "unparked") {
            /// The request.
            request: RequestId,
            /// How long it was parked this time.
            waited: Span,
        }
        /// A request that can wait was given up for good: it ends as failed at the same instant.
        DeadLettered (53, "dead_lettered") {
            /// The request.
            request: RequestId,
            /// Why.
            reason: Reason,
            /// How often it was taken up and failed.
            attempts: u32,
            /// How long ago it was parked for the first time.
            age: Span,
        }
        /// A request that arrived just now is worth an answer only for so long.
        DeadlineSet (66, "deadline_set") {
            /// The request.
            request: RequestId,
            /// An answer after this is worthless.
            deadline: Instant,
            /// Whether the fleet goes by it, and begins nothing that would come too late.
            obeyed: bool,
        }
        /// The headers of a reply corrected what the client believes of the pool that `lane` draws on.
        Corrected (25, "corrected") {
            /// The lane that replied.
            lane: LaneId,
            /// Of which limit.
            dimension: Dimension,
            /// The limit that the client allowed itself before.
            limit_before: u64,
            /// The limit that it allows itself from now on.
            limit: u64,
            /// How much less it believes to be left.
            lowered: u64,
        }
        /// A client that estimates the tokens of its prompts learned what one of them really had.
        Estimated (68, "estimated") {
            /// The request.
            request: RequestId,
            /// What was estimated, and reserved.
            estimated_tokens: u64,
            /// What the provider counted.
            input_tokens: u64,
        }
        /// A whole reply was checked against the facts that its request carries.
        Validated (70, "validated") {
            /// The request.
            request: RequestId,
            /// Number of the attempt.
            attempt: u16,
            /// The provider's name for the call.
            call: CallId,
            /// Nothing is wrong with it.
            valid: bool,
            /// How sure that is, in thousandths.
            confidence: u16,
            /// The gravest of what is wrong.
            issue: IssueKind,
            /// How much is wrong.
            issues: u16,
            /// What it claims, by number.
            claims: u16,
            /// How it speaks.
            tone: Tone,
            /// What follows.
            action: ValidationAction,
        }
        /// A person looked at a reply before it went out.
        Reviewed (71, "reviewed") {
            /// The request.
            request: RequestId,
            /// The lane of the reviewers.
            lane: LaneId,
            /// The call whose reply it was.
            call: CallId,
            /// They looked closely: whatever was wrong with it was put right.
            closely: bool,
        }
        /// A history was cut for a call.
        Compressed (72, "compressed") {
            /// The request.
            request: RequestId,
            /// The lane that the prompt was cut for.
            lane: LaneId,
            /// The last method that was used.
            method: CompressionMethod,
            /// Messages of the whole history.
            messages: u32,
            /// Messages that are sent.
            kept: u32,
            /// Tokens of the whole prompt.
            whole_tokens: u64,
            /// Tokens of the prompt that is sent.
            sent_tokens: u64,
            /// Tokens of the summary within it.
            summary_tokens: u64,
            /// It is as short as it was meant to be.
            met: bool,
        }
    }
}

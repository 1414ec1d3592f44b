//! What only the world knows. The pipeline and the core never see a truth; a report joins it by the call's name.

use crate::ids::{CallId, FaultId, LaneId, QuotaId};
use crate::message::Dimension;
use crate::money::Money;
use crate::record::records;
use crate::time::Instant;

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
    }
}

//! The end of an admitted call: its charge, its invoice, and the usage that its caller is told.

use super::Providers;
use super::calls::UnderWay;
use super::reply::{Ending, TRUE, UnderWayReply, misstated};
use crate::settings::ModelLane;
use rushhour_base::{Call, CallError, Completion, Instant, Sink, Truth, Usage};

impl Providers {
    /// Ends a reply that was not hung up on, and says what the caller is told.
    #[inline]
    pub(super) fn finish<S: Sink>(
        &mut self,
        under_way: &UnderWay,
        reply: &UnderWayReply,
        now: Instant,
        truths: &mut S,
    ) -> Result<Completion, CallError> {
        if matches!(reply.ending, Ending::Whole { cut_by_length: true, .. }) {
            let Call { request, lane, .. } = under_way.call;
            truths.truth(now, &Truth::CutByLength { call: under_way.id, request, lane });
        }
        let usage = self.settle(under_way, reply, under_way.ends_at, now, truths);
        if matches!(reply.ending, Ending::Whole { .. }) {
            under_way.says.tell(under_way, reply, now, truths);
        }
        match reply.ending {
            Ending::Broken(kind) => Err(CallError { kind, retry_after: None }),
            Ending::Whole { cut_by_length, stated_per_mille: TRUE } => {
                Ok(Completion { usage, cut_by_length })
            }
            Ending::Whole { cut_by_length, stated_per_mille } => {
                let usage = misstated(usage, stated_per_mille);
                tell_misstated(under_way, usage, now, truths);
                Ok(Completion { usage, cut_by_length })
            }
        }
    }

    /// Charges and invoices an admitted call that produced tokens until `until`.
    #[inline]
    pub(super) fn settle<S: Sink>(
        &mut self,
        under_way: &UnderWay,
        reply: &UnderWayReply,
        until: Instant,
        now: Instant,
        truths: &mut S,
    ) -> Usage {
        let (output_tokens, charged) = (reply.produced(until), reply.charged);
        let UnderWay { id: call, call: Call { lane, input_tokens, .. }, .. } = *under_way;
        let ModelLane { quota, prices, same_model_as, .. } = self.lanes[lane.index()];
        self.load.leave(same_model_as.unwrap_or(lane));
        self.quotas.settle(quota, call, output_tokens - reply.counted, charged, now, truths);
        let reasoning_tokens = reply.reasoning_tokens.min(output_tokens);
        if reasoning_tokens > 0 {
            truths.truth(now, &Truth::Reasoned { call, lane, reasoning_tokens });
        }
        let usage = Usage { output_tokens, reasoning_tokens, ..reply.divided.usage(input_tokens) };
        let amount = prices.cost(usage);
        let Usage { input_tokens, cached_tokens, .. } = usage;
        let cache_write_tokens = usage.written_tokens();
        truths.truth(
            now,
            &Truth::Invoiced {
                call,
                lane,
                input_tokens,
                cached_tokens,
                cache_write_tokens,
                output_tokens,
                amount,
            },
        );
        usage
    }
}

#[cold]
fn tell_misstated<S: Sink>(under_way: &UnderWay, stated: Usage, now: Instant, truths: &mut S) {
    let Usage { input_tokens, cached_tokens, output_tokens, .. } = stated;
    let cache_write_tokens = stated.written_tokens();
    let (call, lane) = (under_way.id, under_way.call.lane);
    truths.truth(
        now,
        &Truth::Misstated { call, lane, input_tokens, cached_tokens, cache_write_tokens, output_tokens },
    );
}

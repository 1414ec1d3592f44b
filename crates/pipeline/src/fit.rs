//! Step 5: the history is cut to the policy and to the lane, and summarised where the policy says so.
//!
//! Asked at every hop, since the next lane may be smaller. What it finds is what the next call sends.

use crate::attempt::Attempt;
use crate::env::{Env, Waits};
use crate::fleet::Fleet;
use crate::grant::ask_for;
use crate::journey::Journey;
use crate::race::{Either, race};
use crate::sends::{Fitted, Sends, guard_tokens, really};
use rushhour_base::event::{AttemptKind, Event, Reason};
use rushhour_base::{Ask, Instant, LaneId, Part, Prompt, Segment, Span};
use rushhour_core::compressor::Fit;
use rushhour_core::control::{Entry, Grant};
use rushhour_core::settings::SummaryPolicy;
use std::pin::pin;

/// From here on summaries are numbered among a request's calls, so that its attempts have the same numbers, and so the
/// same luck, with summaries and without.
const SUMMARIES_FROM: u16 = 1 << 15;

/// Whether there is a history and somebody who would cut it.
#[inline]
pub(crate) fn is_asked_for<E: Env>(fleet: &Fleet<E>, journey: &Journey) -> bool {
    fleet.compressor.is_some() && journey.history.is_some()
}

/// Cuts what the next call sends to the policy and to the window of `lane`.
pub(crate) async fn fit<E: Env>(fleet: &Fleet<E>, ask: &Ask, lane: LaneId, journey: &mut Journey) {
    let agent = ask.request.agent();
    loop {
        let (Some(compressor), Some(policy), Some(history)) =
            (&fleet.compressor, &fleet.policy.compression, journey.history.as_deref())
        else {
            return;
        };
        let room = room(fleet, ask, lane, journey);
        let fit =
            fleet.env.timed(Part::Compressor, || compressor.borrow_mut().fit(agent, history, policy, room));
        let segment = match fit {
            Fit::Whole => {
                journey.fitted = None;
                return;
            }
            Fit::Send { cut, prefix_conversation: conversation, met, method } => {
                journey.fitted = Some(Box::new(Fitted { cut, conversation, met, method }));
                return;
            }
            Fit::Summarize(segment) => segment,
        };
        let number = SUMMARIES_FROM + u16::from(journey.summaries);
        journey.summaries = journey.summaries.saturating_add(1);
        let summary = match policy.summary {
            Some(summary) => summarize(fleet, ask, (summary, number), &segment).await,
            None => None,
        };
        let mut compressor = compressor.borrow_mut();
        match summary {
            Some(tokens) => compressor.summarized(agent, history, &segment, tokens),
            None => compressor.failed(agent, history),
        }
    }
}

/// How many tokens of a conversation the lane has room for, as far as the client believes.
fn room<E: Env>(fleet: &Fleet<E>, ask: &Ask, lane: LaneId, journey: &Journey) -> u64 {
    let window = fleet.control.borrow().window(lane);
    if window == u64::MAX {
        return window;
    }
    let guard = guard_tokens(fleet, journey);
    really(ask, window.saturating_sub(ask.max_tokens).saturating_sub(guard))
}

/// Has a part of the history summarised, and says how many tokens the summary has; `None` if there is none, for whatever
/// reason. It is tried once.
async fn summarize<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    (policy, number): (SummaryPolicy, u16),
    segment: &Segment,
) -> Option<u64> {
    let until = fleet.env.now() + policy.timeout;
    let sends = Sends::summary(ask, segment.tokens, policy.max_tokens);
    let grant = grant(fleet, ask, policy.lane, sends, until).await?;
    let attempt = Attempt::send(fleet, ask, grant, number, AttemptKind::Summary);
    let waits = Waits { reply_until: until, first_token_until: Instant::NEVER, idle: Span::MAX };
    let reply =
        attempt.reply(sends.call(ask, (number, policy.lane)), Prompt::Summarize(segment), waits).await;
    let usage = attempt.finish(reply).ok()?.completion.usage;
    // Nobody reads what was reasoned before it.
    let tokens = usage.output_tokens.saturating_sub(usage.reasoning_tokens).min(policy.max_tokens);
    (tokens > 0).then_some(tokens)
}

async fn grant<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    lane: LaneId,
    sends: Sends,
    until: Instant,
) -> Option<Grant> {
    match ask_for(fleet, ask, lane, sends).ok()? {
        Entry::Granted(grant) => Some(grant),
        Entry::Refused(_) => None,
        Entry::Waiting(place) => {
            let mut waits = Box::pin(fleet.wait_at(place, ask.request, lane));
            match race(pin!(fleet.env.sleep_until(until)), waits.as_mut()).await {
                Either::First(()) => {
                    fleet.drop_for(Reason::QueueTimeout, waits);
                    None
                }
                Either::Second(verdict) => verdict.ok(),
            }
        }
    }
}

/// Tells of the cut that the call which goes out now was made with, if there is one. Once for each call, right before it.
#[inline]
pub(crate) fn tell<E: Env>(fleet: &Fleet<E>, ask: &Ask, lane: LaneId, journey: &Journey) {
    let (Some(fitted), Some(history)) = (&journey.fitted, &journey.history) else { return };
    let guard = guard_tokens(fleet, journey);
    fleet.env.emit(Event::Compressed {
        request: ask.request,
        lane,
        method: fitted.method,
        messages: history.messages.len() as u32,
        kept: fitted.cut.kept.len() as u32,
        whole_tokens: ask.sent_tokens + guard,
        sent_tokens: fitted.cut.tokens + guard,
        summary_tokens: fitted.cut.summary.as_ref().map_or(0, |summary| summary.tokens.into()),
        met: fitted.met,
    });
}

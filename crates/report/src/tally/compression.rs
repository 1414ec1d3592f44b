//! What shorter histories saved, what their summaries cost, and which facts they lost.

use crate::open::Open;
use crate::report::{CompressionReport, RecallReport};
use rushhour_base::event::{AttemptKind, Cause};
use rushhour_base::message::AttemptResult;
use rushhour_base::{CallId, Event, Label, LaneId, Money, Prices, RequestId, RunHeader, Truth, Usage};
use std::collections::VecDeque;

/// Follows requests of which a history was cut.
pub(super) struct CompressionTally {
    prices: Vec<Prices>,
    open: Open<Prompts>,
    invoices: Invoices,
    seen: bool,
    /// The request that had ended when its summary did: what is booked for it next was the summary's.
    late: Option<RequestId>,
    /// The call that was last said to answer a question about something told earlier, and whether its prompt told it.
    recalls: Option<(CallId, bool)>,
    sums: CompressionReport,
}

/// The prompts of one open request.
#[derive(Clone, Copy, Default)]
struct Prompts {
    /// What was cut for the next call.
    next: Option<Cut>,
    under_way: Option<UnderWay>,
    /// What is booked next was a summary's.
    owes_summary: bool,
    counted: bool,
    ended: bool,
}

#[derive(Clone, Copy)]
struct Cut {
    lane: LaneId,
    whole_tokens: u64,
    sent_tokens: u64,
    met: bool,
}

#[derive(Clone, Copy)]
enum UnderWay {
    Summary,
    Answer(Cut),
}

/// Invoices of calls that have not ended yet, the oldest first.
struct Invoices {
    open: Open<(Usage, Money)>,
    order: VecDeque<CallId>,
}

impl CompressionTally {
    pub(super) fn new(header: &RunHeader) -> CompressionTally {
        CompressionTally {
            prices: header.lanes.iter().map(|lane| lane.prices).collect(),
            open: Open::new(),
            invoices: Invoices { open: Open::new(), order: VecDeque::new() },
            seen: false,
            late: None,
            recalls: None,
            sums: CompressionReport::default(),
        }
    }

    pub(super) fn compressed(
        &mut self,
        request: RequestId,
        lane: LaneId,
        (whole_tokens, sent_tokens): (u64, u64),
        met: bool,
    ) {
        self.seen = true;
        let cut = Cut { lane, whole_tokens, sent_tokens, met };
        self.open.entry(request.0, Prompts::default).next = Some(cut);
    }

    /// A cut that no call went out with came to nothing.
    #[inline]
    pub(super) fn sent(&mut self, request: RequestId, lane: LaneId, kind: AttemptKind) {
        if kind == AttemptKind::Summary {
            self.seen = true;
            self.open.entry(request.0, Prompts::default).under_way = Some(UnderWay::Summary);
            return;
        }
        if !self.seen {
            return;
        }
        let Some(prompts) = self.open.get_mut(request.0) else { return };
        prompts.owes_summary = false;
        prompts.under_way = None;
        let Some(cut) = prompts.next.take().filter(|cut| cut.lane == lane) else { return };
        prompts.under_way = Some(UnderWay::Answer(cut));
        self.sums.requests += u64::from(!std::mem::replace(&mut prompts.counted, true));
        self.sums.cut += 1;
        self.sums.whole_tokens += cut.whole_tokens;
        self.sums.sent_tokens += cut.sent_tokens;
        self.sums.unmet += u64::from(!cut.met);
    }

    /// The end of an attempt; any other event is none of its business.
    #[inline]
    pub(super) fn attempt_ended(&mut self, event: &Event) {
        if !self.seen {
            return;
        }
        let Event::AttemptEnded {
            request,
            lane,
            call,
            result,
            input_tokens,
            cached_tokens,
            output_tokens,
            ..
        } = *event
        else {
            return;
        };
        let invoiced = self.invoices.take(call);
        let Some(prompts) = self.open.get_mut(request.0) else { return };
        let completed = result == AttemptResult::Completed;
        let ended = prompts.ended;
        match prompts.under_way.take() {
            Some(UnderWay::Summary) => {
                prompts.owes_summary = true;
                *(if completed { &mut self.sums.summaries } else { &mut self.sums.summaries_failed }) += 1;
                self.late = ended.then_some(request);
            }
            Some(UnderWay::Answer(cut)) if completed => {
                let prices = &self.prices[lane.index()];
                // The invoice knows better what was used, where there is one.
                let stated = Usage { input_tokens, cached_tokens, output_tokens, ..Usage::default() };
                let (usage, amount) = invoiced.unwrap_or_else(|| (stated, prices.cost(stated)));
                self.sums.gross_usd += whole_cost(prices, usage, amount, cut) - amount;
            }
            _ => {}
        }
        if ended {
            self.open.remove(request.0);
        }
    }

    /// Rules and people summarise nothing.
    #[inline]
    pub(super) fn posted(&mut self, request: RequestId, cause: Cause, amount: Money) {
        if !self.seen || matches!(cause, Cause::Rules | Cause::Human | Cause::Review) {
            return;
        }
        let open = self.open.get_mut(request.0);
        let owes = open.is_some_and(|prompts| std::mem::take(&mut prompts.owes_summary));
        let late = self.late == Some(request);
        if owes || late {
            self.sums.summary_usd += amount;
            self.late = None;
        }
    }

    /// A call that is cancelled together with its request may end after it.
    #[inline]
    pub(super) fn ended(&mut self, request: RequestId) {
        if !self.seen {
            return;
        }
        let Some(prompts) = self.open.get_mut(request.0) else { return };
        prompts.ended = true;
        if prompts.under_way.is_none() {
            self.open.remove(request.0);
        }
    }

    /// An invoice; any other truth is none of its business.
    #[inline]
    pub(super) fn invoiced(&mut self, truth: &Truth) {
        if !self.seen {
            return;
        }
        let Truth::Invoiced {
            call,
            input_tokens,
            cached_tokens,
            cache_write_tokens,
            output_tokens,
            amount,
            ..
        } = *truth
        else {
            return;
        };
        let usage =
            Usage { input_tokens, cached_tokens, cache_write_tokens, output_tokens, ..Usage::default() };
        self.invoices.put(call, (usage, amount));
    }

    pub(super) fn recalled(&mut self, call: CallId, carried: bool, summarized: bool) {
        self.recalls = Some((call, carried));
        let recall = &mut self.sums.recall;
        recall.asked += 1;
        *match (carried, summarized) {
            (true, _) => &mut recall.carried,
            (false, false) => &mut recall.lost_to_cut,
            (false, true) => &mut recall.lost_to_summary,
        } += 1;
    }

    /// The label of a reply; told right after it is said to answer a question about something told earlier.
    pub(super) fn labelled(&mut self, call: CallId, label: Label) {
        let Some((_, carried)) = self.recalls.take().filter(|(recalls, _)| *recalls == call) else { return };
        let RecallReport { wrong_carried, wrong_after_loss, .. } = &mut self.sums.recall;
        *(if carried { wrong_carried } else { wrong_after_loss }) += u64::from(label != Label::None);
    }

    pub(super) fn summarized(&mut self, facts: u32, kept: u32) {
        self.sums.facts_summarized += u64::from(facts);
        self.sums.facts_kept += u64::from(kept);
    }

    /// `None` if nothing was cut, and nobody asked for anything told earlier.
    pub(super) fn finish(self) -> Option<CompressionReport> {
        (self.seen || self.sums.recall.asked > 0).then_some(self.sums)
    }
}

/// What a call would have cost with its whole prompt: as much more of it cached, written and neither as there was in what was
/// sent. Prices of long prompts hold where the whole prompt is one.
fn whole_cost(prices: &Prices, usage: Usage, amount: Money, cut: Cut) -> Money {
    let usage = match prices.cost(usage) == amount {
        true => usage,
        // What was written was written for an hour.
        false => Usage { cache_write_tokens: 0, cache_write_1h_tokens: usage.cache_write_tokens, ..usage },
    };
    let sent = usage.prompt_tokens();
    let whole = (sent + cut.whole_tokens).saturating_sub(cut.sent_tokens);
    let share = |tokens: u64| (u128::from(tokens) * u128::from(whole) / u128::from(sent.max(1))) as u64;
    let (cached, written) = (share(usage.cached_tokens), share(usage.cache_write_tokens));
    let for_an_hour = share(usage.cache_write_1h_tokens);
    prices.cost(Usage {
        input_tokens: whole - cached - written - for_an_hour,
        cached_tokens: cached,
        cache_write_tokens: written,
        cache_write_1h_tokens: for_an_hour,
        ..usage
    })
}

impl Invoices {
    fn put(&mut self, call: CallId, invoice: (Usage, Money)) {
        self.open.entry(call.0, || invoice);
        self.order.push_back(call);
        // A call whose client has hung up never ends under its name.
        if self.order.len() > KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.open.remove(oldest.0);
        }
    }

    fn take(&mut self, call: CallId) -> Option<(Usage, Money)> {
        self.open.remove(call.0)
    }
}

const KEPT: usize = 4_096;

#[cfg(test)]
mod tests;

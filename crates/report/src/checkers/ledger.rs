//! What was booked is what the provider put on its invoice: each call once, to the last picodollar, and never less. And
//! each invoice is what its tokens cost by the list of prices.
//!
//! One thing may part them: a reply that states a usage which is not the invoice's. The world says of which call that is so, and
//! then what was booked must be what the stated tokens cost.
//!
//! Booking and invoice of a call are joined by the provider's name for it. A call whose name the client never learned
//! (it stopped waiting) is booked at its reservation without a name; so per lane, the invoices that found no booking
//! must be covered, in number and in money, by such nameless bookings. Unmatched invoices are kept by name while they
//! are young, since their booking may follow, and only as sums after that.
//!
//! A client that only estimates the tokens of its prompts may reserve too little; what it books for a call whose usage it
//! never learned is then no upper bound, and only the numbers of bookings and invoices are compared. Whatever usage was
//! learned is held to the last picodollar all the same.

use super::Found;
use crate::open::Open;
use rushhour_base::event::Cause;
use rushhour_base::{CallId, Event, Instant, Keep, LaneId, Money, Price, Prices, RunHeader, Span, Truth};
use std::collections::VecDeque;

pub(super) struct Ledger {
    calls: Open<Bill>,
    lanes: Vec<Nameless>,
    staffed: Vec<bool>,
    /// Whether a reservation covers its call.
    covered: bool,
    /// The prices of each lane, as the list states them.
    prices: Vec<Prices>,
    /// Calls under way whose prompt is written to a cache for an hour.
    for_an_hour: Open<()>,
    /// The last of them that was invoiced.
    hour_call: CallId,
    /// Invoices that have found no booking yet, oldest first.
    young: VecDeque<CallId>,
}

/// The one side of a call's bill that has been seen.
#[derive(Clone, Copy)]
enum Bill {
    Invoiced { lane: LaneId, amount: Money },
    Posted { amount: Money, estimated: bool, at: Instant },
}

/// What cannot be joined by name, per lane.
#[derive(Clone, Copy, Default)]
struct Nameless {
    posted: u64,
    posted_usd: Money,
    invoiced: u64,
    invoiced_usd: Money,
}

impl Ledger {
    pub(super) fn new(header: &RunHeader) -> Ledger {
        Ledger {
            calls: Open::new(),
            lanes: vec![Nameless::default(); header.lanes.len()],
            for_an_hour: Open::new(),
            hour_call: CallId(0),
            prices: header.lanes.iter().map(|lane| lane.prices).collect(),
            staffed: header.lanes.iter().map(|l| l.quota.is_none()).collect(),
            young: VecDeque::new(),
            covered: header.exact_tokens,
        }
    }

    #[inline]
    pub(super) fn event(&mut self, at: Instant, event: &Event, found: &mut Found) {
        let Event::Posted { request, lane, call, cause, amount, estimated, .. } = *event else { return };
        let by_staff = matches!(cause, Cause::Rules | Cause::Human | Cause::Review);
        if by_staff != self.staffed[lane.index()] || (by_staff && call != CallId(0)) {
            found.report("ledger", || {
                format!("request {request} was booked {amount} as {cause} on lane {lane}, call {call}")
            });
        }
        match (call, estimated) {
            _ if by_staff => {}
            (CallId(0), true) => {
                self.lanes[lane.index()].posted += 1;
                self.lanes[lane.index()].posted_usd += amount;
            }
            (CallId(0), false) => found.report("ledger", || {
                format!("request {request} was booked {amount} at {} for no call", Span(at.0))
            }),
            (call, estimated) => self.posted(at, call, amount, estimated, found),
        }
    }

    #[inline]
    pub(super) fn truth(&mut self, at: Instant, truth: &Truth, found: &mut Found) {
        if let Truth::Misstated { call, .. } = *truth {
            return self.misstated(at, call, truth, found);
        }
        if let Truth::Cached { call, keep: Keep::Hour, .. } = *truth {
            self.for_an_hour.entry(call.0, || ());
        }
        let Truth::Invoiced { call, lane, amount, .. } = *truth else { return };
        let for_an_hour = self.for_an_hour.remove(call.0).is_some();
        if for_an_hour {
            self.hour_call = call;
        }
        self.check_invoice(truth, for_an_hour, found);
        match self.calls.remove(call.0) {
            Some(Bill::Posted { amount: posted, estimated, .. }) => {
                compare(call, (posted, estimated && self.covered), estimated, amount, found);
            }
            Some(Bill::Invoiced { .. }) => {
                found
                    .report("ledger", || format!("call {call} was invoiced a second time at {}", Span(at.0)));
            }
            None => {
                self.calls.entry(call.0, || Bill::Invoiced { lane, amount });
                self.young.push_back(call);
                if self.young.len() > YOUNG {
                    self.age();
                }
            }
        }
    }

    pub(super) fn finish(&mut self, found: &mut Found) {
        while !self.young.is_empty() {
            self.age();
        }
        for (call, bill) in std::mem::replace(&mut self.calls, Open::new()).into_sorted() {
            if let Bill::Posted { amount, estimated: false, at } = bill
                && amount != Money::ZERO
            {
                let at = Span(at.0);
                found.report("ledger", || {
                    format!("call {call} was booked {amount} at {at} and never invoiced")
                });
            }
        }
        for (lane, sums) in self.lanes.iter().enumerate() {
            if sums.invoiced > sums.posted || self.covered && sums.invoiced_usd > sums.posted_usd {
                found.report("ledger", || sums.words(lane));
            }
        }
    }

    /// Works an invoice out again from its tokens and the list of prices, in a way of its own.
    #[inline]
    fn check_invoice(&self, truth: &Truth, for_an_hour: bool, found: &mut Found) {
        let Truth::Invoiced { call, amount, .. } = *truth else { return };
        let due = self.due(truth, for_an_hour);
        if due != amount {
            found.report("ledger", || format!("call {call} was invoiced {amount}, its tokens come to {due}"));
        }
    }

    /// What tokens cost, invoiced or stated.
    #[inline]
    fn due(&self, truth: &Truth, for_an_hour: bool) -> Money {
        let (Truth::Invoiced {
            lane, input_tokens, cached_tokens, cache_write_tokens, output_tokens, ..
        }
        | Truth::Misstated {
            lane, input_tokens, cached_tokens, cache_write_tokens, output_tokens, ..
        }) = *truth
        else {
            return Money::ZERO;
        };
        let prices = &self.prices[lane.index()];
        let parts = [input_tokens, cached_tokens, cache_write_tokens, output_tokens];
        let is_long =
            |above: u64| parts[..3].iter().map(|part| u128::from(*part)).sum::<u128>() > u128::from(above);
        let write = |brief: Price, hour: Price| if for_an_hour { hour } else { brief };
        let each = match &prices.long {
            Some(long) if is_long(long.above_tokens) => {
                [long.input, long.cached_read, write(long.cache_write, long.cache_write_1h), long.output]
            }
            _ => {
                let written = write(prices.cache_write, prices.cache_write_1h);
                [prices.input, prices.cached_read, written, prices.output]
            }
        };
        Money(parts.iter().zip(each).map(|(tokens, price)| i128::from(*tokens) * i128::from(price.0)).sum())
    }

    /// From here on the call must be booked at what its reply states. What comes to nothing is not booked at all.
    fn misstated(&mut self, at: Instant, call: CallId, truth: &Truth, found: &mut Found) {
        let due = self.due(truth, self.hour_call == call);
        match self.calls.remove(call.0) {
            Some(Bill::Invoiced { lane, .. }) if due != Money::ZERO => {
                self.calls.entry(call.0, || Bill::Invoiced { lane, amount: due });
            }
            Some(Bill::Invoiced { .. }) => {}
            other => {
                if let Some(bill) = other {
                    self.calls.entry(call.0, || bill);
                }
                found.report("ledger", || {
                    format!("call {call} stated a usage at {} without an invoice to part from", Span(at.0))
                });
            }
        }
    }

    fn posted(&mut self, at: Instant, call: CallId, amount: Money, estimated: bool, found: &mut Found) {
        match self.calls.remove(call.0) {
            Some(Bill::Invoiced { amount: invoiced, .. }) => {
                compare(call, (amount, estimated && self.covered), estimated, invoiced, found);
            }
            Some(Bill::Posted { .. }) => {
                found.report("ledger", || format!("call {call} was booked a second time at {}", Span(at.0)));
            }
            None => {
                self.calls.entry(call.0, || Bill::Posted { amount, estimated, at });
            }
        }
    }

    /// Folds the oldest invoice into its lane's sums, if it still has no booking.
    fn age(&mut self) {
        let Some(call) = self.young.pop_front() else { return };
        if let Some(Bill::Invoiced { lane, amount }) = self.calls.get_mut(call.0).copied()
            && amount != Money::ZERO
        {
            self.calls.remove(call.0);
            self.lanes[lane.index()].invoiced += 1;
            self.lanes[lane.index()].invoiced_usd += amount;
        }
    }
}

impl Nameless {
    fn words(&self, lane: usize) -> String {
        format!(
            "lane {lane}: {} calls for {} were invoiced and not booked by name, {} for {} were booked without one",
            self.invoiced, self.invoiced_usd, self.posted, self.posted_usd
        )
    }
}

#[inline]
fn compare(
    call: CallId,
    (posted, covers): (Money, bool),
    estimated: bool,
    invoiced: Money,
    found: &mut Found,
) {
    if covers && posted < invoiced {
        found.report("ledger", || format!("call {call} was booked at most {posted} and invoiced {invoiced}"));
    }
    if !estimated && posted != invoiced {
        found.report("ledger", || {
            format!(
                "call {call} was booked {posted} and invoiced {invoiced}: {} picodollars apart",
                (posted - invoiced).0
            )
        });
    }
}

const YOUNG: usize = 4_096;

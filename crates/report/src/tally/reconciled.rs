//! What the ledger booked beside what the providers invoiced.

use crate::report::{Counted, Reconciliation};
use rushhour_base::event::Cause;
use rushhour_base::{CallId, Money};
use std::collections::BTreeSet;

/// Sums of both sides, by what makes them differ.
#[derive(Clone, Debug, Default)]
pub(super) struct Reconciled {
    staff: Counted,
    learned: Counted,
    misstated: Counted,
    misstated_invoiced: Money,
    unlearned: Counted,
    invoices: Counted,
    /// Calls of which a wrong usage was told, and whose booking follows.
    to_be_misled: BTreeSet<CallId>,
    last_invoice: (CallId, Money),
}

impl Reconciled {
    #[inline]
    pub(super) fn posted(&mut self, call: CallId, cause: Cause, amount: Money, estimated: bool) {
        let by_staff = matches!(cause, Cause::Rules | Cause::Human | Cause::Review);
        match (by_staff, estimated || call == CallId(0)) {
            (true, _) => self.staff.add(amount),
            (false, true) => self.unlearned.add(amount),
            (false, false) if self.to_be_misled.remove(&call) => self.misstated.add(amount),
            (false, false) => self.learned.add(amount),
        }
    }

    /// A reply states another usage than its invoice, which was told just before. What comes to nothing is not booked.
    pub(super) fn misstated(&mut self, call: CallId, stated: Money) {
        if self.last_invoice.0 == call {
            self.misstated_invoiced += self.last_invoice.1;
        }
        if stated != Money::ZERO {
            self.to_be_misled.insert(call);
        }
    }

    /// An invoice of nothing has no posting, and so no part in this.
    #[inline]
    pub(super) fn invoiced(&mut self, call: CallId, amount: Money) {
        self.last_invoice = (call, amount);
        if amount != Money::ZERO {
            self.invoices.add(amount);
        }
    }

    pub(super) fn finish(&self, lines: &[(u64, Money)]) -> Reconciliation {
        let Reconciled { staff, learned, misstated, misstated_invoiced, unlearned, invoices, .. } = *self;
        let lines = Counted {
            count: lines.iter().map(|(count, _)| count).sum(),
            amount: lines.iter().map(|(_, amount)| *amount).sum(),
        };
        Reconciliation { staff, lines, learned, misstated, misstated_invoiced, unlearned, invoices }
    }
}

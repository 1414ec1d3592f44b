//! What the ledger booked beside what the providers invoiced.

use crate::report::{Counted, Reconciliation};
use rushhour_base::event::Cause;
use rushhour_base::{CallId, Money};

/// Sums of both sides, by what makes them differ.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reconciled {
    staff: Counted,
    learned: Counted,
    unlearned: Counted,
    invoices: Counted,
}

impl Reconciled {
    #[inline]
    pub(super) fn posted(&mut self, call: CallId, cause: Cause, amount: Money, estimated: bool) {
        let by_staff = matches!(cause, Cause::Rules | Cause::Human);
        match (by_staff, estimated || call == CallId(0)) {
            (true, _) => self.staff.add(amount),
            (false, true) => self.unlearned.add(amount),
            (false, false) => self.learned.add(amount),
        }
    }

    /// An invoice of nothing has no posting, and so no part in this.
    #[inline]
    pub(super) fn invoiced(&mut self, amount: Money) {
        if amount != Money::ZERO {
            self.invoices.add(amount);
        }
    }

    pub(super) fn finish(self, lines: &[(u64, Money)]) -> Reconciliation {
        let Reconciled { staff, learned, unlearned, invoices } = self;
        let lines = Counted {
            count: lines.iter().map(|(count, _)| count).sum(),
            amount: lines.iter().map(|(_, amount)| *amount).sum(),
        };
        Reconciliation { staff, lines, learned, unlearned, invoices }
    }
}

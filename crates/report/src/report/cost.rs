//! Where the money went, and how the ledger stands beside the invoices.

use rushhour_base::Money;
use rushhour_base::event::Cause;

/// So many entries, and what they come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// How many.
    pub count: u64,
    /// Their sum.
    pub amount: Money,
}

/// What the ledger booked beside what the providers invoiced. The ledger is the sum of the first five; of them only what
/// was booked for calls has invoices, and only calls whose usage was misstated or never learned differ from theirs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciliation {
    /// Answers by rules and people, and reviews.
    pub staff: Counted,
    /// Costs that are no tokens.
    pub lines: Counted,
    /// Calls whose usage was learned: booked as invoiced.
    pub learned: Counted,
    /// Calls whose replies stated a usage that was not the invoice's: booked as stated.
    pub misstated: Counted,
    /// What was invoiced for these.
    pub misstated_invoiced: Money,
    /// Calls whose usage was never learned (the client had stopped waiting): booked at their reservations.
    pub unlearned: Counted,
    /// Invoices of providers, except those of nothing.
    pub invoices: Counted,
}

/// Where the money went. `by_cause` sums to the total; the other lists to the total without costs that are no lane's
/// (`by_model`) or nobody's (`by_agent`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostReport {
    /// By agent, in the order of their numbers; agents without cost are left out.
    pub by_agent: Vec<(u32, Money)>,
    /// By model, sorted by name.
    pub by_model: Vec<(String, Money)>,
    /// By cause, all of them.
    pub by_cause: Vec<(Cause, Money)>,
    /// What the providers put on their invoices; `None` if the run holds no truths.
    pub invoiced: Option<Money>,
    /// The part of the total that is an upper bound, because the usage was never learned.
    pub estimated: Money,
    /// Costs that are no tokens, in the order of the header: how often each fell due, and what it came to.
    pub lines: Vec<Counted>,
    /// What makes the ledger differ from the invoices.
    pub reconciliation: Reconciliation,
}

impl Counted {
    pub(crate) fn add(&mut self, amount: Money) {
        self.count += 1;
        self.amount += amount;
    }
}

impl Reconciliation {
    /// All that was booked.
    pub fn ledger(&self) -> Money {
        self.staff.amount + self.lines.amount + self.of_calls()
    }

    /// What was booked for calls beyond what was invoiced for them.
    pub fn difference(&self) -> Money {
        self.of_calls() - self.invoices.amount
    }

    /// What was booked for calls beyond their invoices because their replies said so; negative if they said too little.
    pub fn misstated_by(&self) -> Money {
        self.misstated.amount - self.misstated_invoiced
    }

    /// Calls whose usage was never learned and for which no invoice came: they hung, or broke before they cost anything.
    pub fn never_invoiced(&self) -> u64 {
        let booked = self.learned.count + self.misstated.count + self.unlearned.count;
        booked.saturating_sub(self.invoices.count)
    }

    fn of_calls(&self) -> Money {
        self.learned.amount + self.misstated.amount + self.unlearned.amount
    }
}
